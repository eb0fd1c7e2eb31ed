"""MorphoNAS: genomes that grow into recurrent networks on a grid.

The method and its settings are those of the MorphoNAS paper (arXiv 2507.13785): morphogens diffuse,
cells divide, differentiate and grow axons that connect. The defaults are those of the paper's
experiment A for graph targets, and of its experiment B for control.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from deap import tools

from evograft import operators
from evograft.plugins._breeding import Breed, Core, mate_plastic, mutate_plastic
from evograft.plugins._evaluation import Own
from evograft.plugins._growing import SIZES, EvaluateGrown, Growth
from evograft.plugins._individuals import check_weights, objective_weights
from evograft.plugins._state import register_state
from evograft.plugins._steady_state import finished, pool, replace, select, surviving
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.problems.penalties import Penalties
from evograft.representations import _check, _random
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.morphogenesis import Genome, PlasticGenome
from evograft.representations.morphogenesis.development import MAX_SITE_UPDATES
from evograft.representations.recurrent import ACTIVATIONS, MODES

REFERENCE = "arXiv 2507.13785"

PENALTIES = ("morphogens", "steps", "dimensions", "connections")

Drawn = int | tuple[int, ...] | Literal["random"]
"""A number, several to draw one from, or the method's own range."""

_PAPER: dict[str, dict[str, Any]] = {
    "graph": {
        "population": 2000,
        "size_x": 20,
        "size_y": 20,
        "mutpb": 0.4,
        "pressure": 0.15,
        "success": 1.0,
    },
    "control": {
        "population": 500,
        "size_x": 10,
        "size_y": 10,
        "mutpb": 0.3,
        "pressure": 0.2,
        "success": 0.9999999,
    },
}
"""What None stands for: experiment A for graph targets, experiment B for control."""


