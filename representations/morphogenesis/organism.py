"""What a genome has grown into: neurons where they stand, and their connections."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt

from evograft.representations.complexity import Complexity
from evograft.representations.morphogenesis.genome import Genome

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def split_axons(sites: Integers, ends: Integers) -> list[Integers]:
    """Cut the sites (total, 2) of all axons into those of each, the ends of which are given."""
    return np.split(sites, ends[:-1]) if len(ends) else []


@dataclass(frozen=True)
class Stage:
    """The tissue after some step.

    Attributes
    ----------
    step : int
    fields : (K, X, Y) float64
        Morphogens.
    cells : (X, Y) int64
        The cell's id at each site, 0 where there is none.
    neurons : (X, Y) bool
        Where the cell is a neuron.
    axons : list of (length, 2) int64
        Sites of each neuron's axon, its own first; in the order of the neurons' ids.
    """

    step: int
    fields: Floats
    cells: Integers
    neurons: npt.NDArray[np.bool_]
    axons: list[Integers]


class Grown(NamedTuple):
    """The arrays of an organism: see there."""

    neuron_ids: Integers
    positions: Integers
    edges: Integers
    weights: Floats
    progenitors: Integers
    axon_sites: Integers
    axon_ends: Integers


class Organism:
    """A grown network; :func:`develop` makes it.

    Attributes
    ----------
    genome : Genome
        A copy of what was given, which may have changed since.
    neuron_ids : (n,) int64
        Numbers of the cells that are neurons, ascending. Cells are numbered from 1 as they arise.
    positions : (n, 2) int64
        Their sites, x and y from 0.
    edges : (m, 2) int64
        Ids of the neuron whose axon grew and of the one that it reached, ascending.
    weights : (m,) float64
    progenitors : (p, 3) int64
        Id, x and y of the cells that did not differentiate, by id.
    axons : list of (length, 2) int64
        Sites of each neuron's axon as growth left it, its own first.
    arithmetic : "plain" or "fused"
    history : list of Stage, or None if nothing was recorded
    """

    def __init__(
        self,
        genome: Genome,
        grown: Grown,
        arithmetic: Literal["plain", "fused"],
        history: list[Stage] | None = None,
        fields: Floats | None = None,
    ) -> None:
        self.genome = genome
        self.neuron_ids, self.positions, self.edges, self.weights = grown[:4]
        self.progenitors = grown.progenitors
        self.arithmetic = arithmetic
        self.history = history
        self._axons = (grown.axon_sites, grown.axon_ends)
        self._fields = fields

    @property
    def n_neurons(self) -> int:
        """Number of neurons."""
        return len(self.neuron_ids)

    @property
    def n_cells(self) -> int:
        """Number of cells, neurons among them."""
        return len(self.neuron_ids) + len(self.progenitors)

    @property
    def axons(self) -> list[Integers]:
        """Sites of each neuron's axon, its own first."""
        return split_axons(*self._axons)

    @property
    def fields(self) -> Floats:
        """The morphogens at the end, (K, X, Y) float64.

        :func:`develop_many` does not keep them, which would fill the memory; they are grown again.
        """
        if self._fields is None:
            from evograft.representations.morphogenesis.development import develop

            again = develop(self.genome, arithmetic=self.arithmetic, max_site_updates=None)
            self._fields = again.fields
        return self._fields

    def complexity(self) -> Complexity:
        """Count neurons and connections; there are no layers, and nothing is an input yet.

        The operations are those of one round of activity.
        """
        n, m = len(self.neuron_ids), len(self.edges)
        return Complexity(
            neurons=n,
            connections=m,
            features=0,
            hidden_layers=0,
            operations=2 * m + 4 * n,
            sparsity=1 - m / max(1, n**2),
        )

    def to_networkx(self) -> nx.DiGraph:
        """Return the graph: ids as nodes with ``pos`` (x, y), edges with ``weight``.

        >>> from evograft.representations.morphogenesis import develop
        >>> rng = np.random.default_rng(34)
        >>> graph = develop(Genome.random(rng, size_x=10, size_y=10)).to_networkx()
        >>> graph.number_of_nodes(), graph.number_of_edges(), graph.nodes[1]
        (15, 34, {'pos': (5, 5)})
        """
        graph = nx.DiGraph()
        for cell, (x, y) in zip(self.neuron_ids.tolist(), self.positions.tolist(), strict=True):
            graph.add_node(cell, pos=(x, y))
        for (source, target), weight in zip(
            self.edges.tolist(), self.weights.tolist(), strict=True
        ):
            graph.add_edge(source, target, weight=weight)
        return graph

    def to_dict(self) -> dict[str, Any]:
        """Return the graph as plain ints, floats and lists: nodes, their sites, weighted edges."""
        return {
            "nodes": self.neuron_ids.tolist(),
            "positions": self.positions.tolist(),
            "edges": [
                [source, target, weight]
                for (source, target), weight in zip(
                    self.edges.tolist(), self.weights.tolist(), strict=True
                )
            ],
        }

    def __repr__(self) -> str:
        return (
            f"<Organism of {self.n_cells} cells, {self.n_neurons} neurons, "
            f"{len(self.edges)} connections>"
        )
