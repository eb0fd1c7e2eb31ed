"""What methods share whose individuals are lists of genes, each of them one hidden neuron."""

import hashlib
import inspect
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from deap import tools

from evograft import operators
from evograft.plugins._individuals import check_weights, make_individual
from evograft.plugins._state import register_state
from evograft.plugins.registry import Graft
from evograft.representations import _check
from evograft.representations.gene_weights import MAX_WEIGHT
from evograft.representations.grammar import Grammar
from evograft.representations.modular import ModularGenotype, random_genotype
from evograft.representations.network import OUTPUTS
from evograft.representations.neuron_grammar import Number, neuron_bnf

LARGEST = 1_000_000
"""Of any count: beyond, it is a slip of the hand that would fill the memory."""


@dataclass(frozen=True)
class ModularParameters:
    """Parameters of genotypes, their grammar and their evolution: Table 2 of the MGE paper.

    Attributes
    ----------
    population : int, at least 1
    generations : int, or None for the paper's 500 (up to 3 classes) and 3000 (more)
    cxpb, mutpb : float, 0 to 1
        Rates of crossover and of mutation; mutation draws a rate of its own, so it is always on.
    pm : tuple of float, each 0 to 1
        Pm is drawn from these for every offspring: a codon is replaced with Pm / 2, and with Pm
        genes are added or deleted.
    tournament : int, at least 1
        Size, drawn with replacement.
    elite : float, 0 to 1
        Share of the population that survives; the best offspring fill it up.
    gene_length : int, at least 1
        Codons per gene.
    evolve_gene_length : bool
        Whether single codons are inserted and deleted too, with Pm per gene.
    initial_genes : (int, int), or None for the paper's 2-10 (up to 3 classes) and 30-40 (more)
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

    population: int = 200
    generations: int | None = None
    cxpb: float = 0.9
    mutpb: float = 1.0
    pm: tuple[float, ...] = (0.001, 0.002, 0.003, 0.01)
    tournament: int = 7
    elite: float = 0.05
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
        for name in ("population", "gene_length", "max_gene_change", "tournament"):
            _check.integer(name, getattr(self, name), minimum=1, maximum=LARGEST)
        if self.grammar is not None and not isinstance(self.grammar, str):
            raise TypeError(f"grammar must be the path of a BNF file, got {self.grammar!r}")
        if self.max_genes is not None:
            _check.integer("max_genes", self.max_genes, minimum=1)
        if self.generations is not None:
            _check.integer("generations", self.generations, minimum=0)
        for name in ("cxpb", "mutpb", "elite"):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)
        if not isinstance(self.pm, (tuple, list)) or not self.pm:
            raise ValueError(f"pm must be a tuple of numbers from 0 to 1, got {self.pm!r}")
        for value in self.pm:
            _check.real("pm", value, minimum=0, maximum=1)
        _check.choice("gene_position", self.gene_position, ("uniform", "front"))
        _check.choice("output", self.output, OUTPUTS)
        _check.choice("inputs", self.inputs, ("flat", "two_level"))
        _check.choice("codon_bits", self.codon_bits, ("auto", 8, 16))
        for name in ("evolve_gene_length", "clip_inputs"):
            _check.choice(name, getattr(self, name), (True, False))
        if self.initial_genes is not None:
            _check_range(self.initial_genes)

    def genes(self, few: bool) -> tuple[int, int]:
        """Fewest and most genes of a new genotype, for *few* classes or many."""
        return self.initial_genes or ((2, 10) if few else (30, 40))


def _check_range(genes: object) -> None:
    ints = isinstance(genes, (tuple, list)) and all(type(n) is int for n in genes)
    if not ints or len(genes) != 2 or not 1 <= genes[0] <= genes[1] <= LARGEST:  # type: ignore[arg-type, index]
        raise ValueError(
            f"initial_genes must be two integers 1 <= low <= high <= {LARGEST}, got {genes!r}"
        )


@dataclass(frozen=True)
class Numbers:
    """How a gene says its numbers: the format of the grammar, and its real weights if any."""

    format: Number = "wide"
    n_weights: int = 0
    max_weight: float = MAX_WEIGHT


def read_grammar(
    parameters: ModularParameters, numbers: Numbers, monolithic: bool = False
) -> Grammar:
    """The grammar of one neuron: that of the user's file, or the paper's."""
    if parameters.grammar is not None:
        return Grammar.from_file(parameters.grammar)
    return Grammar.parse(
        neuron_bnf(number=numbers.format, inputs=parameters.inputs, monolithic=monolithic)
    )


def choose_codon_bits(parameters: ModularParameters, largest_rule: int) -> int:
    """The bits of a codon for rules of up to so many options; warns where they do not suffice."""
    bits = parameters.codon_bits
    if bits == "auto":
        bits = 16 if largest_rule > 256 else 8
    if largest_rule > 1 << bits:
        warnings.warn(
            f"codon_bits={bits} cannot reach all {largest_rule} options of a rule: "
            f"those from {(1 << bits) + 1} on are never taken",
            stacklevel=6,
        )
    return bits


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
    if parameters.grammar is not None:  # what a gene means is in the file, not in its name
        digest = hashlib.sha256(Path(parameters.grammar).read_bytes()).hexdigest()[:16]
        toolbox.method["grammar_digest"] = digest
    if graft.individual is None:
        toolbox.register("clone", ModularGenotype.clone)
    else:
        check_weights(graft.individual, graft.individual([]), weights)
    draw = partial(
        random_genotype,
        genes,
        parameters.gene_length,
        codon_bits=codon_bits,
        n_weights=numbers.n_weights,
        max_weight=numbers.max_weight,
        rng=rng,
    )
    toolbox.register(
        "individual",
        make_individual,
        draw,
        graft.individual or ModularGenotype,
        weights if graft.individual is None else None,
    )
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    toolbox.register("mate", operators.cx_one_point_genes, rng=rng)
    toolbox.register(
        "mutate", operators.mut_modular, **_mutation(parameters, numbers, codon_bits, rng)
    )
    toolbox.register("select", operators.sel_tournament, tournsize=parameters.tournament, rng=rng)
    toolbox.register("replace", operators.replace_elitist, elite=parameters.elite)
    register_state(toolbox, rng)


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
