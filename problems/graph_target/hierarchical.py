"""A target graph, compared from coarse to fine: size, degrees, motifs, neighbourhoods."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target._connectivity_kernels import triangles
from evograft.problems.graph_target.graphs import Graph
from evograft.problems.graph_target.reference import (
    ReferenceTarget,
    as_reference,
    descending,
    padded_distances,
    positive,
)
from evograft.problems.graph_target.weisfeiler_lehman import Colours, colours, similarity
from evograft.representations import _check

TRIANGLE_TOLERANCE = 2.0
CENTRALITY_TOLERANCE = 0.1

Reals = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class HierarchicalTarget(ReferenceTarget):
    """A graph to be matched in size first, then in degrees, then in finer things.

    A graph isomorphic to the target matches by 1. Any other has f = 0.15 size + 0.25 degree
    + 0.3 motif + 0.3 kernel, and matches by 0.8 size + 0.2 f where size is below 0.7, else by
    0.3 size + 0.5 degree + 0.2 f where degree is below 0.6, else by f. With
    s(d, t) = 1 / (1 + exp(|d| - t)) and the similarity v(t) of two sequences, sorted down, of
    exp(-mean |difference| / t) with weights 1 / (1 + i / 2):

    size
        0.4 s(neurons, neuron_tolerance) + 0.4 s(connections, connection_tolerance) + 0.2, or 0.1
        for the last if just one of the graphs is weakly connected, 0.02 if the graph has no nodes.
    degree
        Mean of v(degree_tolerance) of the in- and of the out-degrees; 0.1 without nodes.
    motif
        Mean of four: 1 - |difference of reciprocity|; s(triangles, 2), directions and loops left
        out; 1 - 0.5 · (difference of mean in- plus that of mean out-degree centrality); mean of
        v(0.1) of these centralities. 0.1 where a graph has fewer than two nodes.
    kernel
        The normalised Weisfeiler-Lehman subtree kernel, as in `WeisfeilerLehmanTarget`.

    Parameters
    ----------
    graph : DiGraph or grown network
        The target, with at least one node.
    neuron_tolerance, connection_tolerance : float, more than 0
    degree_tolerance : float, more than 0, optional
        By default *connection_tolerance*, as the authors' code has it.
    kernel : bool
        Whether to use the kernel; without, f = 0.2 size + 0.3 degree + 0.5 motif.
    isomorphism_limit : int, at least 0
        Isomorphism, whose cost can grow exponentially, is tested up to so many nodes; above, even
        the target itself matches by less than 1.
    original : bool
        As the authors' code: the kernel's labels depend on how the nodes are numbered.

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
    >>> target = HierarchicalTarget(nx.DiGraph([(1, 2), (1, 3), (3, 2)]))
    >>> target.match(nx.DiGraph([("c", "b"), ("b", "a"), ("c", "a")]))
    1.0
    >>> round(target.match(nx.DiGraph([(1, 2), (2, 3), (3, 1)])), 3)
    0.607
    """

    graph: Any
    neuron_tolerance: float = 2.0
    connection_tolerance: float = 5.0
    degree_tolerance: float | None = None
    kernel: bool = True
    isomorphism_limit: int = 20
    original: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "graph", as_reference(self.graph))
        _check.choice("kernel", self.kernel, (True, False))
        _check.choice("original", self.original, (True, False))
        _check.integer("isomorphism_limit", self.isomorphism_limit, minimum=0)
        if self.degree_tolerance is None:
            object.__setattr__(self, "degree_tolerance", self.connection_tolerance)
        for name in ("neuron_tolerance", "connection_tolerance", "degree_tolerance"):
            positive(name, getattr(self, name))
        object.__setattr__(self, "_motifs", _motifs(self.graph))
        if self.kernel:
            object.__setattr__(self, "_colours", colours(self.graph, by_index=self.original))

    def compare(self, graph: Graph) -> float:
        """Return the match of *graph*, 0 to 1."""
        if self._isomorphic(graph):
            return 1.0
        size, degree, motif = self._size(graph), self._degree(graph), self._motif(graph)
        if self.kernel:
            target: Colours = self._colours  # type: ignore[attr-defined]
            alike = similarity(colours(graph, by_index=self.original), target)
            match = 0.15 * size + 0.25 * degree + 0.3 * motif + 0.3 * alike
        else:
            match = 0.2 * size + 0.3 * degree + 0.5 * motif
        if size < 0.7:
            match = 0.8 * size + 0.2 * match
        elif degree < 0.6:
            match = 0.3 * size + 0.5 * degree + 0.2 * match
        return float(match)

    def _isomorphic(self, graph: Graph) -> bool:
        target = self.graph
        if (
            graph.n > self.isomorphism_limit
            or graph.n != target.n
            or len(graph.edges) != len(target.edges)
            or (descending(graph.in_degrees) != descending(target.in_degrees)).any()
            or (descending(graph.out_degrees) != descending(target.out_degrees)).any()
        ):
            return False
        import networkx as nx

        return bool(nx.is_isomorphic(_digraph(graph), _digraph(target)))

    def _size(self, graph: Graph) -> float:
        target: Graph = self.graph
        if graph.n:
            connectivity = 1.0 - 0.5 * (graph.weakly_connected != target.weakly_connected)
        else:
            connectivity = 0.1
        return (
            0.4 * _closeness(graph.n - target.n, self.neuron_tolerance)
            + 0.4 * _closeness(len(graph.edges) - len(target.edges), self.connection_tolerance)
            + 0.2 * connectivity
        )

    def _degree(self, graph: Graph) -> float:
        if graph.n == 0:
            return 0.1
        target, tolerance = self.graph, self.degree_tolerance
        assert tolerance is not None  # __post_init__ has filled it in
        incoming = _alike(graph.in_degrees, target.in_degrees, tolerance)
        outgoing = _alike(graph.out_degrees, target.out_degrees, tolerance)
        return (incoming + outgoing) / 2

    def _motif(self, graph: Graph) -> float:
        if min(graph.n, self.graph.n) < 2:
            return 0.1
        a = _motifs(graph)
        b: Motifs = self._motifs  # type: ignore[attr-defined]
        means = abs(a.incoming.mean() - b.incoming.mean())
        means += abs(a.outgoing.mean() - b.outgoing.mean())
        incoming = _alike(a.incoming, b.incoming, CENTRALITY_TOLERANCE)
        outgoing = _alike(a.outgoing, b.outgoing, CENTRALITY_TOLERANCE)
        parts = (
            1.0 - abs(a.reciprocity - b.reciprocity),
            _closeness(a.triangles - b.triangles, TRIANGLE_TOLERANCE),
            1.0 - 0.5 * means,
            (incoming + outgoing) / 2,
        )
        return float(sum(parts)) / 4


class Motifs(NamedTuple):
    """Small patterns of a graph."""

    reciprocity: float  # share of the edges that have one back; a loop has none
    triangles: int
    incoming: Reals  # in-degree centralities, (n,)
    outgoing: Reals


def _motifs(graph: Graph) -> Motifs:
    m = len(graph.edges)
    low, high = np.sort(graph.edges, axis=1).T
    pairs = len(np.unique(low * graph.n + high))
    scale = 1.0 / max(graph.n - 1, 1)
    return Motifs(
        2 * (m - pairs) / m if m else 0.0,
        int(triangles(graph.n, graph.edges)),
        graph.in_degrees * scale,
        graph.out_degrees * scale,
    )


def _closeness(difference: int, tolerance: float) -> float:
    """Falls from nearly 1 to nearly 0 where the difference passes the tolerance."""
    excess = abs(difference) - tolerance
    if abs(excess) > 35:
        return 1e-15 if excess > 0 else 1.0
    return float(1.0 / (1.0 + np.exp(excess)))


def _alike(a: npt.NDArray[Any], b: npt.NDArray[Any], tolerance: float) -> float:
    """Similarity of two sequences, 0 to 1; the largest values weigh most."""
    distances = padded_distances(descending(a), descending(b))
    weights = 1 / (1 + 0.5 * np.arange(len(distances)))
    return float(np.exp(-(weights / weights.sum() * distances).sum() / tolerance))


def _digraph(graph: Graph) -> Any:
    import networkx as nx

    digraph = nx.DiGraph()
    digraph.add_nodes_from(range(graph.n))
    digraph.add_edges_from(graph.edges.tolist())
    return digraph
