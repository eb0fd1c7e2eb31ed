"""One way to draw random numbers, from DEAP's stream or from a Generator of the caller's."""

import random
from collections.abc import Iterator
from math import log, log1p
from typing import Protocol

import numpy as np


class UniformSource(Protocol):
    """What the operators draw from: ``random()`` gives a float in [0, 1)."""

    def random(self) -> float: ...


def source(rng: np.random.Generator | None) -> UniformSource:
    """Return *rng*, or Python's ``random`` module (DEAP's stream) where it is None."""
    return random if rng is None else rng


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """Return *rng*, or a new Generator seeded from Python's ``random`` where it is None.

    For what is defined by numpy's own stream; elsewhere :func:`source` is far cheaper.

    >>> random.seed(3)
    >>> int(generator(None).integers(100))
    95
    """
    return np.random.default_rng(random.getrandbits(64)) if rng is None else rng


def seed64(rng: np.random.Generator | None) -> np.uint64:
    """Draw 64 bits, from Python's ``random`` where *rng* is None, to seed a kernel with.

    >>> random.seed(3)
    >>> seed64(None).dtype
    dtype('uint64')
    """
    if rng is None:
        return np.uint64(random.getrandbits(64))
    return rng.integers(0, 2**64, dtype=np.uint64)


def below(draw: UniformSource, n: int) -> int:
    """Draw an integer uniformly from 0 to n - 1; one number from *draw*.

    >>> random.seed(3)
    >>> [below(random, 10) for _ in range(5)]
    [2, 5, 3, 6, 6]
    """
    return int(draw.random() * n)


def places(draw: UniformSource, probability: float, n: int) -> Iterator[int]:
    """The places among 0 … n - 1 that are hit, each with *probability*, in their order.

    Places passed over before the next hit are geometrically distributed: one number is drawn from
    *draw* per hit, when it is asked for, and one for the distance behind the last.

    >>> random.seed(3)
    >>> [*places(random, 0.2, 20)]
    [1, 5, 8, 13, 18, 19]
    >>> [*places(random, 1.0, 3)], [*places(random, 0.0, 3)]
    ([0, 1, 2], [])
    """
    if probability == 0.0:
        return
    scale = max(1.0 / log1p(-probability), -1e300) if probability < 1.0 else 0.0
    place = int(log(1.0 - draw.random()) * scale)
    while place < n:
        yield place
        place += 1 + int(log(1.0 - draw.random()) * scale)
