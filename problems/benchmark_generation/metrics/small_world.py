"""Small-worldness of the undirected projection."""

from evograft.problems.benchmark_generation.metrics._small_world_kernels import (
    describe_small_world,
)
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "average_shortest_path_undirected": Definition(
        "L, mean length of the shortest paths within the giant component of U: the largest one, "
        "of several that with the first node",
        "Watts and Strogatz 1998",
        "the giant component has fewer than 2 nodes",
    ),
    "small_worldness": Definition(
        "(C / C_random) / (L / L_random) of the giant component, C its transitivity, with the "
        "expectations for random graphs of as many nodes n and the same mean degree k: C_random = "
        "k / n, L_random = ln n / ln k. Nothing is drawn",
        "Humphries and Gurney 2008",
        "the giant component has fewer than 3 nodes",
    ),
}


def small_world(adjacency: Adjacency) -> dict[str, float]:
    """Compare clustering and paths of the giant component with those of random graphs.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> ring = nx.watts_strogatz_graph(100, 6, 0.1, seed=1).to_directed()
    >>> round(small_world(adjacency(ring))["small_worldness"], 1)
    5.1
    """
    plain, _ = adjacency.triangles
    values = describe_small_world(adjacency.starts, adjacency.neighbours, plain)
    return dict(zip(DEFINITIONS, values.tolist(), strict=True))
