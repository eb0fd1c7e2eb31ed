"""NEAT: networks whose structure grows by mutation, protected by species.

The method and its settings are those of Stanley and Miikkulainen 2002 ("Evolving Neural Networks
through Augmenting Topologies"): genes are matched by innovation numbers, genomes that are
compatible form species that share fitness, and all begin without hidden neurons.

The paper maximises positive fitness. Here the first objective may be minimised as well; what a
species shares is then its members' ranks: see :func:`evograft.operators.shared_scores`.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from deap import tools

from evograft.operators.fitness_sharing import SHARINGS
from evograft.operators.speciation import Speciation, SpeciesRules
from evograft.plugins import _neat_breeding as breeding
from evograft.plugins._classification import EvaluateClassifiers
from evograft.plugins._evaluation import Evaluation, Own
from evograft.plugins._individuals import check_weights, objective_weights
from evograft.plugins._neat_evaluation import (
    EvaluateControllers,
    measurable,
)
from evograft.plugins.registry import Defaults, Graft, Plugin
from evograft.representations import _check, _random
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.innovations import Innovations
from evograft.representations.neat_controller import NeatStepper, SteppedForward
from evograft.representations.neat_forward import SLOPE, NeatForward, NeatMapping
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.network import OUTPUTS

REFERENCE = "10.1162/106365602320169811"


@dataclass(frozen=True)
class NEATParameters:
    """Parameters of NEAT; the defaults are the paper's where it states one.

    Attributes
    ----------
    population : int, at least 1
    generations : int, at least 0
        Not from the paper, which stops at a solution.
    cxpb, mutpb : float, 0 to 1
        Of DEAP's own loops; ``breed`` goes by *mutation_only*.
    c1, c2, c3 : float, at least 0
        Of the compatibility distance: excess genes, disjoint genes, mean difference of weights.
    threshold : float, above 0
        Of the distance, below which two genomes are of one species.
    stagnation : int, at least 1
        Generations without progress after which a species does not breed.
    stall : int, at least 1
        Generations without progress of the population, above which only the two best species do.
    survival : float, above 0 and up to 1
        Share of a species, from the best, that may be parents; that of the authors' program.
    sharing : "rank" or "value", or None for "value" where the first objective is maximised
        What a species shares; see :func:`evograft.operators.shared_scores`.
    weights : float, 0 to 1
        Probability that a child's weights are mutated.
    perturbed : float, 0 to 1
        Of a mutated weight, to be perturbed; else it is redrawn.
    step : float, at least 0
        Largest perturbation of a weight, uniform; not stated in the paper.
    redrawn : float, at least 0
        Largest initial, redrawn or new weight, uniform; not stated in the paper.
    max_weight : float, above 0
        Bound of mutated weights; that of the authors' program.
    add_node, add_connection : float, 0 to 1
        Probabilities of a child's structural mutations.
    mutation_only : float, 0 to 1
        Probability that a child has one parent.
    interspecies : float, 0 to 1
        Probability that the second parent is of another species.
    disabling : float, 0 to 1
        Probability that a gene that is disabled in a parent is disabled in the child.
    recurrent : bool
        Whether connections may close cycles.
    rounds : int, at least 1, or None for 1 (control) and 5 (classification)
        In a recurrent network, how often all neurons answer an observation.
    slope : float, above 0
        Of the sigmoid of all neurons.
    output : "linear_softmax", "sigmoid_softmax" or "sum_normalised"
        From several outputs to class probabilities: a softmax of their sums, as it is MGE's, of
        their sigmoids, or their sigmoids divided by their total. The largest is the same in all.
    threads : int, or None for all processors
        Threads of a large evaluation. Results do not depend on it.
    """

    population: int = 150
    generations: int = 100
    cxpb: float = 0.75
    mutpb: float = 1.0
    c1: float = 1.0
    c2: float = 1.0
    c3: float = 0.4
    threshold: float = 3.0
    stagnation: int = 15
    stall: int = 20
    survival: float = 0.2
    sharing: Literal["rank", "value"] | None = None
    weights: float = 0.8
    perturbed: float = 0.9
    step: float = 0.5
    redrawn: float = 1.0
    max_weight: float = 8.0
    add_node: float = 0.03
    add_connection: float = 0.05
    mutation_only: float = 0.25
    interspecies: float = 0.001
    disabling: float = 0.75
    recurrent: bool = False
    rounds: int | None = None
    slope: float = SLOPE
    output: str = "linear_softmax"
    threads: int | None = None

    def __post_init__(self) -> None:
        _check.integer("population", self.population, minimum=1)
        _check.integer("generations", self.generations, minimum=0)
        for name in (
            *("cxpb", "mutpb", "weights", "perturbed", "add_node", "add_connection"),
            *("mutation_only", "interspecies", "disabling"),
        ):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)
        for name in ("step", "redrawn"):
            _check.real(name, getattr(self, name), minimum=0)
        _check.above_zero("survival", self.survival, maximum=1)
        for name in ("max_weight", "slope"):
            _check.above_zero(name, getattr(self, name))
        for name in ("rounds", "threads"):
            if getattr(self, name) is not None:
                _check.integer(name, getattr(self, name), minimum=1)
        if self.rounds is not None and self.rounds > 1 and not self.recurrent:
            raise ValueError(f"rounds must be 1 unless recurrent, got {self.rounds}")
        _check.choice("sharing", self.sharing, (None, *SHARINGS))
        _check.choice("recurrent", self.recurrent, (True, False))
        _check.choice("output", self.output, OUTPUTS)
        self.rules(1.0)

    def rules(self, sign: float) -> SpeciesRules:
        """How the population falls into species, for a first objective of this *sign*."""
        return SpeciesRules(
            self.c1, self.c2, self.c3, self.threshold, self.stagnation, self.stall,
            self.sharing or ("value" if sign > 0 else "rank"),
        )  # fmt: skip

    def mutation(self) -> dict[str, Any]:
        """Settings of the mutation."""
        names = ("weights", "perturbed", "step", "redrawn", "max_weight", "add_node")
        return {name: getattr(self, name) for name in (*names, "add_connection", "recurrent")}


def register(graft: Graft) -> Defaults:
    """Wire genomes, networks and species into the toolbox.

    Besides the aliases of every plug-in there is ``breed``. ``select`` is what species are in
    DEAP's own loops.
    """
    toolbox, problem, rng = graft.toolbox, graft.problem, graft.rng
    parameters: NEATParameters = graft.parameters
    classifies = getattr(problem, "kind", None) == "classification"
    if not classifies and not (hasattr(problem, "n_inputs") and hasattr(problem, "measure")):
        raise ValueError(f"problem must be classification or control, got {problem!r}")
    n_inputs = problem.n_features if classifies else problem.n_inputs
    n_outputs = problem.n_outputs
    objectives = graft.objectives or (("loss",) if classifies else (problem.objective,))
    for objective in objectives:
        _check.choice("objectives", objective, measurable(problem))

    weights = objective_weights(objectives, len(problem.y_train) if classifies else 0)
    individual: Any = graft.individual or NeatGenome
    if graft.individual is None:
        toolbox.register("clone", NeatGenome.clone)
    else:
        if not (isinstance(individual, type) and issubclass(individual, NeatGenome)):
            raise ValueError(
                f"individual must be a class derived from NeatGenome, got {individual!r}"
            )
        check_weights(individual, individual.fully_connected(1, 1, [0.0, 0.0]), weights)
    toolbox.register(
        "individual",
        draw_individual,
        individual,
        weights if graft.individual is None else None,
        (n_inputs, n_outputs),
        min(parameters.redrawn, parameters.max_weight),
        rng,
    )
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)

    mapping = NeatMapping(n_inputs, n_outputs, parameters.slope, parameters.output)
    rounds = parameters.rounds or (5 if parameters.recurrent and classifies else 1)
    stepper = NeatStepper(mapping, parameters.recurrent, rounds)
    layered = classifies and not parameters.recurrent
    toolbox.register("develop", Own(mapping.develop if layered else stepper.develop))
    evaluate: Evaluation
    if classifies:
        whole = partial(NeatForward, mapping, threads=parameters.threads)
        forward = whole if layered else partial(SteppedForward, stepper)
        evaluate = EvaluateClassifiers(problem, objectives, forward)
    else:
        evaluate = EvaluateControllers(problem, objectives, stepper)
    evaluate.watch(toolbox)
    toolbox.register("evaluate", evaluate)

    lineage = breeding.Lineage(
        innovations=Innovations(n_inputs, n_outputs),
        speciation=Speciation(parameters.rules(weights[0])),
        by_cases=objectives == ("cases",),
        survival=parameters.survival,
        mutation_only=parameters.mutation_only,
        interspecies=parameters.interspecies,
        disabling=parameters.disabling,
        mutation=parameters.mutation(),
        rng=rng,
    )
    toolbox.register("mate", Own(breeding.mate), lineage=lineage)
    toolbox.register("mutate", breeding.mutate, lineage=lineage)
    toolbox.register("select", breeding.select, lineage=lineage)
    toolbox.register("breed", breeding.breed, toolbox=toolbox, lineage=lineage)
    toolbox.register("replace", breeding.replace)
    toolbox.register("state", breeding.state, lineage)
    toolbox.register("restore", breeding.restore, lineage)
    return Defaults(
        parameters.cxpb, parameters.mutpb, parameters.population, parameters.generations
    )


def draw_individual(
    individual: type[NeatGenome],
    weights: tuple[float, ...] | None,
    sizes: tuple[int, int],
    scale: float,
    rng: np.random.Generator | None,
) -> NeatGenome:
    """Draw a genome without hidden neurons, with a fitness of *weights* if given.

    All inputs and the bias feed all outputs, by weights uniform in [-scale, scale].
    """
    n_inputs, n_outputs = sizes
    drawn = _random.generator(rng).uniform(-scale, scale, (n_inputs + 1) * n_outputs)
    made = individual.fully_connected(n_inputs, n_outputs, drawn)
    if weights is not None:
        made.fitness = ObjectiveFitness(weights)
    return made


NEAT = Plugin(
    name="neat",
    summary="networks whose structure grows, protected by species",
    reference=REFERENCE,
    parameters=NEATParameters,
    register=register,
    # What a genome computes; what structure there is decides whether it is feed-forward.
    fixed=("recurrent", "rounds", "slope", "output"),
)
