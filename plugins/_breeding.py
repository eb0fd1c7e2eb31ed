"""Breeding as in the MorphoNAS paper: one child of two parents from a pool, then mutated or not."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import numpy as np
from deap import base

from evograft import operators
from evograft.representations import _random
from evograft.representations.fitness import ObjectiveFitness


class Core:
    """An operator with a core that breeding uses in its place: one child, or the genome alone.

    DEAP's ``register`` copies the mark onto the alias; a user's operator does not have it.
    """

    def __init__(self, operator: Callable[..., Any], core: Callable[..., Any]) -> None:
        self.operator = operator
        self.core = core

    def __call__(self, *individuals: Any, **settings: Any) -> Any:
        return self.operator(*individuals, **settings)


def core_of(alias: Callable[..., Any]) -> Callable[..., Any] | None:
    """The core of a registered :class:`Core`, None for any other operator."""
    return None if hasattr(alias, "__wrapped__") else getattr(alias, "core", None)


def mate_plastic(
    mate: Callable[..., Any], a: Any, b: Any, *, rng: np.random.Generator | None = None
) -> tuple[Any, Any]:
    """Cross genomes with *mate*, then ``eta`` and ``decay``."""
    mate(a, b, rng=rng)
    pair: tuple[Any, Any] = operators.cx_plasticity(a, b, rng=rng)
    return pair


def mutate_plastic(
    mutate: Callable[..., Any], individual: Any, *, rng: np.random.Generator | None = None
) -> tuple[Any]:
    """Mutate the genome with *mutate*, then ``eta`` and ``decay``."""
    mutate(individual, rng=rng)
    single: tuple[Any] = operators.mut_plasticity(individual, rng=rng)
    return single


class Breed:
    """``breed(population, n)``: the offspring that stand beside the survivors among *n*.

    Until enough have been made, two different parents of the pool make one child, which is mutated
    with a probability that may rise as the population converges. A ``mate`` or ``mutate`` that the
    user registers takes part: of the two children of a ``mate`` the first counts.

    Parameters
    ----------
    pool : callable
        ``pool(population, rng)`` gives the parents.
    survivors : callable
        ``survivors(population)`` gives those for whom no child is needed.
    probability : float, 0 to 1
        Of a mutation.
    rate : AdaptiveRate, optional
        Multiplies it; the ratio is that of the population that breeds.
    cross, mutate : callable
        ``cross(a, b, rng)`` gives a child, ``mutate(child, rng=rng)`` changes it.
    plastic : bool
        Whether ``eta`` and ``decay`` are inherited and mutated too, each by coins of its own.
    rng : Generator, optional
        Draws everything; else a Generator seeded with 64 bits from Python's ``random`` per call.
    """

    def __init__(
        self,
        pool: Callable[[Sequence[Any], np.random.Generator], list[Any]],
        survivors: Callable[[Sequence[Any]], list[Any]],
        probability: float,
        rate: operators.AdaptiveRate | None,
        cross: Callable[..., Any],
        mutate: Callable[..., Any],
        plastic: bool,
        rng: np.random.Generator | None,
    ) -> None:
        self._arguments = (pool, survivors, probability, rate, cross, mutate, plastic, rng)
        self._toolbox: base.Toolbox | None = None

    def watch(self, toolbox: base.Toolbox) -> None:
        """From now on use what the user registers for ``mate`` and ``mutate``."""
        self._toolbox = toolbox

    def __call__(self, population: Sequence[Any], n: int) -> list[Any]:
        pool, survivors, probability, rate, _, _, _, own_rng = self._arguments
        rng = _random.generator(own_rng)
        if rate is not None:
            rate.update(individual.fitness.wvalues[0] for individual in population)
            probability = rate(probability)
        parents = pool(population, rng)
        offspring = []
        for _ in range(n - len(survivors(population))):
            first, second = rng.choice(len(parents), size=2, replace=False).tolist()
            offspring.append(self._child(parents[first], parents[second], probability, rng))
        return offspring

    def _child(self, a: Any, b: Any, probability: float, rng: np.random.Generator) -> Any:
        _, _, _, _, cross, mutate, plastic, _ = self._arguments
        toolbox = self._toolbox
        if toolbox is None or core_of(toolbox.mate):
            child = cross(a, b, rng)
            if isinstance(a.fitness, ObjectiveFitness):
                child.fitness = ObjectiveFitness(a.fitness.weights)
            if plastic:
                child.eta, child.decay = a.eta, a.decay
                operators.cx_plasticity(child, SimpleNamespace(eta=b.eta, decay=b.decay), rng=rng)
        else:
            child, _ = toolbox.mate(toolbox.clone(a), toolbox.clone(b))
            del child.fitness.values
        if rng.random() < probability:
            if toolbox is None or core_of(toolbox.mutate):
                mutate(child, rng=rng)
            else:
                (child,) = toolbox.mutate(child)
        if plastic and (toolbox is None or core_of(toolbox.mutate)):
            operators.mut_plasticity(child, rng=rng)
        return child

    def __deepcopy__(self, memo: dict[int, Any]) -> "Breed":
        twin = Breed(*deepcopy(self._arguments, memo))
        memo[id(self)] = twin
        twin._toolbox = memo.get(id(self._toolbox), self._toolbox)
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        return Breed, self._arguments
