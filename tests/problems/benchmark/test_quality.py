"""The filter, beside a plain one, with thresholds that keep all or none."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.graph_target.graphs import tally


def plain_reason(graph, quality):
    """The filter as one reads it."""
    n = graph.number_of_nodes()
    if n < quality.neurons:
        return "neurons"
    if graph.number_of_edges() < quality.edges:
        return "edges"
    sending = sum(1 for _, degree in graph.out_degree() if degree > 0)
    if (sending / n if n else 0.0) < quality.coverage:
        return "coverage"
    if quality.connected == "weak" and (n == 0 or not nx.is_weakly_connected(graph)):
        return "disconnected"
    bare = nx.DiGraph(graph)
    bare.remove_edges_from(nx.selfloop_edges(graph))
    if quality.connected == "no_isolated" and [*nx.isolates(bare)]:
        return "disconnected"
    return None


def random_graphs(seed, k=30):
    rng = np.random.default_rng(seed)
    graphs = []
    for _ in range(k):
        n = int(rng.integers(0, 9))
        graph = nx.empty_graph(n, nx.DiGraph)
        graph.add_edges_from(np.argwhere(rng.random((n, n)) < rng.choice([0.1, 0.2, 0.4])).tolist())
        graphs.append(graph)
    return graphs


@given(
    st.integers(0, 2**32 - 1),
    st.builds(
        Quality,
        st.integers(0, 6),
        st.integers(0, 6),
        st.sampled_from([0.0, 0.5, 0.7, 1.0]),
        st.sampled_from(["weak", "no_isolated", None]),
    ),
)
def test_reasons_are_those_of_the_plain_filter(seed, quality):
    graphs = random_graphs(seed)
    assert quality.reasons(tally(graphs)) == [plain_reason(graph, quality) for graph in graphs]


def test_without_thresholds_all_are_kept_and_with_endless_ones_none():
    graphs = tally(random_graphs(1))
    assert set(Quality(0, 0, 0.0, None).reasons(graphs)) == {None}
    assert set(Quality(neurons=10**9).reasons(graphs)) == {"neurons"}
    assert Quality().reasons(tally([])) == []


def test_a_share_that_is_just_the_threshold_is_enough():
    for n in range(1, 60):
        for sending in range(n + 1):
            graph = nx.empty_graph(n, nx.DiGraph)
            graph.add_edges_from((i, i) for i in range(sending))
            quality = Quality(0, 0, sending / n, None)
            assert quality.reasons(tally([graph])) == [None]


def test_a_loop_does_not_connect_a_neuron():
    graph = nx.DiGraph([(0, 1), (2, 2)])
    assert Quality(0, 0, 0, "no_isolated").reasons(tally([graph])) == ["disconnected"]
    graph.add_edge(2, 0)
    assert Quality(0, 0, 0, "no_isolated").reasons(tally([graph])) == [None]


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"neurons": -1}, ValueError, "neurons must be an integer of at least 0, got -1"),
        ({"edges": 2.5}, TypeError, "edges must be an integer"),
        ({"coverage": 1.5}, ValueError, "coverage must be a number from 0 to 1, got 1.5"),
        ({"connected": "strong"}, ValueError, "connected must be one of 'weak'.*got 'strong'"),
    ],
)
def test_bad_thresholds_are_told(settings, kind, message):
    with pytest.raises(kind, match=message):
        Quality(**settings)
