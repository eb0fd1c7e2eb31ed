"""A population of which most survive: who breeds, who stays, and when it is over."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from evograft import operators


def select(
    individuals: Sequence[Any], k: int, *, tournsize: int, rng: np.random.Generator | None
) -> list[Any]:
    """Tournaments of different individuals, of all where there are fewer than *tournsize*."""
    size = min(tournsize, len(individuals))
    return operators.sel_tournament_distinct(individuals, k, size, rng=rng)


def pool(
    selection: str,
    pressure: float,
    tournsize: int,
    ties: Literal["later", "numpy"],
    population: Sequence[Any],
    rng: np.random.Generator,
) -> list[Any]:
    """The parents: a share of the population, but two at least."""
    size = max(2, int(len(population) * pressure))
    if selection == "top":
        return operators.sel_top(population, size, ties=ties)
    return select(population, size, tournsize=tournsize, rng=rng)


def surviving(
    population: Sequence[Any], *, distinct: int, share: float, ties: Literal["later", "numpy"]
) -> list[Any]:
    """Who survives; of a small population never everyone."""
    n = len(population)
    total = min(round(share * n), n - 1)
    distinct = min(distinct, total)
    kept = total - distinct
    return operators.steady_state_survivors(population, kept=kept, distinct=distinct, ties=ties)


def replace(
    survivors: partial[list[Any]], parents: Sequence[Any], offspring: Sequence[Any]
) -> list[Any]:
    """The survivors, then the offspring; where these are too few, the best of the other parents."""
    chosen = survivors(parents) + list(offspring)
    if len(chosen) < len(parents):
        there = {id(individual) for individual in chosen}
        others = [individual for individual in parents if id(individual) not in there]
        chosen += operators.sel_top(others, len(parents) - len(chosen))
    return chosen[: len(parents)]


def finished(run: Any, *, success: float, convergence: float) -> bool:
    """Whether the best is good enough, or the population has converged."""
    values = [individual.fitness.values[0] for individual in run.population]
    best = max(values)
    if best >= success:
        return True
    return bool(run.generation > 0 and best > 0 and sum(values) / len(values) / best >= convergence)
