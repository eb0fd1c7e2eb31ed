"""Innovation numbers: the historical marks by which genes of different genomes are matched."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np

from evograft.representations import _check
from evograft.representations.neat_genome import NeatGenome


class Split(NamedTuple):
    """What splitting a connection makes: a neuron, and the genes into it and out of it."""

    node: int
    into: int
    out_of: int


class Innovations:
    """Gives a structural mutation its number, the same to all of a generation that do the same.

    Two genomes that join the same nodes in one generation get one innovation number; two that
    split the same connection get one number for the neuron and one for each of its genes. In a
    later generation the same mutation gets a new number. A genome never gets a number that it has
    already, wherever it comes from.

    Populations that evolve apart, each with a registry of its own, take turns in the numbers (see
    :meth:`apart`), so that no number means two things in genomes that meet later.

    Parameters
    ----------
    n_inputs, n_outputs : int, at least 1

    References
    ----------
    Stanley and Miikkulainen 2002, section 3.2.

    Examples
    --------
    >>> numbers = Innovations(2, 1)
    >>> genome = NeatGenome.fully_connected(2, 1, [0.5, 0.5, 0.5])
    >>> numbers.split(genome, 0) == numbers.split(genome, 0)
    True
    >>> first = numbers.split(genome, 0)
    >>> numbers.new_generation()
    >>> numbers.split(genome, 0) == first
    False
    """

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        n_inputs = _check.integer("n_inputs", n_inputs, minimum=1)
        n_outputs = _check.integer("n_outputs", n_outputs, minimum=1)
        self.next_number = (n_inputs + 1) * n_outputs
        self.next_node = n_inputs + 1 + n_outputs
        self.stride = 1
        self._joined: dict[tuple[int, int], int] = {}
        self._splits: dict[int, list[Split]] = {}

    def new_generation(self, genomes: Iterable[NeatGenome] = ()) -> None:
        """Forget who got which number; what comes now gets new ones, beyond those of *genomes*."""
        self._joined.clear()
        self._splits.clear()
        self._make_room(*genomes)

    def join(self, genome: NeatGenome, source: int, target: int) -> int:
        """Return the number of a connection from *source* to *target*, new to *genome*."""
        number = self._joined.get((source, target))
        if number is None or genome.has_innovation(number):
            self._make_room(genome)
            number = self._joined[source, target] = self._next_number()
        return number

    def split(self, genome: NeatGenome, number: int) -> Split:
        """Return what splitting *genome*'s connection *number* makes, all of it new to *genome*."""
        known = self._splits.setdefault(number, [])
        for split in known:
            fresh = not any(map(genome.has_innovation, (split.into, split.out_of)))
            if fresh and not genome.has_node(split.node):
                return split
        self._make_room(genome)
        node, self.next_node = self.next_node, self.next_node + self.stride
        known.append(Split(node, self._next_number(), self._next_number()))
        return known[-1]

    def _next_number(self) -> int:
        number, self.next_number = self.next_number, self.next_number + self.stride
        return number

    def _make_room(self, *genomes: NeatGenome) -> None:
        """Go beyond the numbers of genomes that others may have made, such as a migrant."""
        filled = [genome for genome in genomes if len(genome)]
        if filled:
            last = max(int(genome.innovations[-1]) for genome in filled)
            self.next_number = self._beyond(self.next_number, last)
            # Together: a call for each of a population's arrays would take longer than breeding.
            ends = [array for genome in filled for array in (genome.sources, genome.targets)]
            self.next_node = self._beyond(self.next_node, int(np.concatenate(ends).max()))

    def _beyond(self, own: int, taken: int) -> int:
        """The first of *own*, and those whose turn is ours after it, that is above *taken*."""
        return own + max(0, -((own - taken - 1) // self.stride)) * self.stride

    @staticmethod
    def is_state(state: Mapping[str, Any]) -> bool:
        """Whether *state* is what :meth:`state` gives."""
        return {"next_number", "next_node", "stride"} <= state.keys()

    @classmethod
    def apart(
        cls, state: Mapping[str, Any], place: int, n: int, genomes: Iterable[NeatGenome] = ()
    ) -> dict[str, Any]:
        """Return the state of number *place* of *n* registries that go on from *state* apart.

        What *state* knows stays common; of the numbers and nodes that come then, beyond those of
        *genomes*, each registry takes every n-th, the first one from the first on.

        Examples
        --------
        >>> state = Innovations(2, 1).state()
        >>> [Innovations.apart(state, place, 3)["next_number"] for place in range(3)]
        [3, 4, 5]
        """
        registry = cls.__new__(cls)
        registry.restore(state)
        registry._make_room(*genomes)
        registry.next_number += place * registry.stride
        registry.next_node += place * registry.stride
        registry.stride *= n
        return registry.state()

    def state(self) -> dict[str, Any]:
        """What changes during a run, as a copy."""
        return deepcopy(vars(self))

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to *state*."""
        vars(self).update(deepcopy(dict(state)))
