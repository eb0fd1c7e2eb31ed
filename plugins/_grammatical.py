"""What GE, structured GE, dynamic SGE and modular GE have in common: grammars and their wiring."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from evograft.plugins._classification import EvaluateClassifiers
from evograft.plugins._codons import check_grammar, grammar_of_file
from evograft.plugins._evaluation import Evaluation, Own
from evograft.plugins._individuals import objective_weights, register_individuals
from evograft.plugins._loop import LARGEST, LoopParameters, register_loop
from evograft.plugins._sentence_evaluation import (
    EvaluateSentences,
    SentencePhenotypes,
    reads_sentences,
    require_readable,
    sentence_objectives,
)
from evograft.plugins.registry import Graft, Preset
from evograft.problems.measures import OBJECTIVES
from evograft.problems.objectives import SIGNS
from evograft.representations import _check
from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import (
    CompiledGrammar,
    NetworkReader,
    SentenceNetworks,
)
from evograft.representations.grammatical.sentence_networks import Derive
from evograft.representations.modular import PopulationForward
from evograft.representations.network import OUTPUTS

COMPARISON = Preset(
    summary="conditions equal to MGE's: its population, selection, rate of crossover and weights",
    parameters={
        "number": "wide",
        "population": 200,
        "generations": 500,
        "tournament": 7,
        "elite": 0.05,
    },
)
"""Of the methods with a gene for each non-terminal."""

SIZES = ("connections", "operations", "neurons")


@dataclass(frozen=True)
class GrammaticalParameters(LoopParameters):
    """Parameters of every grammatical method: those of :class:`LoopParameters`, and these.

    Attributes
    ----------
    grammar : str or None
        Path of a BNF file to use instead of the problem's own grammar, or of the networks of
        :func:`~evograft.representations.grammatical.network_bnf` where it is classification.
        ``x*`` stands for the features and ``output*`` for the outputs.
    number : "wide", "unit" or "decimal"
        Weights of networks: in (-5, 5), in (-1, 1), or of any size.
    monolithic : bool
        Whether a neuron may feed several outputs, where there are several.
    output : "linear_softmax", "sigmoid_softmax" or "sum_normalised"
        From the sums at several outputs to class probabilities.
    parsimony : float, 0 to 1 000 000
        Cost per connection of a network, added to the loss.
    threads : int, or None for all processors
        Threads of a large evaluation of networks. Results do not depend on it.
    """

    grammar: str | None = None
    number: str = "wide"
    monolithic: bool = True
    output: str = "linear_softmax"
    parsimony: float = 0.0
    threads: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_grammar(self.grammar)
        _check.choice("number", self.number, ("wide", "unit", "decimal"))
        _check.choice("monolithic", self.monolithic, (True, False))
        _check.choice("output", self.output, OUTPUTS)
        _check.real("parsimony", self.parsimony, minimum=0, maximum=LARGEST)
        if self.threads is not None:
            _check.integer("threads", self.threads, minimum=1)


def is_classification(problem: Any) -> bool:
    """Whether sentences are networks that classify."""
    return bool(getattr(problem, "kind", None) == "classification")


def grammar_for(graft: Graft, networks: Callable[..., str]) -> Grammar:
    """The grammar of *graft*'s problem, its features and outputs bound.

    *networks* makes the BNF of networks where the problem is classification.

    Raises
    ------
    ValueError
        Where the problem has no use for sentences, or cannot read those of the grammar.
    """
    problem, parameters = graft.problem, graft.parameters
    classifies = is_classification(problem)
    if not classifies and not reads_sentences(problem):
        raise ValueError(
            f"problem must be classification, or one that reads sentences, got {problem!r}"
        )
    grammar = grammar_of_file(graft)
    if grammar is None and classifies:
        # With one output, a second pair of output and weight could only repeat the first.
        monolithic = parameters.monolithic and problem.n_outputs > 1
        grammar = Grammar.parse(networks(number=parameters.number, monolithic=monolithic))
    elif grammar is None:
        grammar = Grammar.parse(problem.grammar)
    sizes: dict[str, Any] = {
        "x": getattr(problem, "n_features", None),
        "output": getattr(problem, "n_outputs", None),
    }
    families = grammar.families()
    for family, things in (("x", "features"), ("output", "outputs")):
        if family in families and sizes[family] is None:
            raise ValueError(
                f"grammar must do without {family}*, as the problem has no {things}, got "
                f"{parameters.grammar or problem.grammar!r:.100}"
            )
    grammar = grammar.bind(**{f: n for f, n in sizes.items() if f in families})
    if not classifies:
        require_readable(problem, grammar, measured=parameters.grammar is not None)
    return grammar


def wire(
    graft: Graft,
    compiled: CompiledGrammar,
    derive: Derive,
    draw: Callable[[], Any],
    genotype: Any,
    *,
    joined: bool = False,
) -> None:
    """Register what makes genotypes (*draw* one, of class *genotype*), measures and selects them.

    ``mate`` and ``mutate`` are left to the method. Where a genotype has several sentences, they
    are *joined*.
    """
    toolbox, problem, parameters = graft.toolbox, graft.problem, graft.parameters
    classifies = is_classification(problem)
    if not classifies:
        _check.known("objective of the problem", problem.objective, SIGNS)
        if joined and not hasattr(problem, "combine"):
            raise ValueError(
                f"problem must combine the sentences of several genes, got {problem!r}"
            )
    own = (*OBJECTIVES, *SIZES) if classifies else sentence_objectives(problem)
    objectives = graft.objectives or (("loss",) if classifies else (problem.objective,))
    for objective in objectives:
        _check.choice("objectives", objective, own)
    weights = objective_weights(objectives, len(problem.y_train) if "cases" in objectives else 0)
    register_individuals(graft, draw, genotype, weights)

    evaluate: Evaluation
    if classifies:
        reader = NetworkReader(compiled, problem.n_features, problem.n_outputs)
        mapping = SentenceNetworks(derive, reader, parameters.output)
        toolbox.mapping = mapping
        develop = mapping.develop
        forward = partial(PopulationForward, mapping, cache_bytes=0, threads=parameters.threads)
        evaluate = EvaluateClassifiers(problem, objectives, forward, parameters.parsimony)
    else:
        phenotypes = SentencePhenotypes(problem, derive, joined=joined)
        develop = phenotypes.develop
        evaluate = EvaluateSentences(problem, objectives, phenotypes)
    toolbox.register("develop", Own(develop))
    evaluate.watch(toolbox)
    toolbox.register("evaluate", evaluate)
    register_loop(graft)


def one_each(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Limits of *n* genotypes that have one sentence each."""
    return np.arange(n + 1, dtype=np.int64)
