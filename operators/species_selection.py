"""Species as a selection operator, for loops that select, mate and mutate."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from evograft.operators.fitness_sharing import offspring_quotas
from evograft.operators.speciation import Group, Speciation
from evograft.representations import _check, _random


def sel_species(
    individuals: Sequence[Any],
    k: int,
    speciation: Speciation,
    *,
    survival: float = 0.2,
    fitness: Sequence[Any] | None = None,
    rng: np.random.Generator | None = None,
) -> list[Any]:
    """Select *k* parents: species by species as many as its share, from its best members.

    Neighbours in the result are of one species but for the few where two meet, so that a loop that
    mates neighbours mates within species. The parents of a species are drawn uniformly, with
    replacement, from its best share *survival*, one member at least.

    Parameters
    ----------
    individuals : sequence of NeatGenome
        With a valid ``fitness``; a new generation of those that *speciation* has seen.
    k : int, at least 0
    speciation : Speciation
        Goes on by a generation.
    survival : float, above 0 and up to 1
    fitness : sequence, optional
        The greater the better; by default the weighted values of each fitness.
    rng : Generator, optional
        Source of a number per species and per parent, else Python's ``random``.

    Returns
    -------
    list
        References.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> from evograft.representations.neat_genome import NeatGenome
    >>> crowd = [NeatGenome.fully_connected(1, 1, [w, w]) for w in (-6.0, 6.0, 5.0, 4.0)]
    >>> for value, genome in enumerate(crowd):
    ...     genome.fitness = ObjectiveFitness((-1.0,), (float(value),))
    >>> [int(one.weights[0]) for one in sel_species(crowd, 6, Speciation(), survival=0.5)]
    [-6, -6, -6, -6, 5, 5]
    """
    _check.integer("k", k, minimum=0)
    _check.above_zero("survival", survival, maximum=1)
    if k == 0:
        return []
    if fitness is None:
        fitness = [individual.fitness.wvalues for individual in individuals]
    groups = speciation.divide(individuals, fitness, rng=rng)
    draw = _random.source(rng)
    chosen = []
    for group, quota in zip(
        groups, offspring_quotas([group.share for group in groups], k), strict=True
    ):
        parents = survivors(group, survival)
        chosen += [individuals[parents[_random.below(draw, len(parents))]] for _ in range(quota)]
    return chosen


def survivors(group: Group, survival: float) -> list[int]:
    """Places of the best share *survival* of a species, of one member at least."""
    return group.members[: max(1, math.ceil(survival * len(group.members)))]
