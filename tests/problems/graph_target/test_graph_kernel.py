"""The Weisfeiler-Lehman kernel against a slow twin, and the target that uses it."""

import math
from collections import Counter
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.problems.graph_target import WeisfeilerLehmanTarget, tally
from evograft.problems.graph_target.weisfeiler_lehman import colours, similarity


def slow_kernel(a, b, *, by_index):
    """The kernel with nested tuples as labels."""

    def counts(graph):
        labels: dict[object, Any] = {
            node: (i if by_index else (graph.in_degree(node), graph.out_degree(node)))
            for i, node in enumerate(graph)
        }
        counted = Counter((0, label) for label in labels.values())
        for iteration in range(1, 6):
            labels = {
                node: (
                    labels[node],
                    tuple(sorted(labels[other] for other in graph.predecessors(node))),
                    tuple(sorted(labels[other] for other in graph.successors(node))),
                )
                for node in graph
            }
            counted.update((iteration, label) for label in labels.values())
        return counted

    def product(one, other):
        return sum(n * other[label] for label, n in one.items())

    x, y = counts(a), counts(b)
    return product(x, y) / math.sqrt(product(x, x) * product(y, y))


@st.composite
def sparse_digraphs(draw):
    """Small and sparse, so that the tuples of the slow twin stay small."""
    n = draw(st.integers(1, 5))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(draw(st.sets(st.tuples(*[st.integers(0, n - 1)] * 2), max_size=5)))
    return graph


@settings(max_examples=60, deadline=None)
@given(sparse_digraphs(), sparse_digraphs(), st.booleans())
def test_the_kernel_equals_that_of_the_slow_twin(a, b, by_index):
    one, other = (colours(graph, by_index=by_index) for graph in tally([a, b]))
    assert similarity(one, other) == pytest.approx(slow_kernel(a, b, by_index=by_index), abs=1e-12)


def test_the_kernel_tells_directions_apart():
    fan_in, fan_out = nx.DiGraph([(1, 0), (2, 0)]), nx.DiGraph([(0, 1), (0, 2)])
    one, other = map(colours, tally([fan_in, fan_out]))
    assert similarity(one, other) == 0.0


def test_the_match_by_neighbourhoods_counts_sizes_and_isolated_nodes():
    pair = nx.DiGraph([(0, 1)])
    target = WeisfeilerLehmanTarget(pair, neuron_tolerance=4.0)
    assert target.match(nx.DiGraph()) == pytest.approx(0.07 + 0.3 * math.exp(-2 / 4))
    lonely = nx.DiGraph(pair)
    lonely.add_nodes_from([5, 6])
    kernel = slow_kernel(lonely, pair, by_index=False)
    expected = 0.7 * kernel * (1 - 0.9 * 2 / 4) + 0.3 * math.exp(-2 / 4)
    assert target.match(lonely) == pytest.approx(expected)
