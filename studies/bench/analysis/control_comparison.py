"""Networks of a benchmark beside random ones of the same size: what growth alone accounts for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.controls import SMALLEST, controls
from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.metrics import measure
from evograft.representations import _check
from evograft.studies.bench.analysis.stored_graphs import COLUMNS, stored_graph
from evograft.studies.statistics._comparison_tests import signed_rank
from evograft.studies.statistics.effect_sizes import holm

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

SAMPLE = 300
"""Entries that have a control, unless another number is asked for."""


@dataclass(frozen=True)
class ControlComparison:
    """What `compare_controls` has found.

    Attributes
    ----------
    of : int
        Entries of the benchmark.
    seed : int
    values : DataFrame
        One row per entry of the sample: ``number``, its metrics, ``control_connected`` and the
        metrics of its control (``control_…``), NaN where it has none.
    table : DataFrame
        One row per metric that both have: ``n`` pairs in which both are defined, ``mean``,
        ``control_mean`` and ``control_sd``, the mean ``difference`` of a network and its control,
        ``d`` (that by the standard deviation of the differences; 0 where all are 0), ``A`` (the
        share of pairs in which the network has more, ties by half), and ``p`` with ``p_holm``.
    """

    of: int
    seed: int
    values: "pd.DataFrame"
    table: "pd.DataFrame"

    def sentence(self) -> str:
        """What was compared, in words."""
        connected = self.values["control_connected"]
        small, loose = int(connected.isna().sum()), int((connected == 0).sum())
        return (
            f"{len(self.values)} of {self.of} networks, drawn with seed {self.seed}, each beside a "
            f"random network of as many nodes and edges; {loose} of these are not connected, and "
            f"{small} networks of fewer than {SMALLEST} nodes have none"
        )


def compare_controls(
    bench: Bench,
    *,
    sample: int = SAMPLE,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> ControlComparison:
    """Put entries of *bench* beside their controls, by all metrics of edges.

    Networks and controls are measured alike, whatever metrics the benchmark stores. Controls have
    no positions, so lengths of connections are left out.

    Parameters
    ----------
    bench : Bench
    sample : int, at least 1
        Entries, or all where there are fewer.
    seed : int, at least 0
        Of the sample and of the controls.
    progress : callable, optional
        Called with the number of networks that have been measured.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule, or a network cannot be read.

    Notes
    -----
    Randomness: one ``choice`` without replacement from ``numpy.random.default_rng(seed)``, and that
    of `controls`, one for each entry.

    References
    ----------
    F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1 (1945), is the
    test of the pairs; J. Cohen, "Statistical Power Analysis for the Behavioral Sciences" (1988), of
    their d.
    """
    import pandas as pd

    _check.integer("sample", sample, minimum=1)
    _check.integer("seed", seed, minimum=0)
    drawn = np.random.default_rng(seed).choice(
        bench.numbers, size=min(sample, len(bench)), replace=False
    )
    measured: list[dict[str, float]] = []

    def sizes() -> Iterator[tuple[int, int, int]]:
        for done, number in enumerate(np.sort(drawn).tolist(), start=1):
            graph = stored_graph(bench.row(number, COLUMNS))
            measured.append({"number": number, **measure(graph)})
            yield number, len(graph.neuron_ids), len(graph.edges)
            if progress is not None:
                progress(done)

    beside = controls(sizes(), measure=measure, seed=seed)
    values = pd.DataFrame(measured).merge(beside, on="number")
    if "control_connected" not in values:  # all networks are too small
        values["control_connected"] = np.nan
    return ControlComparison(len(bench), seed, values, _table(values))


def _table(values: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    rows = []
    for name in values.columns.tolist():
        if f"control_{name}" in values:
            pairs = values[[name, f"control_{name}"]].to_numpy(np.float64)
            own, other = pairs[np.isfinite(pairs).all(axis=1)].T
            if own.size:
                rows.append({"metric": name, **_compared(own, other)})
    columns = ["metric", "n", "mean", "control_mean", "control_sd", "difference", "d", "A", "p"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(p_holm=holm(table["p"].to_numpy(np.float64)))


def _compared(own: Floats, other: Floats) -> dict[str, Any]:
    differences = own - other
    mean = float(differences.mean())
    spread = float(differences.std(ddof=1)) if own.size > 1 else np.nan
    # Where all pairs differ alike there is no scale to measure that by.
    d = 0.0 if not differences.any() else mean / spread if spread > 0 else np.nan
    return {
        "n": own.size,
        "mean": float(own.mean()),
        "control_mean": float(other.mean()),
        "control_sd": float(other.std(ddof=1)) if other.size > 1 else np.nan,
        "difference": mean,
        "d": d,
        "A": float((1 + np.sign(differences).mean()) / 2),
        "p": signed_rank(own, other).p,
    }
