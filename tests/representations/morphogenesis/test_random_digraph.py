"""Random digraphs of a given size: what is drawn, in which order, and how often."""

import random
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.morphogenesis.random_digraph import random_digraph


def slow_digraph(n, m, rng):
    """The definition, pair by pair; also how many tries it took."""
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    for tries in range(1, 101):
        graph = nx.DiGraph()
        graph.add_nodes_from(range(n))
        for k in rng.choice(len(pairs), size=m, replace=False):
            graph.add_edge(*pairs[k], weight=rng.uniform(0.01, 1.0))
        if nx.is_weakly_connected(graph):
            return graph, tries
    raise AssertionError


@pytest.mark.parametrize(("n", "m"), [(6, 8), (7, 7), (12, 60), (6, 30), (40, 200)])
def test_edges_and_weights_are_drawn_in_the_order_of_the_definition(n, m):
    most = 0
    for seed in range(5):
        ours, theirs = np.random.default_rng(seed), np.random.default_rng(seed)
        graph = random_digraph(n, m, ours)
        expected, tries = slow_digraph(n, m, theirs)
        most = max(most, tries)
        assert list(graph.edges(data="weight")) == list(expected.edges(data="weight"))
        assert list(graph) == list(range(n))
        assert ours.random() == theirs.random()
    if m == n:
        assert most > 1  # so that the tries, too, were compared


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(0, 200), st.integers(0, 2**32))
def test_size_weights_and_absence_of_loops(n, m, seed):
    rng = np.random.default_rng(seed)
    graph = random_digraph(n, m, rng, minimum=1, weakly_connected=False)
    assert graph.number_of_nodes() == n
    assert graph.number_of_edges() == min(m, n * (n - 1))
    assert nx.number_of_selfloops(graph) == 0
    assert all(0.01 <= weight < 1 for _, _, weight in graph.edges(data="weight"))


def test_every_pair_is_equally_likely():
    rng = np.random.default_rng(7)
    drawn: Counter[tuple[int, int]] = Counter()
    for _ in range(3000):
        graph = random_digraph(4, 3, rng, minimum=4, weakly_connected=False)
        drawn.update(list(graph.edges))
    # 12 pairs, each with a chance of 1/4: 750 of 3000, with a standard deviation of 24.
    assert len(drawn) == 12
    assert max(abs(count - 750) for count in drawn.values()) < 110


def test_without_a_generator_pythons_seed_decides():
    random.seed(5)
    one = random_digraph(8, 20)
    random.seed(5)
    other = random_digraph(8, 20)
    third = random_digraph(8, 20)
    assert (
        list(one.edges(data=True)) == list(other.edges(data=True)) != list(third.edges(data=True))
    )


def test_small_networks_are_refused_unless_asked_for():
    with pytest.raises(ValueError, match="n must be an integer of at least 6, got 5"):
        random_digraph(5, 20)
    assert random_digraph(1, 0, minimum=1).number_of_nodes() == 1
    with pytest.raises(ValueError, match="m must be an integer of at least 0, got -1"):
        random_digraph(6, -1)
    with pytest.raises(TypeError, match="n must be an integer"):
        random_digraph(6.0, 8)


def test_too_few_edges_to_connect_are_refused_before_anything_is_drawn():
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    with pytest.raises(ValueError, match="m must be at least n - 1 to connect 6 nodes, got 4"):
        random_digraph(6, 4, rng)
    assert rng.bit_generator.state == before
    assert random_digraph(6, 4, rng, weakly_connected=False).number_of_edges() == 4


def test_after_a_hundred_tries_it_gives_up():
    # A tree of 60 nodes among all graphs of 59 edges is as good as never drawn.
    with pytest.raises(ValueError, match="got none of 60 nodes and 59 edges in 100 tries"):
        random_digraph(60, 59, np.random.default_rng(1))
