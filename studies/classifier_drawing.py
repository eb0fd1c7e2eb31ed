"""A classifier drawn: what it takes for what, and its weights as images."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.dense_network import DenseNetwork
from evograft.studies._figure import figure_of, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_UNITS = 64
"""Images of weights that are drawn where none are chosen."""

_LEAST_FONT = 4.0


def draw_confusion(
    matrix: npt.ArrayLike, class_names: Sequence[str], ax: "Axes | None" = None
) -> "Axes":
    """Draw a confusion matrix with its counts, coloured by the share of the row.

    The colour grows with the square root of the share, so that few errors are seen too. Zeros are
    left blank, counts where cells are too small for them, and names where rows are; the row of a
    class without samples is grey.

    Parameters
    ----------
    matrix : array_like of int, shape (n_classes, n_classes)
        Counts, not negative and not all zero: one row per true class, one column per decision.
    class_names : sequence of str, one per class
    ax : Axes, optional
        A new figure of fitting size if not given.

    Returns
    -------
    Axes
        Its title is the accuracy.

    Raises
    ------
    ValueError
        If the matrix is none of counts, or the names are not as many as its rows.

    Examples
    --------
    >>> draw_confusion([[8, 2], [1, 9]], ["cat", "dog"]).get_title()
    'accuracy 85.00 % (17 of 20)'
    """
    import matplotlib as mpl
    from matplotlib.colors import PowerNorm

    counts = _counts(matrix)
    n = len(counts)
    if len(class_names) != n:
        raise ValueError(f"class_names must be {n}, got {len(class_names)}")
    if ax is None:
        side = float(np.clip(0.42 * n, 3.0, 9.5))
        names = 0.07 * min(max(map(len, class_names)), 25)
        ax = new_figure(side + 1.8 + names, side + 1.1 + names, "compressed").subplots()
    figure = figure_of(ax)
    cell = 72 / figure.dpi * min(ax.get_window_extent().size) / n
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.ma.masked_invalid(counts / np.where(totals, totals, np.nan))
    colours = mpl.colormaps["Blues"].with_extremes(bad="#dddddd")
    image = ax.imshow(shares, cmap=colours, norm=PowerNorm(0.5, 0, 1))
    bar = figure.colorbar(
        image, ax=ax, fraction=0.046, pad=0.03, ticks=[0, 0.01, 0.1, 0.25, 0.5, 1]
    )
    bar.ax.set_yticklabels(["0", "1 %", "10 %", "25 %", "50 %", "100 %"], fontsize=8)
    bar.set_label("share of the true class", fontsize=9)
    _write_counts(ax, counts, shares.filled(0), cell)
    _name_classes(ax, class_names, cell)
    right, total = int(np.trace(counts)), int(counts.sum())
    ax.set_title(f"accuracy {100 * right / total:.2f} % ({right} of {total})", fontsize=11)
    return ax


def _counts(matrix: npt.ArrayLike) -> npt.NDArray[np.int64]:
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"matrix must have shape (n_classes, n_classes), got {counts.shape}")
    if not np.issubdtype(counts.dtype, np.integer) or counts.min(initial=0) < 0:
        raise ValueError("matrix must hold counts, integers of at least 0, got others")
    if not counts.any():
        raise ValueError("matrix must count at least one sample, got zeros only")
    return counts.astype(np.int64)


def _write_counts(
    ax: "Axes", counts: npt.NDArray[np.int64], shares: npt.NDArray[np.float64], cell: float
) -> None:
    """Write the counts where the longest fits into a cell of *cell* points."""
    # A digit is 0.64 as wide as the font size, in DejaVu Sans.
    font = min(10.0, 0.9 * cell / (0.64 * len(str(counts.max()))))
    if font < _LEAST_FONT:
        return
    for row, column in np.argwhere(counts):
        dark = shares[row, column] > 0.5
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": font}
        style["color"] = "white" if dark else "black"
        ax.text(column, row, str(counts[row, column]), **style)


def _name_classes(ax: "Axes", class_names: Sequence[str], cell: float) -> None:
    font = min(9.0, 0.85 * cell)
    step = math.ceil(_LEAST_FONT / font)
    ticks = range(0, len(class_names), step)
    names = [class_names[tick] for tick in ticks]
    font = max(font, _LEAST_FONT)
    upright = 0.64 * font * max(map(len, names)) > 0.9 * cell * step
    ax.set_xticks(ticks, names, fontsize=font, rotation=90 if upright else 0)
    ax.set_yticks(ticks, names, fontsize=font)
    ax.tick_params(length=0)
    ax.set_xlabel("decided class", fontsize=10)
    ax.set_ylabel("true class", fontsize=10)
    ax.spines[:].set_visible(False)


def draw_weights(
    network: DenseNetwork, side: int | None = None, units: Sequence[int] | None = None
) -> "Figure":
    """Draw the incoming weights of the first hidden layer as images, one per neuron.

    Where there is no hidden layer, there is one image per output. All images have one scale, with
    zero in the middle, white, up to the 99th percentile of the absolute weights drawn.

    Parameters
    ----------
    network : DenseNetwork
        Its inputs are the pixels of square images, row by row from the top.
    side : int, optional
        Pixels on a side; the root of the number of inputs if not given.
    units : sequence of int, optional
        Which neurons or outputs, counted from 0. If not given: all outputs, all hidden neurons up
        to 64, or the 64 with the largest Euclidean norm of outgoing weights, by their numbers.

    Returns
    -------
    Figure
        Unknown to pyplot. Images are named as in ``network.to_networkx()``: the first is ``h1``,
        or ``output1``.

    Raises
    ------
    TypeError, ValueError
        If the inputs are not ``side * side``, or there is no such unit.

    Examples
    --------
    >>> network = DenseNetwork(weights=[[[1.0, -1.0, 0.5, 0.0]]], biases=[[0.0]])
    >>> draw_weights(network).axes[0].get_title()
    'incoming weights of 1 output'
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    side = _checked_side(network.n_inputs, side)
    chosen = _chosen_units(network, units)
    rows, columns = _grid(len(chosen))
    inches = min(2.4, 9 / columns)
    ax = new_figure(inches * columns + 1.6, 1.15 * inches * rows + 0.6, "compressed").subplots()
    weights = network.weights[0][chosen]
    sizes = np.abs(weights)
    # Of many weights that evolved the largest is so far out that all others would be pale.
    limit = float(np.percentile(sizes, 99) or sizes.max() or 1.0)
    colours: dict[str, Any] = {"cmap": "RdBu", "norm": Normalize(-limit, limit)}
    kind = "h" if len(network.weights) > 1 else "output"
    font = float(np.clip(6 * inches, 4, 9))
    for place, (unit, image) in enumerate(zip(chosen, weights, strict=True)):
        left, top = 1.06 * (place % columns), 1.2 * (place // columns)
        ax.imshow(image.reshape(side, side), extent=(left, left + 1, top + 1, top), **colours)
        ax.text(left + 0.5, top - 0.02, f"{kind}{unit + 1}", ha="center", fontsize=font)
    ax.set(xlim=(-0.03, 1.06 * columns - 0.03), ylim=(1.2 * rows - 0.15, -0.17))
    ax.axis("off")
    bar = figure_of(ax).colorbar(
        ScalarMappable(**colours), ax=ax, fraction=0.046, pad=0.02, extend="both"
    )
    bar.set_label("weight", fontsize=9)
    bar.ax.tick_params(labelsize=8)
    ax.set_title(_weights_title(network, len(chosen)), fontsize=11)
    return figure_of(ax)


def _checked_side(n_inputs: int, side: int | None) -> int:
    if side is None:
        rule, side = "a square", math.isqrt(n_inputs)
    else:
        side = _check.integer("side", side, minimum=1)
        rule = f"a square of side {side}"
    if side * side != n_inputs:
        raise ValueError(f"inputs must be the pixels of {rule}, got {n_inputs}")
    return side


def _grid(n: int) -> tuple[int, int]:
    """Rows and columns for *n* images: somewhat wider than high, with few places empty."""
    narrow = math.ceil(math.sqrt(n))
    columns = min(range(narrow, math.ceil(1.6 * math.sqrt(n)) + 1), key=lambda width: -n % width)
    return math.ceil(n / columns), columns


def _chosen_units(network: DenseNetwork, units: Sequence[int] | None) -> list[int]:
    n = network.sizes[1]
    if units is not None:
        chosen = [_check.integer("units", unit, minimum=0, maximum=n - 1) for unit in units]
        if not chosen:
            raise ValueError("units must be at least one, got none")
        return chosen
    if len(network.weights) == 1 or n <= MOST_UNITS:
        return list(range(n))
    norms = np.linalg.norm(network.weights[1], axis=0)
    # Stable, so that of equals the first are drawn.
    return sorted(np.argsort(-norms, kind="stable")[:MOST_UNITS].tolist())


def _weights_title(network: DenseNetwork, drawn: int) -> str:
    n = network.sizes[1]
    kind = "hidden neuron" if len(network.weights) > 1 else "output"
    of = f" of {n}" if drawn < n else ""
    return f"incoming weights of {drawn}{of} {kind}{'s' * (n != 1)}"
