"""A growth as an animated GIF."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.representations import _check
from evograft.representations.files import replacing
from evograft.studies._figure import new_figure
from evograft.studies.tissue_drawing import (
    AXON,
    NEURON,
    PROGENITOR,
    add_cell_legend,
    add_cells,
    draw_background,
    draw_fields,
    scale_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from evograft.representations.morphogenesis import Organism

DPI = 80
FIELDS_IN_A_COLUMN = 3


def save_animation(
    organism: "Organism", path: str | os.PathLike[str], *, seconds: float = 0.12
) -> None:
    """Write the recorded states of a growth as an animated GIF, whole or not at all.

    Every frame has the tissue, as :func:`draw_organism` shows it, and the fields of all morphogens;
    colours mean the same in all frames. The last one stays for two seconds, then it starts again.

    Parameters
    ----------
    organism : Organism
        Grown with ``develop(genome, record=...)``.
    path : path
        In a directory that exists.
    seconds : float, 0.02 to 10
        For which a frame is shown.

    Raises
    ------
    ValueError
        Where nothing was recorded.
    """
    duration = round(1000 * _check.real("seconds", seconds, minimum=0.02, maximum=10))
    if not organism.history:
        rule = "must be grown with its states recorded: develop(genome, record=...)"
        raise ValueError(f"organism {rule}, got {organism!r}")
    first, *others = _frames(organism)
    durations = [duration] * len(others) + [2000]
    with replacing(Path(path), binary=True) as file:
        first.save(
            file, "GIF", save_all=True, append_images=others, duration=durations, loop=0, disposal=1
        )


def _frames(organism: "Organism") -> "Iterator[Image]":
    """Draw one state after the other on the same figure, whose parts stay where they are."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    history = organism.history or []
    fields = history[-1].fields
    scales = [
        scale_of(
            np.array([bound(stage.fields[k]) for stage in history for bound in (np.min, np.max)])
        )
        for k in range(len(fields))
    ]
    columns = -(-len(fields) // FIELDS_IN_A_COLUMN)
    widths = [6.6, 2.5 * columns]
    figure = new_figure(sum(widths), 6.6)
    figure.set_dpi(DPI)
    canvas: Any = FigureCanvasAgg(figure)
    palette = _palette()
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    parts = figure.add_gridspec(1, 2, width_ratios=widths)
    left, right = figure.add_subfigure(parts[0]), figure.add_subfigure(parts[1])
    tissue = left.subplots()
    background = draw_background(tissue, fields[2], scales[2])
    maps = draw_fields(right, fields, scales, columns)
    add_cell_legend(tissue)
    for stage in history:
        background.set_data(stage.fields[2].T)
        for image, field in zip(maps, stage.fields, strict=True):
            image.set_data(field.T)
        progenitors = np.argwhere((stage.cells > 0) & ~stage.neurons)
        neurons = np.argwhere(stage.neurons)
        tissue.set_title(_title(stage.step, len(neurons), len(progenitors)), fontsize=12)
        drawn = add_cells(tissue, progenitors, neurons, stage.axons, stage.cells.shape)
        canvas.draw()
        figure.set_layout_engine("none")  # laid out by now
        picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy())
        yield picture.quantize(palette=palette, dither=Image.Dither.NONE)
        for collection in drawn:
            collection.remove()


def _title(step: int, neurons: int, progenitors: int) -> str:
    counts = {"neuron": neurons, "progenitor": progenitors}
    words = [f"{n} {word}{'s' * (n != 1)}" for word, n in counts.items()]
    return " · ".join([f"step {step}", *words])


def _palette() -> "Image":
    """The 256 colours of all frames; chosen frame by frame they would flicker.

    They are those of the fields and the greys, and of the cells and axons, whose rims mix with the
    white and the greys around them.
    """
    import matplotlib as mpl
    from matplotlib.colors import to_rgb
    from PIL import Image

    mixed = [
        (1 - share) * np.array(to_rgb(colour)) + share * ground
        for colour in (NEURON, PROGENITOR, AXON)
        for ground in (1.0, 0.75, 0.45)
        for share in (0.0, 0.25, 0.5, 0.75)
    ]
    # Nothing close to white, which Pillow would take for it: its search for a colour is coarse.
    greys = [np.full(3, level) for level in (*np.linspace(0, 0.95, 63), 1.0)]
    fields = mpl.colormaps["viridis"](np.linspace(0, 1, 256 - len(mixed) - len(greys)))[:, :3]
    palette = Image.new("P", (1, 1))
    colours = np.round(255 * np.vstack([mixed, greys, fields])).astype(int)
    palette.putpalette(colours.ravel().tolist())
    return palette
