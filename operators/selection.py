"""Selection of parents, for anybody's individuals with a DEAP fitness."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from evograft.representations import _check, _random

T = TypeVar("T")


def sel_tournament(
    individuals: Sequence[T], k: int, tournsize: int, *, rng: np.random.Generator | None = None
) -> list[T]:
    """Select the best of *tournsize* individuals drawn with replacement, *k* times.

    The same distribution as ``deap.tools.selTournament``, ties included, from one sort and two
    numbers per tournament: the best of t uniform draws from n ranks is rank
    ``n · (1 - (1 - u)^(1/t))``, rounded down, with u uniform; among equals every one is as likely.

    Parameters
    ----------
    individuals : sequence
        Each with a valid ``fitness``; compared by ``fitness.wvalues``.
    k : int, at least 0
    tournsize : int, at least 1
    rng : Generator, optional
        Source of randomness, else Python's ``random``.

    Returns
    -------
    list
        References to the winners.

    Raises
    ------
    ValueError
        Where *tournsize* is below 1, *k* below 0, or there is nobody to select from.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, value):
    ...         self.fitness = ObjectiveFitness((-1.0,), (value,))
    >>> crowd = [Individual(i / 10) for i in range(100)]
    >>> [winner.fitness.values[0] for winner in sel_tournament(crowd, 4, tournsize=7)]
    [0.2, 1.8, 0.9, 1.3]
    """
    _check.integer("tournsize", tournsize, minimum=1)
    _check.integer("k", k, minimum=0)
    n = len(individuals)
    if n == 0 and k > 0:
        raise ValueError("individuals must not be empty, got none to select from")
    values = [individual.fitness.wvalues for individual in individuals]  # type: ignore[attr-defined]
    order = sorted(range(n), key=values.__getitem__, reverse=True)
    first, end = list(range(n)), list(range(1, n + 1))  # by rank, of the group of equals
    for rank in range(1, n):
        if values[order[rank]] == values[order[rank - 1]]:
            first[rank] = first[rank - 1]
    for rank in range(n - 1, 0, -1):
        if first[rank] != rank:
            end[rank - 1] = end[rank]
    draw = _random.source(rng).random
    power = 1.0 / tournsize
    winners = []
    for _ in range(k):
        rank = int(n * (1.0 - (1.0 - draw()) ** power))
        low = first[rank]
        winners.append(individuals[order[low + int(draw() * (end[rank] - low))]])
    return winners
