"""Metrics of many graphs, beside networkx's and recorded ones."""

import math
from functools import cache
from types import SimpleNamespace

import networkx as nx
import networkx_metrics
import numpy as np
import pytest
from digraphs import grown_organisms, random_digraphs, special_digraphs
from fixtures import fixture
from networkx_metrics import Pair

from evograft.problems.benchmark_generation.metrics import METRICS, adjacency, measure
from evograft.problems.benchmark_generation.metrics._path_kernels import count_lengths
from evograft.problems.benchmark_generation.metrics.communities import partition_greedy

UNDEFINED = {
    "never": lambda pair: False,
    "n = 0": lambda pair: len(pair.directed) == 0,
    "n = 0, or its bounds do not meet after all iterations (no such graph is known)": lambda pair: (
        len(pair.directed) == 0
    ),
    "n < 2": lambda pair: len(pair.directed) < 2,
    "m = 0": lambda pair: pair.directed.number_of_edges() == 0,
    "no edges but loops": lambda pair: pair.simple.number_of_edges() == 0,
    "no edges but loops; every ordered pair is an edge": lambda pair: (
        pair.simple.number_of_edges() == 0
        or all(pair.directed.has_edge(u, v) for u in pair.directed for v in pair.directed if u != v)
    ),
    "no node of U has two neighbours (networkx says 0)": lambda pair: (
        max(dict(pair.simple.degree).values(), default=0) < 2
    ),
    "all sources have the same out-degree or all targets the same in-degree; m = 0": lambda pair: (
        len({pair.directed.out_degree(source) for source, _ in pair.directed.edges}) < 2
        or len({pair.directed.in_degree(target) for _, target in pair.directed.edges}) < 2
    ),
    "n < 3, or U has no edges or all": lambda pair: (
        len(pair.simple) < 3
        or pair.simple.number_of_edges() in (0, len(pair.simple) * (len(pair.simple) - 1) // 2)
    ),
    "the giant component has fewer than 2 nodes": lambda pair: giant_size(pair) < 2,
    "the giant component has fewer than 3 nodes": lambda pair: giant_size(pair) < 3,
    "the graph has no positions on a torus": lambda pair: True,
    "the graph has no positions on a torus; no edges but loops": lambda pair: True,
}


def giant_size(pair):
    return max(map(len, nx.connected_components(pair.simple)), default=0)


@cache
def measured():
    """Graphs with their projections, and all metrics of each."""
    graphs = [
        *special_digraphs(),
        *random_digraphs(250, 12, seed=1),
        *random_digraphs(30, 50, seed=2),
        *(organism.to_networkx() for organism in grown_organisms(4)),
    ]
    return [(Pair.of(graph), measure(graph)) for graph in graphs]


def assert_same(found, expected, radius=2e-9):
    """All names of *expected*; the iteration for the radius ends when it is known to 1e-9."""
    for name, value in expected.items():
        if isinstance(value, int):
            assert found[name] == value, name
        else:
            error = radius if name == "spectral_radius_binary" else 1e-10
            assert found[name] == pytest.approx(value, rel=error, abs=1e-12, nan_ok=True), name


@pytest.mark.parametrize("family", networkx_metrics.FAMILIES.values())
def test_metrics_are_those_of_networkx(family):
    for pair, found in measured():
        assert_same(found, family(pair))


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_nan_exactly_where_its_definition_says(name):
    undefined = UNDEFINED[METRICS[name].undefined]
    for pair, found in measured():
        assert math.isnan(found[name]) == undefined(pair), list(pair.directed.edges)


def test_metrics_are_the_recorded_ones():
    graphs = {item["id"]: item["graph"] for item in fixture("morphonas", "development")["items"]}
    items = fixture("morphonas", "metrics")["items"]
    for item in items:
        graph = graphs[item["id"]]
        pairs = np.array([edge[:2] for edge in graph["edges"]], np.int64)
        network = SimpleNamespace(neuron_ids=np.array(graph["nodes"]), edges=pairs)
        assert partition_greedy(adjacency(network)).tolist() == item["metrics"]["partition_greedy"]
        found = measure(network)
        # The recorded radius is that of the whole matrix, which several components of one radius
        # blur.
        assert_same(found, {k: v for k, v in item["metrics"].items() if k in found}, radius=1e-5)
    assert len(items) == 22
    assert len(set(found) & set(items[0]["metrics"])) == 32


@pytest.mark.parametrize("n", [1, 63, 64, 65, 511, 512, 513, 1100])
def test_searches_beyond_one_word_and_one_block_find_all_lengths(n):
    graph = nx.gnp_random_graph(n, 1.5 / n, seed=n, directed=True)
    found = adjacency(graph)
    starts, targets = found.out_starts, found.out_targets
    lengths = [
        length for _, ends in nx.all_pairs_shortest_path_length(graph) for length in ends.values()
    ]
    assert count_lengths(starts, targets, np.arange(n)).tolist() == np.bincount(lengths).tolist()
    # Any nodes to start from, in any order.
    some = np.random.default_rng(n).permutation(n)[: n // 2 + 1]
    lengths = [
        length
        for node in some.tolist()
        for length in nx.single_source_shortest_path_length(graph, node).values()
    ]
    assert count_lengths(starts, targets, some).tolist() == np.bincount(lengths).tolist()


def test_the_giant_component_is_the_first_of_the_largest():
    graph = nx.disjoint_union(nx.path_graph(4), nx.complete_graph(4)).to_directed()
    assert measure(graph)["average_shortest_path_undirected"] == pytest.approx(10 / 6)
    assert measure(graph)["small_worldness"] == 0
    turned = nx.disjoint_union(nx.complete_graph(4), nx.path_graph(4)).to_directed()
    assert measure(turned)["average_shortest_path_undirected"] == 1
    assert measure(turned)["small_worldness"] == pytest.approx(4 / 3 * math.log(4) / math.log(3))


def test_a_regular_graph_has_no_entropy_and_no_variance():
    found = measure(nx.cycle_graph(9, create_using=nx.DiGraph))
    names = [
        name for name in found if name.endswith(("_entropy", "_variance")) and "degree" in name
    ]
    assert [math.copysign(1, found[name]) * found[name] for name in names] == [0.0] * 6
    assert found["degree_balance"] == found["largest_wcc_fraction"] == 1
    assert found["longest_shortest_path"] == 8
