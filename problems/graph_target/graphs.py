"""Grown networks and networkx graphs alike, as arrays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target._connectivity_kernels import count

LARGEST_SPAN = 1 << 24
"""Of the ids of one graph, whose places are looked up in a table."""

Integers = npt.NDArray[np.int64]


class Graph(NamedTuple):
    """One directed graph: nodes 0 to n - 1 in the order of their ids, degrees with loops."""

    n: int
    edges: Integers  # (m, 2), source and target
    in_degrees: Integers  # (n,)
    out_degrees: Integers  # (n,)
    sources: int  # nodes without an incoming edge
    weakly_connected: bool  # False for the graph without nodes


@dataclass(frozen=True, eq=False)
class Graphs:
    """What `tally` counted of k graphs; edges and degrees are laid end to end.

    Parameters
    ----------
    neurons, connections, sources, components : ndarray of int64, shape (k,)
        Nodes, edges, nodes without an incoming edge, weakly connected components.
    node_starts, edge_starts : ndarray of int64, shape (k + 1,)
        Where each graph begins in the following arrays.
    edges : ndarray of int64, shape (all edges, 2)
        Source and target, as places in the graph's node order.
    in_degrees, out_degrees : ndarray of int64, shape (all nodes,)
        A loop counts in both.
    """

    neurons: Integers
    connections: Integers
    sources: Integers
    components: Integers
    node_starts: Integers
    edge_starts: Integers
    edges: Integers
    in_degrees: Integers
    out_degrees: Integers

    def __len__(self) -> int:
        return len(self.neurons)

    def __iter__(self) -> Iterator[Graph]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, i: int) -> Graph:
        i = range(len(self))[i]
        nodes = slice(self.node_starts[i], self.node_starts[i + 1])
        return Graph(
            int(self.neurons[i]),
            self.edges[self.edge_starts[i] : self.edge_starts[i + 1]],
            self.in_degrees[nodes],
            self.out_degrees[nodes],
            int(self.sources[i]),
            bool(self.components[i] == 1),
        )


def tally(phenotypes: Iterable[Any]) -> Graphs:
    """Count nodes, edges, sources, components and degrees of many graphs in one call.

    Parameters
    ----------
    phenotypes : iterable
        Each has ``neuron_ids`` (n,), ascending integers, and ``edges`` (m, 2), different pairs of
        such ids, source first; or is a networkx ``DiGraph``, whose nodes keep their order.

    Raises
    ------
    TypeError, ValueError
        Where a phenotype is neither, or its edges name nodes that it does not have.

    Examples
    --------
    >>> import networkx as nx
    >>> tally([nx.DiGraph([("a", "b"), ("a", "c")]), nx.DiGraph()]).sources
    array([1, 0])
    """
    ids, edges = [_NONE[:, 0]], [_NONE]
    for phenotype in phenotypes:
        nodes, pairs = _arrays(phenotype)
        ids.append(nodes)
        edges.append(pairs)
    node_starts, edge_starts = _starts(ids), _starts(edges)
    neurons = np.diff(node_starts)
    all_ids, all_edges = np.concatenate(ids), np.concatenate(edges)
    graphs = Graphs(
        neurons=neurons,
        connections=np.diff(edge_starts),
        sources=np.zeros_like(neurons),
        components=np.zeros_like(neurons),
        node_starts=node_starts,
        edge_starts=edge_starts,
        edges=np.empty_like(all_edges),
        in_degrees=np.zeros_like(all_ids),
        out_degrees=np.zeros_like(all_ids),
    )
    malformed = count(
        all_ids,
        node_starts,
        all_edges,
        edge_starts,
        _span(all_ids, node_starts),
        graphs.edges,
        graphs.in_degrees,
        graphs.out_degrees,
        graphs.sources,
        graphs.components,
    )
    if malformed >= 0:
        raise ValueError(
            f"phenotype must have ascending neuron_ids, and edges of these ids, got others in "
            f"number {malformed}"
        )
    return graphs


_NONE: Integers = np.empty((0, 2), np.int64)


def _starts(arrays: Sequence[Integers]) -> Integers:
    """Where each array begins in their concatenation; the empty one in front gives the 0."""
    return np.cumsum([len(array) for array in arrays])


def _span(ids: Integers, starts: Integers) -> int:
    ends = starts[1:][np.diff(starts) > 0]
    first = starts[:-1][np.diff(starts) > 0]
    span = int((ids[ends - 1] - ids[first]).max(initial=0)) + 1
    if span > LARGEST_SPAN:
        raise ValueError(f"neuron_ids must span at most {LARGEST_SPAN}, got {span}")
    # Malformed ids may go down; the kernel finds them, but needs room for as many nodes.
    return max(span, int(np.diff(starts).max(initial=0)))


def _arrays(phenotype: Any) -> tuple[Integers, Integers]:
    """Ids (n,) and edges (m, 2) of these."""
    if hasattr(phenotype, "neuron_ids"):
        return (
            _integers("neuron_ids", phenotype.neuron_ids, 1),
            _integers("edges", phenotype.edges, 2),
        )
    directed = getattr(phenotype, "is_directed", None)
    if directed is None or not directed() or phenotype.is_multigraph():
        raise TypeError(
            f"phenotype must be a grown network or a DiGraph, got {type(phenotype).__name__}"
        )
    place = {node: i for i, node in enumerate(phenotype)}
    pairs = [(place[source], place[target]) for source, target in phenotype.edges]
    return np.arange(len(place)), np.array(pairs, np.int64).reshape(-1, 2)


def _integers(name: str, values: Any, ndim: int) -> Integers:
    array = np.asarray(values)
    if array.dtype != np.int64:
        if array.dtype.kind not in "iu" and array.size:
            raise TypeError(f"{name} must be integers, got {array.dtype}")
        array = array.astype(np.int64)
    if ndim == 2 and array.size == 0:
        return _NONE
    if array.ndim != ndim or (ndim == 2 and array.shape[1] != 2):
        rule = "(m, 2)" if ndim == 2 else "(n,)"
        raise ValueError(f"{name} must have shape {rule}, got {array.shape}")
    return array
