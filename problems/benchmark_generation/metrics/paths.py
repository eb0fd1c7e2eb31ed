"""Lengths of directed paths."""

from evograft.problems.benchmark_generation.metrics._path_kernels import describe_paths
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "average_shortest_path_reachable": Definition(
        "Mean length of the shortest directed paths, over ordered pairs of nodes that have one",
        "Watts and Strogatz 1998",
        "no edges but loops",
    ),
    "longest_shortest_path": Definition(
        "Largest of these lengths; the diameter where the graph is strongly connected",
        "Wasserman and Faust 1994",
        "no edges but loops",
    ),
    "global_efficiency_directed": Definition(
        "Mean over all ordered pairs of nodes of 1 / length, 0 where there is no path",
        "Latora and Marchiori 2001",
        "n < 2",
    ),
}


def paths(adjacency: Adjacency) -> dict[str, float]:
    """Measure all shortest paths.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> found = paths(adjacency(nx.DiGraph([(0, 1), (1, 2)])))
    >>> found["average_shortest_path_reachable"], found["longest_shortest_path"]
    (1.3333333333333333, 2.0)
    """
    values = describe_paths(adjacency.out_starts, adjacency.out_targets)
    return dict(zip(DEFINITIONS, values.tolist(), strict=True))
