"""How far connections reach in the tissue."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.metrics._wiring_kernels import describe_wiring
from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency
from evograft.problems.benchmark_generation.metrics.definition import Definition
from evograft.representations import _check

LARGEST_TISSUE = 1 << 24
"""Sites of a tissue, the distances of which are looked up in a table."""

_NO_SITES = "the graph has no positions on a torus"

DEFINITIONS = {
    "wiring_total": Definition(
        "Sum over edges of the Euclidean length, in sites, of the shortest displacement on the "
        "torus from source to target",
        "ours, after Cherniak 1994",
        _NO_SITES,
    ),
    "wiring_mean": Definition(
        "Mean of these lengths over edges other than loops",
        "ours",
        f"{_NO_SITES}; no edges but loops",
    ),
    "wiring_ratio": Definition(
        "wiring_mean / mean of these lengths over all pairs of nodes, which is what as many "
        "edges between random nodes of the graph would have",
        "ours",
        f"{_NO_SITES}; no edges but loops",
    ),
}


def wiring(
    adjacency: Adjacency,
    positions: npt.NDArray[np.integer[Any]] | None = None,
    size: tuple[int, int] | None = None,
) -> dict[str, float]:
    """Measure the length of the connections on a torus.

    Parameters
    ----------
    adjacency : Adjacency
    positions : (n, 2) integers, optional
        Sites of the nodes: x from 0 to X - 1, y from 0 to Y - 1. No two are the same.
    size : (X, Y), optional
        Of the torus. Without positions or size, all is NaN.

    Raises
    ------
    TypeError, ValueError
        Where positions are no integers, have another shape or lie outside the torus.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.benchmark_generation.metrics import adjacency
    >>> edge = adjacency(nx.DiGraph([(0, 1)]))
    >>> wiring(edge, np.array([[0, 0], [7, 6]]), (10, 10))["wiring_total"]
    5.0
    """
    if positions is None or size is None:
        return dict.fromkeys(DEFINITIONS, np.nan)
    width, height = (_check.integer(f"size[{i}]", side, minimum=1) for i, side in enumerate(size))
    if width * height > LARGEST_TISSUE:
        raise ValueError(f"size must have at most {LARGEST_TISSUE} sites, got {width}x{height}")
    sites = np.asarray(positions)
    if sites.shape != (adjacency.n, 2):
        raise ValueError(f"positions must have shape ({adjacency.n}, 2), got {sites.shape}")
    if sites.dtype.kind not in "iu":
        raise TypeError(f"positions must be integers, got {sites.dtype}")
    outside = ((sites < 0) | (sites >= (width, height))).any(axis=1)
    if outside.any():
        first = tuple(sites[outside.argmax()].tolist())
        raise ValueError(f"positions must be sites of a {width}x{height} torus, got {first}")
    values = describe_wiring(adjacency.graph.edges, sites.astype(np.int64), width, height)
    return dict(zip(DEFINITIONS, values.tolist(), strict=True))
