"""All metrics of one graph."""

from collections.abc import Callable
from typing import Any

from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency, adjacency
from evograft.problems.benchmark_generation.metrics.clustering import clustering
from evograft.problems.benchmark_generation.metrics.communities import communities
from evograft.problems.benchmark_generation.metrics.core_periphery import core_periphery
from evograft.problems.benchmark_generation.metrics.degrees import degrees
from evograft.problems.benchmark_generation.metrics.paths import paths
from evograft.problems.benchmark_generation.metrics.reciprocity import reciprocity
from evograft.problems.benchmark_generation.metrics.recurrence import recurrence
from evograft.problems.benchmark_generation.metrics.sizes import sizes
from evograft.problems.benchmark_generation.metrics.small_world import small_world
from evograft.problems.benchmark_generation.metrics.spectrum import spectrum
from evograft.problems.benchmark_generation.metrics.triads import triads
from evograft.problems.benchmark_generation.metrics.wiring import wiring
from evograft.representations.morphogenesis import Organism

FAMILIES: tuple[Callable[[Adjacency], dict[str, float]], ...] = (
    sizes,
    degrees,
    clustering,
    reciprocity,
    communities,
    core_periphery,
    recurrence,
    spectrum,
    paths,
    small_world,
    triads,
)
"""What is measured of edges alone; the wiring comes after them."""


def measure(graph: Any) -> dict[str, float]:
    """Measure all of ``METRICS`` in their order.

    Parameters
    ----------
    graph : Organism, networkx.DiGraph, or Graph
        What :func:`adjacency` takes. Only an organism stands on a torus, so only its connections
        have lengths.

    Returns
    -------
    dict of str to float
        NaN where a metric is undefined; see its definition.

    Raises
    ------
    TypeError, ValueError
        Where it is neither, or its edges name nodes that it does not have.

    Examples
    --------
    >>> import numpy as np
    >>> from evograft.representations.morphogenesis import Genome, develop
    >>> rng = np.random.default_rng(34)
    >>> found = measure(develop(Genome.random(rng, size_x=10, size_y=10)))
    >>> found["n"], found["m"], round(found["wiring_mean"], 3)
    (15.0, 34.0, 1.176)
    """
    found = adjacency(graph)
    values: dict[str, float] = {}
    for family in FAMILIES:
        values |= family(found)
    if isinstance(graph, Organism):
        size = (graph.genome.size_x, graph.genome.size_y)
        return values | wiring(found, graph.positions, size)
    return values | wiring(found)
