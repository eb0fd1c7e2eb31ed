"""The spectral radius of a directed graph, between bounds."""

import math

import numpy as np

from evograft.problems.benchmark_generation.metrics._radius_kernels import (
    SMALLEST,
    inner_edges,
    iterate,
)
from evograft.problems.benchmark_generation.metrics._recurrence_kernels import (
    members,
    strong_components,
)
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency, Integers
from evograft.problems.benchmark_generation.metrics.von_neumann import Floats

TOLERANCE = 1e-9
"""Relative distance of the bounds between which the radius lies."""

STEPS = 5000
"""Of power iteration, after which a strong component is solved for."""

SOLUTIONS = 60
"""Of linear systems; each about doubles the number of digits, once there are some."""


def spectral_radius(adjacency: Adjacency) -> float:
    """Return the largest absolute eigenvalue of the 0/1 adjacency matrix, loops among it.

    It is the largest of the strong components', whose matrices are irreducible; 0 where there is
    no cycle. Each is iterated upon until bounds of Collatz and Wielandt are 1e-9 of it apart.
    What converges too slowly for that, such as long cycles with a shortcut, is solved by inverse
    iteration with the upper bound as its shift (Noda 1971), which converges quadratically.

    Returns
    -------
    float
        Within 1e-9 of itself; NaN should the bounds not meet.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> round(spectral_radius(adjacency(nx.DiGraph([(0, 1), (1, 0), (1, 1), (1, 2)]))), 6)
    1.618034
    """
    component, count = strong_components(adjacency.out_starts, adjacency.out_targets)
    nodes, begins = members(component, count)
    starts, targets = inner_edges(adjacency.out_starts, adjacency.out_targets, component, nodes)
    radius, vectors, left = iterate(starts, targets, begins, TOLERANCE, STEPS)
    for c in np.flatnonzero(left):
        begin, end = begins[c], begins[c + 1]
        inner = slice(starts[begin], starts[end])
        found = _solve(
            starts[begin : end + 1] - starts[begin],
            targets[inner] - begin,
            vectors[begin:end],
            radius,
        )
        radius = np.maximum(radius, found)  # NaN stays
    return float(radius)


def _solve(starts: Integers, targets: Integers, x: Floats, best: float) -> float:
    """Radius of one irreducible matrix from the vector *x* on, or a bound that is below *best*."""
    from scipy.sparse import csc_matrix, csr_matrix, identity
    from scipy.sparse.linalg import splu

    n = len(x)
    matrix = csr_matrix((np.ones(len(targets)), targets, starts), shape=(n, n))
    for _ in range(SOLUTIONS):
        kept = x > SMALLEST * x.max()
        if not kept.all():
            matrix, x = matrix[kept][:, kept], x[kept]
        ratios = (matrix @ x) / x
        upper, lower = ratios.max(), ratios.min()
        if upper <= best or upper - lower <= TOLERANCE * upper:
            return float(upper)
        # Without exchange of rows: what is eliminated is an M-matrix, off the diagonal of which
        # nothing cancels, so that entries of x have their digits however small they are. With
        # exchanges the bounds of a chain of cycles need not meet.
        factors = splu(
            csc_matrix(upper * identity(len(x)) - matrix),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
        x = factors.solve(x / x.max())
        if not (x > 0).all():  # the shift was not above the radius, but for rounding
            break
    return math.nan
