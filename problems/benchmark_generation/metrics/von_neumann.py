"""The entropy of a graph's Laplacian, from determinants instead of eigenvalues."""

import math
from functools import cache

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.metrics._elimination_kernels import (
    LANES,
    eliminate,
    log_determinants,
)
from evograft.problems.benchmark_generation.metrics._size_kernels import components
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency, Integers

Floats = npt.NDArray[np.float64]

ERROR = 1e-11
"""Of the quadrature, about: what is left of its error after so many points."""

DENSE = 0.1
"""Multiplications per n^3 from which eigenvalues of the dense matrix are the faster way."""


def von_neumann_entropy(adjacency: Adjacency) -> float:
    r"""Return :math:`-\sum p \log_2 p` over eigenvalues p of the Laplacian of U by its trace.

    The sum over the eigenvalues :math:`\lambda` of the Laplacian L comes from an integral,

    .. math:: \sum \lambda \ln \lambda = M \ln b - \int_0^\infty
        \ln\det(L + tI) - c \ln t - (n - c) \ln(t + b) \, dt,

    with the trace M, the c components of U and :math:`b = M / (n - c)`. It has no singularity but
    on the negative axis from the smallest eigenvalue above 0 on, for which 4 / (n diameter) is a
    bound (Mohar 1991), to the largest, at most twice the largest degree. The map

    .. math:: t = \delta (e^y - 1) / (1 - e^{y - Y}), \quad Y = \ln(\Lambda / \delta),

    moves all of it to a distance of pi from 0 < y < Y, so that some 24 points of Gauss-Legendre
    quadrature do. The determinants are those of sparse factors; graphs on which these become
    nearly dense are left to LAPACK. Either way the error is below 1e-9. Memory grows by n^2 / 8
    bytes and by the factors.

    Returns
    -------
    float
        In bits; NaN where no edge joins two nodes.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> round(von_neumann_entropy(adjacency(nx.DiGraph([(0, 1), (1, 2), (2, 0)]))), 9)
    1.0
    """
    n, starts, neighbours = adjacency.n, adjacency.starts, adjacency.neighbours
    trace = neighbours.size
    if trace == 0:
        return math.nan
    parts, widest = widest_component(starts, neighbours)
    largest = 2.0 * np.diff(starts).max()
    smallest = min(4.0 / widest, largest / 8)
    order, column_starts, rows = eliminate(n, starts, neighbours)
    shifts, weights = _points(largest, smallest)
    sizes = np.diff(column_starts)
    if len(shifts) * int(sizes @ (sizes + 1)) / 2 > DENSE * n**3:
        return _from_eigenvalues(n, starts, neighbours)
    mean = trace / (n - parts)
    # Scaled by t + b, as the logarithms of large determinants would cancel where t is large.
    scales = shifts + mean
    values = log_determinants(starts, neighbours, order, column_starts, rows, shifts, scales)
    values += parts * np.log(scales / shifts)
    total = trace * math.log(mean) - float(weights @ values)
    return max(0.0, math.log2(trace) - total / trace / math.log(2))


def widest_component(starts: Integers, neighbours: Integers) -> tuple[int, int]:
    """Components, and the largest product of a component's nodes and its diameter, at most.

    No two nodes are further apart than twice what the furthest is from the first.
    """
    _, sizes, depths = components(starts, neighbours)
    return len(sizes), int((sizes * np.minimum(2 * depths, sizes - 1)).max())


def _from_eigenvalues(n: int, starts: Integers, neighbours: Integers) -> float:
    laplacian = np.zeros((n, n))
    degrees = np.diff(starts)
    laplacian[np.repeat(np.arange(n), degrees), neighbours] = -1
    np.fill_diagonal(laplacian, degrees)
    shares = np.linalg.eigvalsh(laplacian) / neighbours.size
    shares = shares[shares > 0]  # 0 comes out as some 1e-17, of either sign
    return max(0.0, -float(shares @ np.log2(shares)))


def _points(largest: float, smallest: float) -> tuple[Floats, Floats]:
    """Points t and weights of the quadrature for eigenvalues from *smallest* to *largest*."""
    length = math.log(largest / smallest)
    slope = 2 * math.pi / length
    ellipse = slope + math.hypot(1, slope)  # sum of the half axes of the one free of singularities
    needed = -math.log(ERROR) / (2 * math.log(ellipse))
    nodes, weights = _legendre(LANES * math.ceil(needed / LANES))
    grown = np.exp((nodes + 1) * length / 2)
    left = 1 - grown * (smallest / largest)
    points = smallest * (grown - 1) / left
    # d t / d y = smallest grown (1 - smallest / largest) / left^2
    slopes = (smallest * (1 - smallest / largest)) * grown / left**2
    return points, weights * (length / 2) * slopes


@cache
def _legendre(number: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(number)
    return nodes, weights
