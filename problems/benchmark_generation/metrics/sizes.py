"""How large a graph is, and how much of it hangs together."""

from evograft.problems.benchmark_generation.metrics._size_kernels import count_sizes
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "n": Definition("Nodes", "counted"),
    "m": Definition("Edges, loops among them", "counted"),
    "self_loops": Definition("Loops s: edges from a node to itself", "counted"),
    "density": Definition(
        "(m - s) / (n (n - 1)): share of the ordered pairs of nodes that are edges",
        "Wasserman and Faust 1994",
        "n < 2",
    ),
    "sources": Definition("Nodes without an incoming edge; a loop is one", "counted"),
    "sinks": Definition("Nodes without an outgoing edge; a loop is one", "counted"),
    "out_degree_coverage": Definition("Share of nodes with an outgoing edge", "ours", "n = 0"),
    "in_degree_coverage": Definition("Share of nodes with an incoming edge", "ours", "n = 0"),
    "weak_components": Definition("Weakly connected components", "counted"),
    "largest_wcc_fraction": Definition(
        "Share of nodes in the largest weakly connected component", "counted", "n = 0"
    ),
}


def sizes(adjacency: Adjacency) -> dict[str, float]:
    """Count nodes, edges, what has none of them, and weakly connected components.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> found = sizes(adjacency(nx.DiGraph([(0, 1), (1, 1), (1, 2)])))
    >>> found["density"], found["sources"], found["out_degree_coverage"]
    (0.3333333333333333, 1.0, 0.6666666666666666)
    """
    values = count_sizes(
        adjacency.graph.in_degrees,
        adjacency.graph.out_degrees,
        adjacency.out_starts,
        adjacency.out_targets,
        adjacency.starts,
        adjacency.neighbours,
    )
    return dict(zip(DEFINITIONS, values.tolist(), strict=True))
