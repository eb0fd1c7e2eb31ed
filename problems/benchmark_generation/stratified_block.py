"""Points of stratified hypercubes, and the genomes that they stand for."""

import itertools
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis.genome import RANDOM_FLOATS
from evograft.representations.morphogenesis.genome_fields import FLOATS

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

Floats = npt.NDArray[np.float64]

MOST_MORPHOGENS = 10
"""A hypercube for as many takes 88 MB."""

KEPT_BLOCKS = 2
"""Of each number of morphogens: 177 MB of 10, 45 MB of 3 to 6 together, 445 MB of 3 to 10. Two, as
workers that share a process can be in one and the next."""

INTEGER_RANGES = {
    "max_growth_steps": (100, 700),
    "size_x": (10, 30),
    "size_y": (10, 30),
    "max_axon_length": (2, 11),
}
"""First and past the last."""

MOST_RATE = 0.5
"""Of secretion and inhibition."""

MOST_KERNEL_ENTRY = 0.3
"""Before kernels are divided by their sums."""


def dimensions(k: int) -> int:
    """Coordinates of a genome with *k* morphogens, the unused diagonal among them.

    >>> dimensions(3)
    54
    """
    return len(INTEGER_RANGES) + len(FLOATS) + k * (2 + k + 9)


def levels(k: int) -> int:
    """The least prime p such that an orthogonal array of p levels has :func:`dimensions` columns.

    >>> [levels(k) for k in (3, 4, 5, 6)]
    [53, 71, 97, 113]
    """
    return next(
        p
        for p in itertools.count(dimensions(k) - 1)
        if all(p % divisor for divisor in range(2, int(p**0.5) + 1))
    )


def points_per_block(k: int) -> int:
    """Points of a hypercube for *k* morphogens."""
    return levels(k) ** 2


def stratified_block(seed: int, k: int, block: int) -> Floats:
    """A hypercube for *k* morphogens: (points, dimensions) from 0 up to 1, read-only."""
    return kept_blocks(k)(seed, block)


@cache
def kept_blocks(k: int) -> "_lru_cache_wrapper[Floats]":
    """What draws the hypercubes for *k* morphogens, and keeps the last :data:`KEPT_BLOCKS`."""
    return lru_cache(KEPT_BLOCKS)(partial(_draw, k))


def _draw(k: int, seed: int, block: int) -> Floats:
    from scipy.stats import qmc

    rng = np.random.default_rng([seed, k, block])
    points: Floats = qmc.LatinHypercube(dimensions(k), strength=2, seed=rng).random(
        points_per_block(k)
    )
    points.flags.writeable = False
    return points


def fields_of(k: int, point: Floats) -> dict[str, Any]:
    """The fields of the genome at *point*, (dimensions,) numbers from 0 up to 1.

    Its coordinates are: the four integers, the eight real scalars, secretion rates of progenitors
    and of neurons, the inhibition matrix by rows and the kernels by rows.
    """
    numbers = iter(point[: len(INTEGER_RANGES) + len(FLOATS)].tolist())
    fields: dict[str, Any] = {
        name: low + int(next(numbers) * (high - low))
        for name, (low, high) in INTEGER_RANGES.items()
    }
    for name, (lowest, highest) in zip(FLOATS, RANDOM_FLOATS, strict=True):
        fields[name] = lowest + next(numbers) * (highest - lowest)
    rates = MOST_RATE * point[len(fields) :][: (2 + k) * k].reshape(2 + k, k)
    inhibition = rates[2:].copy()
    np.fill_diagonal(inhibition, 0)
    kernels = MOST_KERNEL_ENTRY * point[-9 * k :].reshape(k, 3, 3)
    return fields | {
        "num_morphogens": k,
        "progenitor_secretion_rates": rates[0],
        "neuron_secretion_rates": rates[1],
        "inhibition_matrix": inhibition,
        "diffusion_patterns": list(kernels / kernels.sum(axis=(1, 2), keepdims=True)),
    }
