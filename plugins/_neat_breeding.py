"""Breeding of NEAT: every species has its quota of offspring, mostly of parents of its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from deap import base

from evograft.operators.fitness_sharing import offspring_quotas
from evograft.operators.neat_crossover import cross_neat, cx_neat, fitter_first
from evograft.operators.neat_mutation import mut_neat
from evograft.operators.speciation import Group, Speciation
from evograft.operators.species_selection import sel_species, survivors
from evograft.plugins._evaluation import is_own
from evograft.plugins._state import generator_state, restore_generator
from evograft.representations import _random
from evograft.representations.innovations import Innovations
from evograft.representations.neat_genome import NeatGenome

CHAMPION_SIZE = 5
"""Members above which the champion of a species is copied unchanged."""


@dataclass(frozen=True)
class Lineage:
    """What all of NEAT's operators share during a run.

    Attributes
    ----------
    innovations : Innovations
    speciation : Speciation
    by_cases : bool
        Whether the fitness is the mean of its values, which are one per sample.
    survival : float, above 0 and up to 1
        Share of a species, from the best, that may be parents.
    mutation_only : float, 0 to 1
        Probability that a child has one parent.
    interspecies : float, 0 to 1
        Probability that the second parent is of another species.
    disabling : float, 0 to 1
        As ``cx_neat`` takes it.
    mutation : dict
        Settings of ``mut_neat``.
    rng : Generator, optional
    """

    innovations: Innovations
    speciation: Speciation
    by_cases: bool
    survival: float
    mutation_only: float
    interspecies: float
    disabling: float
    mutation: dict[str, Any]
    rng: np.random.Generator | None

    def standing(self, individual: Any) -> Any:
        """What the fitter individual has more of."""
        wvalues = individual.fitness.wvalues
        return math.fsum(wvalues) / len(wvalues) if self.by_cases else wvalues


def state(lineage: Lineage) -> dict[str, Any]:
    """What changes during a run and is not on an individual."""
    own = {"innovations": lineage.innovations.state(), "species": lineage.speciation.state()}
    return generator_state(lineage.rng) | own


def restore(lineage: Lineage, state: dict[str, Any]) -> None:
    """Go back to *state*."""
    restore_generator(lineage.rng, state)
    lineage.innovations.restore(state["innovations"])
    lineage.speciation.restore(state["species"])


def mate(a: Any, b: Any, *, lineage: Lineage) -> tuple[Any, Any]:
    """Cross two individuals."""
    pair: tuple[Any, Any] = cx_neat(
        a, b, disabling=lineage.disabling, standing=lineage.standing, rng=lineage.rng
    )
    return pair


def mutate(individual: Any, *, lineage: Lineage) -> tuple[Any]:
    """Mutate an individual."""
    single: tuple[Any] = mut_neat(
        individual, lineage.innovations, rng=lineage.rng, **lineage.mutation
    )
    return single


def select(individuals: Sequence[Any], k: int, *, lineage: Lineage) -> list[Any]:
    """Select parents by species; a generation of innovations ends, as DEAP's loops select once."""
    lineage.innovations.new_generation(individuals)
    fitness = [lineage.standing(individual) for individual in individuals]
    return sel_species(
        individuals, k, lineage.speciation, survival=lineage.survival, fitness=fitness,
        rng=lineage.rng,
    )  # fmt: skip


def replace(parents: Sequence[Any], offspring: Sequence[Any]) -> list[Any]:
    """The offspring, among whom the champions are."""
    return list(offspring)


def breed(
    population: Sequence[Any], n: int, *, toolbox: base.Toolbox, lineage: Lineage
) -> list[Any]:
    """Make *n* offspring: each species as many as the fitness that its members share.

    The first of a species with more than five members is its champion, unchanged and with its
    fitness. Every other child has two parents of its species, or one, or seldom one of another
    species, all drawn uniformly from the best members, and is mutated. A ``mate`` or ``mutate``
    that the user registers takes part: of the two children of a ``mate`` the first counts.
    """
    lineage.innovations.new_generation(population)
    if n == 0:
        return []
    fitness = [lineage.standing(individual) for individual in population]
    groups = lineage.speciation.divide(population, fitness, rng=lineage.rng)
    pools = [[population[i] for i in survivors(group, lineage.survival)] for group in groups]
    breeding = [s for s, group in enumerate(groups) if group.share > 0.0]
    family = _Family(toolbox, lineage, pools, breeding)
    children = []
    quotas = offspring_quotas([group.share for group in groups], n)
    for s, (group, quota) in enumerate(zip(groups, quotas, strict=True)):
        champions = [population[group.members[0]]] if quota and _has_champion(group) else []
        children += [toolbox.clone(champion) for champion in champions]
        children += [family.child(s) for _ in range(quota - len(champions))]
    return children


def _has_champion(group: Group) -> bool:
    return len(group.members) > CHAMPION_SIZE


@dataclass(frozen=True)
class _Family:
    """Makes the children of one generation, from the *pools* of parents of each species."""

    toolbox: base.Toolbox
    lineage: Lineage
    pools: Sequence[Sequence[Any]]
    breeding: Sequence[int]

    def child(self, s: int) -> Any:
        """Make a child of species *s*."""
        lineage, toolbox = self.lineage, self.toolbox
        draw = _random.source(lineage.rng)
        pool = self.pools[s]
        first = pool[_random.below(draw, len(pool))]
        if draw.random() < lineage.mutation_only:
            child = toolbox.clone(first)
        else:
            child = self._crossed(first, self._second(s))
        del child.fitness.values
        (child,) = toolbox.mutate(child)
        return child

    def _second(self, s: int) -> Any:
        """The second parent of a child of species *s*."""
        draw = _random.source(self.lineage.rng)
        if draw.random() < self.lineage.interspecies and len(self.breeding) > 1:
            others = [other for other in self.breeding if other != s]
            s = others[_random.below(draw, len(others))]
        return self.pools[s][_random.below(draw, len(self.pools[s]))]

    def _crossed(self, a: NeatGenome, b: NeatGenome) -> Any:
        lineage, toolbox = self.lineage, self.toolbox
        if not is_own(toolbox.mate):
            return toolbox.mate(toolbox.clone(a), toolbox.clone(b))[0]
        fitter, other = fitter_first(a, b, lineage.standing)
        inherited = cross_neat(fitter, other, disabling=lineage.disabling, rng=lineage.rng)
        return fitter.offspring(*inherited)
