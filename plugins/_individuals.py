"""Making individuals, of our classes or the user's."""

import copy
from collections.abc import Callable
from typing import Any

from deap import tools

from evograft.plugins.registry import Graft
from evograft.problems.objectives import SIGNS
from evograft.representations.fitness import ObjectiveFitness


def objective_weights(objectives: tuple[str, ...], n_cases: int) -> tuple[float, ...]:
    """The fitness weights of *objectives*, of which ``cases`` makes *n_cases*."""
    weights: list[float] = []
    for objective in objectives:
        repeats = n_cases if objective == "cases" else 1
        weights += [SIGNS[objective]] * repeats
    return tuple(weights)


def check_weights(individual: Callable[..., Any], example: Any, weights: tuple[float, ...]) -> None:
    """Raise where *example* of the user's class *individual* has other signs than *weights*."""
    fitness = getattr(example, "fitness", None)
    found = getattr(fitness, "weights", None)
    if found is None:
        raise ValueError(f"individual must have a DEAP fitness, got {individual!r} without one")
    if [weight > 0 for weight in found] != [weight > 0 for weight in weights]:
        raise ValueError(
            f"individual must have fitness weights with the signs of {_short(weights)}, "
            f"got {_short(found)}"
        )


def make_individual(
    draw: Callable[[], Any], individual: Callable[[Any], Any], weights: tuple[float, ...] | None
) -> Any:
    """Draw a genotype and make an *individual* of it, with a fitness of *weights* if given."""
    made = individual(draw())
    if weights is not None:
        made.fitness = ObjectiveFitness(weights)
    return made


def clone(individual: Any) -> Any:
    """Return a deep copy, by the individual's own ``clone`` where it has one."""
    own = getattr(individual, "clone", None)
    return copy.deepcopy(individual) if own is None else own()


def register_individuals(
    graft: Graft, draw: Callable[[], Any], genotype: Any, weights: tuple[float, ...]
) -> None:
    """Register ``clone``, ``individual`` and ``population``.

    Genotypes come from *draw*; they become the user's class, or *genotype*, whose fitness has
    *weights*.
    """
    toolbox = graft.toolbox
    toolbox.register("clone", clone)
    if graft.individual is not None:
        check_weights(graft.individual, graft.individual([]), weights)
    toolbox.register(
        "individual",
        make_individual,
        draw,
        graft.individual or genotype,
        weights if graft.individual is None else None,
    )
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)


def _short(weights: tuple[float, ...]) -> str:
    return str(tuple(weights)) if len(weights) <= 4 else f"{len(weights)} weights {weights[0]} …"
