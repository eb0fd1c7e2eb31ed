"""Directed graphs of many kinds, for what measures them."""

import networkx as nx
import numpy as np

from evograft.representations.morphogenesis import Genome, Organism, develop


def random_digraphs(count: int, largest: int, seed: int) -> list[nx.DiGraph]:
    """Graphs of 0 to *largest* nodes, sparse to complete, every other one with loops."""
    rng = np.random.default_rng(seed)
    graphs = []
    for i in range(count):
        n = int(rng.integers(largest + 1))
        joined = rng.random((n, n)) < rng.choice([0.5 / (n + 1), 1.5 / (n + 1), 0.1, 0.3, 0.7, 1])
        if i % 2:
            np.fill_diagonal(joined, False)
        graphs.append(nx.empty_graph(n, create_using=nx.DiGraph))
        # In a drawn order, so that nothing can rest on that of the edges.
        graphs[-1].add_edges_from(rng.permutation(np.argwhere(joined)).tolist())
    return graphs


def special_digraphs() -> list[nx.DiGraph]:
    """Empty graphs, loops, stars, paths, cycles, complete graphs, several components."""

    def directed(*edges: tuple[int, int], n: int = 0) -> nx.DiGraph:
        graph = nx.empty_graph(n, create_using=nx.DiGraph)
        graph.add_edges_from(edges)
        return graph

    return [
        *(directed(n=n) for n in range(5)),
        directed((0, 0)),
        directed((0, 0), n=3),
        directed((0, 0), (1, 1), (2, 2)),
        directed((0, 1)),
        directed((0, 1), (1, 0)),
        directed((0, 1), (1, 0), (0, 0), (1, 1)),
        directed((0, 1), (1, 1), n=5),
        directed((0, 1), (2, 3), n=4),
        directed((3, 4), (4, 5), (5, 3), (0, 1), (1, 2), (2, 0)),
        *(directed(*((0, i) for i in range(1, n))) for n in (3, 6)),
        *(directed(*((i, 0) for i in range(1, n))) for n in (3, 6)),
        *(nx.star_graph(n).to_directed() for n in (2, 5)),
        *(nx.path_graph(n, create_using=nx.DiGraph) for n in (3, 9)),
        *(nx.cycle_graph(n, create_using=nx.DiGraph) for n in (3, 4, 70)),
        *(nx.complete_graph(n, create_using=nx.DiGraph) for n in (3, 4, 9)),
        nx.disjoint_union(*(nx.complete_graph(n, create_using=nx.DiGraph) for n in (4, 5))),
    ]


def grown_organisms(count: int, size: int = 10) -> list[Organism]:
    """Grown networks of at least five neurons and three connections on a square tissue."""
    found: list[Organism] = []
    seed = 0
    while len(found) < count:
        rng = np.random.default_rng(seed)
        organism = develop(Genome.random(rng, size, size, max_growth_steps=200))
        if organism.n_neurons >= 5 and len(organism.edges) >= 3:
            found.append(organism)
        seed += 1
    return found
