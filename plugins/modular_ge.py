"""Modular grammatical evolution over any grammar: one gene, one function.

The genotype and its variation are those of MGE (arXiv 2208.02787): an ordered list of genes, each
mapped by itself. What the genes' sentences make together is the problem's affair: symbolic
regression adds up their expressions, string match joins their texts, and for classification they
are the neurons of one network, as in MGE itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain
from typing import Any, Literal

import numpy as np

from evograft import operators
from evograft.plugins._codons import check_range, check_rates, choose_codon_bits, first_range
from evograft.plugins._grammatical import GrammaticalParameters, grammar_for, wire
from evograft.plugins._loop import LARGEST
from evograft.plugins.registry import Defaults, Graft, Plugin
from evograft.representations import _check
from evograft.representations.codon_bytes import join_codons
from evograft.representations.grammatical import CompiledGrammar, GEMapping, network_bnf
from evograft.representations.grammatical.sentences import Sentences
from evograft.representations.modular import ModularGenotype, random_genotype


@dataclass(frozen=True)
class ModularGEParameters(GrammaticalParameters):
    """Parameters of modular GE; the defaults are MGE's.

    Besides those of :class:`~evograft.plugins._grammatical.GrammaticalParameters`:

    Attributes
    ----------
    pm : tuple of float, each 0 to 1
        One is drawn for every offspring: a codon is replaced with half of it, and a gene is added
        or deleted with it.
    gene_length : int, at least 1
        Codons per gene.
    generations : int, or None for MGE's 500 (up to 3 classes, and all else) and 3000 (more)
    initial_genes : (int, int), or None for MGE's 2-10 and 30-40 likewise
        Fewest and most genes at the beginning, within *max_genes*, which cuts MGE's.
    max_genes : int, or None for no bound
    codon_bits : "auto", 8 or 16
        ``auto`` takes 16 where a rule has more than 256 options.
    wraps : int, at least 0
        How often reading may restart at the first codon of a gene.
    lazy : bool
        Whether a rule with a single option reads no codon.
    """

    monolithic: bool = False
    pm: tuple[float, ...] = (0.001, 0.002, 0.003, 0.01)
    gene_length: int = 100
    initial_genes: tuple[int, int] | None = None
    max_genes: int | None = None
    codon_bits: Literal["auto", 8, 16] = "auto"
    wraps: int = 0
    lazy: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rates(self.pm)
        _check.integer("gene_length", self.gene_length, minimum=1, maximum=LARGEST)
        if self.max_genes is not None:
            _check.integer("max_genes", self.max_genes, minimum=1)
        check_range(self.initial_genes, self.max_genes)
        _check.choice("codon_bits", self.codon_bits, ("auto", 8, 16))
        _check.integer("wraps", self.wraps, minimum=0, maximum=LARGEST)
        _check.choice("lazy", self.lazy, (True, False))


def register(graft: Graft) -> Defaults:
    """Wire genes, their mapping and MGE's operators into the toolbox.

    Besides the aliases of every plug-in there is ``explain(individual)``, the derivation of each
    gene, step by step, as text.
    """
    toolbox, rng = graft.toolbox, graft.rng
    parameters: ModularGEParameters = graft.parameters
    compiled = CompiledGrammar.of(grammar_for(graft, neurons_bnf))
    mapping = GEMapping(compiled, wraps=parameters.wraps, lazy=parameters.lazy)
    bits = choose_codon_bits(parameters.codon_bits, int(compiled.counts.max()))
    few = getattr(graft.problem, "n_classes", 0) <= 3
    default = (2, 10) if few else (30, 40)
    genes = first_range(parameters.initial_genes, parameters.max_genes, default)
    draw = partial(random_genotype, genes, parameters.gene_length, codon_bits=bits, rng=rng)
    wire(graft, compiled, partial(derive, mapping, bits), draw, ModularGenotype, joined=True)
    toolbox.register("explain", partial(explain, mapping, bits))
    toolbox.register("mate", operators.cx_one_point_genes, rng=rng)
    toolbox.register(
        "mutate",
        operators.mut_modular,
        codons=parameters.gene_length,
        pm=tuple(parameters.pm),
        max_genes=parameters.max_genes,
        codon_bits=bits,
        rng=rng,
    )
    return parameters.defaults(500 if few else 3000)


def neurons_bnf(*, number: Any, monolithic: bool) -> str:
    """The grammar of the networks of one gene, which are single neurons."""
    networks = network_bnf(number=number, monolithic=monolithic)
    return networks.partition("\n")[2]


def derive(
    mapping: GEMapping, codon_bits: Literal[8, 16], individuals: Sequence[Any]
) -> tuple[Sentences, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The sentences of all genes, and limits of those of each genotype."""
    genes = list(chain.from_iterable(individuals))
    for gene in genes:
        if not isinstance(gene, bytes):
            raise TypeError(f"individuals must be sequences of bytes genes, got {gene!r}")
    codons, ends = join_codons(genes, codon_bits)
    limits = np.fromiter(accumulate(map(len, individuals), initial=0), np.int64)
    return mapping.map_flat(codons, ends), limits


def explain(mapping: GEMapping, codon_bits: int, individual: Sequence[bytes]) -> str:
    """The derivation of every gene, step by step, as text."""
    dtype = np.uint8 if codon_bits == 8 else np.dtype("<u2")
    return "\n\n".join(
        f"gene {place}\n{mapping.derive(np.frombuffer(gene, dtype).tolist())}"
        for place, gene in enumerate(individual, 1)
    )


MODULAR_GE = Plugin(
    name="modular-ge",
    summary="grammatical evolution with MGE's genotype: one gene, one function of any grammar",
    reference="arXiv 2208.02787",
    parameters=ModularGEParameters,
    register=register,
    fixed=(
        *("grammar", "number", "monolithic", "output", "parsimony"),
        *("codon_bits", "wraps", "lazy"),
    ),
)
