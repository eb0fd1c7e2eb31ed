"""Clustering and paths of the giant component, against those of random graphs."""

import numpy as np

from evograft.problems.benchmark_generation.metrics._path_kernels import count_lengths
from evograft.problems.benchmark_generation.metrics._ratio_kernels import ratio
from evograft.problems.benchmark_generation.metrics._size_kernels import components
from evograft.representations._jit import kernel


@kernel
def describe_small_world(starts, neighbours, triangles):
    """The metrics of the family, in the order of its definitions; *triangles* are per node."""
    if starts.size == 1:
        return np.full(2, np.nan)
    numbers, sizes, _ = components(starts, neighbours)
    giant = np.flatnonzero(numbers == sizes.argmax())
    size = giant.size
    ends = closed = triples = 0
    for v in giant:
        degree = starts[v + 1] - starts[v]
        ends += degree
        closed += triangles[v]
        triples += degree * (degree - 1) // 2
    counts = count_lengths(starts, neighbours, giant)
    length = ratio((counts * np.arange(counts.size)).sum(), size * (size - 1))
    if ends <= size:  # a mean degree of at most 1: two nodes
        return np.array([length, np.nan])
    degree = ends / size
    clustering = (closed / triples) / (degree / size)
    return np.array([length, clustering / (length / (np.log(size) / np.log(degree)))])
