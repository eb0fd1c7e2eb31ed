"""Variation of genotypes with a gene for each non-terminal, as structured GE has them."""

from bisect import bisect_right
from collections.abc import MutableSequence, Sequence
from functools import partial
from itertools import accumulate, groupby
from typing import Any, TypeVar

import numpy as np

from evograft.representations import _check, _random

T = TypeVar("T", bound="MutableSequence[Any]")


def cx_uniform_gene_lists(
    a: T, b: T, *, indpb: float = 0.5, rng: np.random.Generator | None = None
) -> tuple[T, T]:
    """Swap whole genes, each with probability *indpb*, in place.

    Parameters
    ----------
    a, b : list of tuple of int
        With the same non-terminals.
    indpb : float, 0 to 1
    rng : Generator, optional
        One number per gene is drawn from it, or from Python's ``random``.

    Returns
    -------
    tuple
        The two individuals.

    Raises
    ------
    ValueError
        Where *indpb* is no probability, or the individuals have not as many genes.

    References
    ----------
    Lourenço, Pereira and Costa, "Unveiling the properties of structured grammatical evolution",
    Genetic Programming and Evolvable Machines 17(3), 2016; there, with the first child only.

    Examples
    --------
    >>> cx_uniform_gene_lists([(0,), (1, 1)], [(2,), (3, 3)], indpb=1.0)
    ([(2,), (3, 3)], [(0,), (1, 1)])
    """
    _check.real("indpb", indpb, minimum=0, maximum=1)
    if len(a) != len(b):
        raise ValueError(f"a and b must have as many genes, got {len(a)} and {len(b)}")
    draw = _random.source(rng).random
    for place in range(len(a)):
        if draw() < indpb:
            a[place], b[place] = b[place], a[place]
    return a, b


def mut_one_index_per_gene(
    individual: T,
    indpb: float,
    *,
    counts: Sequence[int],
    used: Sequence[int],
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Replace one used index of each gene, with probability *indpb*, by another option, in place.

    Parameters
    ----------
    individual : list of tuple of int
    indpb : float, 0 to 1
        Of each gene that has a choice.
    counts : sequence of int
        Options of each gene's non-terminal.
    used : sequence of int
        How many indices of each gene, from the front, the mapping has taken.
    rng : Generator, optional
        Source of randomness, else Python's ``random``: one number per gene that has a choice and
        is used, and for a mutated one its place and its option.

    Raises
    ------
    ValueError
        Where *indpb* is no probability, or genes, counts and used indices do not fit together.

    References
    ----------
    Structured GE as in Lourenço, Pereira and Costa 2016.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> mut_one_index_per_gene([(0, 0), (0, 0)], 1.0, counts=[2, 1], used=[1, 2])
    ([(1, 0), (0, 0)],)
    """
    _check.real("indpb", indpb, minimum=0, maximum=1)
    _check_genes(individual, counts, used)
    draw = _random.source(rng)
    for rule, (count, taken) in enumerate(zip(counts, used, strict=True)):
        if count > 1 and taken and draw.random() < indpb:
            gene, place = individual[rule], _random.below(draw, taken)
            index = _other(gene[place], count, draw)
            individual[rule] = (*gene[:place], index, *gene[place + 1 :])
    return (individual,)


def mut_used_indices(
    individual: T,
    indpb: float | None,
    *,
    counts: Sequence[int],
    used: Sequence[int],
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Replace each used index, with probability *indpb*, by another option, in place.

    Parameters
    ----------
    individual : list of tuple of int
    indpb : float, 0 to 1, or None
        Of each used index of a gene that has a choice; None is one over how many there are.
    counts, used
        As :func:`mut_one_index_per_gene` takes them.
    rng : Generator, optional
        Source of randomness, else Python's ``random``. One number is drawn per replaced index for
        the distance to the next one (geometric), and one for its option.

    Raises
    ------
    ValueError
        Where *indpb* is no probability, or genes, counts and used indices do not fit together.

    References
    ----------
    Dynamic structured GE: Assunção, Lourenço, Machado and Ribeiro, "Towards the evolution of
    multi-layered neural networks: a dynamic structured grammatical evolution approach", GECCO 2017.

    Examples
    --------
    >>> mut_used_indices([(0, 0), (0, 0)], 1.0, counts=[2, 1], used=[1, 2])
    ([(1, 0), (0, 0)],)
    """
    _check_genes(individual, counts, used)
    if indpb is None:
        choices = sum(taken for count, taken in zip(counts, used, strict=True) if count > 1)
        indpb = 1.0 / max(1, choices)
    _check.real("indpb", indpb, minimum=0, maximum=1)
    draw = _random.source(rng)
    chosen = [rule for rule, count in enumerate(counts) if count > 1]
    ends = list(accumulate(used[rule] for rule in chosen))
    hits = _random.places(draw, indpb, ends[-1] if ends else 0)
    for which, of_gene in groupby(hits, key=partial(bisect_right, ends)):
        rule = chosen[which]
        gene, start = list(individual[rule]), ends[which] - used[rule]
        for hit in of_gene:
            gene[hit - start] = _other(gene[hit - start], counts[rule], draw)
        individual[rule] = tuple(gene)
    return (individual,)


def _check_genes(
    individual: Sequence[Sequence[int]], counts: Sequence[int], used: Sequence[int]
) -> None:
    if not len(individual) == len(counts) == len(used):
        raise ValueError(
            f"counts and used must have one number for each of {len(individual)} genes, "
            f"got {len(counts)} and {len(used)}"
        )
    for gene, taken in zip(individual, used, strict=True):
        if not 0 <= taken <= len(gene):
            raise ValueError(f"used must be from 0 to the gene's {len(gene)} indices, got {taken}")


def _other(index: int, count: int, draw: _random.UniformSource) -> int:
    """Another of *count* options than *index*, uniformly."""
    other = _random.below(draw, count - 1)
    return other + (other >= index)