@dataclass(frozen=True)
class MorphoNASParameters:
    """Parameters of MorphoNAS; None stands for the paper's value for the kind of problem.

    Attributes
    ----------
    population : int, at least 2, or None for 2000 (graph targets) and 500 (control)
    generations : int, at least 0
    size_x, size_y : int, tuple of int, "random", or None for 20 (graph targets) and 10 (control)
        Sites of the initial genomes' tissue; of several one is drawn, "random" is 10 to 29.
    num_morphogens : int of at least 3, tuple of int, or "random"
        Of the initial genomes; "random" is 3 (70 %), 4, 5 or 6.
    max_growth_steps : int, tuple of int, or "random"
        Of the initial genomes; "random" is 100 to 699.
    mutation : "aggressive" or "default"
    max_matrix_changes : int, at least 1
        Entries of inhibition matrix and kernels that one mutation changes at most.
    mutpb : float, 0 to 1, or None for 0.4 (graph targets) and 0.3 (control)
    adaptive : (float, float), or None for a fixed rate
        The mutation rate is multiplied by a number between these, the larger the nearer the mean
        fitness is to the best.
    crossover : "default" or "block_preservation"
    selection : "tournament" or "top"
        How parents are chosen: winners of tournaments, or the best.
    tournament : int, at least 1
        Different individuals in a tournament.
    pressure : float, 0 to 1, or None for 0.15 (graph targets) and 0.2 (control)
        Parents as a share of the population.
    survivors : float, 0 to 1
        Share of the population that survives, the best first.
    distinct : int, at least 0
        How many of them differ in fitness, the best of all fitness values.
    ties : "later" or "numpy"
        Who is better of equals: the later one, or as ``numpy.argsort`` leaves them.
    penalties : tuple of names, of "morphogens", "steps", "dimensions", "connections"
        What the fitness shrinks with.
    penalty_theta, penalty_h, penalty_a : float
        Connections that are free, where half of the fall is done, what it falls to.
    arithmetic : "plain" or "fused"
        Of the growth.
    mode : "replace" or "additive"; activation : "tanh" or "relu"; extra_steps : int, at least 0
        Of controllers.
    plasticity : "none", "fixed" or "evolved"
        Hebbian learning of controllers: none, with *eta* and *decay*, or with the individual's own.
    eta, decay, clamp : float
        Of fixed learning; *clamp* bounds what is learnt in both.
    success : float, or None for 1 (graph targets) and 0.9999999 (control)
        Fitness at which a run ends.
    convergence : float
        Mean divided by best fitness at which a run ends; above 1 for never.
    max_site_updates : int, at least 1, or None for no limit
        Steps times sites beyond which a genome is refused, which ends the run.
    threads : int, or None for all processors
        Results do not depend on it.
    """

    population: int | None = None
    generations: int = 1000
    size_x: Drawn | None = None
    size_y: Drawn | None = None
    num_morphogens: Drawn = 3
    max_growth_steps: Drawn = 200
    mutation: Literal["aggressive", "default"] = "aggressive"
    max_matrix_changes: int = 5
    mutpb: float | None = None
    adaptive: tuple[float, float] | None = (1.0, 2.5)
    crossover: Literal["default", "block_preservation"] = "default"
    selection: Literal["tournament", "top"] = "tournament"
    tournament: int = 7
    pressure: float | None = None
    survivors: float = 0.9
    distinct: int = 10
    ties: Literal["later", "numpy"] = "later"
    penalties: tuple[str, ...] = ()
    penalty_theta: float = 50.0
    penalty_h: float = 1000.0
    penalty_a: float = 0.8
    arithmetic: Literal["plain", "fused"] = "plain"
    mode: str = "replace"
    activation: str = "tanh"
    extra_steps: int = 2
    plasticity: Literal["none", "fixed", "evolved"] = "none"
    eta: float = -0.01
    decay: float = 0.01
    clamp: float | None = None
    success: float | None = None
    convergence: float = 0.95
    max_site_updates: int | None = MAX_SITE_UPDATES
    threads: int | None = None

    def __post_init__(self) -> None:
        for name, minimum in (
            ("generations", 0),
            ("max_matrix_changes", 1),
            ("tournament", 1),
            ("distinct", 0),
            ("extra_steps", 0),
        ):
            _check.integer(name, getattr(self, name), minimum=minimum)
        for name, minimum in (("population", 2), ("threads", 1), ("max_site_updates", 1)):
            if getattr(self, name) is not None:
                _check.integer(name, getattr(self, name), minimum=minimum)
        for name in ("size_x", "size_y"):
            if getattr(self, name) is not None:
                _check_drawn(name, getattr(self, name), 1)
        _check_drawn("num_morphogens", self.num_morphogens, 3)
        _check_drawn("max_growth_steps", self.max_growth_steps, 1)
        _check.real("survivors", self.survivors, minimum=0, maximum=1)
        for name in ("mutpb", "pressure"):
            if getattr(self, name) is not None:
                _check.real(name, getattr(self, name), minimum=0, maximum=1)
        for name, options in (
            ("mutation", _MUTATIONS),
            ("crossover", _CROSSOVERS),
            ("selection", ("tournament", "top")),
            ("ties", ("later", "numpy")),
            ("arithmetic", ("plain", "fused")),
            ("mode", MODES),
            ("activation", ACTIVATIONS),
            ("plasticity", ("none", "fixed", "evolved")),
        ):
            _check.choice(name, getattr(self, name), options)
        if self.adaptive is not None:
            if not isinstance(self.adaptive, (tuple, list)) or len(self.adaptive) != 2:
                raise ValueError(f"adaptive must be two numbers or None, got {self.adaptive!r}")
            operators.AdaptiveRate(*self.adaptive)
        if not isinstance(self.penalties, (tuple, list)):
            raise TypeError(f"penalties must be a tuple of names, got {self.penalties!r}")
        for name in self.penalties:
            _check.known("penalty", name, PENALTIES)
        self.penalty()
        _check.real("eta", self.eta, minimum=-1, maximum=1)
        _check.real("decay", self.decay, minimum=0, maximum=1)
        _check.real("convergence", self.convergence)
        for name in ("clamp", "success"):
            if getattr(self, name) is not None:
                _check.real(name, getattr(self, name))

    def penalty(self) -> Penalties:
        """The penalties as the problems room knows them."""
        return Penalties(
            **{name: name in self.penalties for name in PENALTIES},
            theta=self.penalty_theta,
            h=self.penalty_h,
            a=self.penalty_a,
        )

    def of(self, kind: str, name: str) -> Any:
        """The parameter *name*, the paper's for problems of this *kind* where it is None."""
        value = getattr(self, name)
        return _PAPER[kind][name] if value is None else value


