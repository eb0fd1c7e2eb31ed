"""What the benchmarks of engines evaluate: generations of MGE and populations of MorphoNAS.

It is a module of its own so that worker processes can import what it defines.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from deap import algorithms, base

from evograft import plugins, problems
from evograft.plugins._evaluation import Develop, Evaluation, Values

SPIN = 4_000_000
"""Additions that take a processor some tenth of a second."""


@dataclass(frozen=True)
class Workload:
    """A toolbox, and the lists of individuals to evaluate, one list after the other without end."""

    name: str
    toolbox: Any
    generations: Iterator[list[Any]]


class Stored(Evaluation):
    """An evaluation that does nothing: stored values, and a problem that travels with it.

    Parameters
    ----------
    problem
        Whatever a real evaluation of the same individuals holds.
    stored : list of tuple of float
        The first of them are returned for any individuals.
    """

    __slots__ = ()

    def __init__(
        self, problem: Any, stored: list[Values], *, develop: Develop | None = None
    ) -> None:
        super().__init__(problem, stored, develop=develop)

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """As many of the stored values as there are individuals."""
        stored: list[Values] = self._arguments[1]
        return stored[: len(individuals)]


def spin(count: int) -> int:
    """Keep a processor busy with nothing but itself."""
    total = 0
    for i in range(count):
        total += i
    return total


def seconds(function: Callable[..., object], *arguments: Any) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def local_client(stack: ExitStack, workers: int) -> Any:
    """A client of a new Dask cluster of separate processes, until *stack* is closed."""
    from distributed import Client, LocalCluster  # here, as workers import this module without

    logging.getLogger("distributed").setLevel(logging.ERROR)
    start: Any = LocalCluster  # it carries no types
    cluster = start(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0"
    )  # fmt: skip
    connect: Any = Client
    return stack.enter_context(connect(stack.enter_context(cluster), set_as_default=False))


def mge(problem: str, population: int = 200, threads: int = 1) -> Workload:
    """Generations of MGE with all defaults, each made from the evaluated ones before it."""
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load(problem), threads=threads)
    names = {"mnist": "MNIST", "wdbc": "WDBC"}
    return Workload(f"MGE on {names.get(problem, problem)}", toolbox, _evolve(toolbox, population))


def morphonas(
    problem: str = "graph_target", population: int = 1000, threads: int = 1, **options: Any
) -> Workload:
    """Populations of random default genomes of MorphoNAS, 20 x 20 sites for graphs."""
    random.seed(1)
    loaded = problems.load(problem, **options)
    toolbox = plugins.graft(base.Toolbox(), "morphonas", loaded, threads=threads)
    name = f"MorphoNAS on {problem.replace('_', ' ')}"
    return Workload(name, toolbox, _populations(toolbox, population))


def in_arrays(problem: Any) -> Any:
    """The problem as one of the user's own, which travels as its arrays and not as its name."""
    return replace(problem, options=None) if problem.kind == "classification" else problem


def breed(toolbox: Any, parents: list[Any]) -> list[Any]:
    """Offspring of evaluated *parents*, by the method's own breeding where it has one."""
    if hasattr(toolbox, "breed"):
        offspring: list[Any] = toolbox.breed(parents, len(parents))
        return offspring
    return algorithms.varAnd(toolbox.select(parents, len(parents)), toolbox, 0.9, 1.0)  # type: ignore[no-any-return]


def assign(toolbox: Any, individuals: list[Any]) -> None:
    """Give *individuals* their fitness."""
    for individual, values in zip(individuals, toolbox.evaluate.batch(individuals), strict=True):
        individual.fitness.values = values


def _evolve(toolbox: Any, size: int) -> Iterator[list[Any]]:
    population = toolbox.population(n=size)
    assign(toolbox, population)
    while True:
        offspring = breed(toolbox, population)
        yield offspring
        assign(toolbox, offspring)
        population = toolbox.replace(population, offspring)


def _populations(toolbox: Any, size: int) -> Iterator[list[Any]]:
    while True:
        yield toolbox.population(n=size)
