"""Spectra, beside dense eigenvalues."""

import math

import networkx as nx
import numpy as np
import pytest
from digraphs import grown_organisms, random_digraphs, special_digraphs

from evograft.problems.benchmark_generation.metrics import spectral_radius as radius_module
from evograft.problems.benchmark_generation.metrics import von_neumann
from evograft.problems.benchmark_generation.metrics.adjacency import adjacency
from evograft.problems.benchmark_generation.metrics.spectrum import DEFINITIONS, spectrum
from evograft.representations.morphogenesis import Genome, develop


def dense_entropy(graph):
    graph = graph.to_undirected()
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    if graph.size() == 0:
        return math.nan
    laplacian = nx.laplacian_matrix(graph, weight=None).toarray()
    shares = np.linalg.eigvalsh(laplacian / (2 * graph.size()))
    shares = shares[shares > 1e-13]
    return -np.sum(shares * np.log2(shares))


def dense_radius(graph):
    """By strong components: of the whole matrix, numpy's may be wrong in the fifth digit.

    Nilpotent parts have eigenvalues 0 that rounding moves by its n-th root.
    """
    if len(graph) == 0:
        return math.nan
    return max(
        np.abs(np.linalg.eigvals(nx.to_numpy_array(graph.subgraph(part), weight=None))).max()
        for part in nx.strongly_connected_components(graph)
    )


def check(graph):
    found = spectrum(adjacency(graph))
    assert list(found) == list(DEFINITIONS)
    assert found["von_neumann_entropy"] == pytest.approx(
        dense_entropy(graph), rel=0, abs=1e-9, nan_ok=True
    )
    assert found["spectral_radius_binary"] == pytest.approx(
        dense_radius(graph), rel=2e-9, abs=1e-12, nan_ok=True
    )


def long_and_slow():
    """Small gaps, periods, and vectors from 1 to less than the smallest float."""
    cycle = nx.cycle_graph(200, create_using=nx.DiGraph)
    chord = cycle.copy()
    chord.add_edge(100, 0)
    handle = nx.complete_graph(20, nx.DiGraph)
    nx.add_path(handle, list(range(20, 320)))
    handle.add_edges_from([(0, 20), (319, 1)])
    twins = nx.disjoint_union(*(nx.complete_graph(9, nx.DiGraph) for _ in range(2)))
    twins.add_edges_from([(0, 9), (10, 1)])
    return {
        "cycle": cycle,
        "chord": chord,
        "handle": handle,
        "twins": twins,
        "path": nx.path_graph(200).to_directed(),
        "barbell": nx.barbell_graph(30, 150).to_directed(),
        "star": nx.star_graph(250).to_directed(),
        "bipartite": nx.complete_bipartite_graph(20, 31).to_directed(),
        "grid": nx.convert_node_labels_to_integers(nx.grid_2d_graph(12, 11)).to_directed(),
    }


@pytest.fixture(params=[math.inf, 0.0], ids=["factors", "eigenvalues"])
def _way(request, monkeypatch):
    monkeypatch.setattr(von_neumann, "DENSE", request.param)


@pytest.mark.usefixtures("_way")
def test_random_graphs():
    for graph in random_digraphs(150, 40, seed=7):
        check(graph)


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("graph", special_digraphs())
def test_special_graphs(graph):
    check(graph)


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("name", list(long_and_slow()))
def test_graphs_that_converge_slowly(name):
    check(long_and_slow()[name])


def test_grown_networks():
    for organism in grown_organisms(8):
        check(organism.to_networkx())


def test_sparse_graphs_are_factored_and_dense_ones_are_not(monkeypatch):
    monkeypatch.setattr(von_neumann, "_from_eigenvalues", lambda n, *_: -float(n))
    sparse = spectrum(adjacency(nx.grid_2d_graph(15, 15).to_directed()))
    assert sparse["von_neumann_entropy"] > 0
    dense = spectrum(adjacency(nx.complete_graph(60, nx.DiGraph)))
    assert dense["von_neumann_entropy"] == -60


def test_few_steps_leave_the_rest_to_linear_systems(monkeypatch):
    monkeypatch.setattr(radius_module, "STEPS", 3)
    for graph in random_digraphs(60, 40, seed=8):
        check(graph)


def radius_by_pivots(matrix):
    """Bisection: all pivots of s I - A, eliminated in order, are positive just where s > radius."""
    low, high = 0.0, float(matrix.sum(axis=1).max())
    for _ in range(50):
        shift = (low + high) / 2
        rest = shift * np.eye(len(matrix)) - matrix
        for i in range(len(matrix)):
            if rest[i, i] <= 0:
                low = shift
                break
            rest[i + 1 :, i:] -= np.outer(rest[i + 1 :, i] / rest[i, i], rest[i, i:])
        else:
            high = shift
    return high


def test_a_chain_of_cycles_whose_vector_spans_16_digits():
    # Of this grown network even numpy's eigenvalues have nine digits only.
    graph = develop(Genome.random(np.random.default_rng([103, 380386]), max_growth_steps=200))
    directed = graph.to_networkx()
    parts = [directed.subgraph(part) for part in nx.strongly_connected_components(directed)]
    largest = max(parts, key=len)
    assert len(largest) == 140
    expected = radius_by_pivots(nx.to_numpy_array(largest, weight=None))
    found = spectrum(adjacency(graph))["spectral_radius_binary"]
    assert found == pytest.approx(expected, rel=2e-9)
    assert found == pytest.approx(1.9445444297859, rel=2e-9)


def test_bounds_that_do_not_meet_give_no_number(monkeypatch):
    monkeypatch.setattr(radius_module, "STEPS", 1)
    monkeypatch.setattr(radius_module, "SOLUTIONS", 1)
    graph = nx.disjoint_union(long_and_slow()["chord"], nx.complete_graph(3, nx.DiGraph))
    assert spectrum(adjacency(graph))["spectral_radius_binary"] == pytest.approx(2)
    graph.remove_edge(200, 201)
    assert math.isnan(spectrum(adjacency(graph))["spectral_radius_binary"])
    assert "or its bounds do not meet" in DEFINITIONS["spectral_radius_binary"].undefined


def test_known_values():
    path = spectrum(adjacency(nx.DiGraph([(0, 1)])))
    assert path == {"von_neumann_entropy": 0.0, "spectral_radius_binary": 0.0}
    n = 50
    complete = spectrum(adjacency(nx.complete_graph(n, nx.DiGraph)))
    assert complete["von_neumann_entropy"] == pytest.approx(math.log2(n - 1), abs=1e-10)
    assert complete["spectral_radius_binary"] == pytest.approx(n - 1, rel=1e-9)
    golden = spectrum(adjacency(nx.DiGraph([(0, 1), (1, 0), (1, 1)])))
    assert golden["spectral_radius_binary"] == pytest.approx((1 + 5**0.5) / 2, rel=1e-9)
