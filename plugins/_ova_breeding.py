"""Breeding of one-vs-all: every class's parts breed among themselves, by their own fitness."""

import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from deap import algorithms, base

from evograft.operators import replace_elitist
from evograft.plugins._evaluation import batch_of, is_own
from evograft.plugins._ova_evaluation import EvaluateOneVsAll, mean_values
from evograft.plugins._state import generator_state, restore_generator
from evograft.problems.objectives import WORST
from evograft.representations import _random


@dataclass(frozen=True, eq=False)
class Classes:
    """What all operators of one-vs-all share.

    Attributes
    ----------
    toolboxes : tuple of Toolbox
        Of each class, with the method grafted onto it.
    evaluate : EvaluateOneVsAll
    make : callable
        Makes an individual of a list of parts.
    by_cases : bool
        Whether a part's fitness is the mean of its values, which are one per sample.
    rng : Generator, optional
    """

    toolboxes: tuple[base.Toolbox, ...]
    evaluate: EvaluateOneVsAll
    make: Callable[[list[Any]], Any]
    by_cases: bool
    rng: np.random.Generator | None

    def standing(self, part: Any) -> tuple[float, ...]:
        """What the best part of a class has most of."""
        wvalues: tuple[float, ...] = part.fitness.wvalues
        return (math.fsum(wvalues) / len(wvalues),) if self.by_cases else wvalues

    def join(self, columns: Sequence[Sequence[Any]]) -> list[Any]:
        """Make individuals of the parts of all classes."""
        return [self.make(list(parts)) for parts in zip(*columns, strict=True)]


def settle(classes: Classes, individuals: Sequence[Any]) -> None:
    """Give the parts of evaluated *individuals* their fitness.

    It travels with that of the individual. A fitness that has lost it, as DEAP's own does, costs
    an evaluation in this process. Where the user's evaluation or development has taken the place
    of the classes' own, and where an individual has failed as a whole, its parts are worth what it
    is worth.
    """
    lost = []
    for individual in individuals:
        fitness = individual.fitness
        values = getattr(fitness, "parts", None)
        if values is not None:
            _assign(individual, values)
        elif fitness.valid and (not classes.evaluate.is_in_use or _has_failed(fitness)):
            _assign(individual, [fitness.values for _ in individual])
        else:
            lost.append(individual)
    for individual, values in zip(lost, classes.evaluate.class_values(lost), strict=True):
        _assign(individual, values)


def _has_failed(fitness: Any) -> bool:
    return all(abs(value) == WORST for value in fitness.values)


def _assign(individual: Any, values: Sequence[tuple[float, ...]]) -> None:
    for part, own in zip(individual, values, strict=True):
        part.fitness.values = own


def columns_of(classes: Classes, individuals: Sequence[Any]) -> list[list[Any]]:
    """The parts of each class, in the order in which the class's method left them."""
    return [
        sorted((one[k] for one in individuals), key=lambda part: getattr(part, "place", 0))
        for k in range(len(classes.toolboxes))
    ]


def _number(column: Sequence[Any]) -> None:
    for place, part in enumerate(column):
        part.place = place


def population(n: int, *, classes: Classes) -> list[Any]:
    """Make *n* individuals, of as many parts of each class."""
    return classes.join([toolbox.population(n=n) for toolbox in classes.toolboxes])


def individual(*, classes: Classes) -> Any:
    """Make an individual."""
    return classes.make([toolbox.individual() for toolbox in classes.toolboxes])


def breed(
    population: Sequence[Any], n: int, *, toolbox: base.Toolbox, classes: Classes
) -> list[Any]:
    """Make *n* offspring: the children of each class, made as its method makes them.

    Where the user has registered a ``mate``, ``mutate`` or ``select`` for whole individuals, these
    are selected, mated and mutated instead.
    """
    operators = (toolbox.mate, toolbox.mutate, toolbox.select)
    if not all(map(is_own, operators)):
        defaults = toolbox.defaults
        offspring = algorithms.varAnd(
            toolbox.select(population, n), toolbox, defaults.cxpb, defaults.mutpb
        )
        for parts in zip(*offspring, strict=True):
            _number(parts)
        return list(offspring)
    settle(classes, population)
    columns = []
    for own, column in zip(classes.toolboxes, columns_of(classes, population), strict=True):
        if hasattr(own, "breed"):
            children = own.breed(column, n)
        else:
            children = algorithms.varAnd(
                own.select(column, n), own, own.defaults.cxpb, own.defaults.mutpb
            )
        _number(children)
        columns.append(children)
    return classes.join(columns)


