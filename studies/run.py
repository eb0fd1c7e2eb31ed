"""A run under way: population, best individual, log, and going back to a snapshot."""

import math
import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from deap import base, tools

from evograft.problems.objectives import WORST
from evograft.studies.checkpoint import Snapshot
from evograft.studies.failures import Failure
from evograft.studies.model import Model, can_save


@dataclass
class Run:
    """A run, finished or under way.

    Attributes
    ----------
    toolbox : deap.base.Toolbox
    population : list
    hall_of_fame : deap.tools.HallOfFame
        The one best individual ever: by the first objective, then the second and so on, or by the
        mean over ``("cases",)``. Of several objectives, the front is in ``population``. Where every
        generation is measured on a sample of its own, values of two generations cannot be
        compared, and it is the best of the last one; where the method itself recommends an
        individual, it is that.
    logbook : deap.tools.Logbook
        A row per generation: ``gen``, ``nevals``, ``best`` and ``mean`` of the first objective
        (over all but the invalid, which are worth the worst), ``genes`` (mean length of the
        individuals), then of the best network what the problem shows of it, ``neurons`` and
        ``connections``. Where the toolbox has ``measured_every``, only every so manieth generation
        has these: on a large problem they would cost more than the generation.
    generation : int
        The last finished one; 0 is the initial population.
    evaluations : int
        All that the logbook has.
    failed_evaluations : int
        Of these; the column ``failed`` of the logbook has them where there are some.
    failures : list of Failure
        Individuals whose evaluation raised since this process took the run up.
    islands : tuple of Snapshot
        Those whose populations make up the population; empty where there are none.
    """

    toolbox: base.Toolbox
    population: list[Any] = field(default_factory=list)
    hall_of_fame: tools.HallOfFame = field(default_factory=lambda: tools.HallOfFame(1))
    logbook: tools.Logbook = field(default_factory=tools.Logbook)
    generation: int = 0
    evaluations: int = 0
    failed_evaluations: int = 0
    failures: list[Failure] = field(default_factory=list)
    islands: tuple[Snapshot, ...] = ()
    _earlier: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Time spent in the run so far, that before it was resumed included."""
        return self._earlier + time.monotonic() - self._began

    @property
    def best(self) -> Any:
        """The best individual ever."""
        return self.hall_of_fame[0]

    @property
    def network(self) -> Any:
        """The best individual's phenotype; the individual itself where nothing develops it."""
        develop = getattr(self.toolbox, "develop", None)
        return self.best if develop is None else develop(self.best)

    def model(self) -> Model | None:
        """The best network, with scaler and names where it classifies.

        None where the toolbox has no problem, or the phenotype is of a kind that is not saved.
        """
        problem: Any = getattr(self.toolbox, "problem", None)
        network = self.network
        if not hasattr(problem, "name") or not can_save(network):
            return None
        if not hasattr(problem, "scaler"):
            return Model(network=network, problem=problem.name)
        return Model(
            network=network,
            problem=problem.name,
            scaler=problem.scaler,
            feature_names=tuple(problem.feature_names),
            class_names=tuple(problem.class_names),
        )

    def record(self, evaluated: int, failed: int = 0) -> None:
        """Update the hall of fame and add this generation's row to the logbook."""
        before = self.hall_of_fame.items[:1]
        leader = max(self.population, key=self.standing)
        best = self._shown(leader)
        if hasattr(self.toolbox, "recommend"):
            self._put_in_hall(self.toolbox.recommend())
        elif not before or self._sampled() or self.standing(leader) > self.standing(self.best):
            self._put_in_hall(leader)
        else:
            best = self._shown(self.best)
        everybody = [self._shown(individual) for individual in self.population]
        # The invalid, worth the worst, would drown what the others are worth.
        values = [value for value in everybody if abs(value) != WORST] or everybody
        row: dict[str, Any] = {
            "gen": self.generation,
            "nevals": evaluated,
            "best": best,
            "mean": math.fsum(values) / len(values),
        }
        if all(hasattr(individual, "__len__") for individual in self.population):
            row["genes"] = sum(map(len, self.population)) / len(self.population)
        if self.logbook and before and before[0] is self.best:
            newest = self.logbook[-1]
            row |= {name: newest[name] for name in newest if name not in {*row, "failed"}}
        elif self.generation % getattr(self.toolbox, "measured_every", 1) == 0:
            row |= self.measures()
        if failed:
            row["failed"] = failed
        self.add_row(row)

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Add a row to the logbook, and count what it says."""
        self.logbook.record(**row)
        self.evaluations += row["nevals"]
        self.failed_evaluations += row.get("failed", 0)

    def consider(self, individuals: Sequence[Any]) -> None:
        """Put the best of *individuals* into the hall of fame, if it belongs there."""
        leader = max(individuals, key=self.standing)
        held = self.hall_of_fame.items[:1]
        if not held or self._sampled() or self.standing(leader) > self.standing(held[0]):
            self._put_in_hall(leader)

    def _put_in_hall(self, individual: Any) -> None:
        # Not by insert, which compares: a recommended individual may have no fitness.
        self.hall_of_fame.clear()
        self.hall_of_fame.items.append(deepcopy(individual))
        self.hall_of_fame.keys.append(self.hall_of_fame.items[0].fitness)

    def _sampled(self) -> bool:
        """Whether every generation is measured on a sample of its own."""
        return hasattr(self.toolbox.evaluate, "refresh")

    def _by_cases(self) -> bool:
        method = getattr(self.toolbox, "method", None) or {}
        return tuple(method.get("objectives") or ()) == ("cases",)

    def standing(self, individual: Any) -> tuple[float, ...]:
        """What the best is the greatest of: objectives in their order, but the mean of cases."""
        wvalues: tuple[float, ...] = individual.fitness.wvalues
        return (math.fsum(wvalues) / len(wvalues),) if self._by_cases() else wvalues

    def _shown(self, individual: Any) -> float:
        """The fitness that the log shows: the first objective, or the mean of all cases."""
        values: tuple[float, ...] = individual.fitness.values
        return math.fsum(values) / len(values) if self._by_cases() else values[0]

    def measures(self) -> dict[str, Any]:
        """What the log shows of the best network, besides its fitness."""
        problem: Any = getattr(self.toolbox, "problem", None)
        network = self.network
        shown: dict[str, Any] = {}
        if hasattr(problem, "progress"):
            shown |= problem.progress(network)
        if hasattr(network, "complexity"):
            complexity = network.complexity()
            shown |= {"neurons": complexity.neurons, "connections": complexity.connections}
        return shown

    def snapshot(self) -> Snapshot:
        """The state between two generations."""
        # A strategy makes each population anew.
        population = [] if hasattr(self.toolbox, "generate") else self.population
        return Snapshot.take(
            self.toolbox,
            self.generation,
            population,
            self.hall_of_fame.items,
            self.logbook,
            seconds=self.seconds,
            islands=self.islands,
        )

    def go_back(self, snapshot: Snapshot) -> None:
        """Return to the state of *snapshot*, random numbers included."""
        self.generation = snapshot.generation
        self.population = list(snapshot.population)
        self.islands = snapshot.islands
        self.hall_of_fame.clear()
        self.hall_of_fame.update(snapshot.best)
        self.logbook.clear()
        self.logbook.extend(snapshot.log)
        self.evaluations = sum(row["nevals"] for row in self.logbook)
        self.failed_evaluations = sum(row.get("failed", 0) for row in self.logbook)
        self._earlier, self._began = snapshot.seconds, time.monotonic()
        snapshot.restore(self.toolbox)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during :func:`evolve`; ``run`` is as it was after the last whole generation."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"interrupted after generation {run.generation}")
        self.run = run
