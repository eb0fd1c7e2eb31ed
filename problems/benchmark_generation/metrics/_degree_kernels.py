"""Moments and entropies of degrees."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.representations._jit import kernel


@kernel
def describe_degrees(in_degrees, out_degrees, edges):
    """The metrics of the family, in the order of its definitions."""
    n = in_degrees.size
    values = np.full(11, np.nan)
    if n == 0:
        return values
    degrees = in_degrees + out_degrees
    values[0] = edges.shape[0] / n
    for i, counts in enumerate((degrees, in_degrees, out_degrees)):
        values[1 + i] = _variance(counts)
        values[4 + i] = counts.max()
        values[7 + i] = _entropy(counts)
    values[10] = _correlation(out_degrees, in_degrees, edges)
    return values


@kernel
def _variance(values):
    """The mean square distance from the mean, exact but for the last division."""
    total = squares = 0
    for value in values:
        total += value
        squares += value * value
    return (values.size * squares - total * total) / values.size**2


@kernel
def _entropy(values):
    """Shannon entropy, in bits, of the distribution of *values*, integers from 0."""
    counts = np.zeros(values.max() + 1, np.int64)
    for value in values:
        counts[value] += 1
    entropy = 0.0
    for count in counts:
        if count > 0:
            share = count / values.size
            entropy += share * np.log2(1 / share)
    return entropy


@kernel
def _correlation(of_sources, of_targets, edges):
    """Pearson's correlation over the edges; NaN where either side is constant."""
    m = edges.shape[0]
    x_sum = y_sum = x_squares = y_squares = products = 0
    for e in range(m):
        x, y = of_sources[edges[e, 0]], of_targets[edges[e, 1]]
        x_sum += x
        y_sum += y
        x_squares += x * x
        y_squares += y * y
        products += x * y
    x_spread = float(m * x_squares - x_sum * x_sum)
    y_spread = float(m * y_squares - y_sum * y_sum)
    return ratio(m * products - x_sum * y_sum, np.sqrt(x_spread) * np.sqrt(y_spread))
