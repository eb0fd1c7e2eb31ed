"""Figures that ``pyplot`` does not know of: no window, no global state, nothing left open."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations.files import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def new_figure(width: float, height: float, layout: Any = None) -> "Figure":
    """Return a figure, sizes in inches, that pyplot does not know of."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout=layout)
    FigureCanvasAgg(figure)
    return figure


def figure_of(ax: "Axes") -> "Figure":
    """Return the figure that *ax* is part of."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("ax must be part of a figure, got axes of none")
    return figure


def save_figure(figure: "Figure", file: Path) -> None:
    """Write *figure* as a PNG file, whole or not at all."""
    with replacing(file, binary=True) as opened:
        figure.savefig(opened, format="png", dpi=150)
