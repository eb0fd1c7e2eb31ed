"""A target graph, compared by how its nodes' neighbourhoods look (Weisfeiler-Lehman)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target.graphs import Graph
from evograft.problems.graph_target.reference import ReferenceTarget, as_reference, positive
from evograft.representations import _check

ITERATIONS = 5

Hashes = npt.NDArray[np.uint64]


class Colours(NamedTuple):
    """How often each label occurs in a graph, over all iterations."""

    labels: Hashes  # different ones, ascending
    counts: npt.NDArray[np.int64]


def colours(graph: Graph, *, by_index: bool = False) -> Colours:
    """Refine the labels of the nodes five times and count those of all six rounds.

    A node's first label is its pair of in- and out-degree, which is what one iteration makes of
    equal labels; or its place in the node order, if *by_index*. A new label stands for the old one
    with the multisets of the labels at the other ends of the incoming and of the outgoing edges.
    Labels are 64-bit hashes, a multiset is the sum of its labels' hashes modulo 2⁶⁴: so equal
    neighbourhoods have equal labels, and others have different ones but for a chance of about
    (number of nodes)² / 2⁶⁴.
    """
    labels = first_labels(graph, by_index=by_index)
    rounds = [labels]
    for iteration in range(1, ITERATIONS + 1):
        labels = refined(labels, graph)
        rounds.append(_hash(labels, 6 + iteration))
    return Colours(*np.unique(np.concatenate(rounds), return_counts=True))


def first_labels(graph: Graph, *, by_index: bool = False) -> Hashes:
    """Label each node by its degrees, or by its place: see :func:`colours`."""
    index = np.arange(1, graph.n + 1)
    first = index if by_index else (graph.in_degrees << 32) + graph.out_degrees
    return _hash(first.astype(np.uint64), 0)


def refined(labels: Hashes, graph: Graph) -> Hashes:
    """One round of refinement: see :func:`colours`."""
    sources, targets = graph.edges.T
    incoming, outgoing = np.zeros_like(labels), np.zeros_like(labels)
    np.add.at(incoming, targets, _hash(labels[sources], 1))
    np.add.at(outgoing, sources, _hash(labels[targets], 2))
    return _hash(labels, 3) + _hash(incoming, 4) + _hash(outgoing, 5)


def similarity(a: Colours, b: Colours) -> float:
    """Return the kernel of two graphs, divided by its root mean with themselves: 0 to 1.

    1.0 exactly for isomorphic graphs, if labels are not by index; 0 if one has no nodes.
    """
    _, in_a, in_b = np.intersect1d(a.labels, b.labels, assume_unique=True, return_indices=True)
    common = int(a.counts[in_a] @ b.counts[in_b])
    return common and common / math.sqrt(int(a.counts @ a.counts) * int(b.counts @ b.counts))


def similarities(graphs: Sequence[Colours]) -> npt.NDArray[np.float64]:
    """Return the :func:`similarity` of every pair, (k, k), in one product of sparse matrices.

    Two graphs without nodes are alike: 1.
    """
    from scipy.sparse import csr_array

    starts = np.cumsum([0, *(len(graph.labels) for graph in graphs)])
    labels = np.concatenate([np.empty(0, np.uint64), *(graph.labels for graph in graphs)])
    counts = np.concatenate([np.empty(0, np.int64), *(graph.counts for graph in graphs)])
    different, columns = np.unique(labels, return_inverse=True)
    shape = (len(graphs), max(1, len(different)))
    table = csr_array((counts, columns, starts), shape=shape)
    common = (table @ table.T).toarray()
    own = common.diagonal()
    # Products of whole numbers, whose root is that of a single pair to the last bit.
    scale = np.sqrt(np.multiply.outer(own, own).astype(np.float64))
    empty = own == 0
    alike: npt.NDArray[np.float64] = common / np.where(scale == 0, 1.0, scale)
    alike[np.ix_(empty, empty)] = 1.0
    return alike


@dataclass(frozen=True, eq=False)
class WeisfeilerLehmanTarget(ReferenceTarget):
    """A graph to be matched in the neighbourhoods of its nodes.

    The match is ``0.7 · k · (1 - 0.9 · isolated / n) + 0.3 · exp(-|n - n*| / neuron_tolerance)``,
    where k is the normalised Weisfeiler-Lehman subtree kernel of five iterations, and isolated
    nodes have no edge. A graph without nodes has 0.1 in place of k and its factor. 1.0 exactly
    for a graph isomorphic to a target without isolated nodes.

    Parameters
    ----------
    graph : DiGraph or grown network
        The target, with at least one node.
    neuron_tolerance : float, more than 0
    original : bool
        Start from a different label per place in the node order, as the authors' code does: then
        the match depends on how the nodes are numbered.

    Raises
    ------
    TypeError, ValueError
        Where a parameter breaks its rule.

    References
    ----------
    N. Shervashidze et al., Weisfeiler-Lehman graph kernels, JMLR 12 (2011); the authors' code of
    MorphoNAS (arXiv 2507.13785).

    Examples
    --------
    >>> import networkx as nx
    >>> target = WeisfeilerLehmanTarget(nx.DiGraph([(1, 2), (1, 3), (3, 2)]))
    >>> target.match(nx.DiGraph([("c", "b"), ("b", "a"), ("c", "a")]))
    1.0
    """

    graph: Any
    neuron_tolerance: float = 2.0
    original: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "graph", as_reference(self.graph))
        positive("neuron_tolerance", self.neuron_tolerance)
        _check.choice("original", self.original, (True, False))
        object.__setattr__(self, "_colours", colours(self.graph, by_index=self.original))

    def compare(self, graph: Graph) -> float:
        """Return the match of *graph*, 0 to 1."""
        target: Colours = self._colours  # type: ignore[attr-defined]
        if graph.n:
            isolated = int(((graph.in_degrees == 0) & (graph.out_degrees == 0)).sum())
            alike = similarity(colours(graph, by_index=self.original), target)
            alike *= 1 - 0.9 * isolated / graph.n
        else:
            alike = 0.1
        size = np.exp(-abs(graph.n - self.graph.n) / self.neuron_tolerance)
        return float(0.7 * alike + 0.3 * size)


def _hash(values: Hashes, purpose: int) -> Hashes:
    """splitmix64: every bit of the result depends on every bit of the value."""
    z = values + np.uint64((purpose + 1) * 0x9E3779B97F4A7C15 % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
