"""Counting nodes, edges and weakly connected components."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.representations._jit import kernel


@kernel
def count_sizes(in_degrees, out_degrees, out_starts, out_targets, starts, neighbours):
    """The metrics of the family, in the order of its definitions."""
    n, m = in_degrees.size, out_targets.size
    loops = 0
    for v in range(n):
        for e in range(out_starts[v], out_starts[v + 1]):
            loops += out_targets[e] == v
    sources = sinks = 0
    for v in range(n):
        sources += in_degrees[v] == 0
        sinks += out_degrees[v] == 0
    _, sizes, _ = components(starts, neighbours)
    return np.array(
        [
            n,
            m,
            loops,
            ratio(m - loops, n * (n - 1)),
            sources,
            sinks,
            ratio(n - sinks, n),
            ratio(n - sources, n),
            sizes.size,
            ratio(sizes.max(), n) if n > 0 else np.nan,
        ]
    )


@kernel
def components(starts, neighbours):
    """Number (n,) of each node's component, in the order of their first nodes, and of each its size
    and how far the furthest node is from the first.
    """
    n = starts.size - 1
    numbers = np.full(n, -1, np.int64)
    sizes, depths = np.zeros(n, np.int64), np.zeros(n, np.int64)
    waiting, distances = np.empty(n, np.int64), np.zeros(n, np.int64)
    found = 0
    for first in range(n):
        if numbers[first] >= 0:
            continue
        numbers[first] = found
        waiting[0] = first
        reached, taken = 1, 0
        while taken < reached:
            v = waiting[taken]
            taken += 1
            for e in range(starts[v], starts[v + 1]):
                if numbers[neighbours[e]] < 0:
                    numbers[neighbours[e]] = found
                    waiting[reached] = neighbours[e]
                    distances[neighbours[e]] = distances[v] + 1
                    reached += 1
        sizes[found], depths[found] = reached, distances[waiting[reached - 1]]
        found += 1
    return numbers, sizes[:found], depths[:found]
