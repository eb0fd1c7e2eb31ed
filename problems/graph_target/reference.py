"""What the targets share that compare with a given graph."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target.graphs import Graph, Integers, tally
from evograft.representations import _check


class ReferenceTarget(ABC):
    """A target that is a graph, in the attribute `graph`, and a way to compare with it."""

    graph: Graph

    @abstractmethod
    def compare(self, graph: Graph) -> float:
        """Return the match of *graph*, 0 to 1."""

    def match(self, phenotype: Any) -> float:
        """Return the match of one graph, 0 to 1.

        Raises
        ------
        TypeError, ValueError
            Where the phenotype is no directed graph; see `evograft.problems.graph_target.tally`.
        """
        return float(self.matches([phenotype])[0])

    def matches(self, phenotypes: Iterable[Any]) -> npt.NDArray[np.float64]:
        """Return the match of each graph, (n,), as `match` does one by one."""
        return np.array([self.compare(graph) for graph in tally(phenotypes)], np.float64)

    def describe(self) -> dict[str, object]:
        """Return counts of the target, for JSON."""
        return {
            "neurons": self.graph.n,
            "sources": self.graph.sources,
            "connections": len(self.graph.edges),
            "weakly_connected": self.graph.weakly_connected,
        }


def as_reference(graph: Any) -> Graph:
    """Return the target *graph* as arrays.

    Raises
    ------
    TypeError, ValueError
        Where it is no directed graph or has no node.
    """
    reference = tally([graph])[0]
    if reference.n == 0:
        raise ValueError("graph must have at least one node, got none")
    return reference


def positive(name: str, value: float) -> float:
    """Return *value* as a float, or raise where it is no number above 0."""
    number = _check.real(name, value, minimum=0)
    if number == 0:
        raise ValueError(f"{name} must be a number above 0, got {value!r}")
    return number


def descending(degrees: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """*degrees*, the largest first."""
    return np.sort(degrees)[::-1]


def padded_distances(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """|a - b| place by place, with zeros after the shorter one."""
    if len(a) < len(b):
        a, b = b, a
    distances = a.copy()
    distances[: len(b)] -= b
    return np.asarray(np.abs(distances))


def by_both_degrees(graph: Graph) -> Integers:
    """Out-degrees of the nodes, these sorted by in-degree, then out-degree, largest first."""
    order = np.lexsort((graph.out_degrees, graph.in_degrees))[::-1]
    ordered: Integers = graph.out_degrees[order]
    return ordered
