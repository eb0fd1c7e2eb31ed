"""Neighbours of the nodes of a directed graph, and of its undirected projection."""

import numpy as np

from evograft.representations._jit import kernel


@kernel
def neighbours(n, sources, targets):
    """Starts (n + 1,) and the targets (m,) of each source, ascending."""
    starts = np.zeros(n + 1, np.int64)
    for e in range(sources.size):
        starts[sources[e] + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    # Edges are taken by ascending target, so that each list comes out ascending.
    order = _by_value(n, targets)
    places = starts[:n].copy()
    found = np.empty(sources.size, np.int64)
    for e in order:
        source = sources[e]
        found[places[source]] = targets[e]
        places[source] += 1
    return starts, found


@kernel
def _by_value(n, values):
    """Indices of *values*, each from 0 to n - 1, in a stable ascending order."""
    places = np.zeros(n + 1, np.int64)
    for value in values:
        places[value + 1] += 1
    for i in range(n):
        places[i + 1] += places[i]
    order = np.empty(values.size, np.int64)
    for e in range(values.size):
        order[places[values[e]]] = e
        places[values[e]] += 1
    return order


@kernel
def united(n, out_starts, out_targets, in_starts, in_sources):
    """Starts and neighbours, ascending, of the simple undirected graph; loops are left out."""
    starts = np.zeros(n + 1, np.int64)
    found = np.empty(out_targets.size + in_sources.size, np.int64)
    size = 0
    for i in range(n):
        a, a_end = out_starts[i], out_starts[i + 1]
        b, b_end = in_starts[i], in_starts[i + 1]
        while a < a_end or b < b_end:
            if b == b_end or (a < a_end and out_targets[a] <= in_sources[b]):
                neighbour = out_targets[a]
            else:
                neighbour = in_sources[b]
            if a < a_end and out_targets[a] == neighbour:
                a += 1
            if b < b_end and in_sources[b] == neighbour:
                b += 1
            if neighbour != i:
                found[size] = neighbour
                size += 1
        starts[i + 1] = size
    return starts, found[:size].copy()
