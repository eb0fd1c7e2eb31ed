"""Counting edges that have a reverse edge."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.representations._jit import kernel


@kernel
def describe_reciprocity(out_starts, out_targets, in_starts, in_sources):
    """The metrics of the family, in the order of its definitions."""
    n, m = out_starts.size - 1, out_targets.size
    mutual = loops = imbalance = 0
    for v in range(n):
        a, a_end = out_starts[v], out_starts[v + 1]
        b, b_end = in_starts[v], in_starts[v + 1]
        imbalance += abs((a_end - a) - (b_end - b))
        while a < a_end and b < b_end:
            if out_targets[a] < in_sources[b]:
                a += 1
            elif out_targets[a] > in_sources[b]:
                b += 1
            else:
                if out_targets[a] == v:
                    loops += 1
                else:
                    mutual += 1
                a += 1
                b += 1
    share = ratio(mutual, m - loops)
    density = ratio(m - loops, n * (n - 1))
    return np.array(
        [
            ratio(mutual, m),
            share,
            ratio(share - density, 1 - density),
            1 - ratio(imbalance, 2 * m),
        ]
    )
