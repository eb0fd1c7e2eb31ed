"""Cycles: strong components, the edges on no cycle, and who reaches whom."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._recurrence_kernels import describe_recurrence
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "strong_components": Definition("Strongly connected components", "Tarjan 1972"),
    "largest_scc_fraction": Definition(
        "Share of nodes in the largest strongly connected component", "counted", "n = 0"
    ),
    "has_cycle": Definition(
        "1 where a directed cycle has two nodes or more, that is where largest_scc_fraction > 1 / n"
        ", else 0; loops alone make no such cycle",
        "counted",
        "n = 0",
    ),
    "flow_hierarchy": Definition(
        "Share of edges on no directed cycle; a loop is a cycle", "Luo and Magee 2011", "m = 0"
    ),
    "global_reaching_centrality": Definition(
        "Sum over nodes v of (largest C - C(v)) / (n - 1), C(v) being the share of the n - 1 other "
        "nodes that directed paths from v reach; 0 without edges",
        "Mones, Vicsek and Vicsek 2012",
        "n < 2",
    ),
}


def recurrence(adjacency: Adjacency) -> dict[str, float]:
    """Measure what lies on cycles, and how unequal nodes are in what they reach.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> recurrence(adjacency(nx.DiGraph([(0, 1), (1, 0), (1, 2), (2, 3)])))
    {'strong_components': 3.0, 'largest_scc_fraction': 0.5, 'has_cycle': 1.0,
     'flow_hierarchy': 0.5, 'global_reaching_centrality': 0.5555555555555556}
    """
    n, m = adjacency.n, adjacency.m
    count, largest, between, centrality = describe_recurrence(
        adjacency.out_starts, adjacency.out_targets
    )
    return {
        "strong_components": float(count),
        "largest_scc_fraction": largest / n if n else np.nan,
        "has_cycle": float(largest > 1) if n else np.nan,
        "flow_hierarchy": between / m if m else np.nan,
        "global_reaching_centrality": centrality,
    }
