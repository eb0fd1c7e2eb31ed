"""Pictures of a run, written to its directory.

Matplotlib and pandas are imported where they are used, so that the command line starts fast.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations.files import replacing
from evograft.representations.network import Network
from evograft.studies._figure import figure_of
from evograft.studies.network_drawing import draw_network
from evograft.studies.progress_plot import plot_progress

if TYPE_CHECKING:
    import pandas as pd


def save_pictures(
    directory: str | os.PathLike[str],
    log: "pd.DataFrame | Sequence[Mapping[str, Any]]",
    network: Network,
    feature_names: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
) -> list[Path]:
    """Write ``progress.png`` and ``network.png``, each whole or not at all, and return their paths.

    The arguments are those of :func:`plot_progress` and :func:`draw_network`; the directory is
    made where it is missing.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {
        "progress.png": plot_progress(log)[0],
        "network.png": draw_network(network, feature_names=feature_names, class_names=class_names),
    }
    for name, ax in drawn.items():
        with replacing(folder / name, binary=True) as file:
            figure_of(ax).savefig(file, format="png", dpi=150)
    return [folder / name for name in drawn]
