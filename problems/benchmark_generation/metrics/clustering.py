"""How often neighbours of a node are neighbours."""

from evograft.problems.benchmark_generation.metrics._triangle_kernels import describe_triangles
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "transitivity": Definition(
        "3 triangles / connected triples of U",
        "Newman, Strogatz and Watts 2001",
        "no node of U has two neighbours (networkx says 0)",
    ),
    "average_clustering": Definition(
        "Mean over all nodes of 2 t / (d (d - 1)), t the triangles at a node of degree d in U; 0 "
        "where d < 2",
        "Watts and Strogatz 1998",
        "n = 0",
    ),
    "average_clustering_directed": Definition(
        "Mean over all nodes of T / (d (d - 1) - 2 b), T the triangles of edges of any direction "
        "at a node, d its in- plus its out-degree, b its neighbours in both directions, loops "
        "left out; 0 where T is 0",
        "Fagiolo 2007",
        "n = 0",
    ),
}


def clustering(adjacency: Adjacency) -> dict[str, float]:
    """Count the triangles of the undirected projection, and what they could have been.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> clustering(adjacency(nx.DiGraph([(0, 1), (1, 2), (2, 0), (2, 3)])))["transitivity"]
    0.6
    """
    values = describe_triangles(adjacency.starts, adjacency.connections, *adjacency.triangles)
    return dict(zip(DEFINITIONS, values.tolist(), strict=True))
