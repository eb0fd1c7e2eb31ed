"""Crossover of genotypes that are lists of genes (``bytes`` of codons)."""

from typing import TypeVar

import numpy as np

from evograft.representations import _random

T = TypeVar("T", bound="list[bytes]")


def cx_one_point_genes(a: T, b: T, *, rng: np.random.Generator | None = None) -> tuple[T, T]:
    """Swap the left parts of two individuals, aligned left and cut between genes.

    The cut is uniform in 1 … the length of the shorter one; at its end every aligned gene is
    swapped. Both keep their lengths. DEAP's own ``tools.cxOnePoint`` differs only in swapping
    right parts, never cutting at the end, and needing two genes of each parent.

    Parameters
    ----------
    a, b : list of bytes, at least one gene each
        Changed in place.
    rng : Generator, optional
        One number is drawn from it, or from Python's ``random``.

    Returns
    -------
    tuple
        The two individuals.

    References
    ----------
    The MGE paper (arXiv 2208.02787), crossover at gene boundaries.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> cx_one_point_genes([b"a", b"b", b"c"], [b"x", b"y"])
    ([b'x', b'b', b'c'], [b'a', b'y'])
    """
    shorter = min(len(a), len(b))
    if shorter == 0:
        raise ValueError("a and b must have at least one gene each, got an empty individual")
    cut = 1 + _random.below(_random.source(rng), shorter)
    a[:cut], b[:cut] = b[:cut], a[:cut]
    return a, b


def cx_uniform_genes(
    a: T, b: T, indpb: float = 0.5, *, rng: np.random.Generator | None = None
) -> tuple[T, T]:
    """Swap each pair of aligned genes with probability *indpb*, in place.

    Randomness: one number per aligned pair from *rng*, or from Python's ``random``.

    Raises
    ------
    ValueError
        Where *indpb* is no probability.

    Examples
    --------
    >>> cx_uniform_genes([b"a", b"b"], [b"x"], indpb=1.0)
    ([b'x', b'b'], [b'a'])
    """
    if not 0.0 <= indpb <= 1.0:
        raise ValueError(f"indpb must be a number from 0 to 1, got {indpb!r}")
    draw = _random.source(rng).random
    for i in range(min(len(a), len(b))):
        if draw() < indpb:
            a[i], b[i] = b[i], a[i]
    return a, b


def cx_one_point_codons(
    a: T, b: T, *, codon_bits: int = 8, rng: np.random.Generator | None = None
) -> tuple[T, T]:
    """Swap the left parts of two individuals, cut between any two codons, in place.

    A gene is drawn as in :func:`cx_one_point_genes`; the cut inside it is uniform over its
    codon boundaries, its right end included, and lies within the shorter of the two genes.

    Randomness: two numbers from *rng*, or from Python's ``random``.

    Examples
    --------
    >>> import random; random.seed(2)
    >>> cx_one_point_codons([b"abcd", b"efgh"], [b"ABCD", b"EFGH"])
    ([b'ABCD', b'EFGH'], [b'abcd', b'efgh'])
    """
    shorter = min(len(a), len(b))
    if shorter == 0:
        raise ValueError("a and b must have at least one gene each, got an empty individual")
    draw = _random.source(rng)
    last = _random.below(draw, shorter)
    a[:last], b[:last] = b[:last], a[:last]
    left, right = a[last], b[last]
    width = codon_bits // 8
    cut = width * (1 + _random.below(draw, min(len(left), len(right)) // width))
    a[last], b[last] = right[:cut] + left[cut:], left[:cut] + right[cut:]
    return a, b
