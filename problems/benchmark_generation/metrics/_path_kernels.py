"""Lengths of shortest paths, by breadth-first search from 64 nodes at a time."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.representations._jit import inlined_kernel, kernel

_ONE, _ZERO = np.uint64(1), np.uint64(0)
_PAIRS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_BYTES, _SUM = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


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

    Every node has a word with a bit for each of 64 searches, so that one step along an edge is a
    step of all of them. Only nodes that some search has just reached are expanded.
    """
    n = starts.size - 1
    counts = np.zeros(max(n, 1), np.int64)
    longest = 0
    reached = np.zeros(n, np.uint64)
    front = np.zeros(n, np.uint64)  # reached by the paths of the present length
    ahead = np.zeros(n, np.uint64)  # reached by those one longer, and no shorter one
    nodes, nodes_ahead = np.empty(n, np.int64), np.empty(n, np.int64)
    for first in range(0, sources.size, 64):
        reached[:] = _ZERO
        size = min(64, sources.size - first)
        counts[0] += size
        for i in range(size):
            v = sources[first + i]
            reached[v] = front[v] = _ONE << np.uint64(i)
            nodes[i] = v
        length = 0
        while size > 0:
            length += 1
            size_ahead = 0
            for i in range(size):
                v = nodes[i]
                searches = front[v]
                for e in range(starts[v], starts[v + 1]):
                    w = targets[e]
                    fresh = searches & ~reached[w]
                    if fresh != _ZERO:
                        if ahead[w] == _ZERO:
                            nodes_ahead[size_ahead] = w
                            size_ahead += 1
                        ahead[w] |= fresh
            found = 0
            for i in range(size_ahead):
                w = nodes_ahead[i]
                front[w] = ahead[w]
                reached[w] |= ahead[w]
                found += _ones(ahead[w])
                ahead[w] = _ZERO
            if found > 0:
                counts[length] += found
                longest = max(longest, length)
            nodes, nodes_ahead = nodes_ahead, nodes
            size = size_ahead
    return counts[: longest + 1]


@inlined_kernel
def _ones(word):
    """Number of ones of a word of 64 bits."""
    word -= (word >> _ONE) & _PAIRS
    word = (word & _FOURS) + ((word >> np.uint64(2)) & _FOURS)
    word = (word + (word >> np.uint64(4))) & _BYTES
    return np.int64((word * _SUM) >> np.uint64(56))
