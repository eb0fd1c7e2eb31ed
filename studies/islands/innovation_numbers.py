"""Innovation numbers of an island: those that no other island gives to anything else."""

from collections.abc import Iterator, Sequence
from typing import Any

from evograft.representations.innovations import Innovations
from evograft.representations.neat_genome import NeatGenome
from evograft.studies.islands.streams import changed


def numbered_apart(state: Any, place: int, n: int, population: Sequence[Any]) -> Any:
    """Return the toolbox's *state* for number *place* of *n* islands that divide *population*.

    Every registry of innovations in it takes its turns in the numbers, beyond those of the
    population. Registries are known by the form of their state, in dicts, lists and tuples of any
    depth.

    Examples
    --------
    >>> state = {"classes": [{"innovations": Innovations(2, 1).state()}], "rng": None}
    >>> own = numbered_apart(state, 1, 2, [NeatGenome(2, 1, [6], [0], [5], [0.5], [True])])
    >>> registry = own["classes"][0]["innovations"]
    >>> registry["next_number"], registry["next_node"], registry["stride"]
    (8, 7, 2)
    """
    return changed(
        state,
        Innovations.is_state,
        lambda registry: Innovations.apart(registry, place, n, _genomes(population)),
    )


def _genomes(individuals: Sequence[Any]) -> Iterator[NeatGenome]:
    """The genomes of *individuals* that are such, or lists of such parts."""
    for individual in individuals:
        if isinstance(individual, NeatGenome):
            yield individual
        elif isinstance(individual, list):
            yield from _genomes(individual)
