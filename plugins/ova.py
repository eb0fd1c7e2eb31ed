"""One-vs-all over any method: a network for each class, which tells it from all others.

As McDonnell et al. (GECCO 2018) do it with NEAT: c independent runs of the method, of which run k
learns class k against the rest with one output, and the largest of the c outputs decides.

Here the c runs advance together. An individual is a list of c parts, one of each run; classes breed
by themselves, as the method does, and survivors are joined rank by rank, so that the first
individual has the best part of every class.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from functools import partial
from typing import Any

import numpy as np
from deap import base

from evograft.plugins import _ova_breeding as breeding
from evograft.plugins._evaluation import Own, batch_map
from evograft.plugins._individuals import check_weights, objective_weights
from evograft.plugins._ova_evaluation import MEASURABLE, EvaluateOneVsAll, develop_each
from evograft.plugins.mge import MGE
from evograft.plugins.neat import NEAT
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.problems.one_vs_rest import one_vs_rest
from evograft.representations import _check
from evograft.representations.one_vs_all_individual import OneVsAllFitness, OneVsAllIndividual

REFERENCE = "McDonnell et al., GECCO 2018"

SMALLEST = 10
"""Individuals that every class has at least, however many share a budget."""


@dataclass(frozen=True)
class OneVsAllParameters:
    """What one-vs-all adds to the parameters of its method, which all classes have alike.

    An evaluation, as a run counts them, is that of one individual, hence of as many networks as
    there are classes; so a population costs as many times what it costs the method alone.

    Attributes
    ----------
    share_budget : bool
        Divide the method's parameter ``population`` by the number of classes, rounded down to an
        even number of at least 10. Then a generation costs about what it costs the method alone,
        in networks.
    """

    share_budget: bool = False


def one_vs_all(method: Plugin) -> Plugin:
    """Return one-vs-all over *method*, under its name with ``ova:`` before it.

    What a method takes from the number of classes, as MGE its number of genes, is that of two.
    Presets and parameters are those of the method, with the parameter ``share_budget`` and the
    preset ``shared-budget`` of :class:`OneVsAllParameters`.

    Raises
    ------
    ValueError
        Where the method has a parameter of that name.

    Examples
    --------
    >>> plugin = one_vs_all(MGE)
    >>> plugin.name, sorted(plugin.presets)
    ('ova:mge', ['literal', 'shared-budget'])
    """
    own = [entry.name for entry in dataclasses.fields(OneVsAllParameters)]
    if taken := sorted({*own} & {*method.parameter_names()}):
        raise ValueError(f"{method.name} must have no parameter {taken[0]!r} for one-vs-all")
    shared = Preset(
        summary="the classes share the method's population: about its networks a generation",
        parameters={"share_budget": True},
    )
    return dataclasses.replace(
        method,
        name=f"ova:{method.name}",
        summary=f"one-vs-all over {method.name}: a network for each class",
        reference=f"{REFERENCE} over {method.reference}",
        parameters=_parameters(method),
        presets={**method.presets, "shared-budget": shared},
        register=partial(register, method=method),
    )


def _parameters(method: Plugin) -> type:
    """The method's parameters, and those of one-vs-all."""

    def check(self: Any) -> None:
        if hasattr(method.parameters, "__post_init__"):
            method.parameters.__post_init__(self)
        _check.choice("share_budget", self.share_budget, (True, False))

    return make_dataclass(
        f"OneVsAll{method.parameters.__name__}",
        [
            (entry.name, entry.type, dataclasses.field(default=entry.default))
            for entry in dataclasses.fields(OneVsAllParameters)
        ],
        bases=(method.parameters,),
        namespace={"__post_init__": check, "__doc__": OneVsAllParameters.__doc__},
        frozen=True,
    )


