"""A grown network drawn where its neurons are."""

from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.studies._figure import figure_of, new_figure
from evograft.studies._torus import Points, Sites, shortest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.colorbar import Colorbar
    from matplotlib.lines import Line2D

    from evograft.representations.morphogenesis import Organism

FED, UNFED = "#0072B2", "#FFFFFF"
"""Of neurons with and without incoming connections."""

MOST_NAMED = 60
"""Neurons that are drawn large enough to carry their ids."""

HEAD = np.array([[0.0, 0.0], [-0.17, 0.065], [-0.17, -0.065]])
"""An arrow head that points to the right, with its tip in the origin; the unit is one site."""

PANEL_INCHES = 5.0
"""About the size at which the panel is drawn; line and letter sizes follow it."""


def draw_grown_network(organism: "Organism", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the connections of an organism between its neurons, each at its site.

    Edges bow to the left of their way, so that the two directions of a pair stay apart, and have
    the colour of their weight. Where one is shorter over the border of the torus, it goes that way,
    out of one side and in on the other, and the whole torus is shown; otherwise the part of it that
    has neurons. Where there are at most 60
    neurons, they carry their ids.

    Parameters
    ----------
    organism : Organism
    ax : Axes, optional
        Of a new figure if not given.

    Returns
    -------
    Axes

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome, develop
    >>> draw_grown_network(develop(Genome(size_x=5, size_y=5))).get_title()
    'network'
    """
    if ax is None:
        ax = new_figure(6.5, 6.0, layout="constrained").add_subplot()
    ax.set_title("network", fontsize=11)
    if len(organism.neuron_ids) == 0:
        ax.axis("off")
        style: dict[str, Any] = {"ha": "center", "va": "center", "transform": ax.transAxes}
        ax.text(0.5, 0.5, "no neuron has grown", fontsize=11, color="#555555", **style)
        return ax
    torus = organism.genome.size_x, organism.genome.size_y
    index = np.searchsorted(organism.neuron_ids, organism.edges)
    start = organism.positions[index[:, 0]].astype(np.float64)
    end = organism.positions[index[:, 1]].astype(np.float64)
    way = shortest(end - start, torus)
    crosses = ~np.isclose(start + way, end).all(axis=1)
    extent = _set_limits(ax, organism.positions, torus, whole=bool(crosses.any()))
    start = np.concatenate([start, (end - way)[crosses]])
    way = np.concatenate([way, way[crosses]])
    weights = np.concatenate([organism.weights, organism.weights[crosses]])
    radius = 0.3 if len(organism.neuron_ids) <= MOST_NAMED else 0.2
    paths = [_bow(a, step, radius) for a, step in zip(start, way, strict=True)]
    _draw_edges(ax, paths, weights, 72 * PANEL_INCHES / extent)
    _draw_neurons(ax, organism, index, radius, 72 * PANEL_INCHES / extent)
    return ax


def _set_limits(ax: "Axes", positions: Sites, torus: Any, whole: bool) -> float:
    """Show the torus, or the part of it that has neurons; return the longer side of that."""
    from matplotlib.ticker import MaxNLocator

    low, high = np.full(2, -0.5), np.array(torus) - 0.5
    if not whole:
        low = np.maximum(low, positions.min(axis=0) - 1.0)
        high = np.minimum(high, positions.max(axis=0) + 1.0)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    ax.tick_params(labelsize=8)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, integer=True))
    return float(max(high - low))


def _bow(start: Points, step: Points, radius: float) -> Points:
    """The line of an edge, (points, 2), from border to border of the neurons that it joins."""
    length = float(np.hypot(*step))
    if length == 0:  # a loop that stays within the site
        angle = np.radians(np.linspace(-70, 180, 25))[:, None]
        return start + 0.25 + 0.16 * np.hstack([np.cos(angle), np.sin(angle)])
    bend = start + 0.5 * step + 0.17 * np.array([-step[1], step[0]])
    t = np.linspace(radius / length, 1 - radius / length, 25)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * (start + step)


def _draw_edges(ax: "Axes", paths: list[Points], weights: Points, site: float) -> None:
    """Draw the edges, heavy ones last, with the scale of their weights; *site* is in points."""
    import matplotlib as mpl
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.colors import ListedColormap, Normalize

    if not paths:
        return
    order = np.argsort(weights, kind="stable")
    heads = []
    for i in order:
        forward = paths[i][-1] - paths[i][-4]
        along, aside = forward / np.hypot(*forward), np.array([-forward[1], forward[0]])
        turn = np.array([along, aside / np.hypot(*aside)])
        heads.append(paths[i][-1] + HEAD @ turn)
    shades = ListedColormap(mpl.colormaps["viridis_r"](np.linspace(0.3, 1, 256)))
    # One outlier among many is not to pale all others.
    low, high = np.percentile(weights, [2, 98] if len(weights) > 50 else [0, 100])
    norm = Normalize(low, max(high, low + 0.001))
    style: dict[str, Any] = {"cmap": shades, "norm": norm}
    width = float(np.clip(0.03 * site, 0.7, 1.8))
    lines = LineCollection([paths[i] for i in order], linewidths=width, zorder=2, **style)
    arrows = PolyCollection(heads, linewidths=0, zorder=3, **style)
    for collection, gid in ((lines, "edges"), (arrows, "heads")):
        collection.set(array=weights[order], gid=gid)
        ax.add_collection(collection, autolim=False)
    beyond = {(0, 0): "neither", (1, 0): "min", (0, 1): "max", (1, 1): "both"}
    extend = beyond[weights.min() < norm.vmin, weights.max() > norm.vmax]
    add_colour_scale(ax, lines, "weight of the connection", extend=extend)


def add_colour_scale(
    ax: "Axes", shown: "ScalarMappable", label: str, extend: str = "neither"
) -> "Colorbar":
    """Put the colour scale of *shown* to the right of its panel, as high as that."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    width = 0.04 * max(1.0, (high - low) / (right - left))  # narrow panels, too, need a wide one
    place = ax.inset_axes((1 + 0.75 * width, 0.0, width, 1.0))
    bar = figure_of(ax).colorbar(shown, cax=place, extend=extend)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=8)
    bar.outline.set_visible(False)
    return bar


