"""Motifs of three nodes."""

from evograft.problems.benchmark_generation.metrics._triad_kernels import census
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

_TYPES = {
    "003": "no edge",
    "012": "one edge, a third node alone",
    "102": "one mutual pair, a third node alone",
    "021D": "a <- b -> c",
    "021U": "a -> b <- c",
    "021C": "a -> b -> c",
    "111D": "a <-> b <- c",
    "111U": "a <-> b -> c",
    "030T": "a -> b -> c and a -> c",
    "030C": "a -> b -> c -> a",
    "201": "a <-> b <-> c",
    "120D": "a <- b -> c and a <-> c",
    "120U": "a -> b <- c and a <-> c",
    "120C": "a -> b -> c and a <-> c",
    "210": "a -> b <-> c and a <-> c",
    "300": "a <-> b <-> c and a <-> c",
}

DEFINITIONS = {
    f"triad_{name}": Definition(f"Triples of nodes with {edges}", "Holland and Leinhardt 1970")
    for name, edges in _TYPES.items()
}


def triads(adjacency: Adjacency) -> dict[str, float]:
    """Count the triples of nodes of each of the 16 types; loops are left out.

    The algorithm is that of Batagelj and Mrvar 2001.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> found = triads(adjacency(nx.DiGraph([(0, 1), (1, 2), (2, 0), (2, 3)])))
    >>> {name: count for name, count in found.items() if count}
    {'triad_012': 1.0, 'triad_021D': 1.0, 'triad_021C': 1.0, 'triad_030C': 1.0}
    """
    counts = census(adjacency.starts, adjacency.neighbours, adjacency.connections)
    return dict(zip(DEFINITIONS, map(float, counts), strict=True))
