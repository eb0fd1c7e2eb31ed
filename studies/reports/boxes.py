"""The runs of a study drawn as box plots, one row per arm and one panel per problem."""

import math
import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.representations import _check
from evograft.studies._figure import new_figure
from evograft.studies.reports._runs import checked_runs, measured_runs

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from evograft.studies.statistics.measure import Measure

_BOX_COLOUR = "#56B4E9"
_POINT_COLOUR = "#222222"
_CHARACTER = 0.075
"""Width in inches of a character of 9 points."""
_MOST_CHARACTERS = 36


def draw_boxes(
    results: "pd.DataFrame", measure: "Measure", ax: "Axes | None" = None, *, problem: str
) -> "Axes":
    """Draw the runs of every arm on one problem as a box plot, with a point for each run.

    A box spans the quartiles with a line at the median; whiskers end at the farthest run within
    1.5 times the height of the box. The points lie apart from each other in the order of the rows.

    Parameters
    ----------
    results : DataFrame
        As for `result_table`. Arms are drawn from the top in the order in which they appear, those
        without a run on the problem as an empty row.
    measure : Measure
    ax : Axes, optional
        A new figure of fitting size if not given.
    problem : str
        The problem to draw.

    Returns
    -------
    Axes
        Every arm's label states its number of runs.

    Raises
    ------
    ValueError
        If the problem or the measure is not in *results*, or a rule of `result_table` is broken.

    Examples
    --------
    >>> import pandas as pd
    >>> from evograft.studies.statistics.measure import Measure
    >>> runs = [{"arm": arm, "problem": "wine", "seed": seed, "status": "finished", "loss": seed}
    ...         for arm in ("mge", "neat") for seed in range(3)]
    >>> ax = draw_boxes(pd.DataFrame(runs), Measure("loss", False), problem="wine")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['mge (n = 3)', 'neat (n = 3)']
    """
    runs = checked_runs(results)
    _check.known("problem", problem, runs["problem"].unique().tolist())
    values = measured_runs(runs, measure.name)
    arms = runs["arm"].unique().tolist()
    if ax is None:
        ax = new_figure(
            4.5 + _label_width(arms), 0.9 + _rows_height(arms), "constrained"
        ).subplots()
    part = values[values["problem"] == problem]
    samples = [part.loc[part["arm"] == arm, "value"].to_numpy() for arm in arms]
    _draw_samples(ax, samples)
    labels = [f"{wrapped(arm)} (n = {len(x)})" for arm, x in zip(arms, samples, strict=True)]
    ax.set_yticks(range(len(arms)), labels, fontsize=9, parse_math=False)
    ax.set_ylim(len(arms) - 0.5, -0.5)
    ax.set_title(wrapped(problem), fontsize=10, parse_math=False)
    label = f"{measure.name} ({measure.direction})"
    ax.set_xlabel(label, fontsize=9, parse_math=False)
    ax.tick_params(axis="x", labelsize=8)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#dddddd", lw=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return ax


def draw_all_boxes(results: "pd.DataFrame", measure: "Measure") -> "Figure":
    """Draw the box plots of all problems on which a finished run has the measure.

    Panels of one row share the names of the arms on their left; every label states the runs.

    Parameters
    ----------
    results, measure
        As for `draw_boxes`.

    Raises
    ------
    ValueError
        As `draw_boxes` does, and if no finished run has the measure.
    """
    runs = checked_runs(results)
    values = measured_runs(runs, measure.name)
    n = Counter(zip(values["problem"], values["arm"], strict=True))
    problems = [name for name in runs["problem"].unique() if (values["problem"] == name).any()]
    if not problems:
        raise ValueError(f"a finished run must have the measure, got none with {measure.name!r}")
    arms = runs["arm"].unique().tolist()
    columns = min(len(problems), 3 if len(problems) <= 12 else 5)
    rows = math.ceil(len(problems) / columns)
    size = 0.3 + _label_width(arms) + 3.2 * columns, rows * (0.8 + _rows_height(arms))
    figure = new_figure(*size, "constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for place, (ax, problem) in enumerate(zip(axes, problems, strict=False)):
        draw_boxes(runs, measure, ax, problem=problem)
        if place % columns:
            ax.set_yticks(range(len(arms)), [f"n = {n[problem, arm]}" for arm in arms], fontsize=8)
        if place + columns < len(problems):
            ax.set_xlabel("")
    for ax in axes[len(problems) :]:
        ax.remove()
    return figure


def wrapped(name: str) -> str:
    """Return a name in lines that are short enough for a label."""
    return textwrap.fill(name, _MOST_CHARACTERS)


def _label_width(arms: list[str]) -> float:
    return _CHARACTER * (min(max(map(len, arms)), _MOST_CHARACTERS) + 9)


def _rows_height(arms: list[str]) -> float:
    lines = max(wrapped(arm).count("\n") + 1 for arm in arms)
    return max(0.3, 0.08 + 0.16 * lines) * len(arms)


def _draw_samples(ax: "Axes", samples: "list[Any]") -> None:
    places = [place for place, sample in enumerate(samples) if len(sample)]
    box: dict[str, Any] = {"facecolor": _BOX_COLOUR, "alpha": 0.5, "lw": 0.8}
    median = {"color": _POINT_COLOUR, "lw": 1.6}
    if places:
        ax.boxplot(
            [samples[place] for place in places],
            positions=places,
            orientation="horizontal",
            widths=0.6,
            showfliers=False,
            patch_artist=True,
            boxprops=box,
            medianprops=median,
            manage_ticks=False,
        )
    for place in places:
        n = len(samples[place])
        # Neighbours in the order of seeds are put apart by the golden ratio, without chance.
        apart = (np.arange(n) * 0.6180339887498949 % 1 - 0.5) * 0.44 if n > 1 else np.zeros(1)
        style: dict[str, Any] = {"ls": "", "marker": "o", "ms": 3, "mew": 0, "alpha": 0.7}
        ax.plot(samples[place], place + apart, color=_POINT_COLOUR, gid="runs", **style)
