"""Targets that are graphs, against slow twins, and what must hold for any graph."""

import math
import pickle
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evograft.problems.graph_target import (
    HierarchicalTarget,
    StructuralTarget,
    WeisfeilerLehmanTarget,
    tally,
)
from evograft.problems.graph_target.weisfeiler_lehman import colours, similarity

MEASURES = [StructuralTarget, HierarchicalTarget, WeisfeilerLehmanTarget]


@st.composite
def digraphs(draw, smallest=1):
    n = draw(st.integers(smallest, 7))
    nodes = st.integers(0, max(n - 1, 0))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    if n:
        graph.add_edges_from(draw(st.sets(st.tuples(nodes, nodes), max_size=18)))
    return graph


@st.composite
def renumbered(draw):
    """A graph and the same graph with its nodes in another order."""
    graph = draw(digraphs())
    order = draw(st.permutations(list(graph)))
    other = nx.DiGraph()
    other.add_nodes_from(range(len(order)))
    other.add_edges_from((order.index(a), order.index(b)) for a, b in graph.edges)
    return graph, other


@settings(max_examples=100)
@given(pair=renumbered(), target=digraphs(), measure=st.sampled_from(MEASURES))
def test_a_match_does_not_depend_on_how_the_nodes_are_numbered(pair, target, measure):
    match = measure(target).match(pair[0])
    assert match == pytest.approx(measure(target).match(pair[1]), rel=1e-12)
    assert measure(pair[0]).match(target) == pytest.approx(
        measure(pair[1]).match(target), rel=1e-12
    )
    assert 0 <= match <= 1


@settings(max_examples=60)
@given(renumbered())
def test_the_target_itself_matches_by_one_however_numbered(pair):
    assert StructuralTarget(pair[0]).match(pair[1]) == 1.0
    assert HierarchicalTarget(pair[0]).match(pair[1]) == 1.0
    graphs = tally(pair)
    assert similarity(colours(graphs[0]), colours(graphs[1])) == 1.0
    isolated = nx.number_of_isolates(pair[0]) / len(pair[0])
    expected = 1.0 if isolated == 0 else pytest.approx(1.0 - 0.63 * isolated)
    assert WeisfeilerLehmanTarget(pair[0]).match(pair[1]) == expected


def test_the_authors_labels_depend_on_the_numbering():
    path, other = nx.DiGraph([(0, 1), (1, 2)]), nx.DiGraph()
    other.add_nodes_from(range(3))
    other.add_edges_from([(2, 0), (0, 1)])
    for measure in (WeisfeilerLehmanTarget, HierarchicalTarget):
        limits = {"isomorphism_limit": 0} if measure is HierarchicalTarget else {}
        target = measure(path, original=True, **limits)
        assert target.match(other) < target.match(path)
        assert measure(path, **limits).match(other) == measure(path, **limits).match(path)


# Structural


def slow_structural(target, graph):
    def sequences(g):
        pairs = sorted(((g.in_degree(v), g.out_degree(v)) for v in g), reverse=True)
        incoming, outgoing = zip(*pairs, strict=True) if pairs else ((), ())
        return list(incoming), sorted(outgoing, reverse=True), list(outgoing)

    match = math.exp(-abs(len(graph) - len(target))) * math.exp(
        -abs(graph.size() - target.size()) / 2
    )
    longest = max(len(graph), len(target))
    for a, b in zip(sequences(graph), sequences(target), strict=True):
        a, b = (list(s) + [0] * (longest - len(s)) for s in (a, b))
        match *= math.exp(-sum(abs(x - y) for x, y in zip(a, b, strict=True)) / (longest * 2))
    return match


@settings(max_examples=100)
@given(digraphs(), digraphs(smallest=0))
def test_the_structural_match_equals_that_of_the_slow_twin(target, graph):
    expected = slow_structural(target, graph)
    assert StructuralTarget(target).match(graph) == pytest.approx(expected, rel=1e-12)


# Hierarchical


def slow_alike(a, b, tolerance):
    longest = max(len(a), len(b))
    a, b = (sorted(s, reverse=True) + [0] * (longest - len(s)) for s in (a, b))
    weights = [1 / (1 + i / 2) for i in range(longest)]
    total = sum(w * abs(x - y) for w, x, y in zip(weights, a, b, strict=True))
    return math.exp(-total / sum(weights) / tolerance)


def slow_hierarchical(target, graph, degree_tolerance):
    """The match of a graph with nodes, isomorphism and kernel left out."""

    def closeness(a, b, tolerance):
        return 1 / (1 + math.exp(abs(a - b) - tolerance))

    def degrees(g):
        return [d for _, d in g.in_degree()], [d for _, d in g.out_degree()]

    def reciprocity(g):
        return nx.overall_reciprocity(g) if g.size() else 0.0

    def triangles(g):
        return sum(nx.triangles(g.to_undirected()).values()) / 3

    def centralities(g):
        return [list(f(g).values()) for f in (nx.in_degree_centrality, nx.out_degree_centrality)]

    apart = nx.is_weakly_connected(graph) != nx.is_weakly_connected(target)
    size = 0.4 * closeness(len(graph), len(target), 2)
    size += 0.4 * closeness(graph.size(), target.size(), 5) + 0.2 * (0.5 if apart else 1)
    pairs = list(zip(degrees(graph), degrees(target), strict=True))
    degree = sum(slow_alike(a, b, degree_tolerance) for a, b in pairs) / 2
    motif = 0.1
    if len(graph) > 1 and len(target) > 1:
        pairs = list(zip(centralities(graph), centralities(target), strict=True))
        motif = 1 - abs(reciprocity(graph) - reciprocity(target))
        motif += closeness(triangles(graph), triangles(target), 2)
        motif += 1 - 0.5 * sum(abs(np.mean(a) - np.mean(b)) for a, b in pairs)
        motif += sum(slow_alike(a, b, 0.1) for a, b in pairs) / 2
        motif /= 4
    return size, degree, motif


