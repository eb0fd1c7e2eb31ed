"""What a growth leaves behind: its graph as JSON and GraphML, pictures, an animation."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from evograft.representations.files import replacing

if TYPE_CHECKING:
    from evograft.representations.morphogenesis import Organism

FRAMES = 60
"""States in an animation, about."""


@contextmanager
def new_directory(path: Path) -> Iterator[None]:
    """Make a new directory for what is about to be computed; it goes again if that fails.

    Raises
    ------
    ValueError
        Where it is not new or empty, or cannot be made or written.
    """
    there = path.is_dir()
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise ValueError(f"--out must be a new or empty directory, got {str(path)!r}")
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise ValueError(
            f"--out must be a directory that can be written, got {str(path)!r}: {error.strerror}"
        ) from None
    try:
        yield
    except BaseException:
        if not there:
            path.rmdir()
        raise


def save_growth(organism: "Organism", directory: str | Path) -> list[Path]:
    """Write ``graph.json``, ``graph.graphml``, ``growth.png`` and, if recorded, ``growth.gif``.

    The JSON is networkx' node-link form, with each neuron's site under ``pos``; GraphML has it as
    ``x`` and ``y``. The directory is made where it is missing; every file is written whole or not
    at all. Returns their paths.
    """
    from evograft.studies.tissue_drawing import draw_organism

    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    graph = organism.to_networkx()
    written = [folder / name for name in ("graph.json", "graph.graphml", "growth.png")]
    with replacing(written[0]) as file:
        json.dump(nx.node_link_data(graph, edges="edges"), file)
        file.write("\n")
    with replacing(written[1]) as file:
        for node in graph:
            graph.nodes[node]["x"], graph.nodes[node]["y"] = graph.nodes[node].pop("pos")
        for line in nx.generate_graphml(graph):
            file.write(f"{line}\n")
    with replacing(written[2], binary=True) as file:
        draw_organism(organism).savefig(file, format="png", dpi=150)
    if organism.history is not None:
        from evograft.studies.growth_animation import save_animation

        written.append(folder / "growth.gif")
        save_animation(organism, written[-1])
    return written
