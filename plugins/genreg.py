"""GENREG: the weights of a fixed network evolve by the trust that right answers earn.

The method is that of GENREG (github.com/A1CST/GENREG_ALPHA_MNIST): every generation sees one
class-balanced sample, trust grows with right answers and shrinks with wrong ones, and the trusted
breed a whole new population. Its text and its code differ; the default is the configuration that
reproduces its numbers, and the presets are the other readings.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from evograft import operators
from evograft.operators.trust import WEIGHTINGS
from evograft.plugins._dense import (
    DenseParameters,
    make_layout,
    register_dense,
)
from evograft.plugins._evaluation import Own
from evograft.plugins._sampling import Sampling
from evograft.plugins._trust_breeding import (
    BreedTrusted,
    Scale,
    mate_trusting,
    mutate_trusting,
)
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.representations import _check
from evograft.representations.dense_layout import LARGEST

REFERENCE = "github.com/A1CST/GENREG_ALPHA_MNIST"


@dataclass(frozen=True)
class GENREGParameters(DenseParameters):
    """Parameters of GENREG, besides those of :class:`DenseParameters`.

    Attributes
    ----------
    population : int, at least 2
    generations : int, at least 0
        Annealing goes by it.
    cxpb, mutpb : float, 0 to 1
        Of DEAP's own loops; ``breed`` crosses and mutates every child. In DEAP's own loops there
        are always two parents, and no mutation of parents.
    inheritance : float, 0 to 1
        Share of its parents' trust, of their sum, that a child starts with.
    cutoff : float, above 0 and up to 1
        Share of the population that may breed.
    parents : int, 1 to 256
        Of each child, drawn with replacement.
    crossover : "weights" or "neurons"
        Whether a child inherits single weights or whole neurons.
    weighting : "raw", "shifted" or "uniform"
        How the trust of those who may breed makes them more probable as parents.
    rate : float, 0 to 1; scale : float, at least 0
        Share of a child's weights that are mutated, and the standard deviation.
    patch : int, at least 1
        Side of the square of pixels at which a neuron's weights mutate together; above 1 only for
        square images.
    final_scale : float above 0, or None for no annealing
        What *scale* falls to, exponentially, in the last of the *generations*.
    base_rate : float, 0 to 1
        Share of the weights of every chosen parent that are mutated before it breeds.
    """

    population: int = 200
    generations: int = 600
    cxpb: float = 1.0
    mutpb: float = 1.0
    inheritance: float = 0.03
    cutoff: float = 0.2
    parents: int = 2
    crossover: Literal["weights", "neurons"] = "weights"
    weighting: Literal["raw", "shifted", "uniform"] = "raw"
    rate: float = 0.07
    scale: float = 0.1
    patch: int = 1
    final_scale: float | None = None
    base_rate: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.integer("population", self.population, minimum=2)
        _check.integer("generations", self.generations, minimum=0)
        for name in ("cxpb", "mutpb", "inheritance", "rate", "base_rate"):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)
        _check.above_zero("cutoff", self.cutoff, maximum=1)
        _check.integer("parents", self.parents, minimum=1, maximum=256)
        _check.choice("crossover", self.crossover, ("weights", "neurons"))
        _check.choice("weighting", self.weighting, WEIGHTINGS)
        _check.real("scale", self.scale, minimum=0)
        _check.integer("patch", self.patch, minimum=1, maximum=LARGEST)
        if self.final_scale is not None:
            _check.above_zero("final_scale", self.final_scale)


def register(graft: Graft) -> Defaults:
    """Wire weight vectors, dense networks and trust into the toolbox.

    Besides the aliases of every plug-in there is ``breed``.
    """
    toolbox, rng = graft.toolbox, graft.rng
    parameters: GENREGParameters = graft.parameters
    objectives = graft.objectives or ("trust",)
    sampling = Sampling(rng)
    layout = make_layout(graft.problem, parameters)
    evaluate = register_dense(graft, parameters, layout, objectives, sampling, measured_every=20)
    trust = evaluate.place_of("trust")
    scale = Scale(parameters.scale, parameters.final_scale, parameters.generations, sampling)
    inheritance: dict[str, Any] = {"share": parameters.inheritance, "objective": trust, "rng": rng}
    whole = parameters.crossover == "neurons"
    cross = partial(operators.cx_whole_neurons, sizes=layout.sizes)
    toolbox.register(
        "mate",
        Own(mate_trusting),
        cross=cross if whole else operators.cx_uniform_weights,
        **inheritance,
    )
    change: Any = operators.mut_gaussian_weights
    if parameters.patch > 1:
        if math.isqrt(layout.sizes[0]) ** 2 != layout.sizes[0]:
            raise ValueError(
                f"patch must be 1 unless for square images, got {parameters.patch} for "
                f"{layout.sizes[0]} inputs"
            )
        change = partial(operators.mut_gaussian_patches, sizes=layout.sizes, patch=parameters.patch)
    toolbox.register(
        "mutate",
        Own(mutate_trusting),
        change=change,
        rate=parameters.rate,
        scale=scale,
        **inheritance,
    )
    toolbox.register(
        "select",
        operators.sel_trusted,
        cutoff=parameters.cutoff,
        weighting=parameters.weighting,
        objective=trust,
        rng=rng,
    )
    breed = BreedTrusted(
        parents=parameters.parents,
        whole=whole,
        sizes=layout.sizes,
        patch=parameters.patch,
        rate=parameters.rate,
        base_rate=parameters.base_rate,
        scale=scale,
        share=parameters.inheritance,
        objective=trust,
        sampling=sampling,
        rng=rng,
        threads=parameters.threads,
    )
    breed.watch(toolbox)
    toolbox.register("breed", breed)
    toolbox.register("replace", replace_all)
    return Defaults(
        parameters.cxpb, parameters.mutpb, parameters.population, parameters.generations
    )


def replace_all(parents: Any, offspring: Any) -> Any:
    """The offspring: nobody outlives a generation, not even the best."""
    return offspring


GENREG = Plugin(
    name="genreg",
    summary="weights of a dense network, evolved by trust in right answers",
    reference=REFERENCE,
    parameters=GENREGParameters,
    register=register,
    anneals=True,
    fixed=("hidden", "activation"),
    presets={
        "published": Preset(
            summary="the configuration that reproduces the published numbers; the default",
            parameters={},
            expects={"scaling": "unit"},
        ),
        "readme": Preset(
            summary="the pseudo-code of its text: one parent, the most probable class decides",
            parameters={"parents": 1, "decision": "argmax"},
            expects={"scaling": "unit"},
        ),
        "later-code": Preset(
            summary="as later code weighs parents, by trust above the lowest survivor's, with a "
            "decay after every image; all else as published",
            parameters={"weighting": "shifted", "decay": 0.001, "decay_per": "image"},
            expects={"scaling": "unit"},
        ),
        "improved": Preset(
            summary="trust made better: a logarithmic score, small initial weights, whole neurons "
            "of four parents, patches of pixels, a falling scale",
            parameters={
                "generations": 4500,
                "decision": "logarithmic",
                "initial_weights": None,
                "initial_biases": 0.0,
                "parents": 4,
                "crossover": "neurons",
                "inheritance": 0.015,
                "rate": 0.007,
                "scale": 0.1,
                "patch": 3,
                "final_scale": 0.003,
            },
            expects={"scaling": "unit"},
        ),
    },
)