def add_legend(ax: "Axes", marks: "list[Line2D]") -> None:
    """Put a legend of one row below the panel and its ticks."""
    ax.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, 0.0), borderaxespad=2.6,
              ncols=len(marks), frameon=False, fontsize=9, borderpad=0)  # fmt: skip


def _draw_neurons(ax: "Axes", organism: "Organism", index: Any, radius: float, site: float) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Circle

    fed = np.isin(np.arange(len(organism.neuron_ids)), index[:, 1])
    discs = PatchCollection([Circle((x, y), radius) for x, y in organism.positions], zorder=4)
    discs.set(facecolor=[FED if one else UNFED for one in fed], edgecolor=FED, gid="neurons")
    discs.set_linewidth(float(np.clip(0.03 * site, 0.5, 1.5)))
    ax.add_collection(discs, autolim=False)
    if len(organism.neuron_ids) <= MOST_NAMED:
        font = float(np.clip(0.25 * site, 4, 11))
        style: dict[str, Any] = {"ha": "center", "va": "center_baseline", "zorder": 5}
        for i, (x, y) in enumerate(organism.positions):
            colour = UNFED if fed[i] else FED
            ax.text(x, y, str(organism.neuron_ids[i]), fontsize=font, color=colour, **style)
    ring: dict[str, Any] = {"color": FED, "marker": "o", "ls": "", "ms": 8}
    marks = [
        Line2D([], [], label=f"neuron with incoming connections: {fed.sum()}", **ring),
        Line2D([], [], label=f"without: {(~fed).sum()}", mfc=UNFED, **ring),
    ]
    add_legend(ax, marks)
