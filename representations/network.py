"""The sparse feed-forward phenotype."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import networkx as nx
import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations import _network_kernels as kernels
from evograft.representations.complexity import Complexity
from evograft.representations.neuron_grammar import FUNCTIONS

OUTPUTS = ("linear_softmax", "sigmoid_softmax", "sum_normalised")
"""Ways from the sums at several outputs to class probabilities; one output is a sigmoid."""

Integers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

_ARRAYS: dict[str, type[np.generic]] = {
    "function": np.int8,
    "bias": np.float64,
    "indptr": np.int32,
    "sources": np.int32,
    "weights": np.float64,
    "out_sources": np.int32,
    "out_targets": np.int32,
    "out_weights": np.float64,
    "out_bias": np.float64,
}


@dataclass(frozen=True, eq=False)
class Network:
    """A sparse feed-forward network of h hidden neurons in topological order.

    A source is an index: 0 … n_inputs - 1 are the features, n_inputs + j is hidden neuron j.

    Parameters
    ----------
    n_inputs, n_outputs : int, at least 1
        With one output, it is the probability of class 1; else there is one output per class.
    function : (h,) int8
        Activation of each hidden neuron, an index into ``FUNCTIONS`` (1 is the sigmoid).
    bias : (h,) float64
    indptr : (h + 1,) int32
        Row limits: neuron j reads ``sources[indptr[j]:indptr[j + 1]]``, all before itself.
    sources, weights : (m,) int32, (m,) float64
    out_sources, out_targets, out_weights : (p,) int32, (p,) int32, (p,) float64
        Connections to outputs.
    out_bias : (n_outputs,) float64, optional
        Zeros if not given.
    output : str
        One of :data:`OUTPUTS`: a softmax of the sums, a softmax of their sigmoids, or their
        sigmoids divided by their total. A single output is the sigmoid of its sum.

    Raises
    ------
    ValueError
        Where the arrays do not describe a feed-forward network.

    Examples
    --------
    A neuron that reads both features and feeds the one output:

    >>> network = Network(
    ...     n_inputs=2, n_outputs=1, function=[1], bias=[0.5], indptr=[0, 2], sources=[0, 1],
    ...     weights=[1.0, -2.0], out_sources=[2], out_targets=[0], out_weights=[4.0],
    ... )
    >>> network.forward(np.array([[0.0, 0.25], [1.0, 3.0]])).round(3)
    array([[0.881],
           [0.511]], dtype=float32)
    >>> network.complexity().operations
    14
    """

    n_inputs: int
    n_outputs: int
    function: npt.NDArray[np.int8]
    bias: Floats
    indptr: Integers
    sources: Integers
    weights: Floats
    out_sources: Integers
    out_targets: Integers
    out_weights: Floats
    out_bias: Floats = field(default=None)  # type: ignore[arg-type]
    output: str = "linear_softmax"

    def __post_init__(self) -> None:
        for name in ("n_inputs", "n_outputs"):
            object.__setattr__(self, name, _check.integer(name, getattr(self, name), minimum=1))
        _check.choice("output", self.output, OUTPUTS)
        if self.out_bias is None:
            object.__setattr__(self, "out_bias", np.zeros(self.n_outputs))
        for name, dtype in _ARRAYS.items():
            try:
                array = np.array(getattr(self, name), dtype=dtype)
            except (TypeError, ValueError, OverflowError) as error:
                rule = f"{name} must be an array of {np.dtype(dtype)}"
                raise ValueError(f"{rule}, got {getattr(self, name)!r}") from error
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        self._check()

    def _check(self) -> None:
        h = self.function.size
        for name, size in (
            ("function", h),
            ("sources", self.sources.size),
            ("out_sources", self.out_sources.size),
            ("bias", h),
            ("indptr", h + 1),
            ("weights", self.sources.size),
            ("out_targets", self.out_sources.size),
            ("out_weights", self.out_sources.size),
            ("out_bias", self.n_outputs),
        ):
            array = getattr(self, name)
            if array.shape != (size,):
                raise ValueError(f"{name} must have shape ({size},), got {array.shape}")
        rows = np.diff(self.indptr)
        if self.indptr[0] != 0 or self.indptr[-1] != self.sources.size or (rows < 0).any():
            raise ValueError(
                f"indptr must rise from 0 to {self.sources.size}, got {self.indptr.tolist()}"
            )
        before = self.n_inputs + np.repeat(np.arange(h), rows)
        for name, limit in (
            ("function", len(FUNCTIONS)),
            ("sources", before),
            ("out_sources", self.n_inputs + h),
            ("out_targets", self.n_outputs),
        ):
            array = getattr(self, name)
            if (array < 0).any() or (array >= limit).any():
                rule = "name only what comes before the neuron" if name == "sources" else (
                    f"lie from 0 to {limit - 1}"
                )  # fmt: skip
                raise ValueError(f"{name} must {rule}, got {array.tolist()}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Network):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.n_inputs, self.n_outputs, self.sources.tobytes(), self.output))

    def forward(self, X: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Return the outputs (n_samples, n_outputs) for samples *X* (n_samples, n_inputs).

        One output is the probability of class 1; several are class probabilities, which sum
        to 1. Computed in float32.
        """
        scores = self._scores(X)
        kernels.to_probabilities(
            scores[None], self.n_outputs, OUTPUTS.index(self.output), scores.shape[1]
        )
        rows = scores[1:2] if self.n_outputs == 1 else scores
        return np.ascontiguousarray(rows.T)

    def raw_outputs(self, X: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Return the sigmoid of every output's sum, (n_samples, n_outputs), each in [0, 1]."""
        sums = self._scores(X)[: self.n_outputs].T
        return np.exp(-np.logaddexp(0.0, -sums.astype(np.float64))).astype(np.float32)

    def _scores(self, X: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Sums at the outputs, (rows, n_samples); two rows for one output, the second unused."""
        X = np.asarray(X, dtype=np.float32)
        if X.ndim != 2 or X.shape[1] != self.n_inputs:
            raise ValueError(f"X must have shape (n_samples, {self.n_inputs}), got {X.shape}")
        used = self.used_inputs()
        columns = np.ascontiguousarray(X[:, used].T)  # of wide data only what is looked at
        place = np.zeros(self.n_inputs + self.function.size, np.int32)
        place[used] = np.arange(used.size)
        place[self.n_inputs :] = np.arange(used.size, used.size + self.function.size)
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays |= {name: place[arrays[name]] for name in ("sources", "out_sources")}
        n = X.shape[0]
        hidden = np.empty((self.function.size, kernels.BLOCK), np.float32)
        scores = np.zeros((max(2, self.n_outputs), n), np.float32)
        for start in range(0, n, kernels.BLOCK):
            stop = min(start + kernels.BLOCK, n)
            part = scores[: self.n_outputs, start:stop]
            kernels.network_block(columns, start, stop, tuple(arrays.values()), hidden, part)
        return scores

    def used_inputs(self) -> npt.NDArray[np.intp]:
        """Return the indices of the features that are read, ascending."""
        sources = np.unique(np.concatenate((self.sources, self.out_sources)))
        used: npt.NDArray[np.intp] = sources[sources < self.n_inputs].astype(np.intp)
        return used

    def layers(self) -> Integers:
        """Return the layer of every hidden neuron, (h,) int32, from 1."""
        layers = np.zeros(self.function.size, np.int32)
        for j in range(layers.size):
            sources = self.sources[self.indptr[j] : self.indptr[j + 1]]
            inner = sources[sources >= self.n_inputs] - self.n_inputs
            layers[j] = 1 + layers[inner].max(initial=0)
        return layers

    def complexity(self) -> Complexity:
        """Count neurons, connections, features, layers and operations."""
        layers = self.layers()
        connections = self.sources.size + self.out_sources.size
        sizes = [self.n_inputs, *np.bincount(layers)[1:].tolist(), self.n_outputs]
        dense = sum(a * b for a, b in itertools.pairwise(sizes))
        return Complexity(
            neurons=layers.size,
            connections=connections,
            features=self.used_inputs().size,
            hidden_layers=int(layers.max(initial=0)),
            operations=2 * connections + 4 * (layers.size + self.n_outputs),
            sparsity=1 - connections / dense,
        )

    def to_networkx(self) -> nx.DiGraph:
        """Return the graph: nodes ``x1`` …, ``h1`` …, ``output1`` …, and weighted edges.

        Node attributes: ``kind`` (``"input"``, ``"hidden"``, ``"output"``), ``layer`` (inputs 0,
        outputs 1 + the last hidden layer), for hidden and output nodes ``bias``, for hidden ones
        ``function`` and ``module`` (the outputs, from 1, that the neuron feeds). Unused inputs
        are left out. Edge attribute: ``weight``; parallel connections are added up.
        """
        graph = nx.DiGraph()
        names = [f"x{i + 1}" for i in range(self.n_inputs)]
        names += [f"h{j + 1}" for j in range(self.function.size)]
        layers = self.layers()
        for i in self.used_inputs():
            graph.add_node(names[i], kind="input", layer=0)
        for j, layer in enumerate(layers):
            fed = self.out_targets[self.out_sources == self.n_inputs + j]
            graph.add_node(
                f"h{j + 1}",
                kind="hidden",
                layer=int(layer),
                bias=float(self.bias[j]),
                function=FUNCTIONS[self.function[j]],
                module=tuple(sorted({int(o) + 1 for o in fed})),
            )
        for o in range(self.n_outputs):
            graph.add_node(
                f"output{o + 1}",
                kind="output",
                layer=int(layers.max(initial=0)) + 1,
                bias=float(self.out_bias[o]),
            )
        targets = np.repeat(np.arange(self.function.size), np.diff(self.indptr))
        inner = [(names[s], f"h{t + 1}") for s, t in zip(self.sources, targets, strict=True)]
        outer = [
            (names[s], f"output{t + 1}")
            for s, t in zip(self.out_sources, self.out_targets, strict=True)
        ]
        weights = [*self.weights.tolist(), *self.out_weights.tolist()]
        for (source, target), weight in zip(inner + outer, weights, strict=True):
            before = graph.get_edge_data(source, target, {"weight": 0.0})["weight"]
            graph.add_edge(source, target, weight=before + weight)
        return graph

    def to_dict(self) -> dict[str, Any]:
        """Return plain ints, floats, strings and lists, exact; the inverse of :meth:`from_dict`."""
        arrays = {name: getattr(self, name).tolist() for name in _ARRAYS}
        head = {"n_inputs": self.n_inputs, "n_outputs": self.n_outputs, "output": self.output}
        return head | arrays

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the network that :meth:`to_dict` described.

        Raises
        ------
        ValueError
            Where an entry is missing or does not fit.
        """
        names = ("n_inputs", "n_outputs", "output", *_ARRAYS)
        if missing := [name for name in names if name not in data]:
            raise ValueError(f"a network needs {', '.join(missing)}, got {sorted(data)}")
        return cls(**{name: data[name] for name in names})
