"""A grown organism drawn: tissue with cells and axons, morphogens, and the network beside it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.studies._figure import new_figure
from evograft.studies._torus import Sites, axon_lines
from evograft.studies.grown_network_drawing import (
    PANEL_INCHES,
    add_colour_scale,
    add_legend,
    draw_grown_network,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import Collection
    from matplotlib.figure import Figure, FigureBase
    from matplotlib.image import AxesImage

    from evograft.representations.morphogenesis import Organism

NEURON, PROGENITOR, AXON = "#0072B2", "#E69F00", "#D55E00"
"""Blue, orange and vermilion of Okabe and Ito."""

FIELDS_IN_A_ROW = 6

Field = npt.NDArray[np.float64]
Scale = tuple[float, float]


def draw_organism(organism: "Organism") -> "Figure":
    """Draw what grew: the tissue and the network side by side, every morphogen below.

    Left, neurons are discs, progenitors squares, and axons lines to their growing tips; the grey
    behind them is the morphogen that guides axons. Right, :func:`draw_grown_network`. Below, the
    fields of all morphogens, each on the scale of its own values.

    Parameters
    ----------
    organism : Organism
        Of any size, also without neurons.

    Returns
    -------
    Figure
        Unknown to pyplot; ``figure.savefig`` writes it.

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome, develop
    >>> draw_organism(develop(Genome(size_x=5, size_y=6))).get_suptitle()
    '0 neurons · 1 progenitor · 0 connections · 500 steps on 5x6 sites'
    """
    fields = organism.fields  # may be grown anew whenever they are asked for
    rows = -(-len(fields) // FIELDS_IN_A_ROW)
    heights = [6.2, 2.3 * rows]
    figure = new_figure(13.0, 0.4 + sum(heights))
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.1)
    figure.suptitle(_summary(organism), fontsize=13)
    parts = figure.add_gridspec(2, 1, height_ratios=heights)
    above, below = figure.add_subfigure(parts[0]), figure.add_subfigure(parts[1])
    tissue, network = above.subplots(1, 2)
    tissue.set_title("tissue", fontsize=11)
    scales = [scale_of(field) for field in fields]
    draw_background(tissue, fields[2], scales[2])
    add_cells(
        tissue, organism.progenitors[:, 1:], organism.positions, organism.axons, fields[2].shape
    )
    add_cell_legend(tissue)
    draw_grown_network(organism, ax=network)
    draw_fields(below, fields, scales, FIELDS_IN_A_ROW)
    return figure


def _summary(organism: "Organism") -> str:
    genome = organism.genome
    counts = {
        "neuron": len(organism.neuron_ids),
        "progenitor": len(organism.progenitors),
        "connection": len(organism.edges),
        "step": genome.max_growth_steps,
    }
    words = " · ".join(f"{n} {word}{'s' * (n != 1)}" for word, n in counts.items())
    return f"{words} on {genome.size_x}x{genome.size_y} sites"


def draw_background(ax: "Axes", field: Field, scale: Scale) -> "AxesImage":
    """Draw the morphogen that guides axons, in greys that let cells stand out."""
    image = _show_field(ax, field, scale, "Greys", darkest=0.4)
    _add_scale(ax, image, "morphogen 2, which guides axons")
    return image


def draw_fields(
    parent: "FigureBase", fields: Field, scales: Sequence[Scale], columns: int
) -> "list[AxesImage]":
    """Draw the field of every morphogen in a panel of its own, and return the images."""
    rows = -(-len(fields) // columns)
    panels = parent.subplots(rows, min(columns, len(fields)), squeeze=False).ravel()
    images = []
    for k, (ax, field) in enumerate(zip(panels, fields, strict=False)):
        images.append(_show_field(ax, field, scales[k], "viridis"))
        _add_scale(ax, images[-1])
        ax.set_title(_role(k, len(fields)), fontsize=9)
        ax.set(xticks=[], yticks=[])
    for ax in panels[len(fields) :]:
        ax.axis("off")
    return images


def _role(morphogen: int, count: int) -> str:
    """What a morphogen decides on, where there are *count* of them."""
    roles = {0: "division", 1: "differentiation", 2: "axons"}
    if count == 3:
        roles[2] = "axons, connections, weights"
    elif count == 4:
        roles[3] = "connections, weights"
    else:
        roles |= {3: "connections", 4: "weights"}
    return f"{morphogen}: {roles.get(morphogen, 'inhibition only')}"


def _show_field(
    ax: "Axes", field: Field, scale: Scale, colours: str, darkest: float = 1.0
) -> "AxesImage":
    """Show one field, x to the right and y upwards, on a scale up to *darkest* of a colour map."""
    import matplotlib as mpl
    from matplotlib.colors import ListedColormap
    from matplotlib.ticker import MaxNLocator

    shades = ListedColormap(mpl.colormaps[colours](np.linspace(0, darkest, 256)))
    image = ax.imshow(field.T, origin="lower", cmap=shades, vmin=scale[0], vmax=scale[1])
    ax.tick_params(labelsize=8)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, integer=True))
    return image


def scale_of(field: Field) -> Scale:
    """The ends of the colour scale: the extremes, but at least 1 % of the maximum apart.

    >>> scale_of(np.array([0.5, 0.7])), scale_of(np.ones(2)), scale_of(np.zeros(2))
    ((0.5, 0.7), (0.99, 1.0), (0.0, 1.0))
    """
    low, high = float(field.min()), float(field.max())
    return (min(low, 0.99 * high), high) if high > 0 else (0.0, 1.0)


def _add_scale(ax: "Axes", image: "AxesImage", label: str = "") -> None:
    low, high = image.get_clim()
    ticks = [low, (low + high) / 2, high]
    bar = add_colour_scale(ax, image, label)
    bar.set_ticks(ticks, labels=[f"{value:.3g}" for value in ticks], fontsize=8)


def add_cells(
    ax: "Axes", progenitors: Sites, neurons: Sites, axons: Iterable[Sites], torus: Any
) -> "list[Collection]":
    """Draw cells and axons over a field, and return what was drawn.

    An axon that leaves the torus on one side comes in on the other.

    Parameters
    ----------
    ax : Axes
        With the field of the torus.
    progenitors, neurons : (p, 2) and (n, 2) arrays of sites
    axons : (length, 2) arrays of sites, the soma first
    torus : (int, int)
        Sites of the torus in x and y.
    """
    from matplotlib.collections import LineCollection, PatchCollection
    from matplotlib.patches import Circle, Rectangle

    site = 72 * PANEL_INCHES / max(torus)  # in points
    width = float(np.clip(0.09 * site, 0.6, 2.4))
    rim: dict[str, Any] = {"edgecolor": "white", "linewidth": min(0.04 * site, 0.8)}
    squares = [Rectangle((x - 0.28, y - 0.28), 0.56, 0.56) for x, y in progenitors]
    discs = [Circle((x, y), 0.34) for x, y in neurons]
    grown = [np.asarray(axon) for axon in axons if len(axon) > 1]
    lines = axon_lines(grown, torus)
    tips = [Circle(tuple(axon[-1]), 0.13) for axon in grown]
    drawn: list[Collection] = [
        PatchCollection(squares, facecolor=PROGENITOR, gid="progenitors", zorder=2, **rim),
        PatchCollection(discs, facecolor=NEURON, gid="neurons", zorder=2, **rim),
        LineCollection(lines, colors="white", linewidths=1.8 * width, zorder=3),
        LineCollection(lines, colors=AXON, linewidths=width, zorder=4, gid="axons"),
        PatchCollection(tips, facecolor=AXON, gid="tips", zorder=5, **rim),
    ]
    for collection in drawn:
        ax.add_collection(collection, autolim=False)
    return drawn


def add_cell_legend(ax: "Axes") -> None:
    """Explain the marks of :func:`add_cells` below the panel."""
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], label="neuron", color=NEURON, marker="o", ls="", ms=8),
        Line2D([], [], label="progenitor", color=PROGENITOR, marker="s", ls="", ms=7),
        Line2D([], [], label="axon and its tip", color=AXON, marker="o", markevery=[1], ms=4, lw=2),
    ]
    add_legend(ax, marks)
