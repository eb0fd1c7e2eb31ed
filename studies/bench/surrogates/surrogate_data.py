"""What surrogates learn from: features and targets of the entries of a benchmark."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.splits import sampled
from evograft.representations import _check
from evograft.studies.bench.surrogates.genome_features import feature_table

if TYPE_CHECKING:
    import pandas as pd


class Examples(NamedTuple):
    """Entries to learn from.

    Attributes
    ----------
    numbers : (n,) int64
    features : (n, features) float64
    targets : DataFrame
        A column of float64 for each target, NaN where it is undefined.
    """

    numbers: npt.NDArray[np.int64]
    features: npt.NDArray[np.float64]
    targets: "pd.DataFrame"

    def defined(self, target: str) -> npt.NDArray[np.bool_]:
        """Which entries have a finite value of *target*."""
        finite: npt.NDArray[np.bool_] = np.isfinite(self.targets[target].to_numpy())
        return finite


def examples(bench: Bench, targets: Sequence[str], entries: int | None = None) -> Examples:
    """Read the examples of a benchmark.

    Parameters
    ----------
    bench : Bench
    targets : sequence of str
        Metrics and scores.
    entries : int, optional
        Take only so many, always the same ones: see `splits.sampled`.

    Raises
    ------
    ValueError
        Where the benchmark has no such metric or score, or a genome is not valid.
    """
    if isinstance(targets, str) or not targets:
        raise ValueError(f"targets must be names of metrics or scores, got {targets!r}")
    for name in targets:
        _check.known("target", name, bench.measured)
    numbers = sampled(bench.numbers, entries)
    wanted = set(numbers.tolist())
    features = feature_table(genome for number, genome in bench.genomes() if number in wanted)
    table = bench.table(("number", *targets))
    rows = table[table["number"].isin(wanted)].reset_index(drop=True)
    return Examples(numbers, features, rows[[*targets]])
