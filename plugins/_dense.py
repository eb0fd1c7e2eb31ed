"""What methods share that evolve the weights of a fixed dense network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from deap import tools

from evograft.operators.trust import TrustRule
from evograft.plugins._dense_evaluation import EvaluateDense, Trial, measurable
from evograft.plugins._evaluation import Own
from evograft.plugins._individuals import check_weights, objective_weights
from evograft.plugins._sampling import SampleOptions, Sampling
from evograft.plugins.registry import Graft
from evograft.problems.decisions import DECISIONS
from evograft.representations import _check, _random
from evograft.representations.dense_layout import WIDEST, DenseLayout
from evograft.representations.dense_network import ACTIVATIONS
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.weight_vector import WeightVector

MUCH_DATA = 10_000
"""Training samples beyond which to measure a network on all of them takes as long as to breed."""


@dataclass(frozen=True)
class DenseParameters:
    """Parameters of the network, of a generation's sample, and of trust.

    Attributes
    ----------
    hidden : tuple of int, at least 1 each
        Neurons of each hidden layer; may be empty.
    activation : "tanh", "relu" or "sigmoid"
        Of the hidden neurons.
    initial_weights : float above 0, or None for 1 / sqrt(inputs of the layer)
    initial_biases : float, at least 0
        Initial values lie between minus these and these, uniformly.
    images_per_class : int, at least 1, or None for the method's usual number
        In each generation's sample; drawn with replacement. The usual number is 20 for trust and
        100 for strategies, or that of the smallest class if it has fewer.
    augment : bool
        Distort a quarter of the sample and shift another quarter, for images of 0 to 1.
    max_shift : int, at least 0
        Pixels by which each image of the sample is shifted at most.
    decision : "sampled", "argmax", "expected" or "logarithmic"
        What earns trust: a class drawn from the softmax, the most probable one, the mean over what
        is drawn, or the logarithm of the true class's probability.
    reward, penalty : float
        Of a right and of a wrong answer. Where the problem has rewards of its own, its objective
        times *reward* is earned.
    decay : float, 0 to 1; decay_per : "generation" or "image"
        Share of the trust that is lost, and when.
    threads : int, or None for all processors
        Results do not depend on it.
    """

    hidden: Sequence[int] = (64,)
    activation: str = "tanh"
    initial_weights: float | None = 0.5
    initial_biases: float = 0.1
    images_per_class: int | None = None
    augment: bool = False
    max_shift: int = 0
    decision: Literal["sampled", "argmax", "expected", "logarithmic"] = "sampled"
    reward: float = 10.0
    penalty: float = -1.5
    decay: float = 0.2
    decay_per: str = "generation"
    threads: int | None = None

    usual_images_per_class: ClassVar[int] = 20

    def __post_init__(self) -> None:
        if not isinstance(self.hidden, (tuple, list)):
            raise TypeError(f"hidden must be a tuple of integers, got {self.hidden!r}")
        for neurons in self.hidden:
            _check.integer("hidden", neurons, minimum=1)
        object.__setattr__(self, "hidden", tuple(self.hidden))
        _check.choice("activation", self.activation, ACTIVATIONS)
        if self.initial_weights is not None:
            _check.above_zero("initial_weights", self.initial_weights, maximum=WIDEST)
        _check.real("initial_biases", self.initial_biases, minimum=0, maximum=WIDEST)
        _check.choice("decision", self.decision, DECISIONS)
        if self.threads is not None:
            _check.integer("threads", self.threads, minimum=1)
        self.sample()
        self.rule()

    def rule(self) -> TrustRule:
        """What decisions make of trust."""
        return TrustRule(self.reward, self.penalty, self.decay, self.decay_per)

    def sample(self) -> SampleOptions:
        """How a generation's sample is drawn."""
        return SampleOptions(
            self.images_per_class, self.augment, self.max_shift, self.usual_images_per_class
        )


def make_layout(problem: Any, parameters: DenseParameters) -> DenseLayout:
    """The network that *parameters* describe, for the inputs and outputs of *problem*."""
    kind = getattr(problem, "kind", None)
    if kind == "classification":
        n_inputs = problem.n_features
    elif hasattr(problem, "n_inputs") and hasattr(problem, "measure"):
        n_inputs = problem.n_inputs
    else:
        raise ValueError(f"problem must be classification or control, got {problem!r}")
    return DenseLayout((n_inputs, *parameters.hidden, problem.n_outputs), parameters.activation)


def register_dense(
    graft: Graft,
    parameters: DenseParameters,
    layout: DenseLayout,
    objectives: tuple[str, ...],
    sampling: Sampling,
    measured_every: int,
    evaluation: type[EvaluateDense] = EvaluateDense,
) -> EvaluateDense:
    """Register individuals, their development and their *evaluation*, and return that.

    *measured_every* is how many generations of a run on much data share one measurement of the
    best network on all of them.
    """
    toolbox, problem = graft.toolbox, graft.problem
    for objective in objectives:
        _check.choice("objectives", objective, measurable(problem))
    trial = Trial(
        problem,
        objectives,
        layout,
        parameters.rule(),
        parameters.decision,
        parameters.sample(),
        parameters.threads,
    )
    evaluate = evaluation(trial, sampling)
    weights = objective_weights(objectives, evaluate.n_samples)
    if graft.individual is None:
        toolbox.register("clone", WeightVector.clone)
    else:
        example = graft.individual(np.zeros(1))
        if not hasattr(example, "values"):
            raise ValueError(f"individual must derive from WeightVector, got {graft.individual!r}")
        check_weights(graft.individual, example, weights)
    toolbox.register(
        "individual",
        draw_individual,
        graft.individual or WeightVector,
        weights if graft.individual is None else None,
        layout,
        {"weights": parameters.initial_weights, "biases": parameters.initial_biases},
        graft.rng,
    )
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    toolbox.register("develop", Own(layout.develop))
    evaluate.watch(toolbox)
    toolbox.register("evaluate", evaluate)
    if evaluate.n_samples and len(problem.y_train) > MUCH_DATA:
        toolbox.measured_every = measured_every
    toolbox.register("state", sampling.state)
    toolbox.register("restore", sampling.restore)
    return evaluate


def draw_individual(
    individual: Callable[[Any], Any],
    weights: tuple[float, ...] | None,
    layout: DenseLayout,
    draw: dict[str, Any],
    rng: np.random.Generator | None,
) -> Any:
    """Draw initial weights and make an *individual*, with a fitness of *weights* if given."""
    made = individual(layout.draw(_random.generator(rng), **draw))
    if weights is not None:
        made.fitness = ObjectiveFitness(weights)
    return made
