"""Lists of neighbours, beside networkx's."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evograft.problems.benchmark_generation.metrics import adjacency


@given(st.integers(0, 12), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_neighbours_are_those_of_networkx(n, density, seed):
    rng = np.random.default_rng(seed)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(np.argwhere(rng.random((n, n)) < density).tolist())
    found = adjacency(graph)
    joined = graph.to_undirected()
    joined.remove_edges_from(nx.selfloop_edges(graph))
    for v in range(n):
        outgoing = found.out_targets[found.out_starts[v] : found.out_starts[v + 1]]
        incoming = found.in_sources[found.in_starts[v] : found.in_starts[v + 1]]
        both = found.neighbours[found.starts[v] : found.starts[v + 1]]
        assert outgoing.tolist() == sorted(graph.successors(v))
        assert incoming.tolist() == sorted(graph.predecessors(v))
        assert both.tolist() == sorted(joined.neighbors(v))
        kinds = found.connections[found.starts[v] : found.starts[v + 1]]
        assert kinds.tolist() == [graph.has_edge(v, u) + 2 * graph.has_edge(u, v) for u in both]
    assert found.triangles[0].tolist() == [nx.triangles(joined, v) for v in range(n)]
    assert found.triangles is found.triangles  # clustering and small worlds share them
    assert (found.n, found.m) == (n, graph.number_of_edges())
