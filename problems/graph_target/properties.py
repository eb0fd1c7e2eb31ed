"""A target given by numbers: so many neurons, sources and connections."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target.graphs import Graphs, Integers, tally
from evograft.problems.graph_target.reference import positive
from evograft.representations import _check


@dataclass(frozen=True)
class PropertyTarget:
    """Counts that a graph is to have.

    A graph with n nodes, z of them without an incoming edge, and m edges matches by
    ``exp(-|n - n*| / tolerance) · exp(-|z - z*| / tolerance) · exp(-|m - m*| / tolerance)``, each
    with its own tolerance. Degrees, where they are wanted, give a factor
    ``exp(-sum |d - d*| / (L · connection_tolerance))`` for each of the two directions: d are the
    degrees in the order of the ids, zeros after the shorter of d and d*, and L is the longer's
    length. Loops count as edges and in the degrees. Connectivity comes last.

    Parameters
    ----------
    neurons : int, at least 1
    sources : int, 0 to neurons
        Nodes without an incoming edge.
    connections : int, 0 to neurons²
    neuron_tolerance, source_tolerance, connection_tolerance : float, more than 0
        Differences by which the match falls to 1/e.
    in_degrees, out_degrees : sequence of int, each at least 0, optional
    weakly_connected : bool
        Whether a graph with nodes that is not weakly connected is punished.
    connectivity_penalty : float, 0 to 1
        The factor for it.

    Raises
    ------
    TypeError, ValueError
        Where a parameter breaks its rule.

    Notes
    -----
    In the authors' code L never shrinks once a larger graph was seen, so that a match depends on
    what was measured before; here it depends on the graph alone.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785), experiment A.

    Examples
    --------
    >>> import networkx as nx
    >>> target = PropertyTarget(neurons=3, sources=1, connections=2)
    >>> target.match(nx.DiGraph([(1, 2), (1, 3)]))
    1.0
    >>> round(target.match(nx.DiGraph([(1, 2), (2, 3), (3, 1)])), 3)
    0.595
    """

    neurons: int
    sources: int
    connections: int
    neuron_tolerance: float = 5.0
    source_tolerance: float = 2.0
    connection_tolerance: float = 50.0
    in_degrees: tuple[int, ...] | None = None
    out_degrees: tuple[int, ...] | None = None
    weakly_connected: bool = True
    connectivity_penalty: float = 0.5

    def __post_init__(self) -> None:
        n = _check.integer("neurons", self.neurons, minimum=1)
        _check.integer("sources", self.sources, minimum=0, maximum=n)
        _check.integer("connections", self.connections, minimum=0, maximum=n * n)
        for name in ("neuron_tolerance", "source_tolerance", "connection_tolerance"):
            positive(name, getattr(self, name))
        for name in ("in_degrees", "out_degrees"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _degrees(name, getattr(self, name)))
        _check.choice("weakly_connected", self.weakly_connected, (True, False))
        _check.real("connectivity_penalty", self.connectivity_penalty, minimum=0, maximum=1)

    def match(self, phenotype: Any) -> float:
        """Return the match of one graph, 0 to 1; 1.0 exactly where all counts agree.

        Raises
        ------
        TypeError, ValueError
            Where the phenotype is no directed graph; see `evograft.problems.graph_target.tally`.
        """
        return float(self.matches([phenotype])[0])

    def matches(self, phenotypes: Iterable[Any]) -> npt.NDArray[np.float64]:
        """Return the match of each graph, (n,), as `match` does one by one."""
        graphs = tally(phenotypes)
        # numpy's exponential, as the authors use: that of math differs in the last bit.
        match: npt.NDArray[np.float64] = (
            np.exp(-np.abs(graphs.neurons - self.neurons) / self.neuron_tolerance)
            * np.exp(-np.abs(graphs.sources - self.sources) / self.source_tolerance)
            * np.exp(-np.abs(graphs.connections - self.connections) / self.connection_tolerance)
        )
        # Both directions together first: the order of multiplication shows in the last bit.
        degree_factors = np.ones(len(graphs))
        if self.in_degrees is not None:
            degree_factors *= self._degree_factors(graphs, graphs.in_degrees, self.in_degrees)
        if self.out_degrees is not None:
            degree_factors *= self._degree_factors(graphs, graphs.out_degrees, self.out_degrees)
        match *= degree_factors
        if self.weakly_connected:
            match[graphs.components > 1] *= self.connectivity_penalty
        return match

    def _degree_factors(
        self, graphs: Graphs, degrees: Integers, wanted: tuple[int, ...]
    ) -> npt.NDArray[np.float64]:
        factors = np.ones(len(graphs))
        for i, (start, stop) in enumerate(
            zip(graphs.node_starts[:-1], graphs.node_starts[1:], strict=True)
        ):
            length = max(stop - start, len(wanted), 1)
            difference = np.zeros(length, np.int64)
            difference[: stop - start] = degrees[start:stop]
            difference[: len(wanted)] -= np.array(wanted, np.int64)
            distance = np.abs(difference).sum()
            factors[i] = np.exp(-distance / (length * self.connection_tolerance))
        return factors

    def describe(self) -> dict[str, object]:
        """Return what the target asks for, for JSON."""
        return {
            "neurons": self.neurons,
            "sources": self.sources,
            "connections": self.connections,
            "weakly_connected": self.weakly_connected or None,
        }


def _degrees(name: str, values: Any) -> tuple[int, ...]:
    try:
        degrees = tuple(values)
    except TypeError as error:
        raise TypeError(f"{name} must be a sequence of integers, got {values!r}") from error
    return tuple(
        _check.integer(f"{name}[{i}]", value, minimum=0) for i, value in enumerate(degrees)
    )
