"""Modular grammatical evolution of neural networks, in its five variants.

The method and its settings are those of the MGE paper (arXiv 2208.02787): a genotype is an
ordered list of genes, and each gene is mapped by a grammar to one hidden neuron that says which
output it feeds. Where the paper can be read in several ways, the reading is a parameter, and the
default is the one that fits its figures; the preset ``literal`` takes its prose word for word.
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from evograft.plugins._classification import EvaluateClassifiers
from evograft.plugins._codons import choose_codon_bits
from evograft.plugins._evaluation import Own
from evograft.plugins._individuals import objective_weights
from evograft.plugins._loop import LARGEST
from evograft.plugins._modular import (
    ModularParameters,
    Numbers,
    read_grammar,
    register_genotypes,
)
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.representations import _check
from evograft.representations.modular import ModularMapping, PopulationForward
from evograft.representations.neuron_mapper import NeuronMapper

REFERENCE = "arXiv 2208.02787"

MEASURABLE = ("loss", "error", "cases", "connections", "operations", "neurons")
"""The objectives that a network has on a classification problem."""


@dataclass(frozen=True)
class ClassifierParameters(ModularParameters):
    """Parameters of MGE however its numbers are made, besides those of :class:`ModularParameters`.

    Attributes
    ----------
    parsimony : float, 0 to 1 000 000
        Cost per connection, added to the loss.
    cache_bytes : int, at least 0
        Memory for the shared activations of genes in the single-layer variants.
    threads : int, or None for all processors
        Threads of a large evaluation. Results do not depend on it.
    """

    parsimony: float = 0.0
    cache_bytes: int = 2 * 1024**3
    threads: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.real("parsimony", self.parsimony, minimum=0, maximum=LARGEST)
        _check.integer("cache_bytes", self.cache_bytes, minimum=0)
        if self.threads is not None:
            _check.integer("threads", self.threads, minimum=1)


@dataclass(frozen=True)
class MGEParameters(ClassifierParameters):
    """Parameters of MGE: those of :class:`ClassifierParameters`, and how codons spell numbers.

    Attributes
    ----------
    number : "wide" or "unit"
        Weights in (-5, 5) or, as the prose has it, in (-1, 1).
    """

    number: Literal["wide", "unit"] = "wide"

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.choice("number", self.number, ("wide", "unit"))


@dataclass(frozen=True)
class Variant:
    """What tells the five variants apart (Figure 8 of the paper)."""

    monolithic: bool = False
    multi_layer: bool = False
    grouped: bool = False


def make_mapping(graft: Graft, variant: Variant, numbers: Numbers) -> ModularMapping:
    """The mapping of *variant* for the features and outputs of the problem."""
    n_features, n_outputs = graft.problem.n_features, graft.problem.n_outputs
    parameters: ClassifierParameters = graft.parameters
    # With one output, a second pair could only repeat the first: the paper takes
    # eta for MGE there, so the rule is that of one pair.
    grammar = read_grammar(graft, numbers, variant.monolithic and n_outputs > 1)
    mapper = NeuronMapper(grammar, n_features, n_outputs, numbers.n_weights)
    return ModularMapping(
        mapper=mapper,
        codon_bits=choose_codon_bits(parameters.codon_bits, mapper.largest_rule()),
        multi_layer=variant.multi_layer,
        grouped=variant.grouped,
        clip_inputs=parameters.clip_inputs,
        output=parameters.output,
    )


def register(graft: Graft, variant: Variant) -> Defaults:
    """Wire *variant* with numbers that codons spell."""
    return wire(graft, variant, Numbers(graft.parameters.number))


def wire(graft: Graft, variant: Variant, numbers: Numbers) -> Defaults:
    """Wire genotype, mapping and operators of *variant* into the toolbox.

    Besides the aliases of every plug-in there is ``explain(individual)``, the derivation of each
    gene, step by step, as text.
    """
    toolbox, problem = graft.toolbox, graft.problem
    parameters: ClassifierParameters = graft.parameters
    if getattr(problem, "kind", None) != "classification":
        raise ValueError(f"problem must be a classification problem for MGE, got {problem!r}")
    objectives = graft.objectives or ("loss",)
    for objective in objectives:
        _check.choice("objectives", objective, MEASURABLE)
    mapping = make_mapping(graft, variant, numbers)
    few = problem.n_classes <= 3
    weights = objective_weights(objectives, len(problem.y_train))
    register_genotypes(graft, weights, parameters.genes(few), mapping.codon_bits, numbers)

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
    return parameters.defaults(500 if few else 3000)


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
