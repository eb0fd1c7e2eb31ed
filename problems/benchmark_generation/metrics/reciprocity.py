"""How many edges go both ways."""

from evograft.problems.benchmark_generation.metrics._reciprocity_kernels import (
    describe_reciprocity,
)
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "reciprocity": Definition(
        "Share of all m edges that have a reverse edge; a loop has none", "networkx", "m = 0"
    ),
    "reciprocity_noloop": Definition(
        "r, share of the edges other than loops that have a reverse edge",
        "Wasserman and Faust 1994",
        "no edges but loops",
    ),
    "reciprocity_garlaschelli": Definition(
        "(r - density) / (1 - density): 0 where edges fall at random, negative where fewer than "
        "then go both ways",
        "Garlaschelli and Loffredo 2004",
        "no edges but loops; every ordered pair is an edge",
    ),
    "degree_balance": Definition(
        "1 - sum |in-degree - out-degree| / (2 m): 1 where as much goes in as comes out of every "
        "node. Structural balance (Cartwright and Harary 1956) needs signed edges; grown weights "
        "are positive",
        "ours",
        "m = 0",
    ),
}


def reciprocity(adjacency: Adjacency) -> dict[str, float]:
    """Count the edges that have a reverse edge, and compare in-degrees with out-degrees.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> found = reciprocity(adjacency(nx.DiGraph([(0, 1), (1, 0), (1, 2), (2, 2)])))
    >>> found["reciprocity"], found["reciprocity_noloop"], found["degree_balance"]
    (0.5, 0.6666666666666666, 0.75)
    """
    values = describe_reciprocity(
        adjacency.out_starts, adjacency.out_targets, adjacency.in_starts, adjacency.in_sources
    )
    return dict(zip(DEFINITIONS, values.tolist(), strict=True))
