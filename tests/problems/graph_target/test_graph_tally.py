"""Counting of graphs, grown ones and networkx's alike."""

from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.problems.graph_target import tally
from evograft.problems.graph_target._connectivity_kernels import triangles
from evograft.representations import morphogenesis


def network(ids, edges):
    return SimpleNamespace(neuron_ids=np.array(ids), edges=np.array(edges).reshape(-1, 2))


@st.composite
def networks(draw):
    ids = sorted(draw(st.sets(st.integers(-5, 40), max_size=10)))
    end = st.sampled_from(ids) if ids else st.nothing()
    edges = draw(st.sets(st.tuples(end, end), max_size=25)) if ids else set()
    return network(np.array(ids, np.int64), np.array(sorted(edges), np.int64))


def as_digraph(phenotype):
    graph = nx.DiGraph()
    graph.add_nodes_from(phenotype.neuron_ids.tolist())
    graph.add_edges_from(phenotype.edges.tolist())
    return graph


@settings(max_examples=150)
@given(st.lists(networks(), max_size=5))
def test_counts_are_those_of_networkx(phenotypes):
    digraphs = [as_digraph(phenotype) for phenotype in phenotypes]
    graphs = tally(phenotypes)
    assert len(graphs) == len(phenotypes)
    for i, (graph, digraph) in enumerate(zip(graphs, digraphs, strict=True)):
        assert graph.n == digraph.number_of_nodes()
        assert len(graph.edges) == graphs.connections[i] == digraph.number_of_edges()
        assert graph.in_degrees.tolist() == [degree for _, degree in digraph.in_degree()]
        assert graph.out_degrees.tolist() == [degree for _, degree in digraph.out_degree()]
        assert graph.sources == sum(degree == 0 for _, degree in digraph.in_degree())
        assert graphs.components[i] == nx.number_weakly_connected_components(digraph)
        assert graph.weakly_connected == (graphs.components[i] == 1)
        nodes = list(digraph)
        named = [(nodes[source], nodes[target]) for source, target in graph.edges.tolist()]
        assert named == [tuple(edge) for edge in phenotypes[i].edges.tolist()]
        assert triangles(graph.n, graph.edges) == sum(
            nx.triangles(digraph.to_undirected()).values()
        ) // 3  # fmt: skip


@settings(max_examples=50)
@given(st.lists(networks(), max_size=4))
def test_a_networkx_graph_counts_as_the_network_it_came_from(phenotypes):
    ours, theirs = tally(phenotypes), tally([as_digraph(phenotype) for phenotype in phenotypes])
    for name in ("neurons", "connections", "sources", "components", "in_degrees", "out_degrees"):
        assert getattr(ours, name).tolist() == getattr(theirs, name).tolist()


def test_a_grown_network_counts_as_its_networkx_graph():
    genome = morphogenesis.Genome.random(np.random.default_rng(2), 10, 10, max_growth_steps=200)
    organism = morphogenesis.develop(genome)
    ours, theirs = tally([organism])[0], tally([organism.to_networkx()])[0]
    assert ours.n == 100
    assert len(ours.edges) == 147
    assert ours.in_degrees.tolist() == theirs.in_degrees.tolist()
    assert ours.weakly_connected == theirs.weakly_connected


def test_nodes_of_any_name_keep_their_order():
    graph = nx.DiGraph()
    graph.add_nodes_from(["z", (1, 2), "a"])
    graph.add_edge("a", "z")
    assert tally([graph])[0].edges.tolist() == [[2, 0]]


def test_graphs_are_counted_from_either_end():
    graphs = tally([nx.DiGraph([(1, 2)]), nx.DiGraph([(1, 2), (2, 3)])])
    assert (graphs[-1].n, graphs[-2].n) == (3, 2)
    with pytest.raises(IndexError):
        graphs[2]


def test_what_is_counted_is_left_alone():
    phenotype = network([3, 5], [[3, 5]])
    phenotype.neuron_ids.flags.writeable = phenotype.edges.flags.writeable = False
    assert tally([phenotype, phenotype]).edges.tolist() == [[0, 1], [0, 1]]
    assert phenotype.edges.tolist() == [[3, 5]]


@pytest.mark.parametrize(
    ("ids", "edges"),
    [
        ([1, 2], [[1, 3]]),
        ([1, 4], [[1, 3]]),
        ([1, 2], [[0, 1]]),
        ([], [[0, 1]]),
        ([2, 1], [[1, 2]]),
        ([9, 1, 2, 3], []),
        ([1, 9, 2, 3], []),
        ([1, 1], []),
    ],
)
def test_edges_of_other_nodes_and_unsorted_ids_are_refused(ids, edges):
    good = network([1], [[1, 1]])
    bad = network(np.array(ids, np.int64), np.array(edges, np.int64))
    with pytest.raises(ValueError, match=r"ascending neuron_ids.*in number 1$"):
        tally([good, bad])


@pytest.mark.parametrize("other", [nx.Graph([(1, 2)]), nx.MultiDiGraph([(1, 2)]), 3, None])
def test_what_is_no_directed_graph_is_refused(other):
    with pytest.raises(TypeError, match="phenotype must be a grown network or a DiGraph"):
        tally([nx.DiGraph(), other])


def test_arrays_of_other_kinds_and_shapes_are_refused():
    with pytest.raises(TypeError, match="edges must be integers, got float64"):
        tally([network([1], [[1.0, 1.0]])])
    with pytest.raises(ValueError, match=r"edges must have shape \(m, 2\), got \(2, 3\)"):
        tally([SimpleNamespace(neuron_ids=np.array([1]), edges=np.ones((2, 3), int))])
    with pytest.raises(ValueError, match="neuron_ids must span at most"):
        tally([network([1, 1 << 40], [])])


def test_narrow_integers_count_too():
    assert tally([network(np.array([1, 2], np.int8), np.array([[1, 2]], np.uint16))]).sources == [1]
