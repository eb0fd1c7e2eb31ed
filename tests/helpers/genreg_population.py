"""Populations of GENREG's toolbox for tests."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from deap import base

from evograft import plugins, problems

SHARE, DECAY = 0.03, 0.2
"""Of trust: what children inherit of their parents', and what a generation takes away."""


@cache
def problem(name: str, **options: Any) -> Any:
    return problems.load(name, **options)


OPTIONS: dict[str, dict[str, Any]] = {
    "digits": {"scaling": "unit"},
    "cartpole": {"episodes": 2},
}


def graft(name: str = "wine", **settings: Any) -> base.Toolbox:
    made = problem(name, **OPTIONS.get(name, {}))
    return plugins.graft(base.Toolbox(), "genreg", made, **settings)


def evaluated(toolbox: base.Toolbox, n: int) -> list[Any]:
    population: list[Any] = toolbox.population(n=n)
    evaluate(toolbox, population)
    return population


def evaluate(toolbox: base.Toolbox, population: Sequence[Any]) -> None:
    for individual, values in zip(
        population, toolbox.map(toolbox.evaluate, population), strict=True
    ):
        individual.fitness.values = values


def trust(individual: Any) -> float:
    value: float = individual.fitness.values[0]
    return value


def marked(toolbox: base.Toolbox, trusts: Sequence[float]) -> list[Any]:
    """Individuals whose weights are all their number in the list, with these *trusts*."""
    crowd: list[Any] = toolbox.population(n=len(trusts))
    for number, (individual, value) in enumerate(zip(crowd, trusts, strict=True)):
        individual.values[:] = number
        individual.fitness.values = (value,)
    return crowd
