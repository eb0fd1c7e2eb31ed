"""What is measured of a directed graph, as kernels on arrays of edges."""

from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency, adjacency
from evograft.problems.benchmark_generation.metrics.clustering import clustering
from evograft.problems.benchmark_generation.metrics.definition import Definition
from evograft.problems.benchmark_generation.metrics.definitions import METRICS
from evograft.problems.benchmark_generation.metrics.degrees import degrees
from evograft.problems.benchmark_generation.metrics.measure import measure
from evograft.problems.benchmark_generation.metrics.paths import paths
from evograft.problems.benchmark_generation.metrics.reciprocity import reciprocity
from evograft.problems.benchmark_generation.metrics.sizes import sizes
from evograft.problems.benchmark_generation.metrics.small_world import small_world
from evograft.problems.benchmark_generation.metrics.triads import triads
from evograft.problems.benchmark_generation.metrics.wiring import wiring

__all__ = [
    "METRICS",
    "Adjacency",
    "Definition",
    "adjacency",
    "clustering",
    "degrees",
    "measure",
    "paths",
    "reciprocity",
    "sizes",
    "small_world",
    "triads",
    "wiring",
]
