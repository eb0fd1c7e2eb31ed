"""Triangles of the undirected projection, found by merging lists of neighbours."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.representations._jit import kernel


@kernel
def describe_triangles(starts, connections, plain, directed):
    """The metrics of the family, in the order of its definitions."""
    n = starts.size - 1
    closed = triples = 0
    clustering = directed_clustering = 0.0
    for v in range(n):
        degree = starts[v + 1] - starts[v]
        pairs = degree * (degree - 1) // 2
        closed += plain[v]
        triples += pairs
        if pairs > 0:
            clustering += plain[v] / pairs
            ends = mutual = 0
            for e in range(starts[v], starts[v + 1]):
                ends += 2 if connections[e] == 3 else 1
                mutual += connections[e] == 3
            directed_clustering += directed[v] / (ends * (ends - 1) - 2 * mutual)
    return np.array([ratio(closed, triples), ratio(clustering, n), ratio(directed_clustering, n)])


@kernel
def triangles(starts, neighbours, connections):
    """Triangles at each node (n,); directed ones (n,), with each choice of parallel edges."""
    n = starts.size - 1
    plain, directed = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for v in range(n):
        end = starts[v + 1]
        for e in range(starts[v], end):
            u = neighbours[e]
            if u <= v:
                continue
            a, b, b_end = e + 1, starts[u], starts[u + 1]
            while a < end and b < b_end:
                if neighbours[a] < neighbours[b]:
                    a += 1
                elif neighbours[a] > neighbours[b]:
                    b += 1
                else:
                    w = neighbours[a]
                    # 3 is a pair of opposite edges, 1 and 2 are a single one.
                    choices = 1 << (
                        (connections[e] == 3) + (connections[a] == 3) + (connections[b] == 3)
                    )
                    for corner in (v, u, w):
                        plain[corner] += 1
                        directed[corner] += choices
                    a += 1
                    b += 1
    return plain, directed
