"""Counting what directed graphs are made of: degrees, sources, components, triangles."""

import numpy as np

from evograft.representations._jit import kernel


@kernel
def count(
    ids,
    id_starts,
    edges,
    edge_starts,
    span,
    indices,
    in_degrees,
    out_degrees,
    sources,
    components,
):
    """Fill the last five arrays for graphs laid end to end.

    Graph g has the ascending node *ids* from ``id_starts[g]`` to ``id_starts[g + 1]``, at most
    *span* apart, and the *edges* of these ids likewise. *indices* are the edges with the places of
    the ids within their graph. Returns the first graph that is malformed, -1 if none is.
    """
    place = np.empty(span, np.int32)  # of an id, from the graph's first id on
    parent = np.empty(span, np.int32)
    for g in range(sources.size):
        low, high = id_starts[g], id_starts[g + 1]
        n = high - low
        if n == 0:
            if edge_starts[g + 1] > edge_starts[g]:
                return g
            continue
        first = ids[low]
        width = ids[high - 1] - first + 1
        place[:width] = -1
        previous = first - 1
        for i in range(n):
            if ids[low + i] <= previous or ids[low + i] > ids[high - 1]:
                return g
            previous = ids[low + i]
            place[previous - first] = i
            parent[i] = i
        parts = n
        for e in range(edge_starts[g], edge_starts[g + 1]):
            source, target = edges[e, 0] - first, edges[e, 1] - first
            if min(source, target) < 0 or max(source, target) >= width:
                return g
            s, t = place[source], place[target]
            if s < 0 or t < 0:
                return g
            indices[e, 0] = s
            indices[e, 1] = t
            out_degrees[low + s] += 1
            in_degrees[low + t] += 1
            if parts > 1:
                a, b = _root(parent, s), _root(parent, t)
                if a != b:
                    parent[a] = b
                    parts -= 1
        components[g] = parts
        for i in range(low, high):
            sources[g] += in_degrees[i] == 0
    return -1


@kernel
def _root(parent, i):
    """The representative of *i*'s component; halves the way there."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@kernel
def triangles(n, edges):
    """Number of triangles of the undirected graph on *edges*, loops left out."""
    joined = np.zeros((n, n), np.bool_)
    for e in range(edges.shape[0]):
        joined[edges[e, 0], edges[e, 1]] = True
        joined[edges[e, 1], edges[e, 0]] = True
    total = 0
    for i in range(n):
        for j in range(i + 1, n):
            if joined[i, j]:
                for k in range(j + 1, n):
                    total += joined[i, k] and joined[j, k]
    return total
