"""Power iteration, strong component by strong component."""

import numpy as np

from evograft.representations._jit import kernel

SMALLEST = 1e-150
"""Of the entries of a vector whose largest is 1; nodes with less are left out.

They have no share in the radius that a float could hold, and their quotients would be none.
"""


@kernel
def inner_edges(starts, targets, component, nodes):
    """Edges within components, nodes being numbered as in *nodes*: starts (n + 1,) and targets."""
    n = nodes.size
    place = np.empty(n, np.int64)
    for i in range(n):
        place[nodes[i]] = i
    inner_starts = np.zeros(n + 1, np.int64)
    inner_targets = np.empty(targets.size, np.int64)
    size = 0
    for i in range(n):
        for e in range(starts[nodes[i]], starts[nodes[i] + 1]):
            if component[targets[e]] == component[nodes[i]]:
                inner_targets[size] = place[targets[e]]
                size += 1
        inner_starts[i + 1] = size
    return inner_starts, inner_targets[:size].copy()


@kernel
def iterate(starts, targets, begins, tolerance, steps):
    """Largest lower bound of a spectral radius, the vectors (n,), and the components left over.

    For positive x the radius of an irreducible matrix A is between the extremes of (A x) / x
    (Collatz 1942, Wielandt 1950). Adding x to A x moves all eigenvalues by 1, so that the largest
    is alone at its distance from 0 also where A is periodic. A component is done when its bounds
    are closer than *tolerance* of the upper one, or this one is below the best lower one.
    """
    x = np.ones(begins[-1])
    image = np.empty(begins[-1])
    best = 0.0
    left = np.zeros(begins.size - 1, np.bool_)
    for c in range(begins.size - 1):
        begin, end = begins[c], begins[c + 1]
        left[c] = starts[begin] < starts[end]
        for _ in range(steps if left[c] else 0):
            lower, upper, most = np.inf, 0.0, 0.0
            for i in range(begin, end):
                image[i] = x[i]
                if x[i] > 0:
                    total = 0.0
                    for e in range(starts[i], starts[i + 1]):
                        total += x[targets[e]]
                    image[i] += total
                    most = max(most, image[i])
                    lower = min(lower, total / x[i])
                    upper = max(upper, total / x[i])
            best = max(best, lower)
            if upper <= best or upper - lower <= tolerance * upper:
                left[c] = False
                break
            for i in range(begin, end):
                x[i] = image[i] / most
                if x[i] < SMALLEST:
                    x[i] = 0.0
    return best, x, left
