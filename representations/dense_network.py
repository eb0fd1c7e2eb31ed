"""The dense feed-forward phenotype: every neuron of a layer reads all of the one before."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import networkx as nx
import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.complexity import Complexity

Floats32 = npt.NDArray[np.float32]

ACTIVATIONS = ("tanh", "relu", "sigmoid")

BLOCK = 512
"""Samples in a product. BLAS rounds by the shape of a call, so that it is always the same."""


@dataclass(frozen=True, eq=False)
class DenseNetwork:
    """A multi-layer perceptron with biases.

    Parameters
    ----------
    weights : sequence of (n_out, n_in) float32, at least one
        One matrix per layer of neurons, the last one's being the outputs.
    biases : sequence of (n_out,) float32
    activation : "tanh", "relu" or "sigmoid"
        Of the hidden neurons. The outputs are a softmax of their sums, or the sigmoid of a single
        one: the probability of class 1.

    Raises
    ------
    ValueError
        Where the arrays do not fit together or hold what is not finite.

    Examples
    --------
    >>> network = DenseNetwork(
    ...     weights=[[[1.0, -1.0]], [[2.0], [-2.0]]], biases=[[0.0], [0.0, 0.0]])
    >>> network.sizes
    (2, 1, 2)
    >>> network.forward([[1.0, 0.0], [0.5, 0.5]]).round(3)
    array([[0.955, 0.045],
           [0.5  , 0.5  ]], dtype=float32)
    """

    weights: Sequence[Floats32]
    biases: Sequence[Floats32]
    activation: str = "tanh"

    def __post_init__(self) -> None:
        _check.choice("activation", self.activation, ACTIVATIONS)
        for name, ndim in (("weights", 2), ("biases", 1)):
            arrays = tuple(_array(name, i, a, ndim) for i, a in enumerate(getattr(self, name)))
            object.__setattr__(self, name, arrays)
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError(
                f"weights and biases must be as many, one at least, got {len(self.weights)} and "
                f"{len(self.biases)}"
            )
        for i, (matrix, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            before = self.weights[i - 1].shape[0] if i else matrix.shape[1]
            expected = (bias.size, before)
            if matrix.shape != expected or 0 in expected:
                raise ValueError(f"weights[{i}] must have shape {expected}, got {matrix.shape}")

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of inputs, of neurons in each hidden layer, and of outputs."""
        return (self.weights[0].shape[1], *(matrix.shape[0] for matrix in self.weights))

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return self.sizes[0]

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self.sizes[-1]

    def forward(self, X: npt.ArrayLike) -> Floats32:
        """Return class probabilities (n_samples, n_outputs) for *X* (n_samples, n_inputs)."""
        sums = self._sums(X, len(self.weights))
        if self.n_outputs == 1:
            return _sigmoid(sums)
        shares = np.exp(sums - sums.max(axis=1, keepdims=True))
        probabilities: Floats32 = shares / shares.sum(axis=1, keepdims=True)
        return probabilities

    def raw_outputs(self, X: npt.ArrayLike) -> Floats32:
        """Return the sigmoid of every output's sum, (n_samples, n_outputs), each in [0, 1]."""
        return _sigmoid(self._sums(X, len(self.weights)))

    def step(self, observation: npt.ArrayLike) -> Floats32:
        """Return the sums at the outputs, (n_outputs,), for one observation, as a controller does.

        They are not squeezed into probabilities: the largest is the same, and an action that is a
        number may have any value.
        """
        row = np.asarray(observation, dtype=np.float32)
        if row.shape != (self.n_inputs,):
            raise ValueError(f"observation must have shape ({self.n_inputs},), got {row.shape}")
        for layer, (matrix, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            row = matrix @ (self._activate(row) if layer else row) + bias
        return row

    def hidden(self, X: npt.ArrayLike) -> Floats32:
        """Return the activations of the last hidden layer, (n_samples, n_neurons).

        Raises
        ------
        ValueError
            Where there is no hidden layer.
        """
        if len(self.weights) == 1:
            raise ValueError(f"a network must have a hidden layer for this, got sizes {self.sizes}")
        return self._activate(self._sums(X, len(self.weights) - 1))

    def _sums(self, X: npt.ArrayLike, layers: int) -> Floats32:
        """What arrives at the neurons of layer number *layers*, from 1."""
        samples = np.asarray(X, dtype=np.float32)
        if samples.ndim != 2 or samples.shape[1] != self.n_inputs:
            raise ValueError(f"X must have shape (n_samples, {self.n_inputs}), got {samples.shape}")
        sums = np.empty((len(samples), self.sizes[layers]), np.float32)
        for start in range(0, len(samples), BLOCK):
            part = samples[start : start + BLOCK]
            rows = np.zeros((BLOCK, self.n_inputs), np.float32)
            rows[: len(part)] = part
            for layer in range(layers):
                if layer:
                    rows = self._activate(rows)
                rows = rows @ self.weights[layer].T + self.biases[layer]
            sums[start : start + BLOCK] = rows[: len(part)]
        return sums

    def _activate(self, sums: Floats32) -> Floats32:
        return activate(sums, self.activation)

    def complexity(self) -> Complexity:
        """Count hidden neurons, connections, features, layers and operations."""
        connections = sum(a * b for a, b in itertools.pairwise(self.sizes))
        hidden = sum(self.sizes[1:-1])
        return Complexity(
            neurons=hidden,
            connections=connections,
            features=self.n_inputs,
            hidden_layers=len(self.sizes) - 2,
            operations=2 * connections + 4 * (hidden + self.n_outputs),
            sparsity=0.0,
        )

    def to_networkx(self) -> nx.DiGraph:
        """Return the graph: nodes ``x1`` …, ``h1`` …, ``output1`` …, and weighted edges.

        Node attributes: ``kind`` (``"input"``, ``"hidden"``, ``"output"``), ``layer`` (inputs 0)
        and, but for inputs, ``bias``. Edge attribute: ``weight``.
        """
        graph = nx.DiGraph()
        names = [[f"x{i + 1}" for i in range(self.n_inputs)]]
        graph.add_nodes_from(names[0], kind="input", layer=0)
        count = itertools.count(1)
        for layer, bias in enumerate(self.biases, start=1):
            last = layer == len(self.biases)
            kind = "output" if last else "hidden"
            names.append(
                [f"output{i + 1}" if last else f"h{next(count)}" for i in range(bias.size)]
            )
            for name, value in zip(names[-1], bias.tolist(), strict=True):
                graph.add_node(name, kind=kind, layer=layer, bias=value)
            pairs = itertools.product(names[-1], names[-2])
            flat = self.weights[layer - 1].ravel().tolist()
            graph.add_weighted_edges_from(
                (source, target, weight)
                for (target, source), weight in zip(pairs, flat, strict=True)
            )
        return graph

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DenseNetwork):
            return NotImplemented
        return (
            self.activation == other.activation
            and self.sizes == other.sizes
            and all(map(np.array_equal, self.weights, other.weights))
            and all(map(np.array_equal, self.biases, other.biases))
        )

    def __hash__(self) -> int:
        positive = self.biases[-1] + np.float32(0)  # 0.0 and -0.0 are equal
        return hash((self.activation, self.sizes, positive.tobytes()))

    def to_dict(self) -> dict[str, Any]:
        """Return plain floats, strings and lists, exact; the inverse of :meth:`from_dict`."""
        return {
            "activation": self.activation,
            "weights": [matrix.tolist() for matrix in self.weights],
            "biases": [bias.tolist() for bias in self.biases],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the network that :meth:`to_dict` described.

        Raises
        ------
        ValueError
            Where an entry is missing or does not fit.
        """
        names = ("weights", "biases", "activation")
        if missing := [name for name in names if name not in data]:
            raise ValueError(f"a network needs {', '.join(missing)}, got {sorted(data)}")
        return cls(**{name: data[name] for name in names})


def _array(name: str, i: int, value: npt.ArrayLike, ndim: int) -> Floats32:
    try:
        with np.errstate(over="ignore"):
            array = np.array(value, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}[{i}] must be an array of float32") from error
    if array.ndim != ndim:
        raise ValueError(f"{name}[{i}] must have {ndim} dimension(s), got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}[{i}] must be finite in float32, got others among its entries")
    array.flags.writeable = False
    return array


def activate(sums: Floats32, activation: str) -> Floats32:
    """Apply one of :data:`ACTIVATIONS` to *sums*."""
    if activation == "relu":
        return np.maximum(sums, np.float32(0))
    return np.tanh(sums) if activation == "tanh" else _sigmoid(sums)


def _sigmoid(sums: Floats32) -> Floats32:
    values: Floats32 = np.exp(-np.logaddexp(np.float32(0), -sums))
    return values
