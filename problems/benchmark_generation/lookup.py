"""Asking for scores: of a table where it has them, of an evaluation where that is allowed."""

import hashlib
from collections.abc import Iterable, Iterator
from numbers import Integral
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.scored import ScoredTable, ScoredTask, the_task
from evograft.problems.benchmark_generation.storage.columns import as_stored, place_of
from evograft.problems.benchmark_generation.tasks import Score, Task, score_column
from evograft.representations import _check
from evograft.representations.morphogenesis import Genome, develop
from evograft.representations.morphogenesis.genome_fields import SCALARS

Floats = npt.NDArray[np.float64]


class BudgetSpentError(RuntimeError):
    """A query came after the budget of a `Lookup` had been spent."""


class Answer(NamedTuple):
    """What a query gave.

    Attributes
    ----------
    value : float
    cost : float
        Simulated: the floating-point operations of growth and evaluation.
    known : bool
        Whether the table had it.
    """

    value: float
    cost: float
    known: bool


class Lookup:
    """Scores of a table's entries in place of evaluations, with what those would have cost.

    Every query costs the growth of the genome and the evaluation, known or not, asked before or
    not: what a search would have spent that remembers nothing.

    An entry is found by its whole genome: two that hold equal ones have the answer of the first,
    two that only grow into the same network are apart, each with the scores of its own row. A
    genome with arrays of integers is taken as the equal one that a table can hold, of floats.

    Parameters
    ----------
    bench : ScoredTable
        A benchmark with the columns of `score_columns`; a column that is missing, or NaN, is not
        known.
    tasks : iterable of Task
        Those that can be asked for; the same as the table was scored with.
    on_missing : {"refuse", "evaluate"}
        What is done where the table has no answer: raise, or grow the genome and evaluate it,
        which gives what the table would have held.
    budget : float above 0, optional
        Operations that may be spent. The query that reaches them is still answered.

    Attributes
    ----------
    spent : float
        The cost of all answers so far.
    queries : int
        Their number.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.
    """

    def __init__(
        self,
        bench: ScoredTable,
        tasks: Iterable[Task | ScoredTask],
        *,
        on_missing: str = "refuse",
        budget: float | None = None,
    ) -> None:
        _check.choice("on_missing", on_missing, ("refuse", "evaluate"))
        self._bench = bench
        self._tasks = {task.name: task for task in tasks}
        self._evaluates = on_missing == "evaluate"
        for name, task in self._tasks.items():
            if self._evaluates and not isinstance(task, Task):
                raise ValueError(
                    f"tasks must be given to evaluate what is missing, got none {name!r}"
                )
        self._budget = None if budget is None else _check.above_zero("budget", budget)
        self._numbers = np.asarray(bench.numbers)
        self._scored = {*bench.columns}
        self._columns: dict[str, tuple[Floats, Floats]] = {}
        self._by_key: dict[bytes, int] | None = None
        self.spent = 0.0
        self.queries = 0

    def query(
        self,
        genome: Genome | int,
        *,
        task: str | None = None,
        fidelity: str = "high",
        seed: int = 0,
    ) -> Answer:
        """Return the score of a genome, or of the entry of this number.

        The first query by genome reads all genomes of the benchmark once.

        Parameters
        ----------
        genome : Genome or int
        task : str, optional
            May be left out where there is only one.
        fidelity : str
        seed : int
            Of the evaluation.

        Raises
        ------
        BudgetSpentError
            If the answers so far have reached the budget.
        TypeError, ValueError
            If an argument breaks its rule, there is no entry of this number, or the table has no
            answer and must not be gone beyond.
        """
        if self._budget is not None and self.spent >= self._budget:
            raise BudgetSpentError(f"budget of {self._budget:g} operations is spent")
        asked = self._asked(task, fidelity)
        place, genome = self._find(genome)
        score = self._held(place, score_column(asked, fidelity, seed))
        known = score is not None
        if score is None:
            if not self._evaluates:
                missing = "an entry of the table" if place is None else "scored so in the table"
                raise ValueError(
                    f"genome must be {missing} unless on_missing is 'evaluate', got {genome!r} "
                    f"for {asked.name}, fidelity {fidelity!r}, seed {seed!r}"
                )
            assert isinstance(asked, Task)
            score = asked.score(develop(genome), fidelity, seed)
        cost = growth_operations(genome) + score.cost
        self.spent += cost
        self.queries += 1
        return Answer(score.value, cost, known)

    def answers(
        self, *, task: str | None = None, fidelity: str = "high", seed: int = 0
    ) -> Iterator[tuple[Genome, Answer]]:
        """Go through all entries with such a score, as `query` answers; nothing is spent.

        Raises
        ------
        ValueError
            As for `query`.
        """
        column = score_column(self._asked(task, fidelity), fidelity, seed)
        for place, (_, genome) in enumerate(self._bench.genomes()):
            score = self._held(place, column)
            if score is not None:
                yield genome, Answer(score.value, growth_operations(genome) + score.cost, True)

    def number(self, genome: Genome) -> int:
        """The number of the first entry of this genome.

        Raises
        ------
        TypeError, ValueError
            Where it is no genome, or that of no entry.
        """
        place, _ = self._find(genome)
        if place is None:
            raise ValueError(f"genome must be that of an entry of the table, got {genome!r}")
        return int(self._numbers[place])

    def _asked(self, task: str | None, fidelity: str) -> Task | ScoredTask:
        name = the_task(self._tasks, task)
        _check.choice("fidelity", fidelity, self._tasks[name].fidelities)
        return self._tasks[name]

    def _find(self, genome: Genome | int) -> tuple[int | None, Genome]:
        """The row of the table, None where there is none, and the genome."""
        if isinstance(genome, Integral):
            place = place_of(self._numbers, genome, "genome")
            return place, self._bench.genome(int(genome))
        if not isinstance(genome, Genome):
            raise TypeError(f"genome must be a Genome or the number of an entry, got {genome!r}")
        genome = as_stored(genome)
        if self._by_key is None:
            self._by_key = {}
            for place, (_, held) in enumerate(self._bench.genomes()):
                self._by_key.setdefault(_key(held), place)
        return self._by_key.get(_key(genome)), genome

    def _held(self, place: int | None, column: str) -> Score | None:
        """The table's score, or None."""
        if place is None or not {column, f"{column}_cost"} <= self._scored:
            return None
        if column not in self._columns:
            held = self._bench.table([column, f"{column}_cost"])
            values, costs = held.to_numpy(np.float64).T
            self._columns[column] = values, costs
        values, costs = self._columns[column]
        if np.isnan(values[place]):
            return None
        return Score(float(values[place]), float(costs[place]))


def _key(genome: Genome) -> bytes:
    """The same for equal genomes; short, as one is kept for each entry."""
    kernels = genome.diffusion_patterns
    arrays = (genome.progenitor_secretion_rates, genome.neuron_secretion_rates)
    flat = [array.ravel() for array in (*arrays, genome.inhibition_matrix, *kernels)]
    scalars = [getattr(genome, name) for name in ("num_morphogens", *SCALARS)]
    # 0 is added as -0.0 equals 0.0. Integers are exact, being of 32 bits.
    values = np.concatenate([scalars, *flat], dtype=np.float64) + 0.0
    shapes = repr([kernel.shape for kernel in kernels])
    return hashlib.sha256(shapes.encode() + values.tobytes()).digest()
