"""Distances between sites of a torus."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.representations._jit import kernel


@kernel
def describe_wiring(edges, positions, width, height):
    """The metrics of the family, in the order of its definitions."""
    n = positions.shape[0]
    lengths = _lengths(width, height)
    total, wires = 0.0, 0
    for e in range(edges.shape[0]):
        if edges[e, 0] != edges[e, 1]:
            wires += 1
            total += _length(lengths, positions, edges[e, 0], edges[e, 1])
    apart = 0.0
    for i in range(n):
        for j in range(i):
            apart += _length(lengths, positions, i, j)
    mean = ratio(total, wires)
    return np.array([total, mean, ratio(mean, ratio(2 * apart, n * (n - 1)))])


@kernel
def _lengths(width, height):
    """Length (width, height) of each displacement, the shorter way around in both directions."""
    lengths = np.empty((width, height))
    for x in range(width):
        for y in range(height):
            across, along = min(x, width - x), min(y, height - y)
            lengths[x, y] = np.sqrt(float(across * across + along * along))
    return lengths


@kernel
def _length(lengths, positions, i, j):
    x = abs(positions[i, 0] - positions[j, 0])
    y = abs(positions[i, 1] - positions[j, 1])
    return lengths[x, y]
