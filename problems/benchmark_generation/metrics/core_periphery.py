"""Core and periphery."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._core_kernels import (
    core_and_periphery,
    innermost_core,
)
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "core_periphery_be": Definition(
        "Largest Pearson correlation, over pairs of nodes, of being joined in U with having an end "
        "in the core; cores are the q nodes of highest degree in U, ties by place, q = 1 to n - 2",
        "Borgatti and Everett 2000, discrete; cores by degree as in Lip 2011",
        "n < 3, or U has no edges or all",
    ),
    "core_size_be": Definition(
        "Nodes of the core of that correlation, the smallest of equals",
        "Borgatti and Everett 2000, discrete; cores by degree as in Lip 2011",
        "n < 3, or U has no edges or all",
    ),
    "k_core_max": Definition(
        "Largest k such that some nodes of U have k neighbours among themselves",
        "Seidman 1983",
        "n = 0",
    ),
    "k_core_fraction": Definition("Share of nodes in the core of that k", "Seidman 1983", "n = 0"),
}


def core_periphery(adjacency: Adjacency) -> dict[str, float]:
    """Measure how far the undirected graph is a core with a periphery, and its innermost core.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> found = core_periphery(adjacency(nx.DiGraph([(0, 1), (0, 2), (0, 3), (0, 4)])))
    >>> [round(value, 12) for value in found.values()]
    [1.0, 1.0, 1.0, 1.0]
    """
    n = adjacency.n
    correlation, size = core_and_periphery(n, adjacency.starts, adjacency.neighbours)
    k, nodes = innermost_core(n, adjacency.starts, adjacency.neighbours)
    return {
        "core_periphery_be": correlation,
        "core_size_be": float(size),
        "k_core_max": float(k) if n else np.nan,
        "k_core_fraction": nodes / n if n else np.nan,
    }
