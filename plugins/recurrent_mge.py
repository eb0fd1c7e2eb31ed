"""Recurrent MGE: modular grammatical evolution whose neurons may read every neuron.

The extension that the conclusion of the MGE paper (arXiv 2208.02787) sketches: all hidden neurons
are offered as inputs before the first gene is mapped, so that connections may close cycles and a
network can remember. Genotype, grammar, operators and their settings are MGE's.

The paper says no more than that. Here the hidden neurons are one per gene, and all neurons answer
at once, from what the others gave a round before. A gene that cannot be mapped has no neuron, and
what would read it, does not. A genotype without any neuron is the worst classifier; as a
controller, which answers 0 to everything, it is tried like any other.
"""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from evograft.plugins._classification import EvaluateClassifiers
from evograft.plugins._codons import choose_codon_bits, first_range
from evograft.plugins._evaluation import Evaluation, Own
from evograft.plugins._individuals import objective_weights
from evograft.plugins._loop import LARGEST
from evograft.plugins._modular import (
    ModularParameters,
    Numbers,
    read_grammar,
    register_genotypes,
)
from evograft.plugins._neat_evaluation import EvaluateControllers, measurable
from evograft.plugins.registry import Defaults, Graft, Plugin
from evograft.representations import _check
from evograft.representations.modular import RecurrentMapping
from evograft.representations.neat_controller import SteppedForward

REFERENCE = "arXiv 2208.02787, conclusion"


@dataclass(frozen=True)
class RecurrentMGEParameters(ModularParameters):
    """Parameters of recurrent MGE, besides those of :class:`ModularParameters`.

    Attributes
    ----------
    generations : int, or None for 200 (control) and the paper's (classification)
    pm : tuple of float, each 0 to 1
        As in MGE, but larger: found on the memory task, where the paper's leave most runs at three
        of four bits right.
    initial_genes : (int, int), or None for 10-20 (control) and the paper's (classification)
    codon_bits : "auto", 8 or 16
        ``auto`` takes 16 where a rule has more than 256 options in a genotype of the most genes of
        ``initial_genes``, or of ``max_genes`` if that is more. A run that is resumed must have the
        bits that it had.
    number : "wide" or "unit"
        Weights in (-5, 5) or in (-1, 1).
    rounds : int, at least 1, or None for 2 (control) and 5 (classification)
        How often all neurons answer an observation. Outputs read what hidden neurons gave a round
        before, so 2 is the least in which an observation reaches them.
    """

    pm: tuple[float, ...] = (0.03,)
    number: Literal["wide", "unit"] = "wide"
    rounds: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.choice("number", self.number, ("wide", "unit"))
        if self.rounds is not None:
            _check.integer("rounds", self.rounds, minimum=1, maximum=LARGEST)


def register(graft: Graft) -> Defaults:
    """Wire genotypes, recurrent networks and operators into the toolbox.

    Besides the aliases of every plug-in there is ``explain(individual)``, the derivation of each
    gene, step by step, as text.
    """
    toolbox, problem = graft.toolbox, graft.problem
    parameters: RecurrentMGEParameters = graft.parameters
    classifies = getattr(problem, "kind", None) == "classification"
    if not classifies and not (hasattr(problem, "n_inputs") and hasattr(problem, "measure")):
        raise ValueError(f"problem must be classification or control, got {problem!r}")
    objectives = graft.objectives or (("loss",) if classifies else (problem.objective,))
    for objective in objectives:
        _check.choice("objectives", objective, measurable(problem))
    few = classifies and problem.n_classes <= 3
    genes = parameters.genes(few)
    if not classifies:
        genes = first_range(parameters.initial_genes, parameters.max_genes, (10, 20))
    n_inputs = problem.n_features if classifies else problem.n_inputs
    mapping = make_mapping(graft, n_inputs, genes[1], classifies)
    weights = objective_weights(objectives, len(problem.y_train) if classifies else 0)
    numbers = Numbers(parameters.number)
    # Parameters that a resumed run may have otherwise decide them, so they are recorded too.
    toolbox.method["resolved"] = {"codon_bits": mapping.codon_bits}
    register_genotypes(graft, weights, genes, mapping.codon_bits, numbers)

    toolbox.register("develop", Own(mapping.develop))
    toolbox.register("explain", mapping.explain)
    evaluate: Evaluation
    if classifies:
        evaluate = EvaluateClassifiers(problem, objectives, partial(SteppedForward, mapping))
    else:
        evaluate = EvaluateControllers(problem, objectives, mapping)
    evaluate.watch(toolbox)
    toolbox.register("evaluate", evaluate)
    return parameters.defaults((500 if few else 3000) if classifies else 200)


def make_mapping(graft: Graft, n_inputs: int, n_genes: int, classifies: bool) -> RecurrentMapping:
    """The mapping for networks with so many inputs.

    The bits of a codon are chosen for *n_genes* (or ``max_genes``, if that is more); in longer
    genotypes the last neurons may be out of reach.
    """
    parameters: RecurrentMGEParameters = graft.parameters
    grammar = read_grammar(graft, Numbers(parameters.number))
    rounds = parameters.rounds or (5 if classifies else 2)
    make = partial(
        RecurrentMapping,
        grammar,
        n_inputs,
        graft.problem.n_outputs,
        clip_inputs=parameters.clip_inputs,
        output=parameters.output,
        rounds=rounds,
    )
    largest = make().largest_rule(max(n_genes, parameters.max_genes or 0))
    return make(codon_bits=choose_codon_bits(parameters.codon_bits, largest))


RECURRENT_MGE = Plugin(
    name="recurrent-mge",
    summary="MGE with recurrent networks: every hidden neuron is an input option of all genes",
    reference=REFERENCE,
    parameters=RecurrentMGEParameters,
    register=register,
    # What a gene means, and what a network computes; genes of any length are read alike.
    fixed=("number", "output", "inputs", "codon_bits", "clip_inputs", "grammar", "rounds"),
)
