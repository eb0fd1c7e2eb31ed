"""Strong components and reach, beside networkx's."""

import math

import networkx as nx
import numpy as np
import pytest
from digraphs import grown_organisms, random_digraphs, special_digraphs

from evograft.problems.benchmark_generation.metrics._recurrence_kernels import strong_components
from evograft.problems.benchmark_generation.metrics.adjacency import adjacency
from evograft.problems.benchmark_generation.metrics.recurrence import DEFINITIONS, recurrence


def check(graph):
    found = recurrence(adjacency(graph))
    assert list(found) == list(DEFINITIONS)
    n, parts = len(graph), list(nx.strongly_connected_components(graph))
    largest = max(map(len, parts), default=0)
    expected = {
        "strong_components": len(parts),
        "largest_scc_fraction": largest / n if n else math.nan,
        "has_cycle": float(largest / n > 1 / n) if n else math.nan,
        "flow_hierarchy": nx.flow_hierarchy(graph) if graph.size() else math.nan,
    }
    if n > 1:
        expected["global_reaching_centrality"] = (
            nx.global_reaching_centrality(graph) if graph.size() else 0.0
        )
    else:
        expected["global_reaching_centrality"] = math.nan
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_random_graphs():
    for graph in random_digraphs(120, 40, seed=4):
        check(graph)


def test_graphs_of_more_than_64_nodes():
    for graph in random_digraphs(12, 150, seed=5):
        check(graph)


@pytest.mark.parametrize("graph", special_digraphs())
def test_special_graphs(graph):
    check(graph)


def test_grown_networks():
    for organism in grown_organisms(6):
        check(organism.to_networkx())


def test_no_edge_leads_to_a_higher_component():
    for graph in random_digraphs(100, 30, seed=6):
        found = adjacency(graph)
        component, count = strong_components(found.out_starts, found.out_targets)
        assert sorted(set(component.tolist())) == list(range(count))
        sources, targets = found.graph.edges[:, 0], found.graph.edges[:, 1]
        assert np.all(component[targets] <= component[sources])


def test_a_long_path_overflows_no_stack():
    n = 20_000
    found = recurrence(adjacency(nx.path_graph(n, create_using=nx.DiGraph)))
    assert found["strong_components"] == n
