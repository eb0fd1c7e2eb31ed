"""Communities and how modular the graph is."""

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.metrics._community_kernels import (
    greedy_partition,
    modularity,
)
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition

DEFINITIONS = {
    "modularity_undirected_greedy": Definition(
        "Modularity of the greedy partition of U: share of its edges within communities, less the "
        "share expected from the degrees",
        "Newman and Girvan 2004; partition by Clauset, Newman and Moore 2004",
        "no edges but loops",
    ),
    "n_communities_greedy": Definition(
        "Communities of that partition; a node without neighbours is one",
        "Clauset, Newman and Moore 2004",
    ),
    "modularity_directed_same_partition": Definition(
        "Directed modularity of the same partition, loops left out",
        "Leicht and Newman 2008",
        "no edges but loops",
    ),
}


def communities(adjacency: Adjacency) -> dict[str, float]:
    """Measure modularity, undirected and directed, of the greedy partition.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> pairs = nx.DiGraph([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3)])
    >>> {name: round(value, 4) for name, value in communities(adjacency(pairs)).items()}
    {'modularity_undirected_greedy': 0.3571, 'n_communities_greedy': 2.0,
     'modularity_directed_same_partition': 0.3673}
    """
    labels, count = _partition(adjacency)
    graph = adjacency
    return {
        "modularity_undirected_greedy": modularity(count, labels, graph.starts, graph.neighbours),
        "n_communities_greedy": float(count),
        "modularity_directed_same_partition": modularity(
            count, labels, graph.out_starts, graph.out_targets
        ),
    }


def partition_greedy(adjacency: Adjacency) -> npt.NDArray[np.int64]:
    """Return the community (n,) of each node by greedy modularity, on the undirected graph.

    Every node begins as a community, and the two whose merging raises modularity most are merged,
    until it would fall. It is the partition of networkx's ``greedy_modularity_communities`` on
    nodes named by their places, with its numbers: of equal gains that of the smallest pair of
    communities is taken, a community being known by its largest node; communities are numbered
    from the largest down, equally large ones by their largest nodes.

    Time grows with the square of n for the largest gains and with the merged neighbourhoods.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> partition_greedy(adjacency(nx.DiGraph([(0, 1), (2, 3), (3, 4)])))
    array([1, 1, 0, 0, 0])
    """
    labels, _ = _partition(adjacency)
    return labels


def _partition(adjacency: Adjacency) -> tuple[npt.NDArray[np.int64], int]:
    labels, count = greedy_partition(adjacency.n, adjacency.starts, adjacency.neighbours)
    return labels, count
