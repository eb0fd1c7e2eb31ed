"""Low-rank evolution strategies: the weights of a fixed network follow opposite pairs of noise.

This is no trust and no population that breeds: a mean network is asked how its fitness changes in
random directions, and moves. Each direction is noise of rank one in every weight matrix, that of a
single hidden neuron, so that a pair of networks costs one neuron and not a whole network to
evaluate. Opposite pairs, the table of noise and Adam are those of Salimans 2017 (arXiv 1703.03864);
noise by the neuron, in directions in which the inputs vary, is ours.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from evograft import operators
from evograft.operators.neuron_strategy import NeuronStrategy
from evograft.plugins._dense import (
    DenseParameters,
    make_layout,
    register_dense,
)
from evograft.plugins._dense_evaluation import EvaluateDense
from evograft.plugins._evaluation import Develop, Values
from evograft.plugins._individuals import objective_weights
from evograft.plugins._sampling import Sampling
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.representations import _check
from evograft.representations.feature_basis import FeatureBasis
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.neuron_noise import common_neighbourhood
from evograft.representations.neuron_space import NeuronSpace
from evograft.representations.weight_vector import WeightVector

REFERENCE = "arXiv 1703.03864"

SCALES = ("bias_scale", "output_scale", "output_bias_scale")

LOSS = ("loss",)
"""The objectives that a whole neighbourhood is measured by at once."""


@dataclass(frozen=True)
class LowRankParameters(DenseParameters):
    """Parameters of low-rank evolution strategies, besides those of :class:`DenseParameters`.

    ``hidden`` has to be one layer. ``initial_weights`` and ``initial_biases`` are those of
    ``toolbox.individual``; the strategy starts from a mean of its own.

    Attributes
    ----------
    population : int, even, at least 2
        Networks in a generation: pairs on either side of the mean.
    generations : int, at least 1
        In which the step size falls to zero.
    cxpb, mutpb : float, 0 to 1
        Of DEAP's other loops, which the individuals go through as well.
    sigma : float, above 0
        Standard deviation of the noise of a hidden neuron's weights on features, whose total
        variance over the training part is 1.
    learning_rate : float, above 0
        Of Adam, in the first generations.
    averaged : float, 0 to 1
        Share of the generations so far, over which the recommended network is averaged.
    start : float, above 0
        Standard deviation of the first mean's weights on features.
    components : int, at least 1, or None
        Principal components of the training part's inputs that are the features, all where it has
        fewer; None for the inputs themselves.
    power : float, 0 to 1
        How the features' widths favour the widest components; see ``FeatureBasis.of``.
    bias_scale, output_scale, output_bias_scale : float, above 0
        Of the noise of biases, weights at the outputs and the outputs' biases, beside *sigma*.
    tournament : int, at least 1; rate : float, 0 to 1; scale : float, at least 0
        Of selection and mutation in DEAP's other loops.
    """

    activation: str = "relu"
    population: int = 512
    generations: int = 50_000
    cxpb: float = 0.5
    mutpb: float = 1.0
    sigma: float = 0.1
    learning_rate: float = 0.02
    averaged: float = 0.05
    start: float = 0.5
    components: int | None = 100
    power: float = 0.5
    bias_scale: float = 0.5
    output_scale: float = 0.7
    output_bias_scale: float = 0.3
    tournament: int = 3
    rate: float = 0.07
    scale: float = 0.1

    usual_images_per_class: ClassVar[int] = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.hidden) != 1:
            raise ValueError(f"hidden must be one layer for noise by neuron, got {self.hidden!r}")
        if _check.integer("population", self.population, minimum=2) % 2:
            raise ValueError(f"population must be even, for pairs, got {self.population}")
        _check.integer("generations", self.generations, minimum=1)
        _check.integer("tournament", self.tournament, minimum=1)
        for name in ("cxpb", "mutpb", "averaged", "power", "rate"):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)
        for name in ("sigma", "learning_rate", "start", *SCALES):
            _check.above_zero(name, getattr(self, name))
        _check.real("scale", self.scale, minimum=0)
        if self.components is not None:
            _check.integer("components", self.components, minimum=1)


class EvaluateNeighbours(EvaluateDense):
    """As :class:`EvaluateDense`, but a whole neighbourhood's loss is measured at once.

    Engines do not divide it: its parts alone would be measured in another way.
    """

    __slots__ = ()

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.undivided = True

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Measure together what differs in one neuron; anything else as any weight vectors."""
        trial = self.trial
        fast = (
            develop is None
            and trial.objectives == LOSS
            and trial.problem.kind == "classification"
            and trial.problem.loss == "cross_entropy"
            and trial.layout.sizes[-1] > 1
        )
        neighbourhood = common_neighbourhood(individuals) if fast else None
        if neighbourhood is None:
            return super().values(individuals, develop)
        sample = self.current_sample()
        losses = neighbourhood.losses(sample.X, sample.labels, trial.threads)
        return [(loss,) for loss in losses.tolist()]


