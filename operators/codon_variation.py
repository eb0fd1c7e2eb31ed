"""Variation of genotypes that are one sequence of codons, as those of grammatical evolution."""

from collections.abc import MutableSequence
from copy import copy
from typing import Any, TypeVar

import numpy as np

from evograft.representations import _check, _random

T = TypeVar("T", bound="MutableSequence[int]")


def cx_one_point_vector(a: Any, b: Any, *, rng: np.random.Generator | None = None) -> Any:
    """Swap the left parts of two sequences at a cut that is the same in both, in place.

    The cut is uniform in 1 … the length of the shorter one less 1, so both keep their lengths; of
    one codon nothing is swapped. It is ``tools.cxOnePoint`` with a source of randomness.

    Parameters
    ----------
    a, b : list of int, array.array of one typecode, or ndarray
    rng : Generator, optional
        One number is drawn from it, or from Python's ``random``.

    Returns
    -------
    tuple
        The two individuals.

    References
    ----------
    O'Neill and Ryan, "Grammatical evolution", IEEE Transactions on Evolutionary Computation 5(4),
    2001.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> cx_one_point_vector([1, 2, 3], [7, 8, 9, 10])
    ([7, 2, 3], [1, 8, 9, 10])
    """
    shorter = min(len(a), len(b))
    if shorter > 1:
        cut = 1 + _random.below(_random.source(rng), shorter - 1)
        # Slices of an ndarray are views, which the first assignment would change.
        a[:cut], b[:cut] = copy(b[:cut]), copy(a[:cut])
    return a, b


def mut_codon_values(
    individual: T, indpb: float, *, codon_bits: int = 8, rng: np.random.Generator | None = None
) -> tuple[T]:
    """Replace each codon, with probability *indpb*, by a uniform one (maybe the same), in place.

    As :func:`mut_codons` does with genes.

    Parameters
    ----------
    individual : list of int, or array.array
    indpb : float, 0 to 1
    codon_bits : int
        8 for codons from 0 to 255, 16 for 0 to 65 535.
    rng : Generator, optional
        Source of randomness, else Python's ``random``. One number is drawn per replaced codon for
        the distance to the next one (geometric), and one for the codon.

    Raises
    ------
    ValueError
        Where *indpb* is no probability, or *codon_bits* is neither.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> mut_codon_values([0] * 8, indpb=0.25)
    ([216, 0, 0, 0, 0, 0, 65, 0],)
    """
    _check.real("indpb", indpb, minimum=0, maximum=1)
    _check.choice("codon_bits", codon_bits, (8, 16))
    draw = _random.source(rng)
    for place in _random.places(draw, indpb, len(individual)):
        individual[place] = _random.below(draw, 1 << codon_bits)
    return (individual,)


def mut_codon_count(
    individual: T,
    *,
    max_codons: int | None = None,
    codon_bits: int = 8,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Add a uniform codon at a uniform place, or delete one (an even chance), in place.

    Never below one codon, nor above *max_codons*: what does not fit is not done.

    Randomness: one number for the coin, one for the place and, where one is added, one for the
    codon, from *rng* or Python's ``random``.

    Raises
    ------
    ValueError
        Where *max_codons* is below 1, or *codon_bits* is neither 8 nor 16.

    References
    ----------
    The MGE paper (arXiv 2208.02787), where grammatical evolution is given it in the experiment on
    scalability.

    Examples
    --------
    >>> import random; random.seed(3)
    >>> mut_codon_count([1, 2, 3])
    ([1, 2, 94, 3],)
    """
    if max_codons is not None:
        _check.integer("max_codons", max_codons, minimum=1)
    _check.choice("codon_bits", codon_bits, (8, 16))
    draw = _random.source(rng)
    size = len(individual)
    if draw.random() < 0.5:
        if max_codons is None or size < max_codons:
            place = _random.below(draw, size + 1)
            individual.insert(place, _random.below(draw, 1 << codon_bits))
    elif size > 1:
        del individual[_random.below(draw, size)]
    return (individual,)
