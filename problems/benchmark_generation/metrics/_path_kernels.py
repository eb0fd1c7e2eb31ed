"""Lengths of shortest paths, by breadth-first search from 512 nodes at a time."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._bit_kernels import ones
from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.representations._jit import inlined_kernel, kernel

WORDS = 8
"""Of 64 searches, that take one step together: what a processor does in one or two."""

_ONE, _ZERO = np.uint64(1), np.uint64(0)


@kernel
def describe_paths(starts, targets):
    """The metrics of the family, in the order of its definitions."""
    n = starts.size - 1
    counts = count_lengths(starts, targets, np.arange(n))
    pairs = total = 0
    inverse = 0.0
    for length in range(1, counts.size):
        pairs += counts[length]
        total += counts[length] * length
        inverse += counts[length] / length
    longest = counts.size - 1.0 if pairs > 0 else np.nan
    return np.array([ratio(total, pairs), longest, ratio(inverse, n * (n - 1))])


@kernel
def count_lengths(starts, targets, sources):
    """Number (longest + 1,) of paths of each length, from each of *sources* to all nodes.

    Every node has a bit for each of many searches, so that one step along an edge is a step of
    all of them. Only nodes that some search has just reached are left again.
    """
    n = starts.size - 1
    counts = np.zeros(max(n, 1), np.int64)
    longest = 0
    reached = np.empty((n, WORDS), np.uint64)
    front = np.empty((n, WORDS), np.uint64)  # first reached by paths of the present length
    ahead = np.zeros((n, WORDS), np.uint64)  # reached by one step more
    nodes, touched = np.empty(n, np.int64), np.empty(n, np.int64)
    is_touched = np.zeros(n, np.bool_)
    for first in range(0, sources.size, 64 * WORDS):
        reached[:] = _ZERO
        size = min(64 * WORDS, sources.size - first)
        for i in range(size):
            v = sources[first + i]
            front[v] = _ZERO
            front[v, i // 64] = reached[v, i // 64] = _ONE << np.uint64(i % 64)
            nodes[i] = v
        counts[0] += size
        length = 0
        while size > 0:
            length += 1
            size = _step(starts, targets, nodes, size, front, ahead, touched, is_touched)
            size, found = _settle(touched, size, is_touched, ahead, reached, front, nodes)
            if found > 0:
                counts[length] += found
                longest = max(longest, length)
    return counts[: longest + 1]


@inlined_kernel
def _step(starts, targets, nodes, size, front, ahead, touched, is_touched):
    """Take the searches at the front ahead; returns the number of nodes touched."""
    found = 0
    for i in range(size):
        v = nodes[i]
        for e in range(starts[v], starts[v + 1]):
            w = targets[e]
            if not is_touched[w]:
                is_touched[w] = True
                touched[found] = w
                found += 1
            for k in range(WORDS):
                ahead[w, k] |= front[v, k]
    return found


@inlined_kernel
def _settle(touched, size, is_touched, ahead, reached, front, nodes):
    """Keep at the front what reaches a node first.

    Returns the number of nodes with such searches, which come into *nodes*, and that of searches.
    """
    kept = found = 0
    for i in range(size):
        w = touched[i]
        is_touched[w] = False
        here = 0
        for k in range(WORDS):
            front[w, k] = ahead[w, k] & ~reached[w, k]
            reached[w, k] |= front[w, k]
            ahead[w, k] = _ZERO
            here += ones(front[w, k])
        if here > 0:
            nodes[kept] = w
            kept += 1
            found += here
    return kept, found
