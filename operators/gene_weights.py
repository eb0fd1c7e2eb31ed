"""Mutation and crossover of the real weights that genes (``bytes``) have after their codons."""

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from evograft.representations import _check, _random
from evograft.representations import _weight_kernels as kernels
from evograft.representations.gene_weights import DTYPE, MAX_WEIGHT, SIZE

T = TypeVar("T", bound="list[bytes]")


def mut_gaussian_gene_weights(
    individual: T,
    indpb: float,
    sigma: float,
    *,
    n_weights: int,
    max_weight: float = MAX_WEIGHT,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Add normal noise to each real weight with probability *indpb*, in place.

    Then all weights are clipped to ± *max_weight*. Codons stay as they are.

    Parameters
    ----------
    individual : list of bytes
    indpb : float, 0 to 1
    sigma : float, at least 0
        Standard deviation of the noise.
    n_weights : int, at least 1
        Real weights of each gene.
    max_weight : float above 0
    rng : Generator, optional
        Source of one 64-bit seed per call, else Python's ``random``.

    Raises
    ------
    TypeError, ValueError
        Where an argument is out of its range, or a gene has too few bytes for its weights.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> gene = b"codons" + np.zeros(3, DTYPE).tobytes()
    >>> ((mutant,),) = mut_gaussian_gene_weights([gene], 0.5, 1.0, n_weights=3)
    >>> mutant[:6], np.frombuffer(mutant[6:], DTYPE).astype(float).round(2).tolist()
    (b'codons', [-1.82, 1.54, 0.0])
    """
    if not 0.0 <= indpb <= 1.0:
        _check.real("indpb", indpb, minimum=0, maximum=1)
    if not 0.0 <= sigma < math.inf:
        _check.real("sigma", sigma, minimum=0)
    if not 0.0 < max_weight < math.inf:
        _check.above_zero("max_weight", max_weight)
    weights = np.frombuffer(bytearray(_tails(individual, n_weights)), DTYPE)
    kernels.add_bounded_noise(weights, indpb, sigma, max_weight, _random.seed64(rng))
    _put(individual, range(len(individual)), weights.tobytes(), n_weights)
    return (individual,)


def cx_median_gene_weights(
    a: T, b: T, indpb: float, *, n_weights: int, rng: np.random.Generator | None = None
) -> tuple[T, T]:
    """Give one of two aligned genes the medians of their weights, with probability *indpb*.

    The median of two weights is their mean. The other gene, of *a* or *b* with an even chance,
    keeps its own weights: if both had the mean, the population would lose their difference. Genes
    are aligned left; codons, and genes without a partner, stay as they are.

    Parameters
    ----------
    a, b : list of bytes
        Changed in place.
    indpb : float, 0 to 1
        For each pair of aligned genes.
    n_weights : int, at least 1
        Real weights of each gene.
    rng : Generator, optional
        Source of one number per pair of aligned genes, else Python's ``random``.

    Raises
    ------
    TypeError, ValueError
        Where an argument is out of its range, or a gene has too few bytes for its weights.

    References
    ----------
    The MGE paper (arXiv 2208.02787) names a median crossover for real-valued weights, and says no
    more of it.

    Examples
    --------
    >>> a, b = ([codon + np.full(2, w, DTYPE).tobytes()] for codon, w in ((b"a", 1), (b"b", 4)))
    >>> a, b = cx_median_gene_weights(a, b, 1.0, n_weights=2, rng=np.random.default_rng(1))
    >>> sorted((gene[:1], np.frombuffer(gene[1:], DTYPE).tolist()) for gene in (*a, *b))
    [(b'a', [1.0, 1.0]), (b'b', [2.5, 2.5])]
    """
    if not 0.0 <= indpb <= 1.0:
        _check.real("indpb", indpb, minimum=0, maximum=1)
    draw = _random.source(rng).random
    drawn = [draw() for _ in range(min(len(a), len(b)))]
    in_a = [i for i, number in enumerate(drawn) if number < indpb / 2]
    in_b = [i for i, number in enumerate(drawn) if indpb / 2 <= number < indpb]
    pairs = in_a + in_b
    ours, theirs = (
        np.frombuffer(_tails([parent[i] for i in pairs], n_weights), DTYPE) for parent in (a, b)
    )
    medians = ((ours.astype(np.float64) + theirs) / 2).astype(DTYPE).tobytes()
    split = SIZE * n_weights * len(in_a)
    _put(a, in_a, medians[:split], n_weights)
    _put(b, in_b, medians[split:], n_weights)
    return a, b


def _tails(genes: Sequence[bytes], n_weights: int) -> bytes:
    """The bytes of all weights of *genes*, one after the other."""
    if n_weights < 1:
        _check.integer("n_weights", n_weights, minimum=1)
    tail = SIZE * n_weights
    data = b"".join([gene[-tail:] for gene in genes])
    if len(data) != tail * len(genes):
        shortest = min(map(len, genes))
        raise ValueError(
            f"genes must have at least {tail} bytes for {n_weights} weights, got one of {shortest}"
        )
    return data


def _put(individual: list[bytes], places: Iterable[int], data: bytes, n_weights: int) -> None:
    """Give the genes at *places* the weights in *data*; a gene that has them stays the object."""
    tail = SIZE * n_weights
    for start, place in zip(range(0, len(data), tail), places, strict=True):
        gene, weights = individual[place], data[start : start + tail]
        if not gene.endswith(weights):
            individual[place] = gene[:-tail] + weights
