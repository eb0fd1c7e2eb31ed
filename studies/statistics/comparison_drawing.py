"""The critical-difference picture: which arms differ over many problems."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.studies._figure import new_figure
from evograft.studies.statistics.ranking import Ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOUR = "#222222"
_BAR_COLOUR = "#D55E00"


def draw_critical_difference(ranking: Ranking, ax: "Axes | None" = None) -> "Axes":
    """Draw average ranks on a line, with a bar over every set of arms that do not differ.

    After J. Demšar, "Statistical Comparisons of Classifiers over Multiple Data Sets", Journal of
    Machine Learning Research 7 (2006), with the best arm on the left. Nemenyi's test is meant for
    ranks that Friedman's test finds to differ: its p-value is in the title.

    Parameters
    ----------
    ranking : Ranking
        As `rank_arms` returns it.
    ax : Axes, optional
        A new figure of fitting size if not given.

    Returns
    -------
    Axes
        Every name is followed by its average rank.

    Examples
    --------
    >>> from evograft.studies.statistics.ranking import rank_arms
    >>> rows = [{"arm": arm, "problem": problem, "seed": 0, "value": value + problem}
    ...         for arm, value in {"a": 3, "b": 2, "c": 1}.items() for problem in range(6)]
    >>> ax = draw_critical_difference(rank_arms(rows, larger_is_better=True))
    >>> ax.get_title()
    'average ranks over 6 problems, Friedman p = 0.0025'
    """
    names, ranks = [str(name) for name in ranking.ranks.index], ranking.ranks.to_numpy()
    k, groups = len(names), ranking.groups()
    left = (k + 1) // 2
    first = 0.8 + 0.35 * len(groups)
    bottom = first + left - 1
    if ax is None:
        width = 5.6 + 0.15 * min(max(map(len, names)), 60)
        ax = new_figure(width, 1.1 + 0.24 * (bottom + 2.0), "constrained").subplots()
    margin = 0.04 * (k - 1)
    # Over few problems the critical difference is longer than the line of ranks.
    right = max(k, 1 + ranking.critical_difference) + margin
    for place, (name, rank) in enumerate(zip(names, ranks.tolist(), strict=True)):
        on_left = place < left
        y = first + (place if on_left else k - 1 - place)
        end, side = (1 - margin, "right") if on_left else (right, "left")
        ax.plot([rank, rank, end], [0, y, y], color=_COLOUR, lw=0.9, gid="arm")
        text = f"{name}  {rank:.2f}" if on_left else f"{rank:.2f}  {name}"
        shift = margin / 3 * (-1 if on_left else 1)
        style: dict[str, Any] = {"ha": side, "va": "center", "fontsize": 9}
        ax.text(end + shift, y, text, parse_math=False, **style)
    for level, group in enumerate(groups):
        ends = ranking.ranks[group].to_numpy()[[0, -1]] + np.array([-0.4, 0.4]) * margin
        y = 0.45 + 0.35 * level
        bar: dict[str, Any] = {"color": _BAR_COLOUR, "solid_capstyle": "butt", "gid": "group"}
        ax.plot(ends, [y, y], lw=3, **bar)
    _draw_scale(ax, k, ranking.critical_difference)
    ax.set(xlim=(1 - margin, right), ylim=(bottom + 0.6, -2.8))
    test = "" if math.isnan(ranking.friedman_p) else f", Friedman p = {ranking.friedman_p:.2g}"
    ax.set_title(f"average ranks over {ranking.n_problems} problems{test}", fontsize=10)
    return ax


def _draw_scale(ax: "Axes", k: int, critical_difference: float) -> None:
    """Draw the line of ranks, and over its left end the critical difference as a length."""
    ax.axis("off")
    ax.plot([1, k], [0, 0], color=_COLOUR, lw=1.2)
    step = math.ceil(k / 20)
    for rank in range(1, k + 1):
        ax.plot([rank, rank], [0, -0.25], color=_COLOUR, lw=1.2)
        if (rank - 1) % step == 0:
            ax.text(rank, -0.4, str(rank), ha="center", va="bottom", fontsize=9)
    end = 1 + critical_difference
    style: dict[str, Any] = {"color": _BAR_COLOUR, "lw": 1.2, "gid": "scale"}
    ax.plot([1, 1, 1, end, end, end], [-1.4, -1.7, -1.55, -1.55, -1.7, -1.4], **style)
    ax.text(1, -1.85, f"critical difference {critical_difference:.2f}", va="bottom", fontsize=9)
