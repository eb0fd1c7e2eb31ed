"""One benchmark analysed: its metrics in numbers, how they go together, its duplicates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.studies.bench.analysis.graph_duplicates import DuplicateCount, count_duplicates
from evograft.studies.bench.analysis.metric_summary import rank_correlations, summarise
from evograft.studies.bench.analysis.mode_values import Attempts, attempts_of, mode_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Analysis:
    """What `analyse` has found.

    Attributes
    ----------
    name : str
        Of the directory.
    entries : DataFrame
        One row per entry: ``mode`` (``networks`` where it is unknown), metrics and scores.
    attempts : Attempts or None
        What came of the genomes, where the benchmark tells.
    summary : DataFrame
        As `summarise` returns it.
    correlations : DataFrame
        As `rank_correlations` returns it.
    duplicates : DuplicateCount
    """

    name: str
    entries: "pd.DataFrame"
    attempts: Attempts | None
    summary: "pd.DataFrame"
    correlations: "pd.DataFrame"
    duplicates: DuplicateCount


def analyse(bench: Bench, *, progress: Callable[[int], object] | None = None) -> Analysis:
    """Describe the metrics and scores of *bench*, and count its duplicates.

    Parameters
    ----------
    bench : Bench
    progress : callable, optional
        As for `count_duplicates`.

    Raises
    ------
    ValueError
        If the benchmark has no metrics or no entries, or an entry cannot be read.
    """
    if not bench.measured:
        hint = "" if bench.metadata else " (evograft bench measure gives genomes those)"
        raise ValueError(f"{bench.directory} must have metrics or scores, got none{hint}")
    if not len(bench):
        raise ValueError(f"{bench.directory} must have entries, got none")
    table = bench.table(bench.measured)
    return Analysis(
        name=bench.directory.resolve().name,
        entries=table.assign(mode=mode_of(bench) or "networks"),
        attempts=attempts_of(bench.metadata),
        summary=summarise(table),
        correlations=rank_correlations(table),
        duplicates=count_duplicates(bench, progress=progress),
    )
