"""Random networks of a given size: what grown ones are compared with."""

from typing import TYPE_CHECKING

import numpy as np

from evograft.representations import _check, _random

if TYPE_CHECKING:
    import networkx as nx

TRIES = 100


def random_digraph(
    n: int,
    m: int,
    rng: np.random.Generator | None = None,
    *,
    minimum: int = 6,
    weakly_connected: bool = True,
) -> "nx.DiGraph":
    """Draw a directed graph of *n* nodes and *m* edges, without loops, all being equally likely.

    Edges have a `weight`, uniform from 0.01 to 1. Nodes are 0 to n - 1, edges are in the order in
    which they were drawn.

    Parameters
    ----------
    n : int, at least *minimum*
    m : int, at least 0
        More than n (n - 1), which is as many as there can be, means that number.
    rng : Generator, optional
        Source of randomness, else one seeded from Python's ``random``. For each try ``choice``
        draws m of the n (n - 1) ordered pairs, counted row by row, without replacement, then one
        uniform number per pair, in that order, gives the weights.
    minimum : int, at least 1
        The fewest nodes; the MorphoNAS studies leave smaller networks out.
    weakly_connected : bool
        Whether to draw again, up to 100 times in all, until the graph is weakly connected.

    Returns
    -------
    networkx.DiGraph

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule, or no weakly connected graph was drawn.

    References
    ----------
    The size-matched null model of the MorphoNAS studies (arXiv 2507.13785 and later work).

    Examples
    --------
    >>> graph = random_digraph(8, 20, np.random.default_rng(1))
    >>> graph.number_of_nodes(), graph.number_of_edges()
    (8, 20)
    """
    _check.integer("minimum", minimum, minimum=1)
    _check.integer("n", n, minimum=minimum)
    _check.integer("m", m, minimum=0)
    _check.choice("weakly_connected", weakly_connected, (True, False))
    if weakly_connected and m < n - 1:
        raise ValueError(f"m must be at least n - 1 to connect {n} nodes, got {m}")
    import networkx as nx

    rng = _random.generator(rng)
    pairs = n * (n - 1)
    m = min(m, pairs)
    for _ in range(TRIES):
        drawn = rng.choice(pairs, size=m, replace=False) if m else np.empty(0, np.int64)
        weights = rng.uniform(0.01, 1.0, size=m)
        # n - 1 pairs per source, from which that of the source with itself is left out.
        sources, targets = np.divmod(drawn, max(n - 1, 1))
        targets += targets >= sources
        # Nearly all graphs that are not connected have a node without edges, which is seen at once.
        reached = np.bincount(np.concatenate((sources, targets)), minlength=n)
        if weakly_connected and n > 1 and not reached.all():
            continue
        graph = nx.DiGraph()
        graph.add_nodes_from(range(n))
        graph.add_weighted_edges_from(
            zip(sources.tolist(), targets.tolist(), weights.tolist(), strict=True)
        )
        if not weakly_connected or nx.is_weakly_connected(graph):
            return graph
    raise ValueError(
        f"n and m must allow weakly connected graphs, got none of {n} nodes and {m} edges in "
        f"{TRIES} tries"
    )
