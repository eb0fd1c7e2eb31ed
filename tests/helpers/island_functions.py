"""A toolbox that is not ours, of functions that workers can import, for the tests of islands."""

import random
import time
from collections.abc import Callable, Sequence

import numpy as np
from deap import base, creator, tools

creator.create("IslandFitness", base.Fitness, weights=(1.0,))
creator.create("IslandIndividual", list, fitness=creator.IslandFitness)


class AwkwardError(Exception):
    """It pickles, but cannot be unpickled."""

    def __init__(self, first: object, second: object) -> None:
        super().__init__(f"{first} and {second}")


def ones(individual: Sequence[int]) -> tuple[float]:
    return (float(sum(individual)),)


def noisy_ones(
    uniform: Callable[[], float], normal: Callable[[], float], individual: Sequence[int]
) -> tuple[float]:
    time.sleep(0)  # lets other threads draw
    noise = random.random() + np.random.random() + uniform() + normal()  # noqa: NPY002
    return (sum(individual) + noise,)


def few_ones_only(individual: Sequence[int]) -> tuple[float]:
    if sum(individual) >= 10:
        raise AwkwardError("too many ones", sum(individual))
    return ones(individual)


def unchanged(individual: object) -> tuple[object]:
    return (individual,)


def parents_again(population: Sequence[object], n: int) -> list[object]:
    return list(population)


def offspring_only(parents: Sequence[object], offspring: Sequence[object]) -> Sequence[object]:
    return offspring


def ones_toolbox() -> base.Toolbox:
    """Maximise the ones of 20 bits."""
    toolbox = base.Toolbox()
    toolbox.register("bit", random.randint, 0, 1)
    toolbox.register(
        "individual", tools.initRepeat, creator.IslandIndividual, toolbox.bit, 20
    )  # fmt: skip
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    toolbox.register("evaluate", ones)
    toolbox.register("mate", tools.cxTwoPoint)
    toolbox.register("mutate", tools.mutFlipBit, indpb=0.05)
    toolbox.register("select", tools.selTournament, tournsize=3)
    return toolbox


def still_toolbox() -> base.Toolbox:
    """A generation is that before: only migration changes an island."""
    toolbox = ones_toolbox()
    toolbox.register("breed", parents_again)
    toolbox.register("replace", offspring_only)
    return toolbox
