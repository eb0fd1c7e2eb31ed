"""A population of which most survive: who breeds, who stays, and when it is over."""

from collections.abc import Sequence
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


def survivor_counts(n: int, distinct: int, share: float) -> dict[str, int]:
    """How many of *n* survive for differing in fitness, and besides; never everyone."""
    total = min(round(share * n), n - 1)
    distinct = min(distinct, total)
    return {"distinct": distinct, "kept": total - distinct}


def surviving(
    population: Sequence[Any], *, distinct: int, share: float, ties: Literal["later", "numpy"]
) -> list[Any]:
    """Who survives."""
    counts = survivor_counts(len(population), distinct, share)
    return operators.steady_state_survivors(population, **counts, ties=ties)


def replace(
    parents: Sequence[Any],
    offspring: Sequence[Any],
    *,
    distinct: int,
    share: float,
    ties: Literal["later", "numpy"],
) -> list[Any]:
    """The survivors, then the offspring."""
    counts = survivor_counts(len(parents), distinct, share)
    return operators.replace_steady_state(parents, offspring, **counts, ties=ties)


def finished(run: Any, *, objective: int | None, success: float, convergence: float) -> bool:
    """Whether the best is good enough, or the population has converged.

    *objective* is the place of the problem's own; without it a run goes on.
    """
    if objective is None:
        return False
    values = [individual.fitness.values[objective] for individual in run.population]
    best = max(values)
    if best >= success:
        return True
    return bool(run.generation > 0 and best > 0 and sum(values) / len(values) / best >= convergence)
