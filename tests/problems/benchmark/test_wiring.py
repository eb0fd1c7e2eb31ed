"""Lengths of connections on a torus."""

import math
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from digraphs import grown_organisms
from hypothesis import given
from hypothesis import strategies as st

from evograft.problems.benchmark_generation.metrics import adjacency, wiring


def slow_distance(a, b, size):
    """The least over the nine nearest copies of *b*."""
    return min(
        math.dist(a, (b[0] + i * size[0], b[1] + j * size[1]))
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    )


def slow_wiring(graph, sites, size):
    lengths = [slow_distance(sites[u], sites[v], size) for u, v in graph.edges if u != v]
    apart = [slow_distance(a, b, size) for a, b in combinations(sites, 2)]
    mean = sum(lengths) / len(lengths) if lengths else math.nan
    ratio = mean / (sum(apart) / len(apart)) if lengths else math.nan
    return {"wiring_total": sum(lengths), "wiring_mean": mean, "wiring_ratio": ratio}


@given(st.integers(0, 9), st.integers(1, 7), st.integers(1, 7), st.integers(0, 2**32 - 1))
def test_lengths_are_those_of_the_slow_twin_wherever_the_tissue_begins(n, width, height, seed):
    rng = np.random.default_rng(seed)
    n = min(n, width * height)
    graph = nx.gnp_random_graph(n, 0.3, seed=seed, directed=True)
    graph.add_edges_from((v, v) for v in graph if v % 3 == 0)
    places = rng.permutation(width * height)[:n]
    sites = np.column_stack([places // height, places % height])
    found = wiring(adjacency(graph), sites, (width, height))
    expected = slow_wiring(graph, sites.tolist(), (width, height))
    assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)
    moved = (sites + rng.integers(0, 7, 2)) % (width, height)
    assert wiring(adjacency(graph), moved, (width, height)) == pytest.approx(found, nan_ok=True)


def test_grown_connections_are_shorter_than_those_of_random_pairs():
    ratios = []
    for organism in grown_organisms(8):
        size = (organism.genome.size_x, organism.genome.size_y)
        found = wiring(adjacency(organism), organism.positions, size)
        sites = {
            v: tuple(site)
            for v, site in zip(organism.neuron_ids.tolist(), organism.positions, strict=True)
        }
        lengths = [slow_distance(sites[u], sites[v], size) for u, v in organism.edges.tolist()]
        assert found["wiring_total"] == pytest.approx(sum(lengths))
        ratios.append(found["wiring_ratio"])
    assert max(ratios) < 1


def test_of_a_complete_graph_the_connections_are_as_long_as_those_of_random_pairs():
    graph = adjacency(nx.complete_graph(5, create_using=nx.DiGraph))
    sites = np.array([[0, 0], [3, 1], [1, 5], [2, 2], [0, 4]])
    assert wiring(graph, sites, (4, 6))["wiring_ratio"] == pytest.approx(1)


def test_loops_have_no_length():
    graph = adjacency(nx.DiGraph([(0, 0)]))
    found = wiring(graph, np.array([[2, 2]]), (5, 5))
    assert found["wiring_total"] == 0
    assert math.isnan(found["wiring_mean"])
    assert math.isnan(found["wiring_ratio"])


def test_without_positions_or_size_there_are_no_lengths():
    graph = adjacency(nx.DiGraph([(0, 1)]))
    for found in (wiring(graph), wiring(graph, np.zeros((2, 2), int)), wiring(graph, size=(2, 2))):
        assert len(found) == 3
        assert all(map(math.isnan, found.values()))


@pytest.mark.parametrize(
    ("positions", "size", "error", "message"),
    [
        ([[0, 0]], (3, 3), ValueError, r"positions must have shape \(2, 2\), got \(1, 2\)"),
        ([[0, 0], [3, 1]], (3, 3), ValueError, r"sites of a 3x3 torus, got \(3, 1\)"),
        ([[0, -1], [2, 1]], (3, 3), ValueError, r"sites of a 3x3 torus, got \(0, -1\)"),
        ([[0, 0.5], [2, 1]], (3, 3), TypeError, "positions must be integers, got float64"),
        ([[0, 0], [0, 1]], (3, 0), ValueError, r"size\[1\] must be an integer of at least 1"),
        ([[0, 0], [0, 1]], (2**13, 2**12), ValueError, "size must have at most 16777216 sites"),
    ],
)
def test_what_is_no_site_is_refused(positions, size, error, message):
    with pytest.raises(error, match=message):
        wiring(adjacency(nx.DiGraph([(0, 1)])), np.array(positions), size)
