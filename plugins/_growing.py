"""Growing a population and measuring what has grown, in threads."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from evograft.plugins._evaluation import Develop, Evaluation, Values
from evograft.problems.penalties import Penalties
from evograft.representations import _threads
from evograft.representations.morphogenesis import Organism, develop, develop_many
from evograft.representations.recurrent import RecurrentNetwork

CHUNK = 16
"""Individuals that a thread takes at once."""

NO_PENALTIES = Penalties()

SIZES = ("connections", "neurons", "operations")
"""Objectives that any phenotype of growth has, beside the problem's own."""


@dataclass(frozen=True)
class Growth:
    """From an individual to its phenotype.

    Attributes
    ----------
    controller : (int, int) or None
        Inputs and outputs of a controller; None where the organism itself is the phenotype.
    arithmetic, max_site_updates, mode, activation, extra_steps, orientation
        As :func:`develop` and :class:`RecurrentNetwork` take them.
    rule : (float, float) or None
        ``eta`` and ``decay`` of every controller; None for those of the individual.
    clamp : float, optional
        Bound of what a controller learns.
    """

    controller: tuple[int, int] | None
    arithmetic: Literal["plain", "fused"] = "plain"
    max_site_updates: int | None = None
    mode: str = "replace"
    activation: str = "tanh"
    extra_steps: int = 2
    orientation: str = "forward"
    rule: tuple[float, float] | None = (0.0, 0.0)
    clamp: float | None = None

    def develop(self, individual: Any) -> Organism | RecurrentNetwork:
        """Grow one individual."""
        organism = develop(
            individual, arithmetic=self.arithmetic, max_site_updates=self.max_site_updates
        )
        return self.phenotype(individual, organism)

    def develop_all(self, individuals: Sequence[Any]) -> Iterator[Organism | RecurrentNetwork]:
        """Grow some individuals, one after the other; their fields are not kept."""
        organisms = develop_many(
            individuals,
            arithmetic=self.arithmetic,
            threads=1,
            max_site_updates=self.max_site_updates,
        )
        return map(self.phenotype, individuals, organisms)

    def phenotype(self, individual: Any, organism: Organism) -> Organism | RecurrentNetwork:
        """The phenotype of an *individual* that has grown into *organism*."""
        if self.controller is None:
            return organism
        n_inputs, n_outputs = self.controller
        eta, decay = self.rule or (individual.eta, individual.decay)
        return RecurrentNetwork.from_organism(
            organism,
            n_inputs,
            n_outputs,
            orientation=self.orientation,
            mode=self.mode,
            activation=self.activation,
            extra_steps=self.extra_steps,
            eta=eta,
            decay=decay,
            clamp=self.clamp,
        )


class EvaluateGrown(Evaluation):
    """Fitness of genomes on a problem that measures what grows from them.

    Parameters
    ----------
    problem
        With ``objective``, the name of what ``measure(phenotypes)`` gives, (n,).
    objectives : tuple of str
        The problem's own, and any of :data:`SIZES`.
    growth : Growth
    penalties : Penalties
        By which the problem's own objective shrinks.
    threads : int or None
        None for all processors.
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ()

    def __init__(
        self,
        problem: Any,
        objectives: tuple[str, ...],
        growth: Growth,
        penalties: Penalties,
        threads: int | None = None,
        *,
        develop: Develop | None = None,
    ) -> None:
        super().__init__(problem, objectives, growth, penalties, threads, develop=develop)

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Grow and measure chunk by chunk; a user's *develop* is called in this thread."""
        chunks = [individuals[i : i + CHUNK] for i in range(0, len(individuals), CHUNK)]
        if develop is not None:
            measured = [self._measure(chunk, [*map(develop, chunk)]) for chunk in chunks]
        else:
            threads = min(_threads.count(self._arguments[-1]), len(chunks))
            if threads == 1:
                measured = [*map(self._grow_and_measure, chunks)]
            else:
                ended = threading.Event()
                grow_and_measure = partial(self._grow_and_measure, ended=ended)
                with ThreadPoolExecutor(threads) as pool:
                    try:
                        measured = [*pool.map(grow_and_measure, chunks)]
                    except BaseException:  # Ctrl-C, say: the other threads need not go on
                        ended.set()
                        raise
        return [values for chunk in measured for values in chunk]

    def _grow_and_measure(
        self, individuals: Sequence[Any], ended: threading.Event | None = None
    ) -> list[Values]:
        growth: Growth = self._arguments[2]
        phenotypes = []
        for phenotype in growth.develop_all(individuals):
            if ended is not None and ended.is_set():
                return []
            phenotypes.append(phenotype)
        return self._measure(individuals, phenotypes)

    def _measure(self, individuals: Sequence[Any], phenotypes: list[Any]) -> list[Values]:
        problem, objectives, _, _, _ = self._arguments
        columns = [
            self._own_objective(individuals, phenotypes)
            if objective == problem.objective
            else [float(getattr(phenotype.complexity(), objective)) for phenotype in phenotypes]
            for objective in objectives
        ]
        return list(zip(*columns, strict=True))

    def _own_objective(self, individuals: Sequence[Any], phenotypes: list[Any]) -> list[float]:
        """What the problem measures, shrunk by the penalties."""
        problem, _, _, penalties, _ = self._arguments
        measured: list[float] = problem.measure(phenotypes).tolist()
        if penalties == NO_PENALTIES:  # else a phenotype has to know its connections
            return measured
        return [
            penalties.apply(value, individual, phenotype.complexity().connections)
            for value, individual, phenotype in zip(measured, individuals, phenotypes, strict=True)
        ]
