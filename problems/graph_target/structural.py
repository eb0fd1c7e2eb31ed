"""A target graph, compared by sizes and sorted degrees."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target.graphs import Graph
from evograft.problems.graph_target.reference import (
    ReferenceTarget,
    as_reference,
    by_both_degrees,
    descending,
    padded_distances,
    positive,
)


@dataclass(frozen=True, eq=False)
class StructuralTarget(ReferenceTarget):
    """A graph to be matched in its numbers of nodes and edges and in its degrees.

    The match is a product of five: ``exp(-|n - n*| / neuron_tolerance)``,
    ``exp(-|m - m*| / connection_tolerance)``, and ``exp(-sum |d - d*| / (L · degree_tolerance))``
    for three sequences, filled up with zeros to the L nodes of the larger graph: in-degrees and
    out-degrees, each sorted down, and the out-degrees of the nodes sorted by (in, out) down.
    Graphs that differ can match by 1, as these numbers do not fix a graph.

    Parameters
    ----------
    graph : DiGraph or grown network
        The target, with at least one node.
    neuron_tolerance, connection_tolerance, degree_tolerance : float, more than 0

    Raises
    ------
    TypeError, ValueError
        Where a parameter breaks its rule.

    References
    ----------
    The authors' code of MorphoNAS (arXiv 2507.13785).

    Examples
    --------
    >>> import networkx as nx
    >>> target = StructuralTarget(nx.DiGraph([(1, 2), (1, 3)]))
    >>> target.match(nx.DiGraph([("a", "c"), ("a", "b")]))
    1.0
    """

    graph: Any
    neuron_tolerance: float = 1.0
    connection_tolerance: float = 2.0
    degree_tolerance: float = 2.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "graph", as_reference(self.graph))
        for name in ("neuron_tolerance", "connection_tolerance", "degree_tolerance"):
            positive(name, getattr(self, name))

    def compare(self, graph: Graph) -> float:
        """Return the match of *graph*, 0 to 1."""
        target = self.graph
        match = np.exp(-abs(graph.n - target.n) / self.neuron_tolerance)
        match *= np.exp(-abs(len(graph.edges) - len(target.edges)) / self.connection_tolerance)
        scale = max(graph.n, target.n) * self.degree_tolerance
        for a, b in zip(_sequences(graph), _sequences(target), strict=True):
            match *= np.exp(-padded_distances(a, b).sum() / scale)
        return float(match)


def _sequences(graph: Graph) -> tuple[npt.NDArray[Any], ...]:
    return descending(graph.in_degrees), descending(graph.out_degrees), by_both_degrees(graph)
