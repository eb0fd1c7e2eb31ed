"""A directed graph as the arrays that the kernels walk along."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.metrics._adjacency_kernels import neighbours, united
from evograft.problems.benchmark_generation.metrics._dyad_kernels import connections
from evograft.problems.benchmark_generation.metrics._triangle_kernels import triangles
from evograft.problems.graph_target.graphs import Graph, tally

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Adjacency:
    """A directed graph of n nodes and m edges; nodes are 0 to n - 1 in the order of their ids.

    Lists of neighbours are laid end to end: those of node v are from ``starts[v]`` to
    ``starts[v + 1]``, ascending. All arrays are int64.
    """

    graph: Graph
    out_starts: Integers  # (n + 1,)
    out_targets: Integers  # (m,), loops among them
    in_starts: Integers  # (n + 1,)
    in_sources: Integers  # (m,), loops among them
    starts: Integers  # (n + 1,), of the simple undirected projection U, without loops
    neighbours: Integers  # (twice the edges of U,)

    @property
    def n(self) -> int:
        """Number of nodes."""
        return self.graph.n

    @property
    def m(self) -> int:
        """Number of edges, loops among them."""
        return len(self.graph.edges)

    @cached_property
    def connections(self) -> Integers:
        """Of every entry of ``neighbours``: 1 for an edge there, 2 for one back, 3 for both."""
        found: Integers = connections(
            self.starts,
            self.neighbours,
            self.out_starts,
            self.out_targets,
            self.in_starts,
            self.in_sources,
        )
        return found

    @cached_property
    def triangles(self) -> tuple[Integers, Integers]:
        """Triangles of U at each node, and directed ones, with each choice of parallel edges."""
        plain, directed = triangles(self.starts, self.neighbours, self.connections)
        return plain, directed


def adjacency(graph: Any) -> Adjacency:
    """Look up the neighbours of every node of a directed graph.

    Parameters
    ----------
    graph : Organism, networkx.DiGraph, or Graph
        What `evograft.problems.graph_target.tally` takes, or one graph that it returned. Nodes of a
        ``DiGraph`` keep their order, weights are not looked at.

    Raises
    ------
    TypeError, ValueError
        Where it is neither, or its edges name nodes that it does not have.

    Examples
    --------
    >>> import networkx as nx
    >>> found = adjacency(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "a"), ("a", "c")]))
    >>> found.out_targets, found.neighbours
    (array([0, 1, 2, 0]), array([1, 2, 0, 0]))
    """
    counted = graph if isinstance(graph, Graph) else tally([graph])[0]
    sources, targets = counted.edges[:, 0], counted.edges[:, 1]
    out_starts, out_targets = neighbours(counted.n, sources, targets)
    in_starts, in_sources = neighbours(counted.n, targets, sources)
    starts, both = united(counted.n, out_starts, out_targets, in_starts, in_sources)
    return Adjacency(counted, out_starts, out_targets, in_starts, in_sources, starts, both)
