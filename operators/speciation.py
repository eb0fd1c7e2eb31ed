"""Species of NEAT: who is compatible with whom, and who may breed."""

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evograft.operators.fitness_sharing import SHARINGS, shared_scores
from evograft.representations import _check, _neat_gene_kernels, _random
from evograft.representations.neat_forward import limits_of
from evograft.representations.neat_genome import NeatGenome, check_same_ends


def compatibility_distance(
    a: NeatGenome, b: NeatGenome, *, c1: float = 1.0, c2: float = 1.0, c3: float = 0.4
) -> float:
    """Return c1·E/N + c2·D/N + c3·W of two genomes.

    E is the number of excess genes (beyond the other's last innovation number), D of the other
    genes that only one of both has, N of the genes of the larger genome, or 1 where both have
    fewer than 20, and W the mean difference of matching genes' weights, 0 where none match.

    Raises
    ------
    TypeError, ValueError
        Where a coefficient is no number of at least 0, or the genomes have not as many inputs and
        outputs.

    References
    ----------
    Stanley and Miikkulainen 2002, section 3.3.

    Examples
    --------
    >>> a = NeatGenome.fully_connected(2, 1, [0.5, 0.5, 0.5])
    >>> b = NeatGenome.fully_connected(2, 1, [0.5, 1.0, 1.5])
    >>> b.add_gene(7, 4, 3, 1.0)
    >>> compatibility_distance(a, b)
    1.2
    """
    for name, value in (("c1", c1), ("c2", c2), ("c3", c3)):
        _check.real(name, value, minimum=0)
    check_same_ends("genomes", a, b)
    innovations = np.concatenate((a.innovations, b.innovations))
    weights = np.concatenate((a.weights, b.weights))
    found = _neat_gene_kernels.distance(
        innovations, weights, 0, len(a), len(a), len(a) + len(b), c1, c2, c3
    )
    return float(found)


@dataclass
class Species:
    """What is remembered of a species from one generation to the next.

    Attributes
    ----------
    number : int
        Its name; a later species has a higher one.
    representative : NeatGenome
        A copy of a random member of the last generation.
    best : fitness
        The best that a member ever had.
    stagnant : int
        Generations since that was reached.
    """

    number: int
    representative: NeatGenome
    best: Any
    stagnant: int = 0


@dataclass(frozen=True)
class Group:
    """A species in the current generation.

    Attributes
    ----------
    species : Species
    members : list of int
        Places in the population, the best first; never empty.
    share : float
        Of the offspring, in proportion: the mean of its members' scores, 0 where it may not breed.
    """

    species: Species
    members: list[int]
    share: float


@dataclass(frozen=True)
class SpeciesRules:
    """How a population falls into species.

    Attributes
    ----------
    c1, c2, c3 : float, at least 0
        Of the distance: excess genes, disjoint genes, weights.
    threshold : float, above 0
        Genomes nearer than this are compatible.
    stagnation : int, at least 1
        Generations without progress after which a species does not breed.
    stall : int, at least 1
        Generations without progress of the population, above which only its two best species do.
    sharing : "rank" or "value"
        As :func:`shared_scores` takes it.
    """

    c1: float = 1.0
    c2: float = 1.0
    c3: float = 0.4
    threshold: float = 3.0
    stagnation: int = 15
    stall: int = 20
    sharing: str = "rank"

    def __post_init__(self) -> None:
        for name in ("c1", "c2", "c3"):
            _check.real(name, getattr(self, name), minimum=0)
        _check.above_zero("threshold", self.threshold)
        _check.integer("stagnation", self.stagnation, minimum=1)
        _check.integer("stall", self.stall, minimum=1)
        _check.choice("sharing", self.sharing, SHARINGS)


