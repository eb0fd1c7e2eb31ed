"""Mutation of genomes that grow (MorphoNAS), draw for draw as the authors' code does it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from evograft.representations import _check, _random
from evograft.representations.morphogenesis.genome import Genome, random_morphogens
from evograft.representations.morphogenesis.genome_fields import (
    FLOATS,
    LARGEST_INTEGER,
    MOST_MORPHOGENS,
)

G = TypeVar("G", bound=Genome)

RADICAL_PROBABILITY = 0.05
"""That the aggressive mutation also draws the steps and the number of morphogens anew."""


@dataclass(frozen=True)
class GenomeMutationRates:
    """How often each kind of mutation is done, and how far it goes.

    Parameters
    ----------
    size, steps, parameter, morphogens, matrices : float, at least 0
        Relative frequencies, of positive sum, of a change of: one side of the torus; the steps
        of growth; one scalar parameter; the number of morphogens; inhibition and kernels.
    real : float, 0 to 1
        Probability that a changed parameter is one of the eight real ones, not the axon length.
    factor : float, at least 1
        A real parameter is multiplied by a uniform number from 1 / factor to factor.
    min_steps : int, at least 1
    steps_delta : int, at least 0
        Largest change of the steps.
    min_size : int, at least 1
    min_morphogens : int, at least 3
    max_matrix_changes : int, at least 1
        1 to so many entries of inhibition matrix and kernels are drawn anew.

    Raises
    ------
    TypeError, ValueError
        Where a number breaks its rule.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785). Its search for target graphs uses
    :data:`EXTENDED_MATRIX_RATES`.

    Examples
    --------
    >>> GenomeMutationRates(factor=1.5).parameter
    0.45
    >>> GenomeMutationRates(size=-1)
    Traceback (most recent call last):
    ValueError: size must be a number of at least 0, got -1
    """

    size: float = 0.15
    steps: float = 0.15
    parameter: float = 0.45
    morphogens: float = 0.1
    matrices: float = 0.15
    real: float = 0.9
    factor: float = 2.0
    min_steps: int = 10
    steps_delta: int = 20
    min_size: int = 1
    min_morphogens: int = 3
    max_matrix_changes: int = 3

    def __post_init__(self) -> None:
        for kind in _KINDS:
            _check.real(kind, getattr(self, kind), minimum=0)
        if not any(getattr(self, kind) for kind in _KINDS):
            raise ValueError(f"one of {', '.join(_KINDS)} must be above 0, got 0 for each")
        _check.real("real", self.real, minimum=0, maximum=1)
        _check.real("factor", self.factor, minimum=1)
        _check.integer("min_steps", self.min_steps, minimum=1)
        _check.integer("steps_delta", self.steps_delta, minimum=0)
        _check.integer("min_size", self.min_size, minimum=1)
        _check.integer("min_morphogens", self.min_morphogens, minimum=3)
        _check.integer("max_matrix_changes", self.max_matrix_changes, minimum=1)

    @cached_property
    def cumulative(self) -> list[float]:
        """Cumulative probabilities of the kinds, in the order of the parameters."""
        # In the order of operations of numpy's weighted choice, so that not one draw differs.
        frequencies = [getattr(self, kind) for kind in _KINDS]
        sums = np.cumsum(np.array(frequencies) / sum(frequencies))
        cumulative: list[float] = (sums / sums[-1]).tolist()
        return cumulative


_KINDS = ("size", "steps", "parameter", "morphogens", "matrices")

DEFAULT_RATES = GenomeMutationRates()
EXTENDED_MATRIX_RATES = GenomeMutationRates(max_matrix_changes=5)


class _Deltas(NamedTuple):
    """What may be added to a field, each with equal probability."""

    size: Sequence[int]
    axon_length: Sequence[int]
    morphogens: Sequence[int]


_DEFAULT = _Deltas(size=(-1, 1), axon_length=(-1, 1), morphogens=(-1, 1))
_AGGRESSIVE = _Deltas(size=range(-3, 3), axon_length=range(-2, 2), morphogens=(-2, -1, 1, 2))


def mut_genome_default(
    individual: G,
    *,
    rates: GenomeMutationRates = DEFAULT_RATES,
    rng: np.random.Generator | None = None,
) -> tuple[G]:
    """Make one mutation, of a kind drawn by its frequency, in place.

    One side of the torus grows or shrinks by 1; or the steps change by at most ``steps_delta``; or
    one real parameter is multiplied by a random factor (up to at most 1; what is 0 stays 0) or the
    axon length changes by 1; or there is one morphogen more or less, and then all that belongs to
    morphogens is drawn anew; or some entries are drawn anew: of the inhibition matrix uniformly up
    to 0.5 (on its unused diagonal too), of the kernels up to 0.3, and the kernel is divided by its
    sum. Secretion rates change with the number of morphogens only, as in the authors' code.

    Parameters
    ----------
    individual : Genome
    rates : GenomeMutationRates
    rng : Generator, optional
        Source of randomness, one draw of numpy's own methods after the other as in the authors'
        code; else a Generator seeded with 64 bits from Python's ``random``.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> genome = Genome(size_x=10, size_y=10)
    >>> mut_genome_default(genome, rng=np.random.default_rng(3))
    (<Genome 9x10, 3 morphogens, 500 steps>,)
    """
    _mutate(individual, rates, _DEFAULT, _random.generator(rng))
    return (individual,)


def mut_genome_aggressive(
    individual: G,
    *,
    rates: GenomeMutationRates = DEFAULT_RATES,
    rng: np.random.Generator | None = None,
) -> tuple[G]:
    """Make one mutation with larger steps, and rarely a radical one after it, in place.

    As :func:`mut_genome_default`, but the side of the torus changes by -3 to 2, the axon length by
    -2 to 1 (0 among them) and the number of morphogens by 1 or 2. Then, with probability 0.05, the
    steps are drawn from 10 to 999 and the number of morphogens from 3 to 12, and all that belongs
    to morphogens is drawn anew if that number changed.

    Parameters
    ----------
    individual : Genome
    rates : GenomeMutationRates
    rng : Generator, optional
        As :func:`mut_genome_default` takes it.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> rng = np.random.default_rng(19)
    >>> mut_genome_aggressive(Genome.random(rng), rates=EXTENDED_MATRIX_RATES, rng=rng)
    (<Genome 20x17, 3 morphogens, 286 steps>,)
    """
    rng = _random.generator(rng)
    _mutate(individual, rates, _AGGRESSIVE, rng)
    if rng.random() < RADICAL_PROBABILITY:
        k = int(rng.integers(3, 13))
        changes: dict[str, Any] = {"max_growth_steps": rng.integers(10, 1000)}
        if k != individual.num_morphogens:
            changes |= random_morphogens(rng, k)
        individual.update(**changes)
    return (individual,)


def _mutate(
    genome: Genome, rates: GenomeMutationRates, deltas: _Deltas, rng: np.random.Generator
) -> None:
    kind = _KINDS[bisect_right(rates.cumulative, rng.random())]
    if kind == "size":
        name = ("size_x", "size_y")[rng.integers(2)]
        setattr(
            genome, name, _within(rates.min_size, getattr(genome, name) + _one(rng, deltas.size))
        )
    elif kind == "steps":
        delta = rng.integers(-rates.steps_delta, rates.steps_delta + 1)
        genome.max_growth_steps = _within(rates.min_steps, genome.max_growth_steps + int(delta))
    elif kind == "parameter":
        if rng.random() < rates.real:
            name = FLOATS[rng.integers(len(FLOATS))]
            value = getattr(genome, name) * rng.uniform(1 / rates.factor, rates.factor)
            setattr(genome, name, min(value, 1.0))
        else:
            longer = genome.max_axon_length + _one(rng, deltas.axon_length)
            genome.max_axon_length = _within(1, longer)
    elif kind == "morphogens":
        k = max(rates.min_morphogens, genome.num_morphogens + _one(rng, deltas.morphogens))
        k = min(k, MOST_MORPHOGENS)
        if k != genome.num_morphogens:
            genome.update(**random_morphogens(rng, k))
    else:
        genome.update(**_matrix_changes(genome, rates, rng))


def _matrix_changes(
    genome: Genome, rates: GenomeMutationRates, rng: np.random.Generator
) -> dict[str, Any]:
    """The fields that change where entries of inhibition matrix and kernels are drawn anew."""
    k = genome.num_morphogens
    changes: dict[str, Any] = {}
    for _ in range(rng.integers(1, rates.max_matrix_changes + 1)):
        if rng.integers(2) == 0:
            if "inhibition_matrix" not in changes:
                changes["inhibition_matrix"] = genome.inhibition_matrix.astype(np.float64)
            row, column = rng.integers(k), rng.integers(k)
            changes["inhibition_matrix"][row, column] = rng.uniform(0, 0.5)
        else:
            kernels = changes.setdefault("diffusion_patterns", [*genome.diffusion_patterns])
            i = rng.integers(k)
            kernel = kernels[i].astype(np.float64)
            row, column = rng.integers(kernel.shape[0]), rng.integers(kernel.shape[1])
            kernel[row, column] = rng.uniform(0, 0.3)
            kernels[i] = kernel / kernel.sum()
    return changes


def _within(minimum: int, value: int) -> int:
    """*value*, or the nearest that a genome may have."""
    return min(max(minimum, value), LARGEST_INTEGER)


def _one(rng: np.random.Generator, deltas: Sequence[int]) -> int:
    return deltas[int(rng.integers(len(deltas)))]
