"""Definitions of all metrics, in the order in which they are measured and written."""

from collections.abc import Mapping

from evograft.problems.benchmark_generation.metrics.clustering import DEFINITIONS as CLUSTERING
from evograft.problems.benchmark_generation.metrics.communities import DEFINITIONS as COMMUNITIES
from evograft.problems.benchmark_generation.metrics.core_periphery import (
    DEFINITIONS as CORE_PERIPHERY,
)
from evograft.problems.benchmark_generation.metrics.definition import Definition
from evograft.problems.benchmark_generation.metrics.degrees import DEFINITIONS as DEGREES
from evograft.problems.benchmark_generation.metrics.paths import DEFINITIONS as PATHS
from evograft.problems.benchmark_generation.metrics.reciprocity import DEFINITIONS as RECIPROCITY
from evograft.problems.benchmark_generation.metrics.recurrence import DEFINITIONS as RECURRENCE
from evograft.problems.benchmark_generation.metrics.sizes import DEFINITIONS as SIZES
from evograft.problems.benchmark_generation.metrics.small_world import DEFINITIONS as SMALL_WORLD
from evograft.problems.benchmark_generation.metrics.spectrum import DEFINITIONS as SPECTRUM
from evograft.problems.benchmark_generation.metrics.triads import DEFINITIONS as TRIADS
from evograft.problems.benchmark_generation.metrics.wiring import DEFINITIONS as WIRING

METRICS: dict[str, Definition] = {
    **SIZES,
    **DEGREES,
    **CLUSTERING,
    **RECIPROCITY,
    **COMMUNITIES,
    **CORE_PERIPHERY,
    **RECURRENCE,
    **SPECTRUM,
    **PATHS,
    **SMALL_WORLD,
    **TRIADS,
    **WIRING,
}


def table(definitions: Mapping[str, Definition] = METRICS) -> str:
    """Definitions by name as a Markdown table: all of them, as in ``docs/bench_metrics.md``."""
    rows = ["| metric | definition | source | NaN where |", "| --- | --- | --- | --- |"]
    for name, (summary, source, undefined) in definitions.items():
        # A bar would end the cell.
        cells = (f"`{name}`", summary, source, undefined)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"
