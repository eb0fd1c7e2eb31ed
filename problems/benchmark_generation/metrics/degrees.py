"""Statistics of degrees."""

from evograft.problems.benchmark_generation.metrics._degree_kernels import describe_degrees
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

_ENTROPY = "Shannon entropy -sum p log2 p, in bits, of the distribution of {}"

DEFINITIONS = {
    "mean_degree": Definition(
        "m / n, the mean in-degree and the mean out-degree", "counted", "n = 0"
    ),
    "degree_variance": Definition(
        "Variance (divisor n) of total degrees; a loop counts twice", "counted", "n = 0"
    ),
    "in_degree_variance": Definition("Variance (divisor n) of in-degrees", "counted", "n = 0"),
    "out_degree_variance": Definition("Variance (divisor n) of out-degrees", "counted", "n = 0"),
    "max_degree": Definition("Largest total degree; a loop counts twice", "counted", "n = 0"),
    "max_in_degree": Definition("Largest in-degree", "counted", "n = 0"),
    "max_out_degree": Definition("Largest out-degree", "counted", "n = 0"),
    "degree_entropy": Definition(
        _ENTROPY.format("total degrees; a loop counts twice"), "Shannon 1948", "n = 0"
    ),
    "in_degree_entropy": Definition(_ENTROPY.format("in-degrees"), "Shannon 1948", "n = 0"),
    "out_degree_entropy": Definition(_ENTROPY.format("out-degrees"), "Shannon 1948", "n = 0"),
    "degree_assortativity": Definition(
        "Pearson correlation, over edges, of the source's out-degree with the target's in-degree",
        "Newman 2003",
        "all sources have the same out-degree or all targets the same in-degree; m = 0",
    ),
}


def degrees(adjacency: Adjacency) -> dict[str, float]:
    """Describe the distributions of in-, out- and total degrees.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> found = degrees(adjacency(nx.DiGraph([(0, 1), (0, 2), (0, 3)])))
    >>> found["mean_degree"], found["max_degree"], found["in_degree_variance"]
    (0.75, 3.0, 0.1875)
    """
    graph = adjacency.graph
    values = describe_degrees(graph.in_degrees, graph.out_degrees, graph.edges)
    return dict(zip(DEFINITIONS, values.tolist(), strict=True))