def _check_drawn(name: str, value: Any, minimum: int) -> None:
    if value == "random":
        return
    values = value if isinstance(value, (tuple, list)) else (value,)
    if not values:
        raise ValueError(f"{name} must not be empty, got {value!r}")
    for number in values:
        _check.integer(name, number, minimum=minimum, maximum=2**31 - 1)


_MUTATIONS = {
    "aggressive": operators.mut_genome_aggressive,
    "default": operators.mut_genome_default,
}
_CROSSOVERS = {
    "default": (operators.cx_genome_default, operators.cross_genomes_default),
    "block_preservation": (
        operators.cx_genome_block_preservation,
        operators.cross_genomes_block_preservation,
    ),
}


def register(graft: Graft) -> Defaults:
    """Wire genomes, growth and operators into the toolbox.

    Besides the aliases of every plug-in there is ``breed``, and ``stop``, the paper's end of a run.
    """
    toolbox, problem, rng = graft.toolbox, graft.problem, graft.rng
    parameters: MorphoNASParameters = graft.parameters
    kind = getattr(problem, "kind", None)
    if kind not in _PAPER:
        raise ValueError(f"problem must be a graph target or control, got {problem!r}")
    of = partial(parameters.of, kind)
    plastic = parameters.plasticity == "evolved"
    if parameters.plasticity != "none" and kind != "control":
        raise ValueError(
            f"plasticity must be 'none' unless for control, got {parameters.plasticity!r}"
        )
    objectives = graft.objectives or (problem.objective,)
    for objective in objectives:
        _check.choice("objectives", objective, (problem.objective, *SIZES))

    weights = objective_weights(objectives, 0)
    individual: Any = graft.individual
    if individual is None:
        individual = PlasticGenome if plastic else Genome
    else:
        if not (isinstance(individual, type) and issubclass(individual, Genome)):
            raise ValueError(f"individual must be a class derived from Genome, got {individual!r}")
        check_weights(individual, individual(), weights)
    draw = {
        name: None if value == "random" else value
        for name, value in (
            ("size_x", of("size_x")),
            ("size_y", of("size_y")),
            ("num_morphogens", parameters.num_morphogens),
            ("max_growth_steps", parameters.max_growth_steps),
        )
    }
    toolbox.register(
        "individual",
        draw_individual,
        individual,
        weights if graft.individual is None else None,
        draw,
        plastic,
        rng,
    )
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)

    growth = Growth(
        controller=(problem.n_inputs, problem.n_outputs) if kind == "control" else None,
        arithmetic=parameters.arithmetic,
        max_site_updates=parameters.max_site_updates,
        mode=parameters.mode,
        activation=parameters.activation,
        extra_steps=parameters.extra_steps,
        orientation=getattr(problem, "orientation", "forward"),
        rule={
            "none": (0.0, 0.0),
            "fixed": (parameters.eta, parameters.decay),
            "evolved": None,
        }[parameters.plasticity],
        clamp=parameters.clamp,
    )
    toolbox.register("develop", Own(growth.develop))
    evaluate = EvaluateGrown(problem, objectives, growth, parameters.penalty(), parameters.threads)
    evaluate.watch(toolbox)
    toolbox.register("evaluate", evaluate)

    rates = operators.GenomeMutationRates(max_matrix_changes=parameters.max_matrix_changes)
    mutate = partial(_MUTATIONS[parameters.mutation], rates=rates)
    mate, cross = _CROSSOVERS[parameters.crossover]
    whole_mutate = partial(mutate_plastic, mutate) if plastic else mutate
    whole_mate = partial(mate_plastic, mate) if plastic else mate
    toolbox.register("mate", Core(whole_mate, cross), rng=rng)
    toolbox.register("mutate", Core(whole_mutate, mutate), rng=rng)
    toolbox.register("select", select, tournsize=parameters.tournament, rng=rng)
    survival: dict[str, Any] = {
        "distinct": parameters.distinct,
        "share": parameters.survivors,
        "ties": parameters.ties,
    }
    breed = Breed(
        pool=partial(
            pool, parameters.selection, of("pressure"), parameters.tournament, parameters.ties
        ),
        survivors=partial(surviving, **survival),
        probability=of("mutpb"),
        rate=None if parameters.adaptive is None else operators.AdaptiveRate(*parameters.adaptive),
        cross=cross,
        mutate=mutate,
        plastic=plastic,
        rng=rng,
    )
    breed.watch(toolbox)
    toolbox.register("breed", breed)
    toolbox.register("replace", replace, **survival)
    toolbox.register(
        "stop",
        finished,
        objective=objectives.index(problem.objective) if problem.objective in objectives else None,
        success=of("success"),
        convergence=parameters.convergence,
    )
    register_state(toolbox, rng)
    return Defaults(1.0, of("mutpb"), of("population"), parameters.generations)