def register(graft: Graft) -> Defaults:
    """Wire weight vectors, dense networks and the strategy into the toolbox.

    Besides the aliases of every plug-in there are ``generate``, ``update`` and ``recommend``, for
    ``deap.algorithms.eaGenerateUpdate``.
    """
    toolbox, problem, rng = graft.toolbox, graft.problem, graft.rng
    parameters: LowRankParameters = graft.parameters
    layout = make_layout(problem, parameters)
    sampling = Sampling(rng)
    default = "loss" if problem.kind == "classification" else "trust"
    objectives = graft.objectives or (default,)
    evaluate = register_dense(
        graft, parameters, layout, objectives, sampling, 500, evaluation=EvaluateNeighbours
    )
    if problem.kind == "classification":
        basis = FeatureBasis.of(problem.X_train, parameters.components, parameters.power)
    else:
        basis = FeatureBasis.plain(layout.sizes[0])
    scales = (parameters.bias_scale, parameters.output_scale, parameters.output_bias_scale)
    strategy = NeuronStrategy(
        NeuronSpace(layout, basis, scales),
        pairs=parameters.population // 2,
        generations=parameters.generations,
        sigma=parameters.sigma,
        learning_rate=parameters.learning_rate,
        averaged=parameters.averaged,
        start=parameters.start,
        rng=rng,
    )
    made: dict[str, Any] = {
        "individual": graft.individual,
        "weights": objective_weights(objectives, evaluate.n_samples),
    }
    toolbox.register("generate", generate, strategy, sampling, **made)
    toolbox.register("update", update, strategy, objectives == ("cases",))
    toolbox.register("recommend", recommend, strategy, **made)

    toolbox.register("mate", operators.cx_uniform_weights, rng=rng)
    toolbox.register(
        "mutate",
        operators.mut_gaussian_weights,
        rate=parameters.rate,
        scale=parameters.scale,
        rng=rng,
    )
    toolbox.register("select", operators.sel_tournament, tournsize=parameters.tournament, rng=rng)
    toolbox.register("state", state, strategy, sampling)
    toolbox.register("restore", restore, strategy, sampling)
    return Defaults(
        parameters.cxpb, parameters.mutpb, parameters.population, parameters.generations
    )


Individual = Callable[[Any], Any] | None


def generate(
    strategy: NeuronStrategy,
    sampling: Sampling,
    individual: Individual,
    weights: tuple[float, ...],
) -> list[Any]:
    """The next networks to evaluate, of our class or the user's."""
    sampling.expect()
    asked: list[Any] = strategy.generate()
    if individual is None:
        for one in asked:
            one.fitness = ObjectiveFitness(weights)
        return asked
    made = []
    for one in asked:
        made.append(individual(one.values))
        made[-1].number, made[-1].origin = one.number, one.origin
    return made


def update(strategy: NeuronStrategy, by_cases: bool, individuals: Sequence[Any]) -> None:
    """Move the mean by the first objective of the *individuals*, or by the mean over cases."""
    if not all(one.fitness.valid for one in individuals):
        raise ValueError("individuals must be evaluated before an update, got some that are not")
    wvalues = [one.fitness.wvalues for one in individuals]
    fitness = [math.fsum(w) / len(w) for w in wvalues] if by_cases else [w[0] for w in wvalues]
    strategy.tell(fitness, individuals)


def recommend(strategy: NeuronStrategy, individual: Individual, weights: tuple[float, ...]) -> Any:
    """The network to report, not evaluated: the average of the latest means."""
    if individual is not None:
        return individual(strategy.recommend())
    made = WeightVector(strategy.recommend())
    made.fitness = ObjectiveFitness(weights)  # type: ignore[attr-defined]
    return made


def state(strategy: NeuronStrategy, sampling: Sampling) -> dict[str, Any]:
    """What changes during a run, of the strategy and of the samples."""
    return {"strategy": strategy.state(), "sampling": sampling.state()}


def restore(strategy: NeuronStrategy, sampling: Sampling, state: dict[str, Any]) -> None:
    """Go back to *state*."""
    strategy.restore(state["strategy"])
    sampling.restore(state["sampling"])


LOWRANK_ES = Plugin(
    name="lowrank-es",
    summary="low-rank evolution strategies for the weights of a dense network, without trust",
    reference=REFERENCE,
    parameters=LowRankParameters,
    register=register,
    anneals=True,
    presets={
        "images": Preset(
            summary="for images: each is shifted by up to a pixel in both directions",
            parameters={"max_shift": 1},
            expects={"scaling": "unit"},
        ),
    },
    # Other scales would be other units of the coordinates that a checkpoint holds.
    fixed=("hidden", "activation", "population", "components", "power", *SCALES),
)
