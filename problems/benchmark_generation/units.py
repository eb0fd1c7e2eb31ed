"""A unit of work: some attempts, grown, filtered and measured, wherever it is done."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.quality import ACCEPTED, Quality
from evograft.problems.benchmark_generation.samplers import Sampler
from evograft.problems.benchmark_generation.storage.columns import (
    FIXED,
    Rows,
    as_stored,
    entry_hash,
    genome_columns,
    head,
    join,
    network_columns,
)
from evograft.problems.benchmark_generation.storage.stamps import RULES
from evograft.problems.benchmark_generation.tasks import Task, score_columns, score_names
from evograft.problems.graph_target.graphs import tally
from evograft.representations.morphogenesis import Genome, Organism, develop, develop_many

GROWN_AT_ONCE = 64

HASH_BYTES = 32

Measure = Callable[[Organism], dict[str, float]]


class Unit(NamedTuple):
    """What came of some attempts.

    Attributes
    ----------
    start : int
        Number of the first attempt.
    codes : (attempts,) uint8
        As `Quality.codes` gives them.
    rows : dict of columns
        The entries.
    hashes : bytes
        Of the entries, `columns.entry_hash` end to end.
    """

    start: int
    codes: npt.NDArray[np.uint8]
    rows: Rows
    hashes: bytes

    @property
    def accepted(self) -> int:
        """Number of entries."""
        return len(self.hashes) // HASH_BYTES


@dataclass(frozen=True)
class Work:
    """Makes units: called with the first attempt's number, and that past the last one's.

    Parameters
    ----------
    sampler : Sampler
    quality : Quality
    measure : callable, or None
    metrics : tuple of str
        Names of what *measure* gives; those of `metric_names`.
    tasks : tuple of Task
    task_seeds : int
        Evaluation seeds of each task, from 0 on.
    fidelities : tuple of str
        At which each task is evaluated.
    """

    sampler: Sampler
    quality: Quality
    measure: Measure | None
    metrics: tuple[str, ...]
    tasks: tuple[Task, ...]
    task_seeds: int
    fidelities: tuple[str, ...]

    @property
    def scores(self) -> tuple[str, ...]:
        """Names of the columns of scores."""
        return score_names(self.tasks, range(self.task_seeds), self.fidelities)

    def __call__(self, attempts: tuple[int, int]) -> Unit:
        """Make a unit."""
        start, stop = attempts
        growing = develop_many(map(as_stored, self.sampler.genomes(start, stop)), threads=1)
        codes = [np.empty(0, np.uint8)]
        kept: list[tuple[int, Organism]] = []
        for number in range(start, stop, GROWN_AT_ONCE):
            grown = [*islice(growing, GROWN_AT_ONCE)]
            codes.append(self.quality.codes(tally(grown)))
            kept += [
                (number + int(i), grown[i]) for i in np.flatnonzero(codes[-1] == ACCEPTED).tolist()
            ]
        return Unit(start, np.concatenate(codes), *self.entries(kept))

    def entries(self, kept: Sequence[tuple[int, Organism]]) -> tuple[Rows, bytes]:
        """All columns of entries, given by number and organism, and their hashes."""
        genomes = [organism.genome for _, organism in kept]
        network = network_columns([organism for _, organism in kept])
        numbers = np.array([number for number, _ in kept], np.int64)
        rows: Rows = {"number": numbers, **genome_columns(genomes), **network}
        measured = [self._measured_or_told(number, organism) for number, organism in kept]
        for i, name in enumerate((*self.metrics, *self.scores)):
            rows[name] = np.array([values[i] for values in measured], np.float64)
        digests = network["digest"]
        assert isinstance(digests, np.ndarray)
        hashes = map(entry_hash, numbers.tolist(), genomes, digests.tolist())
        return rows, b"".join(hashes)

    def _measured_or_told(self, number: int, organism: Organism) -> list[float]:
        try:
            return self._measured(number, organism)
        except Exception as error:
            error.add_note(f"while attempt {number} of the sampler was measured")
            raise

    def _measured(self, number: int, organism: Organism) -> list[float]:
        values = {} if self.measure is None else self.measure(organism)
        if len(values) != len(self.metrics) or any(name not in values for name in self.metrics):
            raise ValueError(
                f"measure must give the same metrics for every network, {list(self.metrics)}, "
                f"got {list(values)} for attempt {number}"
            )
        scores = score_columns(organism, self.tasks, range(self.task_seeds), self.fidelities)
        found = {name: float(values[name]) for name in self.metrics} | scores
        for name, value in found.items():
            if math.isinf(value):
                raise ValueError(
                    f"measures must be numbers or NaN, got {value} for {name} of attempt {number}"
                )
        return [*found.values()]


def metric_names(measure: Measure | None) -> tuple[str, ...]:
    """Names of what *measure* gives, tried on a network of 15 neurons."""
    if measure is None:
        return ()
    genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    return tuple(measure(develop(genome)))


def check_names(names: Sequence[str]) -> None:
    """Raise where names of metrics and scores are not different from each other and all others."""
    for i, name in enumerate(names):
        if name in FIXED or name in names[:i]:
            raise ValueError(f"metrics and scores must have names of their own, got {name!r} again")


def cut(units: Sequence[Unit], accepted: int) -> tuple[Rows, bytes, npt.NDArray[np.uint8]]:
    """Join *units*, in order, up to the entry that makes *accepted* of them, if there are as many.

    Returns
    -------
    rows : dict of columns
    hashes : bytes
        Of the entries.
    codes : (attempts,) uint8
        Of all attempts up to that of the last entry, or all there are.
    """
    rows = join([unit.rows for unit in units])
    hashes = b"".join(unit.hashes for unit in units)
    codes = np.concatenate([unit.codes for unit in units])
    places = np.flatnonzero(codes == ACCEPTED)
    if len(places) >= accepted:
        codes = codes[: places[accepted - 1] + 1]
        rows, hashes = head(rows, accepted), hashes[: HASH_BYTES * accepted]
    return rows, hashes, codes


def rejections(codes: npt.NDArray[np.uint8]) -> dict[str, int]:
    """How many attempts each rule has rejected."""
    return {rule: int((codes == place).sum()) for place, rule in enumerate(RULES)}