def draw_individual(
    individual: type[Genome],
    weights: tuple[float, ...] | None,
    draw: dict[str, Any],
    plastic: bool,
    rng: np.random.Generator | None,
) -> Genome:
    """Draw a genome, with a fitness of *weights* if given and, where that evolves, a learning rule.

    The rule is drawn uniformly from where mutation may take it.
    """
    rng = _random.generator(rng)
    drawn: Any = individual.random(rng, **draw)
    if plastic:
        drawn.eta, drawn.decay = rng.uniform(-0.5, 0.5), rng.uniform(0, 0.1)
    if weights is not None:
        drawn.fitness = ObjectiveFitness(weights)
    return drawn  # type: ignore[no-any-return]


MORPHONAS = Plugin(
    name="morphonas",
    summary="genomes that grow into recurrent networks on a grid",
    reference=REFERENCE,
    parameters=MorphoNASParameters,
    register=register,
    # How a genome grows, what its network computes and learns, and what its fitness shrinks with.
    fixed=(
        "penalties",
        "penalty_theta",
        "penalty_h",
        "penalty_a",
        "arithmetic",
        "mode",
        "activation",
        "extra_steps",
        "plasticity",
        "eta",
        "decay",
        "clamp",
    ),
    presets={
        "experiment-a": Preset(
            summary="target graphs: 2000 genomes of 20 x 20 sites, 200 children a generation",
            parameters=_PAPER["graph"],
            expects={"kind": "graph"},
        ),
        "experiment-b": Preset(
            summary="CartPole: 500 genomes of 10 x 10 sites, 50 children a generation; with "
            "penalties=('connections',) under connection pressure",
            parameters=_PAPER["control"],
            expects={"kind": "control", "protocol": "paper", "episodes": 20},
        ),
        "co-evolution": Preset(
            summary="genomes evolved with their Hebbian rule, 50 for 200 generations; the paper's "
            "problem has a switch of the physics too",
            expects={"protocol": "pool", "episodes": 20, "seed": 42},
            parameters={
                "population": 50,
                "generations": 200,
                "size_x": 10,
                "size_y": 10,
                "mutation": "default",
                "max_matrix_changes": 3,
                "mutpb": 0.3,
                "adaptive": None,
                "selection": "top",
                "pressure": 0.2,
                "distinct": 0,
                "survivors": 0.04,
                "plasticity": "evolved",
                "success": 2.0,
                "convergence": 2.0,
            },
        ),
    },
)
