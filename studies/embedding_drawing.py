"""Points of a hidden layer drawn in the colours of their classes."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.studies._figure import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALETTE = (
    *("#1F77B4", "#FF7F0E", "#2CA02C", "#D62728", "#9467BD"),
    *("#8C564B", "#E377C2", "#4D4D4D", "#BCBD22", "#17BECF"),
)
"""Tableau's ten colours with a darker grey."""

MARKERS = "o^xsD+v*P"
"""The first ten classes have the first marker, the next ten the second, and so on."""


def draw_embedding(
    points: npt.ArrayLike,
    labels: npt.ArrayLike,
    class_names: Sequence[str],
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw points in the plane, coloured by class.

    Ten colours tell ten classes apart; the next classes have the colours again with another marker,
    which goes for 90 classes. Points lie over each other in their own order and not by class.

    Parameters
    ----------
    points : array_like, shape (n_samples, 2)
        Finite, such as those of ``hidden_embedding``.
    labels : array_like of int, shape (n_samples,)
        Class numbers.
    class_names : sequence of str, one per class
    ax : Axes, optional
        A new figure if not given. Axes of one unit are as long in both directions.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If shapes contradict each other, or a label is no class number.

    Examples
    --------
    >>> ax = draw_embedding([[0.0, 1.0], [2.0, 0.5]], [1, 0], ["cat", "dog"])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['cat', 'dog']
    """
    from matplotlib.lines import Line2D

    places, classes = _labelled(points, labels, len(class_names))
    if ax is None:
        ax = new_figure(7.4, 5.6, "constrained").subplots()
    size = float(np.clip(20000 / len(places), 4, 40))
    turns = classes // len(PALETTE)
    for turn in np.unique(turns).tolist():
        mine = turns == turn
        x, y = places[mine].T
        colours = [PALETTE[number % len(PALETTE)] for number in classes[mine].tolist()]
        marker = MARKERS[turn % len(MARKERS)]
        style: dict[str, Any] = {"linewidths": 0.8 if marker in "x+" else 0, "rasterized": True}
        ax.scatter(x, y, s=size, c=colours, marker=marker, alpha=0.75, **style)
    handles = [
        Line2D([], [], ls="", marker=MARKERS[number // len(PALETTE) % len(MARKERS)], ms=6,
               color=PALETTE[number % len(PALETTE)], label=name)
        for number, name in enumerate(class_names)
    ]  # fmt: skip
    style = {"loc": "center left", "bbox_to_anchor": (1.01, 0.5), "frameon": False, "fontsize": 9}
    ax.legend(handles=handles, ncols=math.ceil(len(handles) / 20), **style)
    ax.set_aspect("equal", adjustable="datalim")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_color("#aaaaaa")
    return ax


def _labelled(
    points: npt.ArrayLike, labels: npt.ArrayLike, n_classes: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    places, classes = np.asarray(points, dtype=np.float64), np.asarray(labels)
    if places.ndim != 2 or places.shape[1] != 2 or not len(places):
        raise ValueError(f"points must have shape (n_samples, 2), got {places.shape}")
    if not np.isfinite(places).all():
        raise ValueError("points must be finite, got others among them")
    if classes.shape != (len(places),):
        raise ValueError(f"labels must have shape ({len(places)},), got {classes.shape}")
    if not np.issubdtype(classes.dtype, np.integer):
        raise ValueError(f"labels must be integers, got {classes.dtype}")
    if classes.min() < 0 or classes.max() >= n_classes:
        raise ValueError(
            f"labels must be from 0 to {n_classes - 1}, got {classes.min()} to {classes.max()}"
        )
    return places, classes.astype(np.int64)