def replace(
    parents: Sequence[Any],
    offspring: Sequence[Any],
    *,
    toolbox: base.Toolbox,
    classes: Classes,
) -> list[Any]:
    """Let each class's method choose its survivors, and join them again, rank by rank.

    So the first individual has the best part of every class. Its fitness follows from theirs.
    Where it does not, as that of objectives that the network has as a whole, those whose parts
    were not together before are evaluated, in this process.
    """
    settle(classes, [*parents, *offspring])
    pairs = zip(columns_of(classes, parents), columns_of(classes, offspring), strict=True)
    columns = []
    for own, (old, new) in zip(classes.toolboxes, pairs, strict=True):
        choose = getattr(own, "replace", _keep_best)
        survivors = list(choose(old, new))
        _number(survivors)
        columns.append(sorted(survivors, key=classes.standing, reverse=True))
    joined = classes.join(columns)
    if classes.evaluate.is_mean and classes.evaluate.is_in_use:
        for one in joined:
            one.fitness.values = mean_values([part.fitness.values for part in one])
    else:
        _evaluate(toolbox, joined, [*parents, *offspring])
    return joined


def _evaluate(toolbox: base.Toolbox, joined: Sequence[Any], before: Sequence[Any]) -> None:
    """Give who is *joined* a fitness, that of one *before* who had the same parts."""
    known = {tuple(map(id, one)): one.fitness for one in before}
    new = []
    for one in joined:
        if (fitness := known.get(tuple(map(id, one)))) is None:
            new.append(one)
        else:
            one.fitness = deepcopy(fitness)
    batch = batch_of(toolbox.evaluate, 1)
    found = list(map(toolbox.evaluate, new)) if batch is None else batch(new)
    for one, values in zip(new, found, strict=True):
        one.fitness.values = values


def _keep_best(parents: Sequence[Any], offspring: Sequence[Any]) -> list[Any]:
    return replace_elitist(parents, offspring, elite=1 / len(parents))


def mate(a: Any, b: Any, *, classes: Classes) -> tuple[Any, Any]:
    """Cross two individuals, class by class."""
    evaluated = [each for each in (a, b) if each.fitness.valid]
    settle(classes, [one for one in evaluated if not all(part.fitness.valid for part in one)])
    for k, own in enumerate(classes.toolboxes):
        a[k], b[k] = own.mate(a[k], b[k])
        del a[k].fitness.values, b[k].fitness.values
    return a, b


def mutate(individual: Any, *, classes: Classes) -> tuple[Any]:
    """Mutate an individual, class by class."""
    for k, own in enumerate(classes.toolboxes):
        (individual[k],) = own.mutate(individual[k])
        del individual[k].fitness.values
    return (individual,)


def select(individuals: Sequence[Any], k: int, *, classes: Classes) -> list[Any]:
    """Select *k* individuals: the classes choose in turn, each by its own method among its parts.

    Which class begins is drawn, so that all have their say where *k* is small.
    """
    settle(classes, individuals)
    c = len(classes.toolboxes)
    first = _random.below(_random.source(classes.rng), c)
    chosen: list[Any] = [None] * k
    for turn in range(min(c, k)):
        number = (first + turn) % c
        owners = {id(one[number]): one for one in individuals}
        parts = [one[number] for one in individuals]
        picks = classes.toolboxes[number].select(parts, len(range(turn, k, c)))
        chosen[turn::c] = [owners[id(pick)] for pick in picks]
    return chosen


def state(classes: Classes) -> dict[str, Any]:
    """What changes during a run and is not on an individual: what the classes' methods say."""
    own = {"classes": [toolbox.state() for toolbox in classes.toolboxes]}
    return generator_state(classes.rng) | own


def restore(classes: Classes, state: dict[str, Any]) -> None:
    """Go back to *state*."""
    restore_generator(classes.rng, state)
    for toolbox, own in zip(classes.toolboxes, state["classes"], strict=True):
        toolbox.restore(own)


def generate(*, classes: Classes) -> list[Any]:
    """What the classes' methods ask for next."""
    return classes.join([toolbox.generate() for toolbox in classes.toolboxes])


def update(individuals: Sequence[Any], *, classes: Classes) -> None:
    """Tell every class's method what its parts are worth."""
    settle(classes, individuals)
    for k, toolbox in enumerate(classes.toolboxes):
        toolbox.update([one[k] for one in individuals])


def recommend(*, classes: Classes) -> Any:
    """What the classes' methods recommend."""
    return classes.make([toolbox.recommend() for toolbox in classes.toolboxes])
