"""Genotypes with a fitness: a vector of codons, and a list of genes that are tuples of indices.

Both are varied by DEAP's own list operators, and copy fast.
"""

import copy
from array import array
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from deap import base

from evograft.representations import _check, _random
from evograft.representations.gene_list import GeneList

TYPECODES = {8: "B", 16: "H"}
"""Of arrays, by the bits of a codon."""


class CodonVector(array):  # type: ignore[type-arg]  # subscriptable from Python 3.12 on
    """An ``array.array`` of codons; it compares by value, and pickles as its codons.

    Parameters
    ----------
    codons : array of typecode "B" or "H"

    Examples
    --------
    >>> a = CodonVector(array("B", [11, 5, 73]))
    >>> a[1:] = array("B", [7])
    >>> a.clone() == a, a.tolist()
    (True, [11, 7])
    """

    fitness: base.Fitness

    def __new__(cls, codons: "array[int]") -> Self:
        return super().__new__(cls, codons.typecode, codons)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self), self)
        memo[id(self)] = twin
        for name, value in self.__dict__.items():
            # The fitness is copied without the machinery of copy.deepcopy: this is the hot path.
            copied = value.__deepcopy__(memo) if name == "fitness" else copy.deepcopy(value, memo)
            twin.__dict__[name] = copied
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (array(self.typecode, self),), self.__dict__

    def clone(self) -> Self:
        """Return a deep copy."""
        return self.__deepcopy__({})


class StructuredGenotype(GeneList[tuple[int, ...]]):
    """A gene for each non-terminal; a gene is a tuple of option indices.

    Examples
    --------
    >>> a = StructuredGenotype([(0, 1), (2,)])
    >>> a.clone() == a
    True
    """


def random_codons(
    length: int, codon_bits: int = 8, rng: np.random.Generator | None = None
) -> "array[int]":
    """Draw *length* uniform codons of 8 or 16 bits.

    Randomness: one number per codon from *rng*, or from Python's ``random``.

    >>> import random; random.seed(1)
    >>> random_codons(3)
    array('B', [34, 216, 195])
    """
    _check.choice("codon_bits", codon_bits, tuple(TYPECODES))
    draw = _random.source(rng)
    values: Iterable[int] = (_random.below(draw, 1 << codon_bits) for _ in range(length))
    return array(TYPECODES[codon_bits], values)
