"""Greedy modularity, beside networkx's."""

import math

import networkx as nx
import numpy as np
import pytest
from digraphs import grown_organisms, random_digraphs, special_digraphs

from evograft.problems.benchmark_generation.metrics.adjacency import adjacency
from evograft.problems.benchmark_generation.metrics.communities import (
    DEFINITIONS,
    communities,
    partition_greedy,
)


def by_networkx(graph):
    """The communities as networkx numbers them, of nodes named by their places."""
    graph = nx.convert_node_labels_to_integers(graph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    found = nx.community.greedy_modularity_communities(graph.to_undirected())
    return graph, found


def check(graph):
    labels = partition_greedy(adjacency(graph))
    graph, found = by_networkx(graph)
    assert [np.flatnonzero(labels == c).tolist() for c in range(len(found))] == [
        sorted(community) for community in found
    ]
    values = communities(adjacency(graph))
    assert list(values) == list(DEFINITIONS)
    assert values["n_communities_greedy"] == len(found)
    if graph.size() == 0:
        assert math.isnan(values["modularity_undirected_greedy"])
        assert math.isnan(values["modularity_directed_same_partition"])
        return
    assert values["modularity_undirected_greedy"] == pytest.approx(
        nx.community.modularity(graph.to_undirected(), found, weight=None), abs=1e-12
    )
    assert values["modularity_directed_same_partition"] == pytest.approx(
        nx.community.modularity(graph, found, weight=None), abs=1e-12
    )


def test_random_graphs_have_the_partition_of_networkx():
    for graph in random_digraphs(220, 25, seed=1):
        check(graph)


@pytest.mark.parametrize(
    "graph",
    [
        *special_digraphs(),
        *(nx.DiGraph(nx.grid_2d_graph(a, b, periodic=b % 2 == 0)) for a in (3, 7) for b in (5, 6)),
        *(nx.DiGraph(nx.hypercube_graph(d)) for d in (3, 5)),
        nx.DiGraph(nx.complete_bipartite_graph(4, 6)),
        nx.DiGraph(nx.karate_club_graph()),
        nx.DiGraph(nx.balanced_tree(3, 3)),
    ],
)
def test_ties_are_broken_as_networkx_breaks_them(graph):
    check(graph)


def test_grown_networks_have_the_partition_of_networkx():
    for organism in grown_organisms(8):
        check(organism.to_networkx())
        assert communities(adjacency(organism)) == communities(adjacency(organism.to_networkx()))


def test_two_cliques_are_two_communities_and_loops_do_not_count():
    cliques = nx.disjoint_union(*(nx.complete_graph(5, nx.DiGraph) for _ in range(2)))
    plain = communities(adjacency(cliques))
    assert plain == {
        "modularity_undirected_greedy": 0.5,
        "n_communities_greedy": 2.0,
        "modularity_directed_same_partition": 0.5,
    }
    cliques.add_edges_from((i, i) for i in range(7))
    assert communities(adjacency(cliques)) == plain
