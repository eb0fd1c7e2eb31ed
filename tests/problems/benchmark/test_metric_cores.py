"""Cores, beside dense correlations and networkx's core numbers."""

import math
from fractions import Fraction
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from digraphs import grown_organisms, random_digraphs, special_digraphs

from evograft.problems.benchmark_generation.metrics.adjacency import adjacency
from evograft.problems.benchmark_generation.metrics.core_periphery import (
    DEFINITIONS,
    core_periphery,
)


def undirected(graph):
    graph = nx.convert_node_labels_to_integers(graph).to_undirected()
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


def best_core(graph):
    """Correlation and size, by comparing all pairs with the pattern; sizes by exact fractions."""
    n = len(graph)
    joined = np.array([graph.has_edge(i, j) for i, j in combinations(range(n), 2)], int)
    if n < 3 or joined.min() == joined.max():
        return math.nan, math.nan
    ranked = sorted(range(n), key=lambda i: (-graph.degree(i), i))
    best = (Fraction(-2), 0, 0.0)
    for q in range(1, n - 1):
        core = set(ranked[:q])
        pattern = np.array([i in core or j in core for i, j in combinations(range(n), 2)], int)
        pairs, ones = len(joined), int(pattern.sum())
        covariance = pairs * int(joined @ pattern) - int(joined.sum()) * ones
        squared = Fraction(covariance * abs(covariance), ones * (pairs - ones))
        if squared > best[0]:
            best = squared, q, np.corrcoef(joined, pattern)[0, 1]
    return best[2], best[1]


def check(graph):
    found = core_periphery(adjacency(graph))
    assert list(found) == list(DEFINITIONS)
    graph = undirected(graph)
    correlation, size = best_core(graph)
    assert found["core_periphery_be"] == pytest.approx(correlation, abs=1e-10, nan_ok=True)
    assert found["core_size_be"] == pytest.approx(size, nan_ok=True)
    numbers = list(nx.core_number(graph).values())
    if numbers:
        assert found["k_core_max"] == max(numbers)
        assert found["k_core_fraction"] == numbers.count(max(numbers)) / len(numbers)
    else:
        assert math.isnan(found["k_core_max"])
        assert math.isnan(found["k_core_fraction"])


def test_random_graphs():
    for graph in random_digraphs(250, 16, seed=2):
        check(graph)


def test_larger_graphs_have_the_core_numbers_of_networkx():
    for graph in random_digraphs(60, 90, seed=3):
        if len(graph):
            numbers = list(nx.core_number(undirected(graph)).values())
            found = core_periphery(adjacency(graph))
            assert found["k_core_max"] == max(numbers)
            assert found["k_core_fraction"] == numbers.count(max(numbers)) / len(numbers)


@pytest.mark.parametrize(
    "graph", [graph for graph in special_digraphs() if len(graph) < 20] + [nx.DiGraph([(3, 1)])]
)
def test_special_graphs(graph):
    check(graph)


def test_grown_networks():
    for organism in grown_organisms(4, size=6):
        check(organism.to_networkx())


def test_an_ideal_core_is_found():
    graph = nx.complete_graph(4, nx.DiGraph)
    graph.add_edges_from((i, j) for i in range(4) for j in range(4, 12))
    found = core_periphery(adjacency(graph))
    assert found["core_periphery_be"] == pytest.approx(1, abs=1e-12)
    assert found["core_size_be"] == 4
