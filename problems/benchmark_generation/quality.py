"""Which grown networks are good enough for the benchmark."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.storage.stamps import RULES
from evograft.problems.graph_target.graphs import Graphs
from evograft.representations import _check

ACCEPTED = len(RULES)
"""The code of a network that breaks no rule; others have the place of the rule in `RULES`."""


@dataclass(frozen=True)
class Quality:
    """The filter of the published benchmark.

    Parameters
    ----------
    neurons : int, at least 0
        At least so many nodes.
    edges : int, at least 0
        At least so many edges, loops among them.
    coverage : float, 0 to 1
        At least this share of the nodes has an outgoing edge; a loop is one. The graph without
        nodes has a coverage of 0.
    connected : "weak", "no_isolated", or None
        The graph has one weakly connected component; or every node has an edge from or to another
        one; or nothing is asked. What the published benchmark asks is not known.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft.problems.graph_target.graphs import tally
    >>> ring = nx.cycle_graph(5, nx.DiGraph)
    >>> Quality().reasons(tally([ring, nx.disjoint_union(ring, ring), nx.DiGraph()]))
    [None, 'disconnected', 'neurons']
    """

    neurons: int = 5
    edges: int = 3
    coverage: float = 0.7
    connected: Literal["weak", "no_isolated"] | None = "weak"

    def __post_init__(self) -> None:
        _check.integer("neurons", self.neurons, minimum=0)
        _check.integer("edges", self.edges, minimum=0)
        _check.real("coverage", self.coverage, minimum=0, maximum=1)
        _check.choice("connected", self.connected, ("weak", "no_isolated", None))

    def reasons(self, graphs: Graphs) -> list[str | None]:
        """The rule that each graph breaks first, None for one that is accepted.

        Rules are looked at in this order: "neurons", "edges", "coverage", "disconnected".
        """
        return [None if code == ACCEPTED else RULES[code] for code in self.codes(graphs)]

    def codes(self, graphs: Graphs) -> npt.NDArray[np.uint8]:
        """What :meth:`reasons` says as places in `RULES`, or :data:`ACCEPTED`: (k,) uint8."""
        broken = np.stack(
            [
                graphs.neurons < self.neurons,
                graphs.connections < self.edges,
                _share(graphs, graphs.out_degrees > 0) < self.coverage,
                self._disconnected(graphs),
                np.ones(len(graphs), bool),
            ]
        )
        codes: npt.NDArray[np.uint8] = broken.argmax(axis=0).astype(np.uint8)
        return codes

    def describe(self) -> dict[str, Any]:
        """All parameters by name."""
        return asdict(self)

    def _disconnected(self, graphs: Graphs) -> npt.NDArray[np.bool_]:
        if self.connected is None:
            return np.zeros(len(graphs), bool)
        if self.connected == "weak":
            apart: npt.NDArray[np.bool_] = graphs.components != 1
            return apart
        degrees = graphs.in_degrees + graphs.out_degrees
        first = np.repeat(graphs.node_starts[:-1], graphs.connections)
        loops = graphs.edges[:, 0] == graphs.edges[:, 1]
        np.subtract.at(degrees, (first + graphs.edges[:, 0])[loops], 2)
        return np.greater(_share(graphs, degrees == 0), 0)


def _share(graphs: Graphs, nodes: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """The share of each graph's nodes that *nodes* marks; 0 of none."""
    owners = np.repeat(np.arange(len(graphs)), graphs.neurons)
    marked = np.bincount(owners[nodes], minlength=len(graphs))
    share: npt.NDArray[np.float64] = marked / np.maximum(1, graphs.neurons)
    return share
