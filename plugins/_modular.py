"""What methods share whose individuals are lists of genes, each of them one hidden neuron."""

import inspect
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from evograft import operators
from evograft.plugins._codons import (
    check_grammar,
    check_range,
    check_rates,
    first_range,
    grammar_of_file,
)
from evograft.plugins._individuals import register_individuals
from evograft.plugins._loop import LARGEST, LoopParameters, register_loop
from evograft.plugins.registry import Graft
from evograft.representations import _check
from evograft.representations.gene_weights import MAX_WEIGHT
from evograft.representations.grammar import Grammar
from evograft.representations.modular import ModularGenotype, random_genotype
from evograft.representations.network import OUTPUTS
from evograft.representations.neuron_grammar import Number, neuron_bnf


@dataclass(frozen=True)
class ModularParameters(LoopParameters):
    """Parameters of genotypes, their grammar and their evolution: Table 2 of the MGE paper.

    Attributes
    ----------
    generations : int, or None for the paper's 500 (up to 3 classes) and 3000 (more)
    pm : tuple of float, each 0 to 1
        Pm is drawn from these for every offspring: a codon is replaced with Pm / 2, and with Pm
        genes are added or deleted.
    gene_length : int, at least 1
        Codons per gene.
    evolve_gene_length : bool
        Whether single codons are inserted and deleted too, with Pm per gene.
    initial_genes : (int, int), or None for the paper's 2-10 (up to 3 classes) and 30-40 (more)
        Within *max_genes*, which cuts the paper's.
    max_genes : int, or None for no bound
    max_gene_change : int, at least 1
        Genes added or deleted at once; the paper's g.
    gene_position : "uniform" or "front"
        Where a new gene goes.
    output : "linear_softmax", "sigmoid_softmax" or "sum_normalised"
        From the sums at several outputs to class probabilities.
    inputs : "flat" or "two_level"
        Where hidden neurons are inputs, how to choose between features and them.
    codon_bits : "auto", 8 or 16
        ``auto`` takes 16 where a rule has more than 256 options.
    clip_inputs : bool
        Whether input weights are clipped to [-1, 1], as in the authors' Java.
    grammar : str or None
        Path of a BNF file with a neuron grammar to use instead of the paper's (numbers and
        ``inputs`` are then its own affair).
    """

    pm: tuple[float, ...] = (0.001, 0.002, 0.003, 0.01)
    gene_length: int = 100
    evolve_gene_length: bool = False
    initial_genes: tuple[int, int] | None = None
    max_genes: int | None = None
    max_gene_change: int = 1
    gene_position: Literal["uniform", "front"] = "uniform"
    output: str = "linear_softmax"
    inputs: Literal["flat", "two_level"] = "flat"
    codon_bits: Literal["auto", 8, 16] = "auto"
    clip_inputs: bool = False
    grammar: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("gene_length", "max_gene_change"):
            _check.integer(name, getattr(self, name), minimum=1, maximum=LARGEST)
        check_grammar(self.grammar)
        if self.max_genes is not None:
            _check.integer("max_genes", self.max_genes, minimum=1)
        check_rates(self.pm)
        _check.choice("gene_position", self.gene_position, ("uniform", "front"))
        _check.choice("output", self.output, OUTPUTS)
        _check.choice("inputs", self.inputs, ("flat", "two_level"))
        _check.choice("codon_bits", self.codon_bits, ("auto", 8, 16))
        for name in ("evolve_gene_length", "clip_inputs"):
            _check.choice(name, getattr(self, name), (True, False))
        check_range(self.initial_genes, self.max_genes)

    def genes(self, few: bool) -> tuple[int, int]:
        """Fewest and most genes of a new genotype, for *few* classes or many."""
        return first_range(self.initial_genes, self.max_genes, (2, 10) if few else (30, 40))


@dataclass(frozen=True)
class Numbers:
    """How a gene says its numbers: the format of the grammar, and its real weights if any."""

    format: Number = "wide"
    n_weights: int = 0
    max_weight: float = MAX_WEIGHT


def read_grammar(graft: Graft, numbers: Numbers, monolithic: bool = False) -> Grammar:
    """The grammar of one neuron: that of the user's file, or the paper's."""
    inputs = graft.parameters.inputs
    bnf = neuron_bnf(number=numbers.format, inputs=inputs, monolithic=monolithic)
    return grammar_of_file(graft) or Grammar.parse(bnf)


def register_genotypes(
    graft: Graft,
    weights: tuple[float, ...],
    genes: tuple[int, int],
    codon_bits: int,
    numbers: Numbers,
) -> None:
    """Register individuals with a fitness of *weights*, and the paper's operators on them.

    New individuals have *genes*, fewest and most, of codons of so many bits.
    """
    toolbox, rng = graft.toolbox, graft.rng
    parameters: ModularParameters = graft.parameters
    draw = partial(
        random_genotype,
        genes,
        parameters.gene_length,
        codon_bits=codon_bits,
        n_weights=numbers.n_weights,
        max_weight=numbers.max_weight,
        rng=rng,
    )
    register_individuals(graft, draw, ModularGenotype, weights)
    toolbox.register("mate", operators.cx_one_point_genes, rng=rng)
    toolbox.register(
        "mutate", operators.mut_modular, **_mutation(parameters, numbers, codon_bits, rng)
    )
    register_loop(graft)


def _mutation(
    parameters: ModularParameters,
    numbers: Numbers,
    codon_bits: int,
    rng: np.random.Generator | None,
) -> dict[str, object]:
    """The settings of the mutation that are not its defaults: each costs time in every call."""
    settings = {
        "codons": parameters.gene_length,
        "pm": tuple(parameters.pm),
        "max_gene_change": parameters.max_gene_change,
        "max_genes": parameters.max_genes,
        "position": parameters.gene_position,
        "evolve_gene_length": parameters.evolve_gene_length,
        "codon_bits": codon_bits,
        "n_weights": numbers.n_weights,
        "max_weight": numbers.max_weight,
        "rng": rng,
    }
    defaults = inspect.signature(operators.mut_modular).parameters
    return {name: value for name, value in settings.items() if value != defaults[name].default}
