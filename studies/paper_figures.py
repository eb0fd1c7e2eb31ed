"""The figures of papers, as they print them, and the studies that reproduce them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.studies.ablation.study import Study
from evograft.studies.ablation.study_file import read_study

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("dataset", "method", "measure", "mean", "deviation", "runs")


@contextmanager
def packaged(folder: str, file: str) -> Iterator[Path]:
    """The path of a file of this package while the context lasts."""
    with as_file(files("evograft.studies.reproduction").joinpath(folder, file)) as path:
        yield path


def paper_figures(folder: str, part: str) -> "pd.DataFrame":
    """The paper's figures for a part of a reproduction.

    Returns
    -------
    DataFrame
        One row per data set, method and measure: its mean, standard deviation and number of runs,
        NaN where the paper gives none.

    Examples
    --------
    >>> figures = paper_figures("mge-table3", "wine")
    >>> figures[(figures["method"] == "mge") & (figures["measure"] == "neurons")].to_dict("records")
    [{'dataset': 'wine', 'method': 'mge', 'measure': 'neurons', 'mean': 10.67, 'deviation': 1.27,
      'runs': 30.0}]
    """
    import pandas as pd

    with packaged(folder, f"{part}.csv") as path:
        figures = pd.read_csv(path)
    numbers = ["mean", "deviation", "runs"]
    figures[numbers] = figures[numbers].astype(float)
    return figures


def packaged_study(folder: str, part: str) -> Study:
    """The study of a part of a reproduction, with the paper's settings.

    Examples
    --------
    >>> packaged_study("mge-table3", "wine").name
    'mge-table3-wine'
    """
    with packaged(folder, f"{part}.toml") as path:
        return read_study(path)
