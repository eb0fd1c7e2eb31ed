"""The values of two benchmarks of the two modes, side by side: metrics, sizes, attempts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.given_genomes import GivenGenomes
from evograft.studies.bench.analysis.metric_coverage import compare_coverage, grid_cells
from evograft.studies.bench.analysis.mode_tests import Outcome
from evograft.studies.bench.analysis.size_terciles import PARTS, size_terciles

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

MODES = ("random", "stratified")

ALL = "all"

_NO_CELLS = np.empty(0, np.int64)

ASPECTS = {
    "entropy": (
        "degree_entropy",
        "in_degree_entropy",
        "out_degree_entropy",
        "von_neumann_entropy",
    ),
    "modularity": ("modularity_undirected_greedy", "modularity_directed_same_partition"),
    "hierarchy": ("flow_hierarchy", "global_reaching_centrality"),
    "balance": ("degree_balance",),
}
"""Metrics that the modes are compared by; the first of each stands for it."""

SIZES = ("n", "m")

AXES = tuple(metrics[0] for metrics in ASPECTS.values())
"""Axes of the space of which a mode covers more or less."""

WANTED = (*SIZES, *(metric for metrics in ASPECTS.values() for metric in metrics))


@dataclass(frozen=True)
class Attempts:
    """What came of the genomes of a mode.

    Attributes
    ----------
    made, accepted : int
    rejected : dict of str to int
        By the rule that they broke first.
    """

    made: int
    accepted: int
    rejected: dict[str, int]


@dataclass(frozen=True, eq=False)
class ModeValues:
    """What there is to compare of the two modes.

    Attributes
    ----------
    entries : DataFrame
        One row per entry of either: ``mode``, ``part`` (of :data:`PARTS`, or empty where sizes are
        missing) and the metrics of :data:`ASPECTS` and :data:`SIZES` that either has.
    attempts : dict of str to Attempts
        By mode; of modes whose benchmark tells of them.
    missing : dict of str to tuple of str
        Metrics that are lacking, each with the modes that lack it.
    """

    entries: "pd.DataFrame"
    attempts: dict[str, Attempts]
    missing: dict[str, tuple[str, ...]]
    _rows: "dict[tuple[str, str], pd.DataFrame]" = field(default_factory=dict, repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """All networks, and the thirds of them by size where sizes are known."""
        return (ALL,) if set(SIZES[:1]) & set(self.missing) else (ALL, *PARTS)

    def rows(self, mode: str, part: str = ALL) -> "pd.DataFrame":
        """The entries of a mode in a part."""
        if (mode, part) not in self._rows:
            chosen = self.entries["mode"] == mode
            if part != ALL:
                chosen &= self.entries["part"] == part
            self._rows[mode, part] = self.entries[chosen]
        return self._rows[mode, part]

    def values(self, mode: str, metric: str, part: str = ALL) -> Floats:
        """The values (n,) of a metric without those that are NaN."""
        values: Floats = self.rows(mode, part)[metric].to_numpy(np.float64)
        return values[np.isfinite(values)]

    @property
    def axes(self) -> tuple[str, ...]:
        """Those of :data:`AXES` that both benchmarks have."""
        return tuple(metric for metric in AXES if metric not in self.missing)

    @cached_property
    def coverage(self) -> dict[str, Outcome]:
        """How much of the space of :attr:`axes` the random mode covers, and the stratified one.

        By part. The grid reaches from the least to the largest values of all entries.
        """
        axes = list(self.axes)
        everything = _points(self.entries[axes])
        if not len(everything):
            return {part: compare_coverage(_NO_CELLS, _NO_CELLS) for part in self.parts}
        ends = everything.min(axis=0), everything.max(axis=0)
        cells = {
            part: [grid_cells(_points(self.rows(mode, part)[axes]), *ends) for mode in MODES]
            for part in self.parts
        }
        return {part: compare_coverage(*both) for part, both in cells.items()}

    def lacking(self, metric: str, modes: Iterable[str] = MODES) -> str:
        """A sentence about those of *modes* that lack *metric*, or nothing."""
        without = [mode for mode in self.missing.get(metric, ()) if mode in modes]
        return f"no column {metric} in {' and '.join(without)}" if without else ""


def _points(rows: "pd.DataFrame") -> Floats:
    points: Floats = rows.to_numpy(np.float64)
    return points[np.isfinite(points).all(axis=1)]


def read_modes(first: Bench, second: Bench) -> ModeValues:
    """Read what there is to compare of a benchmark of each mode, in either order.

    Raises
    ------
    ValueError
        Where they are not one of each mode, a benchmark has no metric that is compared, or has no
        entry.
    """
    benches = {mode_of(bench): bench for bench in (first, second)}
    if set(benches) != set(MODES):
        names = (mode_of(bench) for bench in (first, second))
        said = " and ".join("no known mode" if name is None else repr(name) for name in names)
        raise ValueError(f"benchmarks must be of the modes 'random' and 'stratified', got {said}")
    frames = {mode: _metrics(benches[mode]) for mode in MODES}
    return join_modes(frames, {mode: attempts_of(benches[mode].metadata) for mode in MODES})


def join_modes(
    frames: "Mapping[str, pd.DataFrame]", attempts: Mapping[str, Attempts | None]
) -> ModeValues:
    """Join tables of metrics, one for each mode, and cut them into thirds by size.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        By mode; columns are metrics.
    attempts : mapping of str to Attempts or None
        By mode.
    """
    import pandas as pd

    lacking = {
        metric: tuple(mode for mode in MODES if metric not in frames[mode]) for metric in WANTED
    }
    missing = {metric: modes for metric, modes in lacking.items() if modes}
    columns = [metric for metric in WANTED if len(missing.get(metric, ())) < len(MODES)]
    entries = pd.concat(
        [frames[mode].reindex(columns=columns).assign(mode=mode) for mode in MODES],
        ignore_index=True,
    )
    entries["part"] = ""
    if "n" not in missing:
        # Where edges are missing, nodes alone cut; what ties stays together.
        edges = entries["m"] if "m" not in missing else np.zeros(len(entries))
        places = size_terciles(entries["n"], edges)
        entries["part"] = np.array(PARTS, object)[places]
    known = {mode: made for mode, made in attempts.items() if made is not None}
    return ModeValues(entries[["mode", "part", *columns]], known, missing)


def mode_of(bench: Bench) -> str | None:
    """The name of the sampler that made a benchmark; None where it does not tell.

    Of genomes that were given, what they are told to be, and "given" where nothing is told.
    """
    sampler = bench.metadata.get("sampler")
    if not isinstance(sampler, Mapping):
        return None
    name = sampler.get("name")
    if name == GivenGenomes.name:
        name = sampler.get("mode") or name
    return name if isinstance(name, str) else None


def attempts_of(metadata: Mapping[str, Any]) -> Attempts | None:
    """What the metadata tells of attempts; None where it tells nothing.

    Of genomes that were given, nobody knows how many have been rejected before.
    """
    sampler = metadata.get("sampler")
    if isinstance(sampler, Mapping) and sampler.get("name") == GivenGenomes.name:
        return None
    if not {"attempts", "accepted", "rejected"} <= set(metadata):
        return None
    return Attempts(metadata["attempts"], metadata["accepted"], dict(metadata["rejected"]))


def _metrics(bench: Bench) -> "pd.DataFrame":
    names = [name for name in WANTED if name in bench.measured]
    compared = [metric for metric in WANTED if metric not in SIZES]
    if not set(compared) & set(names):
        raise ValueError(
            f"{bench.directory} must have metrics to compare, got none of {', '.join(compared)}"
        )
    if not len(bench):
        raise ValueError(f"{bench.directory} must have entries, got none")
    return bench.table(names)
