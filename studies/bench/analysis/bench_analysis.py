"""One benchmark analysed: metrics in numbers and beside random networks, duplicates."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.representations import _check
from evograft.studies.bench.analysis.control_comparison import (
    SAMPLE,
    ControlComparison,
    compare_controls,
)
from evograft.studies.bench.analysis.graph_duplicates import DuplicateCount, count_duplicates
from evograft.studies.bench.analysis.metric_summary import spearman_correlations, summarise
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
        As `spearman_correlations` returns it.
    duplicates : DuplicateCount
    controls : ControlComparison or None
        Where it was asked for.
    """

    name: str
    entries: "pd.DataFrame"
    attempts: Attempts | None
    summary: "pd.DataFrame"
    correlations: "pd.DataFrame"
    duplicates: DuplicateCount
    controls: ControlComparison | None


def analyse(
    bench: Bench, *, controls: int = SAMPLE, progress: Callable[[int], object] | None = None
) -> Analysis:
    """Describe the metrics and scores of *bench*, compare them with random networks' metrics.

    Duplicates are counted, too.

    Parameters
    ----------
    bench : Bench
    controls : int, at least 0
        Entries that are put beside a random network of the same size; see `compare_controls`.
    progress : callable, optional
        Called with the number of graphs that have been read: all of the benchmark, and after them
        those with a control.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks its rule, the benchmark has no metrics or no entries, or an entry
        cannot be read.
    """
    _check.integer("controls", controls, minimum=0)
    if not bench.measured:
        hint = "" if bench.metadata else " (evograft bench measure gives genomes those)"
        raise ValueError(f"{bench.directory} must have metrics or scores, got none{hint}")
    if not len(bench):
        raise ValueError(f"{bench.directory} must have entries, got none")
    table = bench.table(bench.measured)
    duplicates = count_duplicates(bench, progress=progress)
    return Analysis(
        name=bench.directory.resolve().name,
        entries=table.assign(mode=mode_of(bench) or "networks"),
        attempts=attempts_of(bench.metadata),
        summary=summarise(table),
        correlations=spearman_correlations(table),
        duplicates=duplicates,
        controls=_controls(bench, controls, progress),
    )


def _controls(
    bench: Bench, sample: int, progress: Callable[[int], object] | None
) -> ControlComparison | None:
    if sample == 0:
        return None
    later = None if progress is None else lambda done: progress(len(bench) + done)
    return compare_controls(bench, sample=sample, progress=later)
