"""Sparse factors, beside dense determinants."""

import networkx as nx
import numpy as np
import pytest
from digraphs import random_digraphs

from evograft.problems.benchmark_generation.metrics._elimination_kernels import (
    LANES,
    eliminate,
    log_determinants,
)
from evograft.problems.benchmark_generation.metrics.adjacency import adjacency
from evograft.problems.benchmark_generation.metrics.von_neumann import widest_component

GRAPHS = [graph for graph in random_digraphs(70, 60, seed=9) if len(graph)]


def undirected(graph):
    graph = graph.to_undirected()
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


def test_determinants_are_those_of_dense_matrices():
    shifts = np.geomspace(1e-4, 1e4, 2 * LANES)
    scales = np.linspace(1, 7, 2 * LANES)
    for graph in GRAPHS:
        found = adjacency(graph)
        factor = eliminate(found.n, found.starts, found.neighbours)
        values = log_determinants(found.starts, found.neighbours, *factor, shifts, scales)
        laplacian = nx.laplacian_matrix(undirected(graph)).toarray()
        for shift, scale, value in zip(shifts, scales, values, strict=True):
            expected = np.linalg.slogdet((laplacian + shift * np.eye(found.n)) / scale)
            assert expected.sign == 1
            assert value == pytest.approx(expected.logabsdet, rel=1e-9, abs=1e-9)


def test_columns_are_what_eliminating_nodes_of_least_degree_joins():
    for graph in GRAPHS:
        found = adjacency(graph)
        order, starts, rows = eliminate(found.n, found.starts, found.neighbours)
        left = undirected(graph)
        place = np.argsort(order)
        for p, node in enumerate(order.tolist()):
            assert left.degree(node) == min(degree for _, degree in left.degree)
            others = list(left.neighbors(node))
            assert rows[starts[p] : starts[p + 1]].tolist() == sorted(place[others].tolist())
            left.add_edges_from((a, b) for a in others for b in others if a < b)
            left.remove_node(node)


def test_the_widest_component_is_at_least_its_nodes_times_its_diameter():
    for graph in GRAPHS:
        parts = list(nx.connected_components(undirected(graph)))
        found = adjacency(graph)
        components, widest = widest_component(found.starts, found.neighbours)
        spans = [len(p) * nx.diameter(undirected(graph).subgraph(p)) for p in parts]
        assert components == len(parts)
        assert max(spans) <= widest <= 2 * max(spans)
