"""Pictures of a run, written to its directory.

Matplotlib and pandas are imported where they are used, so that the command line starts fast.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations.files import replacing
from evograft.representations.network import Network
from evograft.representations.one_vs_all import OneVsAllNetwork
from evograft.studies._figure import figure_of
from evograft.studies.network_drawing import draw_network
from evograft.studies.progress_plot import plot_progress
from evograft.studies.tissue_drawing import draw_organism

if TYPE_CHECKING:
    import pandas as pd

    from evograft.representations.morphogenesis import Organism


def save_pictures(
    directory: str | os.PathLike[str],
    log: "pd.DataFrame | Sequence[Mapping[str, Any]]",
    network: Network | OneVsAllNetwork | None = None,
    feature_names: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
    *,
    organism: "Organism | None" = None,
) -> list[Path]:
    """Write ``progress.png`` and, of what is given, ``network.png`` and ``growth.png``.

    The arguments are those of :func:`plot_progress`, :func:`draw_network` and
    :func:`draw_organism`. The directory is made where it is missing; every picture is written whole
    or not at all. Returns their paths.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {"progress.png": figure_of(plot_progress(log)[0])}
    if network is not None:
        ax = draw_network(network, feature_names=feature_names, class_names=class_names)
        drawn["network.png"] = figure_of(ax)
    if organism is not None:
        drawn["growth.png"] = draw_organism(organism)
    for name, figure in drawn.items():
        with replacing(folder / name, binary=True) as file:
            figure.savefig(file, format="png", dpi=150)
    return [folder / name for name in drawn]
