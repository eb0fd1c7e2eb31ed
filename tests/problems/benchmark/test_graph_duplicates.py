"""Isomorphic graphs, beside networkx's search, and where such searches lose themselves."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evograft.problems.benchmark_generation.duplicates import duplicates, wl_digest
from evograft.problems.benchmark_generation.isomorphism import isomorphic
from evograft.problems.graph_target import tally
from evograft.representations.morphogenesis import Genome, develop


def digraph(n, edges):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(edges)
    return graph


def shuffled(graph, seed):
    n = graph.number_of_nodes()
    order = np.random.default_rng(seed).permutation(n).tolist()
    place = dict(zip(graph, order, strict=True))
    return digraph(n, [(place[a], place[b]) for a, b in graph.edges])


def drawn(n, density, seed):
    chosen = np.random.default_rng(seed).random((n, n)) < density
    return digraph(n, np.argwhere(chosen).tolist())


def torus(n, steps):
    sites = [(i, j) for i in range(n) for j in range(n)]
    edges = [((i, j), ((i + a) % n, (j + b) % n)) for i, j in sites for a, b in steps]
    return nx.convert_node_labels_to_integers(nx.DiGraph(edges))


NEAREST = [(0, 1), (1, 0), (0, -1), (-1, 0)]
SHRIKHANDE = torus(4, [*NEAREST, (1, 1), (-1, -1)])
ROOK = nx.convert_node_labels_to_integers(
    nx.line_graph(nx.complete_bipartite_graph(4, 4))
).to_directed()


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_as_networkx_on_small_graphs(n, m, seed):
    rng = np.random.default_rng(seed)
    pairs = rng.choice(n * n, size=(2, min(m, n * n)), replace=True) if n else np.empty((2, 0), int)
    one, other = (digraph(n, [divmod(int(pair), n) for pair in row]) for row in pairs)
    assert isomorphic(*tally([one, other])) is nx.is_isomorphic(one, other)


@given(st.integers(0, 12), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_shuffled_graphs_are_found_again(n, density, seed):
    graph = drawn(n, density, seed)
    other = shuffled(graph, seed)
    assert wl_digest(graph) == wl_digest(other)
    assert isomorphic(*tally([graph, other])) is True


@given(st.integers(2, 8), st.floats(0.1, 0.9), st.integers(0, 2**32 - 1))
def test_one_edge_moved_is_as_networkx_says(n, density, seed):
    rng = np.random.default_rng(seed)
    graph = drawn(n, density, seed)
    other = shuffled(graph, seed)
    free = [(a, b) for a in range(n) for b in range(n) if not other.has_edge(a, b)]
    if not free or not other.edges:
        return
    other.remove_edge(*[*other.edges][rng.integers(other.number_of_edges())])
    other.add_edge(*free[rng.integers(len(free))])
    assert isomorphic(*tally([graph, other])) is nx.is_isomorphic(graph, other)


@pytest.mark.parametrize(
    "graph",
    [
        torus(20, NEAREST),
        torus(20, NEAREST[:2]),
        torus(20, [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]),
        nx.cycle_graph(200, create_using=nx.DiGraph),
        nx.cycle_graph(200).to_directed(),
        nx.empty_graph(400, create_using=nx.DiGraph),
        nx.complete_graph(40).to_directed(),
        nx.convert_node_labels_to_integers(nx.hypercube_graph(7)).to_directed(),
        nx.random_regular_graph(3, 200, seed=1).to_directed(),
        digraph(1, [(0, 0)]),
        digraph(0, []),
    ],
    ids=lambda graph: f"{graph.number_of_nodes()}-{graph.number_of_edges()}",
)
def test_regular_graphs_are_decided(graph):
    assert isomorphic(*tally([graph, shuffled(graph, 3)])) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHRIKHANDE, ROOK),
        (
            nx.cycle_graph(40).to_directed(),
            nx.disjoint_union(nx.cycle_graph(20), nx.cycle_graph(20)).to_directed(),
        ),
        (
            nx.random_regular_graph(3, 60, seed=1).to_directed(),
            nx.random_regular_graph(3, 60, seed=2).to_directed(),
        ),
    ],
)
def test_what_refinement_cannot_tell_apart_is_told_apart(one, other):
    assert wl_digest(one) == wl_digest(other)
    assert isomorphic(*tally([one, other])) is False
    assert isomorphic(*tally([one, other]), rounds=1) is None


def test_grown_networks_are_found_again():
    rng = np.random.default_rng(5)
    genomes = [Genome.random(rng, max_growth_steps=200) for _ in range(60)]
    grown = [develop(genome).to_networkx() for genome in genomes]
    grown = [graph for graph in grown if graph.number_of_edges() > 100]
    others = [shuffled(graph, 1) for graph in grown]
    k = len(grown)
    assert k >= 8
    found = duplicates([*grown, *others])
    assert found.undecided == []
    assert found.groups == [[i, i + k] for i in range(k)]


def test_groups_are_those_of_networkx():
    graphs = [drawn(4, 0.3, seed) for seed in range(150)]
    expected: list[list[int]] = []
    for place, graph in enumerate(graphs):
        for group in expected:
            if nx.is_isomorphic(graphs[group[0]], graph):
                group.append(place)
                break
        else:
            expected.append([place])
    found = duplicates(graphs)
    assert found.groups == [group for group in expected if len(group) > 1]
    assert found.redundant == 150 - len(expected) > 20
    assert found.undecided == []


def test_undecided_pairs_are_told():
    graphs = [SHRIKHANDE, shuffled(ROOK, 1), shuffled(SHRIKHANDE, 2), digraph(2, [(0, 1)])]
    assert duplicates(graphs).groups == [[0, 2]]
    found = duplicates(graphs, rounds=0)
    assert found.groups == []
    assert found.undecided == [(0, 1), (0, 2), (1, 2)]


def test_only_graphs_that_share_a_digest_are_looked_up():
    graphs = [digraph(3, [(0, 1)]), digraph(3, [(0, 1), (1, 2)]), digraph(3, [(2, 0)])]

    looked_up = []

    class Stored:
        def __len__(self):
            return 3

        def __getitem__(self, place):
            looked_up.append(place)
            return graphs[place]

    found = duplicates(Stored(), digests=[wl_digest(graph) for graph in graphs])
    assert found.groups == [[0, 2]]
    assert looked_up == [0, 2]


def test_directions_count_and_weights_do_not():
    one, other = digraph(3, [(0, 1), (0, 2)]), digraph(3, [(1, 0), (2, 0)])
    assert duplicates([one, other]).groups == []
    heavy = nx.DiGraph()
    heavy.add_weighted_edges_from([("a", "b", 0.5), ("a", "c", 2.0)])
    assert duplicates([one, heavy]).groups == [[0, 1]]


def test_digest_stays_what_it_was():
    assert wl_digest(digraph(3, [(0, 1), (1, 2), (2, 2)])) == "337f1850538b1ac56893db8fd5cf7c88"


def test_bad_arguments():
    with pytest.raises(ValueError, match="digests must be as many as graphs, 1, got 2"):
        duplicates([digraph(1, [])], digests=["a", "b"])
    with pytest.raises(ValueError, match="rounds must be an integer of at least 0, got -1"):
        duplicates([digraph(1, []), digraph(1, [])], rounds=-1)
    with pytest.raises(TypeError, match="phenotype must be a grown network or a DiGraph"):
        wl_digest(nx.Graph())
    assert duplicates([]) == ([], [])