def staged(size, degree, fine):
    if size < 0.7:
        return 0.8 * size + 0.2 * fine
    if degree < 0.6:
        return 0.3 * size + 0.5 * degree + 0.2 * fine
    return fine


@settings(max_examples=150, deadline=None)
@given(digraphs(), digraphs(), st.booleans(), st.booleans())
def test_the_hierarchical_match_equals_that_of_the_slow_twin(target, graph, original, kernel):
    size, degree, motif = slow_hierarchical(target, graph, 5)
    # At the border of a stage the last bit decides.
    assume(abs(size - 0.7) > 1e-9)
    assume(abs(degree - 0.6) > 1e-9)
    fine = 0.2 * size + 0.3 * degree + 0.5 * motif
    if kernel:
        alike = similarity(*(colours(g, by_index=original) for g in tally([graph, target])))
        fine = 0.15 * size + 0.25 * degree + 0.3 * motif + 0.3 * alike
    ours = HierarchicalTarget(target, kernel=kernel, original=original, isomorphism_limit=0)
    assert ours.match(graph) == pytest.approx(staged(size, degree, fine), rel=1e-9)


def test_every_stage_of_the_hierarchy_is_reached():
    cycle = nx.cycle_graph(8, create_using=nx.DiGraph)
    star = nx.DiGraph([(0, i) for i in range(1, 8)])
    cases = [(nx.DiGraph([(0, 1)]), 5.0), (star, 0.5), (star, 50.0)]
    reached = []
    for graph, tolerance in cases:
        size, degree, motif = slow_hierarchical(cycle, graph, tolerance)
        reached.append((size < 0.7, degree < 0.6))
        fine = 0.2 * size + 0.3 * degree + 0.5 * motif
        target = HierarchicalTarget(cycle, degree_tolerance=tolerance, kernel=False)
        assert target.match(graph) == pytest.approx(staged(size, degree, fine))
    assert reached == [(True, False), (False, True), (False, False)]


def test_the_degree_tolerance_is_that_of_connections_unless_given():
    path = nx.path_graph(3, create_using=nx.DiGraph)
    assert HierarchicalTarget(path, connection_tolerance=9.0).degree_tolerance == 9.0
    assert HierarchicalTarget(path, original=True).degree_tolerance == 5.0
    assert HierarchicalTarget(path, degree_tolerance=4.0).degree_tolerance == 4.0


def test_differences_far_beyond_the_tolerance_stay_finite():
    small = nx.path_graph(2, create_using=nx.DiGraph)
    large = nx.complete_graph(60, create_using=nx.DiGraph)
    assert 0 < HierarchicalTarget(small).match(large) < 1
    wide = HierarchicalTarget(small, neuron_tolerance=2000.0, connection_tolerance=1e5)
    assert 0 < wide.match(large) < 1


def test_isomorphism_is_tested_up_to_the_limit():
    ring = nx.cycle_graph(25, create_using=nx.DiGraph)
    assert 0.9 < HierarchicalTarget(ring).match(ring) < 1.0
    assert HierarchicalTarget(ring, isomorphism_limit=25).match(ring) == 1.0
    two = nx.union(*(nx.cycle_graph(k, create_using=nx.DiGraph) for k in (3, 4)), rename=("a", "b"))
    seven = nx.cycle_graph(7, create_using=nx.DiGraph)
    assert HierarchicalTarget(seven).match(two) < 1.0  # the same degrees, another graph
    assert StructuralTarget(seven).match(two) == 1.0


# All


@pytest.mark.parametrize("measure", MEASURES)
def test_matches_of_many_are_those_of_each(measure):
    rng = np.random.default_rng(4)
    crowd = [
        nx.gnp_random_graph(n, 0.3, seed=int(rng.integers(99)), directed=True) for n in range(9)
    ]
    target = measure(crowd[5])
    matches = target.matches(crowd)
    assert matches.dtype == np.float64
    assert matches.tolist() == [target.match(graph) for graph in crowd]
    assert matches[5] == 1.0
    assert np.isfinite(matches).all()
    assert target.matches([]).shape == (0,)
    assert pickle.loads(pickle.dumps(target)).matches(crowd).tolist() == matches.tolist()


@pytest.mark.parametrize("measure", MEASURES)
def test_a_target_may_be_a_grown_network(measure):
    grown = SimpleNamespace(neuron_ids=np.array([2, 7]), edges=np.array([[7, 2]]))
    target = measure(grown)
    assert target.match(nx.DiGraph([("a", "b")])) == 1.0
    assert target.describe() == {
        "neurons": 2,
        "sources": 1,
        "connections": 1,
        "weakly_connected": True,
    }


@pytest.mark.parametrize("measure", MEASURES)
def test_a_target_without_nodes_and_a_tolerance_of_nothing_are_refused(measure):
    with pytest.raises(ValueError, match="graph must have at least one node, got none"):
        measure(nx.DiGraph())
    with pytest.raises(ValueError, match="neuron_tolerance must be a number above 0, got 0"):
        measure(nx.DiGraph([(1, 2)]), neuron_tolerance=0)
    with pytest.raises(TypeError, match="must be a grown network or a DiGraph"):
        measure(nx.Graph([(1, 2)]))
