"""Closed search over a table of measured genomes: every query is a lookup."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _random
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.morphogenesis import Genome

Floats = npt.NDArray[np.float64]


class TableEntry(Genome):
    """The genome of an entry, which knows its ``place`` in the table."""

    place: int


class TableTarget:
    """A table as a target: searchers move between its entries, and no query grows anything.

    Parameters
    ----------
    genomes : sequence of Genome
        Of the entries; their kernels are 3 x 3.
    values : array_like, (n,)
        What is maximised; finite.
    costs : array_like, (n,), optional
        Of a lookup, such as the seconds that were spent on the entry; 1 each if not given.
    name : str
    neighbours : int, at least 1
        A mutation moves to one of so many nearest entries, by the Euclidean distance of vector
        forms, all alike probable. Genomes of fewer morphogens than others count as with further
        ones that nothing secretes and that inhibit nothing, see :func:`with_morphogens`.
    options : mapping
        What else tells this table from others, for the record of a run.

    Raises
    ------
    ValueError
        Where lengths differ or a value is not finite.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> genomes = [Genome.random(rng) for _ in range(4)]
    >>> table = TableTarget(genomes, [0.1, 0.4, 0.2, 0.3], name="four", neighbours=2)
    >>> table.optimum, table.query([table.entry(2)])[0].tolist()
    (0.4, [0.2])
    """

    def __init__(
        self,
        genomes: Sequence[Genome],
        values: npt.ArrayLike,
        costs: npt.ArrayLike | None = None,
        *,
        name: str = "table",
        neighbours: int = 10,
        options: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.name = name
        self.options = dict(options)
        self._genomes = list(genomes)
        n = _check.integer("number of genomes", len(self._genomes), minimum=2)
        self._values = _column("values", values, n)
        self._costs = np.ones(n) if costs is None else _column("costs", costs, n)
        self._neighbours = _check.integer("neighbours", neighbours, minimum=1, maximum=n - 1)
        self.optimum = float(self._values.max())

    def __repr__(self) -> str:
        return f"<TableTarget {self.name}: {len(self._genomes)} entries>"

    def query(self, genomes: Sequence[TableEntry]) -> tuple[Floats, Floats]:
        """Return values and costs of entries of this table, each (n,)."""
        places = [genome.place for genome in genomes]
        return self._values[places], self._costs[places]

    def entry(self, place: int) -> TableEntry:
        """Return the entry at *place*, from 0, as an individual of its own."""
        genome = self._genomes[place]
        made = TableEntry.__new__(TableEntry)
        made.__dict__.update(vars(genome.snapshot()))
        made.place = place
        made.fitness = ObjectiveFitness((1.0,))
        return made

    def individual(self, rng: np.random.Generator | None = None) -> TableEntry:
        """Draw an entry, all alike probable: one number from *rng*, or from Python's ``random``."""
        return self.entry(_random.below(_random.source(rng), len(self._genomes)))

    def mutate(
        self, entry: TableEntry, rng: np.random.Generator | None = None
    ) -> tuple[TableEntry]:
        """Return one of the nearest entries; one number from *rng*, or from Python's ``random``."""
        near = self.nearest(entry.place)
        return (self.entry(int(near[_random.below(_random.source(rng), len(near))])),)

    def nearest(self, place: int) -> npt.NDArray[np.int64]:
        """Return the places of the nearest entries, the nearest first; not *place* itself."""
        # The table is asked for few of its entries: an index over all would cost more.
        distances = ((self._vectors - self._vectors[place]) ** 2).sum(axis=1)
        distances[place] = np.inf
        return np.argsort(distances, kind="stable")[: self._neighbours]

    @cached_property
    def _vectors(self) -> Floats:
        most = max(genome.num_morphogens for genome in self._genomes)
        return np.array([with_morphogens(genome, most).to_vector() for genome in self._genomes])

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_vectors"}


def with_morphogens(genome: Genome, k: int) -> Genome:
    """Return *genome* with *k* morphogens, where it has fewer: none of the further ones is secreted
    or inhibits, and their kernels are those that a genome has by default.

    >>> with_morphogens(Genome(), 5).to_vector().shape
    (92,)
    """
    further = k - genome.num_morphogens
    if further <= 0:
        return genome
    fields = {
        "progenitor_secretion_rates": np.pad(genome.progenitor_secretion_rates, (0, further)),
        "neuron_secretion_rates": np.pad(genome.neuron_secretion_rates, (0, further)),
        "inhibition_matrix": np.pad(genome.inhibition_matrix, (0, further)),
        "diffusion_patterns": [*genome.diffusion_patterns, *[np.full((3, 3), 1 / 9)] * further],
    }
    wider = genome.snapshot()
    wider.update(num_morphogens=k, **fields)
    return wider


def _column(name: str, values: npt.ArrayLike, n: int) -> Floats:
    column = np.asarray(values, np.float64)
    if column.shape != (n,) or not np.isfinite(column).all():
        raise ValueError(f"{name} must be {n} finite numbers, got {np.array_repr(column)[:60]}")
    return column
