"""Convergence of the arms of a study: the median fitness of the best, with a band, per problem."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.studies._figure import new_figure
from evograft.studies.reports._runs import checked_curves
from evograft.studies.reports.boxes import wrapped
from evograft.studies.statistics.measure import direction_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours of the arms, after Okabe and Ito; beyond seven arms they repeat in other line styles."""
LINES = ("-", "--", ":", "-.")

_MOST_POINTS = 4000
_LOGARITHMIC = 20
_NEAR_END = 0.98
_AXIS_NAMES = {"evaluations": "evaluations", "gen": "generation", "cost": "cost"}


def draw_convergence(
    curves: "pd.DataFrame",
    problem: str,
    by: Literal["evaluations", "gen", "cost"] = "evaluations",
    ax: "Axes | None" = None,
    *,
    larger_is_better: bool | None = None,
) -> "Axes":
    """Draw the median of ``best`` over the runs of every arm, with the band of their quartiles.

    All are step functions: a run keeps a value until it reports the next, and a run that has ended
    early, such as one that has reached its target, holds its last value to the end of the picture.
    A dot marks where the last run of an arm has ended, if at least 2 % of the axis follow. The line
    of an arm begins where all of its runs have reported. Values that are not finite are left out.

    Parameters
    ----------
    curves : DataFrame
        One row per run and generation: arm, problem, seed, best (fitness), and what *by* names:
        gen, or evaluations or cost of the run so far.
    problem : str
        The problem to draw.
    by : str
        The horizontal axis: ``evaluations``, ``gen`` or ``cost``.
    ax : Axes, optional
        A new figure of fitting size if not given.
    larger_is_better : bool, optional
        Direction of the fitness, which is said at the axis if given. Positive values that smaller
        is better for are drawn to a logarithmic scale where they differ by more than a factor 20.

    Returns
    -------
    Axes
        With the legend to the right, where every arm states its number of runs.

    Raises
    ------
    ValueError
        If a column is missing, or no run of *curves* is on the problem; if *by* is none of the
        three.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"arm": arm, "problem": "wine", "seed": seed, "gen": gen,
    ...          "evaluations": 10 * (gen + 1), "best": seed - gen}
    ...         for arm in ("mge", "neat") for seed in range(3) for gen in range(5)]
    >>> ax = draw_convergence(pd.DataFrame(rows), "wine")
    >>> ax.lines[0].get_ydata().tolist()
    [1.0, 0.0, -1.0, -2.0, -3.0]
    """
    _check.choice("by", by, _AXIS_NAMES)
    _check.choice("larger_is_better", larger_is_better, (None, True, False))
    frame = checked_curves(curves, by)
    arms = frame["arm"].unique().tolist()
    _check.known("problem", problem, frame["problem"].unique().tolist())
    frame = frame[frame["problem"] == problem]
    if ax is None:
        lines = [line for arm in arms for line in wrapped(arm).split("\n")]
        height = max(3.6, 0.4 + 0.2 * len(lines))
        width = 6.0 + 0.07 * (max(map(len, lines)) + 9)
        ax = new_figure(width, height, "constrained").subplots()
    end = float(frame[by].max())
    names, bands = [], []
    # Colours belong to the place among all arms, so that an arm looks the same on every problem.
    for place, arm in enumerate(arms):
        part = frame[frame["arm"] == arm]
        runs = [(run[by].to_numpy(), run["best"].to_numpy()) for run in _runs(part, by)]
        if runs:
            bands.append(_draw_arm(ax, runs, end, COLOURS[place % 7], LINES[place // 7 % 4]))
            names.append(f"{wrapped(arm)} (n = {len(runs)})")
    lowest, highest = min(low for low, _ in bands), max(high for _, high in bands)
    if larger_is_better is False and lowest > 0 and highest > _LOGARITHMIC * lowest:
        ax.set_yscale("log")
    direction = "" if larger_is_better is None else f" ({direction_words(larger_is_better)})"
    ax.set_ylabel(f"best fitness{direction}", fontsize=9)
    ax.set_xlabel(_AXIS_NAMES[by], fontsize=9)
    ax.set_title(wrapped(problem), fontsize=10, parse_math=False)
    ax.tick_params(labelsize=8)
    ax.grid(color="#dddddd", lw=0.6)
    ax.spines[["top", "right"]].set_visible(False)
    _add_legend(ax, names)
    return ax


def _runs(part: "pd.DataFrame", by: str) -> "list[pd.DataFrame]":
    return [run.sort_values(by, kind="stable") for _, run in part.groupby("seed", sort=False)]


def step_values(grid: Floats, x: Floats, y: Floats) -> Floats:
    """Return a run's last value at every point of *grid*, NaN before its first.

    Parameters
    ----------
    grid : ndarray of float64
    x, y : ndarray of float64, shape (n,)
        Where the run has reported a value, in ascending order, and the value.
    """
    places = np.searchsorted(x, grid, side="right") - 1
    return np.where(places >= 0, y[places], np.nan)


def _draw_arm(
    ax: "Axes", runs: list[tuple[Floats, Floats]], end: float, colour: str, line: str
) -> tuple[float, float]:
    """Draw line and band of an arm, and return the least and the greatest value of the band."""
    start = max(x[0] for x, _ in runs)
    grid = np.unique(np.concatenate([[start, end], *(x for x, _ in runs)]))
    grid = grid[grid >= start]
    if grid.size > _MOST_POINTS:
        grid = grid[np.linspace(0, grid.size - 1, _MOST_POINTS).astype(np.intp)]
    values = np.array([step_values(grid, x, y) for x, y in runs])
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    style: dict[str, Any] = {"color": colour, "linestyle": line, "lw": 1.6, "gid": "median"}
    ax.plot(grid, middle, drawstyle="steps-post", **style)
    ax.fill_between(grid, low, high, step="post", color=colour, alpha=0.15, lw=0, gid="quartiles")
    last = max(x[-1] for x, _ in runs)
    if last < _NEAR_END * end:
        value = middle[np.searchsorted(grid, last, side="right") - 1]
        ax.plot([last], [value], color=colour, marker="o", markersize=5, gid="end")
    return float(low.min()), float(high.max())


def _add_legend(ax: "Axes", names: list[str]) -> None:
    lines = [line for line in ax.lines if line.get_gid() == "median"]
    # A legend leaves out labels that begin with an underscore, and takes dollars for formulas.
    numbers = [str(place) for place in range(len(names))]
    place: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1.01, 0.5)}
    legend = ax.legend(lines, numbers, frameon=False, fontsize=9, handlelength=3, **place)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(name)
