"""All metrics of one graph."""

from typing import Any

from evograft.problems.benchmark_generation.metrics.adjacency import adjacency
from evograft.problems.benchmark_generation.metrics.communities import communities
from evograft.problems.benchmark_generation.metrics.core_periphery import core_periphery
from evograft.problems.benchmark_generation.metrics.recurrence import recurrence
from evograft.problems.benchmark_generation.metrics.spectrum import spectrum


def measure(graph: Any) -> dict[str, float]:
    """Measure communities, core and periphery, recurrence and spectrum."""
    found = adjacency(graph)
    values: dict[str, float] = {}
    for family in (communities, core_periphery, recurrence, spectrum):
        values |= family(found)
    return values
