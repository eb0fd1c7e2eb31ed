"""Modular grammatical evolution of neural networks, in its five variants.

The method and its settings are those of the MGE paper (arXiv 2208.02787): a genotype is an
ordered list of genes, and each gene is mapped by a grammar to one hidden neuron that says which
output it feeds. Where the paper can be read in several ways, the reading is a parameter, and the
default is the one that fits its figures; the preset ``literal`` takes its prose word for word.
"""

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
from evograft.plugins._classification import EvaluateClassifiers
from evograft.plugins._evaluation import Own
from evograft.plugins._individuals import check_weights, make_individual, objective_weights
from evograft.plugins._state import register_state
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.representations import _check
from evograft.representations.grammar import Grammar
from evograft.representations.modular import (
    ModularGenotype,
    ModularMapping,
    PopulationForward,
    random_genotype,
)
from evograft.representations.network import OUTPUTS
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.representations.neuron_mapper import NeuronMapper

REFERENCE = "arXiv 2208.02787"

MEASURABLE = ("loss", "error", "cases", "connections", "operations", "neurons")
"""The objectives that a network has on a classification problem."""


LARGEST = 1_000_000
"""Of any count: beyond, it is a slip of the hand that would fill the memory."""


@dataclass(frozen=True)
class MGEParameters:
    """Parameters of MGE; the defaults are Table 2 of the paper.

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
    number : "wide" or "unit"
        Weights in (-5, 5) or, as the prose has it, in (-1, 1).
    output : "linear_softmax", "sigmoid_softmax" or "sum_normalised"
        From the sums at several outputs to class probabilities.
    inputs : "flat" or "two_level"
        How the multi-layer variants choose between features and hidden neurons.
    codon_bits : "auto", 8 or 16
        ``auto`` takes 16 where a rule has more than 256 options.
    clip_inputs : bool
        Whether input weights are clipped to [-1, 1], as in the authors' Java.
    parsimony : float, 0 to 1 000 000
        Cost per connection, added to the loss.
    grammar : str or None
        Path of a BNF file with a neuron grammar to use instead of the paper's (``number`` and
        ``inputs`` are then its own affair).
    cache_bytes : int, at least 0
        Memory for the shared activations of genes in the single-layer variants.
    threads : int, or None for all processors
        Threads of a large evaluation. Results do not depend on it.
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
    number: Literal["wide", "unit"] = "wide"
    output: str = "linear_softmax"
    inputs: Literal["flat", "two_level"] = "flat"
    codon_bits: Literal["auto", 8, 16] = "auto"
    clip_inputs: bool = False
    parsimony: float = 0.0
    grammar: str | None = None
    cache_bytes: int = 2 * 1024**3
    threads: int | None = None

    def __post_init__(self) -> None:
        for name in ("population", "gene_length", "max_gene_change", "tournament"):
            _check.integer(name, getattr(self, name), minimum=1, maximum=LARGEST)
        if self.grammar is not None and not isinstance(self.grammar, str):
            raise TypeError(f"grammar must be the path of a BNF file, got {self.grammar!r}")
        for name in ("max_genes", "threads"):
            if getattr(self, name) is not None:
                _check.integer(name, getattr(self, name), minimum=1)
        if self.generations is not None:
            _check.integer("generations", self.generations, minimum=0)
        for name in ("cxpb", "mutpb", "elite"):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)
        if not isinstance(self.pm, (tuple, list)) or not self.pm:
            raise ValueError(f"pm must be a tuple of numbers from 0 to 1, got {self.pm!r}")
        for value in self.pm:
            _check.real("pm", value, minimum=0, maximum=1)
        _check.real("parsimony", self.parsimony, minimum=0, maximum=LARGEST)
        _check.integer("cache_bytes", self.cache_bytes, minimum=0)
        _check.choice("gene_position", self.gene_position, ("uniform", "front"))
        _check.choice("number", self.number, ("wide", "unit"))
        _check.choice("output", self.output, OUTPUTS)
        _check.choice("inputs", self.inputs, ("flat", "two_level"))
        _check.choice("codon_bits", self.codon_bits, ("auto", 8, 16))
        for name in ("evolve_gene_length", "clip_inputs"):
            _check.choice(name, getattr(self, name), (True, False))
        if self.initial_genes is not None:
            _check_range(self.initial_genes)


def _check_range(genes: object) -> None:
    ints = isinstance(genes, (tuple, list)) and all(type(n) is int for n in genes)
    if not ints or len(genes) != 2 or not 1 <= genes[0] <= genes[1] <= LARGEST:  # type: ignore[arg-type, index]
        raise ValueError(
            f"initial_genes must be two integers 1 <= low <= high <= {LARGEST}, got {genes!r}"
        )


@dataclass(frozen=True)
class Variant:
    """What tells the five variants apart (Figure 8 of the paper)."""

    monolithic: bool = False
    multi_layer: bool = False
    grouped: bool = False


def make_mapping(problem: object, parameters: MGEParameters, variant: Variant) -> ModularMapping:
    """The mapping of *variant* for the features and outputs of *problem*."""
    n_features, n_outputs = problem.n_features, problem.n_outputs  # type: ignore[attr-defined]
    if parameters.grammar is not None:
        grammar = Grammar.from_file(parameters.grammar)
    else:
        # With one output, a second pair could only repeat the first: the paper takes
        # eta for MGE there, so the rule is that of one pair.
        monolithic = variant.monolithic and n_outputs > 1
        grammar = Grammar.parse(
            neuron_bnf(number=parameters.number, inputs=parameters.inputs, monolithic=monolithic)
        )
    mapper = NeuronMapper(grammar, n_features, n_outputs)
    bits = parameters.codon_bits
    if bits == "auto":
        bits = 16 if mapper.largest_rule() > 256 else 8
    if mapper.largest_rule() > 1 << bits:
        warnings.warn(
            f"codon_bits={bits} cannot reach all {mapper.largest_rule()} options of a rule: "
            f"those from {(1 << bits) + 1} on are never taken",
            stacklevel=5,
        )
    return ModularMapping(
        mapper=mapper,
        codon_bits=bits,
        multi_layer=variant.multi_layer,
        grouped=variant.grouped,
        clip_inputs=parameters.clip_inputs,
        output=parameters.output,
    )


def register(graft: Graft, variant: Variant) -> Defaults:
    """Wire genotype, mapping and operators of *variant* into the toolbox.

    Besides the aliases of every plug-in there is ``explain(individual)``, the derivation of each
    gene, step by step, as text.
    """
    toolbox, problem, rng = graft.toolbox, graft.problem, graft.rng
    parameters: MGEParameters = graft.parameters
    if getattr(problem, "kind", None) != "classification":
        raise ValueError(f"problem must be a classification problem for MGE, got {problem!r}")
    objectives = graft.objectives or ("loss",)
    for objective in objectives:
        _check.choice("objectives", objective, MEASURABLE)
    mapping = make_mapping(problem, parameters, variant)
    if parameters.grammar is not None:  # what a gene means is in the file, not in its name
        digest = hashlib.sha256(Path(parameters.grammar).read_bytes()).hexdigest()[:16]
        graft.toolbox.method["grammar_digest"] = digest
    few = problem.n_classes <= 3

    weights = objective_weights(objectives, len(problem.y_train))
    if graft.individual is None:
        toolbox.register("clone", ModularGenotype.clone)
    else:
        check_weights(graft.individual, graft.individual([]), weights)
    draw = partial(
        random_genotype,
        parameters.initial_genes or ((2, 10) if few else (30, 40)),
        parameters.gene_length,
        codon_bits=mapping.codon_bits,
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

    toolbox.mapping = mapping
    toolbox.register("develop", Own(mapping.develop))
    toolbox.register("explain", mapping.explain)
    forward = partial(
        PopulationForward,
        mapping,
        cache_bytes=parameters.cache_bytes,
        threads=parameters.threads,
    )
    evaluate = EvaluateClassifiers(problem, objectives, forward, parameters.parsimony)
    evaluate.watch(toolbox)
    toolbox.register("evaluate", evaluate)

    toolbox.register("mate", operators.cx_one_point_genes, rng=rng)
    toolbox.register(
        "mutate", operators.mut_modular, **_mutation(parameters, mapping.codon_bits, rng)
    )
    toolbox.register("select", operators.sel_tournament, tournsize=parameters.tournament, rng=rng)
    toolbox.register("replace", operators.replace_elitist, elite=parameters.elite)
    register_state(toolbox, rng)
    generations = parameters.generations
    if generations is None:
        generations = 500 if few else 3000
    return Defaults(parameters.cxpb, parameters.mutpb, parameters.population, generations)


def _mutation(
    parameters: MGEParameters, codon_bits: int, rng: np.random.Generator | None
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
        "rng": rng,
    }
    defaults = inspect.signature(operators.mut_modular).parameters
    return {name: value for name, value in settings.items() if value != defaults[name].default}


_LITERAL = Preset(
    summary="the paper's prose word for word: weights in (-1, 1), a softmax over sigmoids, "
    "codons of 8 bits, raw data",
    parameters={"number": "unit", "output": "sigmoid_softmax", "codon_bits": 8},
    expects={"scaling": "none"},
)


def _plugin(name: str, summary: str, variant: Variant) -> Plugin:
    return Plugin(
        name=name,
        summary=summary,
        reference=REFERENCE,
        parameters=MGEParameters,
        register=partial(register, variant=variant),
        presets={"literal": _LITERAL},
        # What a gene means, and what a loss is; genes of any length are read alike.
        fixed=("number", "output", "inputs", "codon_bits", "clip_inputs", "parsimony", "grammar"),
    )


MGE = _plugin("mge", "modular grammatical evolution: single-layer modules", Variant())
ALPHA_MGE = _plugin(
    "alpha-mge",
    "MGE with multi-layer modules, not coupled",
    Variant(multi_layer=True, grouped=True),
)
BETA_MGE = _plugin("beta-mge", "MGE with multi-layer modules, coupled", Variant(multi_layer=True))
ETA_MGE = _plugin("eta-mge", "MGE, monolithic, single layer", Variant(monolithic=True))
MU_MGE = _plugin(
    "mu-mge", "MGE, monolithic, multi-layer", Variant(monolithic=True, multi_layer=True)
)
