"""The phenotype of one-vs-all: a network per class, each of which has one output."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import networkx as nx
import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.complexity import Complexity
from evograft.representations.dense_network import DenseNetwork
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.network import Network
from evograft.representations.recurrent import RecurrentNetwork

PARTS: dict[str, Any] = {
    kind.__name__: kind for kind in (Network, RecurrentNetwork, DenseNetwork, NeatNetwork)
}
"""Networks that a saved one may be made of, by the name of their class."""

SHARED = ("input", "bias")
"""Kinds of nodes that all networks have in common."""


@dataclass(frozen=True)
class OneVsAllNetwork:
    """Networks of one output, of which number k tells class k from all others.

    Parameters
    ----------
    networks : sequence of phenotypes, at least 2
        With as many inputs each, and one output.

    Raises
    ------
    ValueError
        Where they are too few, or do not have these inputs and outputs.

    Examples
    --------
    Two networks without neurons, which always say 0.5 and 0.88:

    >>> def constant(bias):
    ...     return Network(1, 1, [], [], [0], [], [], [], [], [], out_bias=[bias])
    >>> OneVsAllNetwork([constant(0.0), constant(2.0)]).forward([[0.3]]).round(2)
    array([[0.36, 0.64]])
    """

    networks: tuple[Any, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "networks", tuple(self.networks))
        if len(self.networks) < 2:
            raise ValueError(f"networks must be at least 2, got {len(self.networks)}")
        outputs = [network.n_outputs for network in self.networks]
        if {*outputs} != {1}:
            raise ValueError(f"networks must have one output, got {outputs}")
        inputs = [network.n_inputs for network in self.networks]
        if len({*inputs}) > 1:
            raise ValueError(f"networks must have as many inputs each, got {inputs}")

    @property
    def n_inputs(self) -> int:
        """Features that every network takes."""
        return int(self.networks[0].n_inputs)

    @property
    def n_outputs(self) -> int:
        """Classes, and networks."""
        return len(self.networks)

    def forward(self, X: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return class probabilities (n_samples, n_outputs) for *X* (n_samples, n_inputs).

        They are what the networks give, divided by their total; where all give 0, all classes are
        as probable. In float64, so that the largest stays the largest.
        """
        outputs = self.raw_outputs(X).astype(np.float64)
        totals = outputs.sum(axis=1, keepdims=True)
        probabilities = np.full_like(outputs, 1 / self.n_outputs)
        np.divide(outputs, totals, out=probabilities, where=totals != 0)
        return probabilities

    def raw_outputs(self, X: npt.ArrayLike) -> npt.NDArray[np.floating]:
        """Return what each network gives, (n_samples, n_outputs): its class against the rest."""
        return np.hstack([np.asarray(network.forward(X)) for network in self.networks])

    def complexity(self) -> Complexity:
        """Count all networks together; a feature that several of them read is one feature.

        The dense network of the sparsity is a dense one for each class.
        """
        parts = [network.complexity() for network in self.networks]
        connections = sum(part.connections for part in parts)
        dense = sum(
            round(part.connections / (1 - part.sparsity)) if part.connections else self.n_inputs
            for part in parts
        )
        return Complexity(
            neurons=sum(part.neurons for part in parts),
            connections=connections,
            features=len(set().union(*map(_inputs_of, self.networks))),
            hidden_layers=max(part.hidden_layers for part in parts),
            operations=sum(part.operations for part in parts),
            sparsity=1 - connections / dense,
        )

    def to_networkx(self) -> nx.DiGraph:
        """Return the graph of all networks, which meet in their inputs alone.

        Nodes and edges have the attributes that the networks give them. Inputs are ``x1`` …, and a
        node ``bias`` is one for all; hidden neurons are counted through, ``h1`` …, and those of
        network k lead to ``output{k}``. A ``module`` of theirs is k.
        """
        whole, hidden = nx.DiGraph(), 0
        for number, network in enumerate(self.networks, 1):
            graph = network.to_networkx()
            names: dict[Any, str] = {}
            for node, kind in graph.nodes(data="kind"):
                if kind == "output":
                    names[node] = f"output{number}"
                elif kind not in SHARED:
                    hidden += 1
                    names[node] = f"h{hidden}"
                if graph.nodes[node].get("module"):
                    graph.nodes[node]["module"] = (number,)
            whole.update(nx.relabel_nodes(graph, names))
        outputs = [node for node, kind in whole.nodes(data="kind") if kind == "output"]
        layers = [whole.nodes[node]["layer"] for node in outputs if "layer" in whole.nodes[node]]
        for node in outputs if layers else ():
            whole.nodes[node]["layer"] = max(layers)
        return whole

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers, strings and lists, exact; the inverse of :meth:`from_dict`."""
        return {
            "networks": [
                {"phenotype": type(network).__name__, "network": network.to_dict()}
                for network in self.networks
            ]
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the network that :meth:`to_dict` described.

        Raises
        ------
        TypeError, ValueError
            Where an entry is missing or does not fit.
        """
        if "networks" not in data:
            raise ValueError(f"a network needs networks, got {sorted(data)}")
        networks = []
        for part in data["networks"]:
            if missing := [name for name in ("phenotype", "network") if name not in part]:
                raise ValueError(f"a network needs {', '.join(missing)}, got {sorted(part)}")
            _check.known("phenotype", part["phenotype"], PARTS)
            networks.append(PARTS[part["phenotype"]].from_dict(part["network"]))
        return cls(tuple(networks))


def _inputs_of(network: Any) -> set[str]:
    """Names of the inputs that a network reads, as its graph has them, made only where need be."""
    if hasattr(network, "used_inputs"):
        return {f"x{i + 1}" for i in network.used_inputs()}
    if network.complexity().features == network.n_inputs:
        return {f"x{i + 1}" for i in range(network.n_inputs)}
    nodes = network.to_networkx().nodes(data="kind")
    return {node for node, kind in nodes if kind == "input"}
