"""Scores of a benchmark as targets: of its entries alone, or of any genome."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.representations import _check, _random
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.leaderboard.table_target import TableTarget
from evograft.studies.bench.named_tasks import named_tasks
from evograft.studies.problem_source import Source

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.tasks import Task

Floats = npt.NDArray[np.float64]

HIGHEST = 1.0
"""Of the scores in tasks that the command line knows."""

OPTIONS = ("task", "fidelity", "seed", "closed", "neighbours")
"""Of a :class:`BenchSource`."""


class BenchTarget:
    """A task as a target: what a benchmark has is looked up, other genomes are grown and scored.

    Searches begin with entries. Every query costs growth and evaluation, known or not: see `Lookup`
    with *on_missing* "evaluate".

    Parameters
    ----------
    bench : Bench
    task : Task
        The same as the entries were scored in.
    fidelity : str
    seed : int
        Of the evaluation.
    optimum : float, optional
        The best score there can be, at which a run ends, if that is known.

    Attributes
    ----------
    name : str
    optimum : float or None
    options : dict
        What tells this target from others, for the record of a run.

    Raises
    ------
    ValueError
        Where the entries were scored in another task of this name, or none has this score.
    """

    def __init__(
        self,
        bench: Bench,
        task: "Task",
        *,
        fidelity: str = "high",
        seed: int = 0,
        optimum: float | None = None,
    ) -> None:
        self._lookup = bench.lookup([task], on_missing="evaluate")
        self._asked: dict[str, Any] = {"task": task.name, "fidelity": fidelity, "seed": seed}
        if next(self._lookup.answers(**self._asked), None) is None:
            raise ValueError(
                f"at least one entry of {bench.directory} must be scored in {task.name}, fidelity "
                f"{fidelity!r}, seed {seed}, got none"
            )
        self._genomes = [genome for _, genome in bench.genomes()]
        self.name = _name(bench, task.name, fidelity)
        self.optimum = optimum
        self.options = {"content_hash": bench.metadata.get("content_hash"), **self._asked}

    def __repr__(self) -> str:
        return f"<BenchTarget {self.name}: {len(self._genomes)} entries, and any genome>"

    def query(self, genomes: Sequence[Genome]) -> tuple[Floats, Floats]:
        """Return the score of each genome and its simulated cost, each (n,)."""
        answers = [self._lookup.query(genome, **self._asked) for genome in genomes]
        return (
            np.array([answer.value for answer in answers], np.float64),
            np.array([answer.cost for answer in answers], np.float64),
        )

    def individual(self, rng: np.random.Generator | None = None) -> Genome:
        """Draw an entry, all alike probable: one number from *rng*, or from Python's ``random``."""
        drawn = _random.below(_random.source(rng), len(self._genomes))
        genome: Any = self._genomes[drawn].snapshot()
        genome.fitness = ObjectiveFitness((1.0,))
        return genome  # type: ignore[no-any-return]


def entries_target(
    bench: Bench,
    task: str | None = None,
    *,
    fidelity: str = "high",
    seed: int = 0,
    neighbours: int = 10,
) -> TableTarget:
    """The scores of the entries alone, as a :class:`TableTarget`: nothing is grown or evaluated.

    Parameters
    ----------
    bench : Bench
    task : str, optional
        May be left out where the entries were scored in only one.
    fidelity : str
    seed : int
        Of the evaluation.
    neighbours : int, at least 1
        See :class:`TableTarget`. Entries without this score are left out.

    Raises
    ------
    ValueError
        Where less than two entries have this score.
    """
    name = bench.task(task)
    found = [*bench.lookup().answers(task=name, fidelity=fidelity, seed=seed)]
    if len(found) < 2:
        raise ValueError(
            f"at least two entries of {bench.directory} must be scored in {name}, fidelity "
            f"{fidelity!r}, seed {seed}, got {len(found)}"
        )
    asked = {"task": name, "fidelity": fidelity, "seed": seed, "closed": True}
    return TableTarget(
        [genome for genome, _ in found],
        [answer.value for _, answer in found],
        [answer.cost for _, answer in found],
        name=_name(bench, name, fidelity),
        neighbours=neighbours,
        options={"content_hash": bench.metadata.get("content_hash"), **asked},
    )


class BenchSource(Source):
    """A benchmark by its directory, which every worker opens for itself, as a target.

    Parameters
    ----------
    name : str
        The directory.
    options : mapping
        ``task``, ``fidelity`` and ``seed`` of the scores, the first of which may be left out where
        there is only one; and ``closed``: whether only entries are searched, with ``neighbours``
        (:func:`entries_target`), or any genome (:class:`BenchTarget`, where the task is one of
        those that the command line knows).
    """

    def load(self, seed: int) -> TableTarget | BenchTarget:
        """Open it; runs of all seeds have the same target."""
        options = dict(self.options)
        for name in options:
            _check.known("option of a benchmark", name, OPTIONS)
        closed, task = options.pop("closed", False), options.pop("task", None)
        bench = Bench.open(self.name)
        if closed:
            return entries_target(bench, task, **options)
        (made,) = named_tasks([bench.task(task)])
        return BenchTarget(bench, made, optimum=HIGHEST, **options)

    def version(self) -> int:
        """Changes when the benchmark does."""
        from evograft.problems.benchmark_generation.storage.metadata import FILE

        path = Path(self.name, FILE)
        return path.stat().st_mtime_ns if path.is_file() else 0


def _name(bench: Bench, task: str, fidelity: str) -> str:
    """As on the command line, without the path."""
    return f"{bench.directory.name}:{task}:{fidelity}"
