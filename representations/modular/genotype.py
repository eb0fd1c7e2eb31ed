"""The genotype: an ordered list of genes, each an immutable string of codons.

Real weights may follow the codons: see :mod:`evograft.representations.gene_weights`.
"""

import copy
import random
from typing import Any, Self

import numpy as np
from deap import base

from evograft.representations import _check, _random
from evograft.representations.gene_weights import MAX_WEIGHT, SIZE, scale_weights


class ModularGenotype(list[bytes]):
    """A list of genes; a gene is ``bytes`` of codons (16-bit ones as little-endian pairs).

    Being a list of immutable values, it is varied by DEAP's own list operators
    (``tools.cxOnePoint`` cuts at gene boundaries), compares by value, and copies fast.

    Examples
    --------
    >>> a = ModularGenotype([b"\\x01\\x02", b"\\x03\\x04"])
    >>> copy.deepcopy(a) == a
    True
    """

    fitness: base.Fitness

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.extend(self)
        for name, value in self.__dict__.items():
            # The fitness is copied without the machinery of copy.deepcopy: this is the hot path.
            copied = value.__deepcopy__(memo) if name == "fitness" else copy.deepcopy(value, memo)
            twin.__dict__[name] = copied
        return twin

    def clone(self) -> Self:
        """Return a deep copy; the genes, being immutable, are shared."""
        return self.__deepcopy__({})


def random_gene(
    codons: int,
    *,
    codon_bits: int = 8,
    n_weights: int = 0,
    max_weight: float = MAX_WEIGHT,
    rng: np.random.Generator | None = None,
) -> bytes:
    """Draw a gene of *codons* uniform codons, and *n_weights* real ones of ±*max_weight*, uniform.

    Randomness: *rng*, or Python's ``random``; one call for the whole gene.

    >>> random.seed(1)
    >>> random_gene(4).hex()
    'f5b16522'
    """
    size = codons * codon_bits // 8
    data = (random.randbytes if rng is None else rng.bytes)(size + SIZE * n_weights)
    return data[:size] + scale_weights(data[size:], max_weight) if n_weights else data


def random_genotype(
    genes: tuple[int, int],
    codons: int,
    *,
    codon_bits: int = 8,
    n_weights: int = 0,
    max_weight: float = MAX_WEIGHT,
    rng: np.random.Generator | None = None,
) -> list[bytes]:
    """Draw between ``genes[0]`` and ``genes[1]`` genes (both included), each of *codons* codons.

    What a gene is like is said as to :func:`random_gene`.

    Randomness: *rng*, or Python's ``random``; one number for the count, one call per gene.

    >>> random.seed(1)
    >>> len(random_genotype((2, 10), 100))
    3
    """
    low, high = genes
    if not 0 <= low <= high:
        raise ValueError(f"genes must be two integers 0 <= low <= high, got {genes!r}")
    _check.choice("codon_bits", codon_bits, (8, 16))
    count = low + _random.below(_random.source(rng), high - low + 1)
    return [
        random_gene(
            codons, codon_bits=codon_bits, n_weights=n_weights, max_weight=max_weight, rng=rng
        )
        for _ in range(count)
    ]
