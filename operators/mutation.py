"""Mutation of genotypes that are lists of genes (``bytes`` of codons)."""

from collections.abc import Sequence
from math import log, log1p
from typing import Literal, TypeVar

import numpy as np

from evograft.representations import _check, _random
from evograft.representations.gene_weights import MAX_WEIGHT, SIZE
from evograft.representations.modular.genotype import random_gene

T = TypeVar("T", bound="list[bytes]")

Position = Literal["uniform", "front"]


def mut_codons(
    individual: T,
    indpb: float,
    *,
    codon_bits: int = 8,
    n_weights: int = 0,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Replace each codon, with probability *indpb*, by a uniform one (maybe the same), in place.

    Parameters
    ----------
    individual : list of bytes
    indpb : float, 0 to 1
    codon_bits : int
        8, or 16 for little-endian pairs.
    n_weights : int, at least 0
        Real weights after the codons of each gene, which stay as they are.
    rng : Generator, optional
        Source of randomness, else Python's ``random``. One number is drawn per replaced codon for
        the distance to the next one (geometric), and one for the codon.

    Raises
    ------
    ValueError
        Where *indpb* is no probability.

    References
    ----------
    The MGE paper (arXiv 2208.02787), Table 2, where *indpb* is Pm / 2.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> mut_codons([bytes(4), bytes(4)], indpb=0.25)
    ([b'\\xd8\\x00\\x00\\x00', b'\\x00\\x00A\\x00'],)
    """
    if not 0.0 <= indpb <= 1.0:
        _check.real("indpb", indpb, minimum=0, maximum=1)
    if codon_bits not in (8, 16):
        _check.choice("codon_bits", codon_bits, (8, 16))
    if indpb == 0.0 or not individual:
        return (individual,)
    draw = _random.source(rng).random
    width, values, tail = codon_bits // 8, 1 << codon_bits, SIZE * n_weights
    scale = max(1.0 / log1p(-indpb), -1e300) if indpb < 1.0 else 0.0
    # Codons passed over before the next replaced one are geometrically distributed.
    place = width * int(log(1.0 - draw()) * scale)
    for i, gene in enumerate(individual):
        end = len(gene) - tail
        if place < end:
            while place < end:
                codon = int(draw() * values).to_bytes(width, "little")
                gene = gene[:place] + codon + gene[place + width :]
                place += width + width * int(log(1.0 - draw()) * scale)
            individual[i] = gene
        place -= end
    return (individual,)


def mut_gene_count(
    individual: T,
    codons: int,
    *,
    max_gene_change: int = 1,
    max_genes: int | None = None,
    position: Position = "uniform",
    codon_bits: int = 8,
    n_weights: int = 0,
    max_weight: float = MAX_WEIGHT,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Add random genes or delete genes (an even chance), 1 … *max_gene_change* of them, in place.

    Never below one gene, nor above *max_genes*: what does not fit is not done.

    Parameters
    ----------
    individual : list of bytes
    codons : int, at least 1
        Length of a new gene.
    max_gene_change : int, at least 1
        The paper's g.
    max_genes : int, optional
    position : str
        A new gene goes to a ``"uniform"`` place, or to the ``"front"`` as in the authors' Java.
    codon_bits : int
        8 or 16.
    n_weights, max_weight
        Real weights of a new gene, as ``random_gene`` takes them.
    rng : Generator, optional
        Source of randomness, else Python's ``random``: one number for the coin, one for the count
        if *max_gene_change* is above 1, and a place and codons per gene.

    Raises
    ------
    ValueError
        Where *codons*, *max_gene_change*, *max_genes* or *position* is out of range.

    Examples
    --------
    >>> import random; random.seed(3)
    >>> len(mut_gene_count([bytes(4)], codons=4)[0])
    2
    """
    _check.integer("codons", codons, minimum=1)
    _check.integer("max_gene_change", max_gene_change, minimum=1)
    if max_genes is not None:
        _check.integer("max_genes", max_genes, minimum=1)
    _check.choice("position", position, ("uniform", "front"))
    draw = _random.source(rng)
    count = 1 + (_random.below(draw, max_gene_change) if max_gene_change > 1 else 0)
    if draw.random() < 0.5:
        for _ in range(count):
            if max_genes is not None and len(individual) >= max_genes:
                break
            place = _random.below(draw, len(individual) + 1) if position == "uniform" else 0
            gene = random_gene(
                codons, codon_bits=codon_bits, n_weights=n_weights, max_weight=max_weight, rng=rng
            )
            individual.insert(place, gene)
    else:
        for _ in range(min(count, len(individual) - 1)):
            del individual[_random.below(draw, len(individual))]
    return (individual,)


def mut_gene_length(
    individual: T,
    indpb: float,
    *,
    codon_bits: int = 8,
    n_weights: int = 0,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Insert or delete one codon (an even chance) in each gene with probability *indpb*, in place.

    The place is uniform; a gene keeps at least one codon, and its *n_weights* real weights.

    Randomness, from *rng* or ``random``: one number per gene, one more for the coin of a gene that
    changes, one for the place and, if it grows, one for the codon.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> [len(gene) for gene in mut_gene_length([bytes(4), bytes(4)], 1.0)[0]]
    [3, 5]
    """
    if not 0.0 <= indpb <= 1.0:
        _check.real("indpb", indpb, minimum=0, maximum=1)
    draw = _random.source(rng)
    width = codon_bits // 8
    for i, gene in enumerate(individual):
        if draw.random() >= indpb:
            continue
        codons = (len(gene) - SIZE * n_weights) // width
        if draw.random() < 0.5:
            at = width * _random.below(draw, codons + 1)
            codon = _random.below(draw, 1 << codon_bits)
            individual[i] = gene[:at] + codon.to_bytes(width, "little") + gene[at:]
        elif codons > 1:
            at = width * _random.below(draw, codons)
            individual[i] = gene[:at] + gene[at + width :]
    return (individual,)


def mut_modular(
    individual: T,
    codons: int,
    *,
    pm: Sequence[float] = (0.001, 0.002, 0.003, 0.01),
    max_gene_change: int = 1,
    max_genes: int | None = None,
    position: Position = "uniform",
    evolve_gene_length: bool = False,
    codon_bits: int = 8,
    n_weights: int = 0,
    max_weight: float = MAX_WEIGHT,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Mutate as MGE does: draw Pm, replace codons with Pm / 2, change the gene count with Pm.

    Parameters
    ----------
    individual : list of bytes
        Changed in place.
    codons : int, at least 1
        Length of a new gene.
    pm : sequence of float, each 0 to 1
        Pm is drawn from these for every call.
    max_gene_change, max_genes, position
        As :func:`mut_gene_count` takes them.
    evolve_gene_length : bool
        Whether :func:`mut_gene_length` follows with probability Pm per gene.
    codon_bits : int
        8 or 16.
    n_weights, max_weight
        Real weights of a new gene, as ``random_gene`` takes them; those of others stay.
    rng : Generator, optional
        Source of randomness, else Python's ``random``.

    Raises
    ------
    ValueError
        Where *pm* is empty or not of probabilities.

    References
    ----------
    The MGE paper (arXiv 2208.02787), Table 2.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> genotype = [bytes(100) for _ in range(8)]
    >>> mutant, = mut_modular(genotype, codons=100)
    >>> mutant is genotype
    True
    """
    if not pm:
        raise ValueError("pm must have at least one number from 0 to 1, got none")
    draw = _random.source(rng).random
    p = pm[int(draw() * len(pm))]
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"pm must be numbers from 0 to 1, got {p!r}")
    mut_codons(individual, p / 2, codon_bits=codon_bits, n_weights=n_weights, rng=rng)
    if draw() < p:
        mut_gene_count(
            individual,
            codons,
            max_gene_change=max_gene_change,
            max_genes=max_genes,
            position=position,
            codon_bits=codon_bits,
            n_weights=n_weights,
            max_weight=max_weight,
            rng=rng,
        )
    if evolve_gene_length:
        mut_gene_length(individual, p, codon_bits=codon_bits, n_weights=n_weights, rng=rng)
    return (individual,)