@dataclass
class Speciation:
    """The species of a population, generation by generation.

    A genome belongs to the first species whose representative it is compatible with, or founds a
    new one. A species without members is forgotten. One whose best has not risen for
    ``stagnation`` generations may not breed, unless that holds for all: then the best may. When the
    population's best has not risen for more than ``stall`` generations, only the two species with
    the best members may, and the counts begin anew.

    References
    ----------
    Stanley and Miikkulainen 2002, sections 3.3 and 4.1.
    """

    rules: SpeciesRules = field(default_factory=SpeciesRules)
    species: list[Species] = field(default_factory=list)
    founded: int = 0
    best: Any = None
    stalled: int = 0

    def divide(
        self,
        individuals: Sequence[NeatGenome],
        fitness: Sequence[Any],
        *,
        rng: np.random.Generator | None = None,
    ) -> list[Group]:
        """Divide the next generation of *individuals*, one at least, into its species.

        Parameters
        ----------
        individuals : sequence of NeatGenome
        fitness : sequence
            Of each of them, the greater the better: numbers, or tuples such as ``wvalues``.
        rng : Generator, optional
            Source of a number per species, else Python's ``random``: who represents it.

        Raises
        ------
        ValueError
            Where there are no individuals.

        Examples
        --------
        >>> import random; random.seed(1)
        >>> near = [NeatGenome.fully_connected(1, 1, [w, w]) for w in (0.0, 1.0, 2.0)]
        >>> far = NeatGenome.fully_connected(1, 1, [-8.0, -8.0])
        >>> groups = Speciation().divide([*near, far], [3.0, 2.0, 4.0, 1.0])
        >>> [(group.members, group.share) for group in groups]
        [([2, 0, 1], 0.75), ([3], 0.25)]
        """
        if not individuals:
            raise ValueError("individuals must not be empty, got none to divide into species")
        members = self._members(individuals)
        draw = _random.source(rng)
        survivors, ordered = [], []
        for number, places in sorted(members.items()):
            places.sort(key=fitness.__getitem__, reverse=True)
            chosen = individuals[places[_random.below(draw, len(places))]]
            survivors.append(self._next(number, _bare(chosen), fitness[places[0]]))
            ordered.append(places)
        self.species = survivors
        self.founded = max(self.founded, survivors[-1].number + 1)
        may_breed = self._breeders([fitness[places[0]] for places in ordered])
        scores = shared_scores(fitness, self.rules.sharing)
        shares = [
            math.fsum(scores[i] for i in places) / len(places) if able else 0.0
            for places, able in zip(ordered, may_breed, strict=True)
        ]
        if not any(shares):  # all of those who may breed are as bad as can be
            shares = [float(able) for able in may_breed]
        return [*map(Group, survivors, ordered, shares)]

    def _members(self, individuals: Sequence[NeatGenome]) -> dict[int, list[int]]:
        """Places of the members of each species, by its number."""
        rules, known = self.rules, [species.representative for species in self.species]
        genomes = [*known, *individuals]
        found = np.empty(len(individuals), np.int64)
        _neat_gene_kernels.assign_species(
            np.concatenate([genome.innovations for genome in genomes]),
            np.concatenate([genome.weights for genome in genomes]),
            limits_of(genomes), len(known), rules.c1, rules.c2, rules.c3, rules.threshold, found,
        )  # fmt: skip
        members: dict[int, list[int]] = {}
        for place, s in enumerate(found.tolist()):
            new = s - len(known)
            number = self.species[s].number if new < 0 else self.founded + new
            members.setdefault(number, []).append(place)
        return members

    def _next(self, number: int, representative: NeatGenome, best: Any) -> Species:
        """What is remembered of a species whose best member is now as good as *best*."""
        for old in self.species:
            if old.number == number:
                if best > old.best:
                    return Species(number, representative, best)
                return Species(number, representative, old.best, old.stagnant + 1)
        return Species(number, representative, best)

    def _breeders(self, bests: Sequence[Any]) -> list[bool]:
        """Which species may breed, by the fitness of their best members."""
        rules, best = self.rules, max(bests)
        progress = self.best is None or best > self.best
        self.stalled = 0 if progress else self.stalled + 1
        self.best = best if progress else self.best
        by_best = sorted(range(len(bests)), key=bests.__getitem__, reverse=True)
        if self.stalled > rules.stall:
            self.stalled = 0
            for s in by_best[:2]:
                self.species[s].stagnant = 0
            return [s in by_best[:2] for s in range(len(bests))]
        able = [species.stagnant < rules.stagnation for species in self.species]
        if not any(able):
            able[by_best[0]] = True
        return able

    def state(self) -> dict[str, Any]:
        """What changes during a run, as a copy."""
        changing = {name: value for name, value in vars(self).items() if name != "rules"}
        return deepcopy(changing)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to *state*."""
        vars(self).update(deepcopy(dict(state)))


def _bare(individual: NeatGenome) -> NeatGenome:
    """A copy of the genome alone, without fitness and whatever else is on an individual."""
    bare = NeatGenome.__new__(NeatGenome)
    bare.n_inputs, bare.n_outputs = individual.n_inputs, individual.n_outputs
    bare.inherit(individual, individual.weights.copy(), individual.enabled.copy())
    return bare
