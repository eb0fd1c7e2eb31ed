"""What is measured of a directed graph, as kernels on arrays of edges."""

from evograft.problems.benchmark_generation.metrics.adjacency import Adjacency, adjacency

__all__ = ["Adjacency", "adjacency"]