def register(graft: Graft, method: Plugin) -> Defaults:
    """Graft the method once for every class, and wire what joins them into the toolbox.

    Without objectives each class is bred by the method's own, and an individual's fitness is their
    mean. With objectives each class is bred by what they are for its own network, and an
    individual's fitness is what they are for all networks together: ``loss`` and ``error`` are
    then those of the class that is decided for.

    Besides the aliases of every plug-in there is ``toolbox.classes``, the toolboxes of the classes,
    whose operators may be registered again.

    With a Generator, every class has one of its own, spawned from it.
    """
    toolbox, problem, rng, objectives = graft.toolbox, graft.problem, graft.rng, graft.objectives
    if getattr(problem, "kind", None) != "classification":
        raise ValueError(f"problem must be classification for one-vs-all, got {problem!r}")
    if problem.n_classes < 3:
        raise ValueError(
            f"problem must be one of three classes or more for one-vs-all, as {method.name} itself "
            f"tells two apart, got {problem!r}"
        )
    for objective in objectives or ():
        _check.choice("objectives", objective, MEASURABLE)
    parameters = _of_each_class(method, graft.parameters, problem.n_classes)
    weights = _weights(method, graft, parameters)
    rngs = [None] * problem.n_classes if rng is None else rng.spawn(problem.n_classes)
    toolboxes = tuple(
        _toolbox_of(method, graft, parameters, number, own) for number, own in enumerate(rngs)
    )
    toolbox.classes = toolboxes  # before what holds them, so that a copy has copies of them
    make: Callable[[list[Any]], Any]
    if graft.individual is None:
        make = partial(make_individual, weights)
        toolbox.register("clone", OneVsAllIndividual.clone)
    else:
        make = graft.individual
        check_weights(make, make([]), weights)
    developments = tuple(own.develop for own in toolboxes)
    evaluate = EvaluateOneVsAll(
        problem,
        objectives,
        tuple(own.evaluate for own in toolboxes),
        developments,
        weights == (-1.0,),
    )
    evaluate.watch(toolbox)
    toolbox.register("develop", Own(partial(develop_each, developments)))
    toolbox.register("evaluate", evaluate)
    if hasattr(toolboxes[0], "measured_every"):
        toolbox.measured_every = toolboxes[0].measured_every
    _register_operators(
        toolbox, breeding.Classes(toolboxes, evaluate, make, objectives == ("cases",), rng)
    )
    defaults: Defaults = toolboxes[0].defaults
    return defaults


def _register_operators(toolbox: base.Toolbox, classes: breeding.Classes) -> None:
    toolbox.register("individual", breeding.individual, classes=classes)
    toolbox.register("population", breeding.population, classes=classes)
    toolbox.register("mate", Own(breeding.mate), classes=classes)
    toolbox.register("mutate", Own(breeding.mutate), classes=classes)
    toolbox.register("select", Own(breeding.select), classes=classes)
    toolbox.register("state", breeding.state, classes)
    toolbox.register("restore", breeding.restore, classes)
    if hasattr(classes.toolboxes[0], "generate"):
        for name in ("generate", "update", "recommend"):
            toolbox.register(name, getattr(breeding, name), classes=classes)
    else:
        toolbox.register("breed", breeding.breed, toolbox=toolbox, classes=classes)
        toolbox.register("replace", breeding.replace, toolbox=toolbox, classes=classes)


def make_individual(weights: tuple[float, ...], parts: list[Any]) -> OneVsAllIndividual:
    """Make an individual of *parts*, with a fitness of *weights*."""
    made = OneVsAllIndividual(parts)
    made.fitness = OneVsAllFitness(weights)
    return made


def _of_each_class(method: Plugin, parameters: Any, n_classes: int) -> Any:
    """The method's own parameters, of which the classes share memory and perhaps the budget."""
    values = {name: getattr(parameters, name) for name in method.parameter_names()}
    if "cache_bytes" in values:
        values["cache_bytes"] //= n_classes
    if parameters.share_budget and "population" in values:
        values["population"] = max(SMALLEST, values["population"] // n_classes // 2 * 2)
    return method.parameters(**values)


def _weights(method: Plugin, graft: Graft, parameters: Any) -> tuple[float, ...]:
    """The weights of an individual's fitness."""
    if graft.objectives is not None:
        return objective_weights(graft.objectives, len(graft.problem.y_train))
    # What a method's own objectives are, only an individual knows; drawing it must not count.
    tried = _toolbox_of(method, graft, parameters, 0, np.random.default_rng(0))
    weights: tuple[float, ...] = tuple(tried.individual().fitness.weights)
    return weights


def _toolbox_of(
    method: Plugin, graft: Graft, parameters: Any, number: int, rng: np.random.Generator | None
) -> base.Toolbox:
    toolbox = base.Toolbox()
    toolbox.register("map", batch_map)
    toolbox.problem = one_vs_rest(graft.problem, number)
    toolbox.method = graft.toolbox.method
    toolbox.defaults = method.register(
        Graft(toolbox, toolbox.problem, parameters, graft.objectives, None, rng)
    )
    return toolbox


OVA_MGE = one_vs_all(MGE)
OVA_NEAT = one_vs_all(NEAT)
