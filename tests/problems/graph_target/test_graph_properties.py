"""Targets given by numbers, against a slow twin; the published ones."""

import math
import pickle
from itertools import zip_longest

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.problems.graph_target import PUBLISHED, PropertyTarget, draw_targets


@st.composite
def digraphs(draw, largest=9):
    n = draw(st.integers(0, largest))
    nodes = st.integers(0, max(n - 1, 0))
    pairs = st.sets(st.tuples(nodes, nodes), max_size=25) if n else st.just(set())
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(draw(pairs))
    return graph


def slow_match(target, graph):
    n, m = graph.number_of_nodes(), graph.number_of_edges()
    z = sum(degree == 0 for _, degree in graph.in_degree())
    match = math.exp(-abs(n - target.neurons) / target.neuron_tolerance)
    match *= math.exp(-abs(z - target.sources) / target.source_tolerance)
    match *= math.exp(-abs(m - target.connections) / target.connection_tolerance)
    pairs = ((target.in_degrees, graph.in_degree()), (target.out_degrees, graph.out_degree()))
    for wanted, degrees in pairs:
        if wanted is not None:
            both = list(zip_longest([d for _, d in degrees], wanted, fillvalue=0))
            distance = sum(abs(a - b) for a, b in both)
            match *= math.exp(-distance / (max(len(both), 1) * target.connection_tolerance))
    if target.weakly_connected and n and not nx.is_weakly_connected(graph):
        match *= target.connectivity_penalty
    return match


TARGETS = [
    PropertyTarget(5, 2, 8),
    PropertyTarget(3, 0, 9, 1.5, 0.5, 7.0, connectivity_penalty=0.25),
    PropertyTarget(6, 1, 4, in_degrees=(2, 0, 1), out_degrees=(0, 3, 0, 0, 1), weakly_connected=0),
    PropertyTarget(1, 0, 1, in_degrees=(), connectivity_penalty=0.0),
]


@settings(max_examples=150)
@given(graphs=st.lists(digraphs(), max_size=5), target=st.sampled_from(TARGETS))
def test_matches_equal_those_of_the_slow_twin(graphs, target):
    matches = target.matches(graphs)
    assert matches.shape == (len(graphs),)
    assert matches.dtype == np.float64
    assert matches.tolist() == pytest.approx([slow_match(target, g) for g in graphs], rel=1e-13)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_match_is_one_exactly_where_all_counts_agree(name):
    n, z, m = PUBLISHED[name]
    # A path gives the least edges; more edges go to all but the first z nodes.
    wanted = nx.DiGraph()
    wanted.add_nodes_from(range(n))
    wanted.add_edges_from((i, max(i + 1, z)) for i in range(n - 1))
    heads = [(i, j) for j in range(z, n) for i in range(n) if not wanted.has_edge(i, j)]
    first = [(n - 1, j) for j in range(z, n) if wanted.in_degree(j) == 0]
    wanted.add_edges_from(first)
    wanted.add_edges_from([pair for pair in heads if pair not in first][: m - wanted.size()])
    target = PropertyTarget(n, z, m)
    assert target.match(wanted) == 1.0
    for change in ({"neurons": n - 1}, {"sources": z + 1}, {"connections": m + 1}):
        other = PropertyTarget(**({"neurons": n, "sources": z, "connections": m} | change))
        assert 0.5 < other.match(wanted) < 1.0
    wanted.remove_edge(*next(iter(wanted.edges)))
    assert target.match(wanted) < 1.0


def test_the_published_targets_are_those_that_their_recipe_draws():
    assert list(PUBLISHED) == [f"K{i:02}" for i in range(1, 21)]
    assert draw_targets() == list(PUBLISHED.values())
    assert draw_targets(3) == draw_targets()[:3] != draw_targets(3, seed=1)


def test_a_match_does_not_depend_on_what_was_measured_before():
    target = PropertyTarget(3, 0, 3, in_degrees=(1, 2, 0), out_degrees=(1, 1, 1))
    small, large = nx.DiGraph([(0, 1)]), nx.path_graph(50, create_using=nx.DiGraph)
    alone = target.match(small)
    target.match(large)
    assert target.match(small) == alone == target.matches([large, small, large])[1]


def test_a_graph_without_nodes_has_a_finite_match_and_no_penalty_for_connectivity():
    strict = PropertyTarget(2, 1, 1, in_degrees=(0, 1), connectivity_penalty=0.0)
    assert strict.match(nx.DiGraph()) == pytest.approx(
        math.exp(-2 / 5) * math.exp(-1 / 2) * math.exp(-1 / 50) * math.exp(-1 / 100)
    )


def test_a_loop_is_an_edge_and_an_incoming_one():
    loop = nx.DiGraph([(0, 0)])
    assert PropertyTarget(1, 0, 1).match(loop) == 1.0
    assert PropertyTarget(1, 0, 1, in_degrees=(1,), out_degrees=(1,)).match(loop) == 1.0


def test_a_tiny_tolerance_stays_finite():
    target = PropertyTarget(2, 0, 0, 1e-300)
    assert target.match(nx.DiGraph()) == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"neurons": 0}, "neurons must be an integer of at least 1, got 0"),
        ({"sources": 4}, "sources must be an integer from 0 to 3, got 4"),
        ({"connections": 10}, "connections must be an integer from 0 to 9, got 10"),
        ({"neuron_tolerance": 0}, "neuron_tolerance must be a number above 0, got 0"),
        ({"source_tolerance": -1.0}, "source_tolerance must be a number of at least 0, got -1.0"),
        ({"connection_tolerance": math.nan}, "connection_tolerance must be a number"),
        ({"in_degrees": (1, -1)}, r"in_degrees\[1\] must be an integer of at least 0, got -1"),
        ({"weakly_connected": "no"}, "weakly_connected must be one of True, False, got 'no'"),
        ({"connectivity_penalty": 2}, "connectivity_penalty must be a number from 0 to 1, got 2"),
    ],
)
def test_a_parameter_that_breaks_its_rule_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        PropertyTarget(**({"neurons": 3, "sources": 1, "connections": 2} | change))


def test_degrees_that_are_no_integers_are_refused():
    with pytest.raises(TypeError, match="out_degrees must be a sequence of integers, got 3"):
        PropertyTarget(3, 1, 2, out_degrees=3)
    with pytest.raises(TypeError, match=r"out_degrees\[0\] must be an integer"):
        PropertyTarget(3, 1, 2, out_degrees=[0.5])


def test_targets_are_equal_by_value_and_pickle():
    target = PropertyTarget(3, 1, 2, in_degrees=[1, 0])
    assert (
        pickle.loads(pickle.dumps(target)) == target == PropertyTarget(3, 1, 2, in_degrees=(1, 0))
    )
