"""Cores: discrete core and periphery, and k-cores."""

import numpy as np

from evograft.representations._jit import kernel

TIED = 1e-12
"""Correlations closer than this are equal, as rounding may order equals either way."""


@kernel
def core_and_periphery(n, starts, neighbours):
    """Largest correlation with an ideal pattern, and the size of its core; NaN if undefined.

    Adding a node to the core adds to the pattern its pairs with all nodes outside; those of them
    that are joined add to what pattern and graph share.
    """
    pairs, edges = n * (n - 1) // 2, neighbours.size // 2
    if n < 3 or edges == 0 or edges == pairs:
        return np.nan, np.nan
    keys = np.empty(n, np.int64)  # by degree from the highest down, then by place
    for i in range(n):
        keys[i] = (n - (starts[i + 1] - starts[i])) * n + i
    keys.sort()
    core = np.zeros(n, np.bool_)
    shared = pattern = size = 0
    best = -np.inf
    for q in range(1, n - 1):
        node = keys[q - 1] % n
        core[node] = True
        pattern += n - q
        for e in range(starts[node], starts[node + 1]):
            shared += not core[neighbours[e]]
        covariance = pairs * shared - edges * pattern
        spread = np.sqrt(edges * (pairs - edges)) * np.sqrt(pattern * (pairs - pattern))
        correlation = covariance / spread
        if correlation > best + TIED:
            best, size = correlation, q
    return best, size


@kernel
def innermost_core(n, starts, neighbours):
    """The largest k of a k-core, and how many nodes it has; 0 and 0 without nodes.

    Nodes lie in bins by the degree that they have left; the first one's neighbours lose one each,
    by changing places with the first of their bin (Batagelj and Zaversnik 2003).
    """
    left = np.empty(n, np.int64)
    bins = np.zeros(n + 1, np.int64)
    for i in range(n):
        left[i] = starts[i + 1] - starts[i]
        bins[left[i] + 1] += 1
    for d in range(n):
        bins[d + 1] += bins[d]
    order = np.empty(n, np.int64)
    place = np.empty(n, np.int64)
    filled = bins.copy()
    for i in range(n):
        place[i] = filled[left[i]]
        order[place[i]] = i
        filled[left[i]] += 1
    for p in range(n):
        node = order[p]
        for e in range(starts[node], starts[node + 1]):
            other = neighbours[e]
            if left[other] > left[node]:
                begin = bins[left[other]]
                head = order[begin]
                order[begin], order[place[other]] = other, head
                place[head], place[other] = place[other], begin
                bins[left[other]] += 1
                left[other] -= 1
    if n == 0:
        return 0, 0
    most = left[order[n - 1]]
    return most, np.sum(left == most)
