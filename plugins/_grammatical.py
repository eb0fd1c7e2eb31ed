"""What GE, structured GE, dynamic SGE and modular GE have in common: grammars and their wiring."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from deap import tools

from evograft.plugins._classification import EvaluateClassifiers
from evograft.plugins._evaluation import Evaluation, Own
from evograft.plugins._individuals import check_weights, make_individual, objective_weights
from evograft.plugins._sentence_evaluation import (
    EvaluateSentences,
    SentencePhenotypes,
    reads_sentences,
)
from evograft.plugins._state import register_state
from evograft.plugins.registry import Graft
from evograft.problems.measures import OBJECTIVES
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

LARGEST = 1_000_000
"""Of any count: beyond, it is a slip of the hand that would fill the memory."""

SIZES = ("connections", "operations", "neurons")


@dataclass(frozen=True)
class GrammaticalParameters:
    """Parameters of every grammatical method.

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
        if self.grammar is not None and not isinstance(self.grammar, str):
            raise TypeError(f"grammar must be the path of a BNF file, got {self.grammar!r}")
        _check.choice("number", self.number, ("wide", "unit", "decimal"))
        _check.choice("monolithic", self.monolithic, (True, False))
        _check.choice("output", self.output, OUTPUTS)
        _check.real("parsimony", self.parsimony, minimum=0, maximum=LARGEST)
        if self.threads is not None:
            _check.integer("threads", self.threads, minimum=1)

    def check_loop(self, *rates: str) -> None:
        """Check what all loops have; *rates* are names of further numbers from 0 to 1."""
        for name in ("population", "tournament"):
            _check.integer(name, getattr(self, name), minimum=1, maximum=LARGEST)
        _check.integer("generations", getattr(self, "generations"), minimum=0)  # noqa: B009
        for name in ("cxpb", "mutpb", "elite", *rates):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)


def grammar_for(graft: Graft, networks: Callable[..., str]) -> Grammar:
    """The grammar of *graft*'s problem, its features and outputs bound.

    *networks* makes the BNF of networks where the problem is classification.

    Raises
    ------
    ValueError
        Where the problem has no use for sentences.
    """
    problem, parameters = graft.problem, graft.parameters
    classifies = getattr(problem, "kind", None) == "classification"
    if not classifies and not reads_sentences(problem):
        raise ValueError(
            f"problem must be classification, or one that reads sentences, got {problem!r}"
        )
    if parameters.grammar is not None:
        grammar = Grammar.from_file(parameters.grammar)
        # What a genotype means is in the file, not in its name.
        digest = hashlib.sha256(Path(parameters.grammar).read_bytes()).hexdigest()[:16]
        graft.toolbox.method["grammar_digest"] = digest
    elif classifies:
        # With one output, a second pair of output and weight could only repeat the first.
        monolithic = parameters.monolithic and problem.n_outputs > 1
        grammar = Grammar.parse(networks(number=parameters.number, monolithic=monolithic))
    else:
        grammar = Grammar.parse(problem.grammar)
    sizes = {
        "x": getattr(problem, "n_features", None),
        "output": getattr(problem, "n_outputs", None),
    }
    families = grammar.families()
    return grammar.bind(**{f: n for f, n in sizes.items() if f in families and n is not None})


def wire(
    graft: Graft,
    compiled: CompiledGrammar,
    derive: Derive,
    draw: Callable[[], Any],
    genotype: Any,
    *,
    joined: bool = False,
) -> None:
    """Register what evaluates genotypes, and what makes them: *draw* one, of class *genotype*.

    ``mate``, ``mutate``, ``select`` and ``replace`` are left to the method.
    """
    toolbox, problem, parameters = graft.toolbox, graft.problem, graft.parameters
    classifies = problem.kind == "classification"
    own = (*OBJECTIVES, *SIZES) if classifies else (problem.objective, "length")
    objectives = graft.objectives or (("loss",) if classifies else (problem.objective,))
    for objective in objectives:
        _check.choice("objectives", objective, own)
    weights = objective_weights(objectives, len(problem.y_train) if classifies else 0)
    if graft.individual is None:
        toolbox.register("clone", genotype.clone)
    else:
        check_weights(graft.individual, graft.individual([]), weights)
    toolbox.register(
        "individual",
        make_individual,
        draw,
        graft.individual or genotype,
        weights if graft.individual is None else None,
    )
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)

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
    register_state(toolbox, graft.rng)


def one_each(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Limits of *n* genotypes that have one sentence each."""
    return np.arange(n + 1, dtype=np.int64)
