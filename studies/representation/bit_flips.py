"""Neighbours of genotypes: some bits, or a codon, changed and nothing else.

A genotype is a list of genes, a gene a list of integers from 0 to *count* - 1, one count for each
gene. An integer has the bits that ``count - 1`` needs: a codon of 256 values has 8, a choice of 30
options 5, one of a single option none.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

Genotype = list[list[int]]
Alternatives = Callable[[int, int], tuple[int, ...]]


def flip_bits(
    genotype: Sequence[Sequence[int]],
    counts: Sequence[int],
    sites: Sequence[int],
    rng: np.random.Generator,
    *,
    codons: int = 1,
    bits: int = 1,
    lowest: bool = False,
) -> Genotype:
    """Return a copy with *bits* bits flipped in each of so many different codons.

    A codon is drawn uniformly from those that may change and have so many bits, then one of the
    values that differ from its own in exactly so many bits. Where none of these is below the
    count, another codon is drawn.

    Parameters
    ----------
    genotype : sequence of genes
    counts : sequence of int, at least 1
        Of each gene.
    sites : sequence of int
        How many integers of each gene, from the front, may change.
    rng : numpy.random.Generator
        Two numbers for each codon that is changed, one for each that cannot be.
    codons, bits : int, at least 1
    lowest : bool
        Whether the lowest bit of each is flipped, and not so many of any.

    Raises
    ------
    ValueError
        Where the genotype has not so many codons that can be changed.

    Examples
    --------
    >>> flip_bits([[0, 0]], [256], [1], np.random.default_rng(1), bits=2)
    [[40, 0]]
    """
    if lowest:
        return _changed(genotype, counts, sites, rng, codons, flipped_lowest)
    return _changed(genotype, counts, sites, rng, codons, lambda v, n: flipped(v, n, bits))


def replace_codon(
    genotype: Sequence[Sequence[int]],
    counts: Sequence[int],
    sites: Sequence[int],
    rng: np.random.Generator,
) -> Genotype:
    """Return a copy with one codon replaced by another value, uniform over all others.

    Arguments, randomness and errors are those of :func:`flip_bits`.

    Examples
    --------
    >>> replace_codon([[7], [1, 1]], [1, 2], [1, 2], np.random.default_rng(1))
    [[7], [0, 1]]
    """
    return _changed(genotype, counts, sites, rng, 1, others)


@lru_cache(maxsize=2**16)
def flipped(value: int, count: int, bits: int) -> tuple[int, ...]:
    """Return the values below *count* that differ from *value* in exactly so many bits.

    Only the bits that ``count - 1`` needs are flipped.

    >>> flipped(0, 6, 1), flipped(2, 6, 2), flipped(0, 1, 1)
    ((1, 2, 4), (1, 4), ())
    """
    return tuple(other for other in range(count) if (other ^ value).bit_count() == bits)


def flipped_lowest(value: int, count: int) -> tuple[int, ...]:
    """Return *value* with its lowest bit flipped, or nothing where that is not below the count."""
    return (value ^ 1,) if value ^ 1 < count else ()


@lru_cache(maxsize=2**16)
def others(value: int, count: int) -> tuple[int, ...]:
    """Return the values below *count* but *value*."""
    return tuple(other for other in range(count) if other != value)


def _changed(
    genotype: Sequence[Sequence[int]],
    counts: Sequence[int],
    sites: Sequence[int],
    rng: np.random.Generator,
    codons: int,
    alternatives: Alternatives,
) -> Genotype:
    copy = [list(gene) for gene in genotype]
    # Places are counted through all genes that have a choice.
    ends = np.cumsum([n if count > 1 else 0 for n, count in zip(sites, counts, strict=True)])
    total = int(ends[-1]) if len(ends) else 0
    tried: set[int] = set()
    changed = 0
    while changed < codons:
        if len(tried) == total:
            raise ValueError(
                f"genotype must have {codons} codons that can be changed so, got {changed}"
            )
        place = int(rng.integers(total))
        if place in tried:
            continue
        tried.add(place)
        gene = int(np.searchsorted(ends, place, side="right"))
        at = place - (int(ends[gene - 1]) if gene else 0)
        values = alternatives(copy[gene][at], counts[gene])
        if values:
            copy[gene][at] = values[int(rng.integers(len(values)))]
            changed += 1
    return copy
