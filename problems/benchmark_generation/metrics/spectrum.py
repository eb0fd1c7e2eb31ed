"""What eigenvalues say."""

from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition
from evograft.problems.benchmark_generation.metrics.spectral_radius import spectral_radius
from evograft.problems.benchmark_generation.metrics.von_neumann import von_neumann_entropy

DEFINITIONS = {
    "von_neumann_entropy": Definition(
        "- sum of p log2 p over the eigenvalues p of the Laplacian of U divided by its trace",
        "Braunstein, Ghosh and Severini 2006; Passerini and Severini 2008",
        "no edges but loops",
    ),
    "spectral_radius_binary": Definition(
        "Largest absolute eigenvalue of the adjacency matrix of 0 and 1, loops among it; 0 where "
        "there is no cycle",
        "Perron 1907, Frobenius 1912",
        "n = 0, or its bounds do not meet after all iterations (no such graph is known)",
    ),
}


def spectrum(adjacency: Adjacency) -> dict[str, float]:
    """Measure von Neumann entropy and spectral radius.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> found = spectrum(adjacency(nx.DiGraph([(0, 1), (1, 2), (2, 0)])))
    >>> {name: round(value, 9) for name, value in found.items()}
    {'von_neumann_entropy': 1.0, 'spectral_radius_binary': 1.0}
    """
    return {
        "von_neumann_entropy": von_neumann_entropy(adjacency),
        "spectral_radius_binary": spectral_radius(adjacency) if adjacency.n else float("nan"),
    }
