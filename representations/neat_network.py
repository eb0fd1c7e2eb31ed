"""The phenotype of NEAT that is asked step by step: a controller, feed-forward or recurrent."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

import networkx as nx
import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations import _neat_kernels as kernels
from evograft.representations._network_kernels import to_probabilities
from evograft.representations._plain_fields import PlainFields
from evograft.representations.complexity import Complexity
from evograft.representations.network import OUTPUTS

Floats32 = npt.NDArray[np.float32]

_ARRAYS: dict[str, type[np.generic]] = {
    "indptr": np.int32,
    "sources": np.int32,
    "weights": np.float32,
}


@dataclass(frozen=True, eq=False)
class NeatNetwork(PlainFields):
    """Sigmoid neurons that read inputs, a bias of 1 and each other, in float32.

    The hidden neurons come first, the outputs last. A source is an index: 0 … n_inputs - 1 are the
    inputs, n_inputs is the bias, n_inputs + 1 + j is neuron j. Equality, copies and pickles are
    about the network and not about the episode it is in: a copy starts reset.

    Parameters
    ----------
    n_inputs, n_outputs : int, at least 1
    indptr : (n_neurons + 1,) int32
        Row limits: neuron j reads ``sources[indptr[j]:indptr[j + 1]]``.
    sources, weights : (m,) int32, (m,) float32
    recurrent : bool
        Whether a neuron may read any neuron, as it was a round before, itself too, and activity
        persists from step to step. Else a neuron reads hidden neurons before itself.
    rounds : int, at least 1
        How often all neurons answer in a step; 1 unless recurrent. The inputs are held meanwhile.
    output : str
        From sums at several outputs to the class probabilities of :meth:`forward`; one of
        :data:`evograft.representations.network.OUTPUTS`.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    Examples
    --------
    An output that reads the input and itself:

    >>> network = NeatNetwork(1, 1, indptr=[0, 2], sources=[0, 2], weights=[1, -1], recurrent=True)
    >>> network.step([0.0]), network.step([0.0])
    (array([0.], dtype=float32), array([-0.5], dtype=float32))
    """

    n_inputs: int
    n_outputs: int
    indptr: npt.NDArray[np.int32]
    sources: npt.NDArray[np.int32]
    weights: Floats32
    recurrent: bool = False
    rounds: int = 1
    output: str = "linear_softmax"

    def __post_init__(self) -> None:
        for name in ("n_inputs", "n_outputs", "rounds"):
            _check.integer(name, getattr(self, name), minimum=1)
        _check.choice("recurrent", self.recurrent, (True, False))
        _check.choice("output", self.output, OUTPUTS)
        if self.rounds > 1 and not self.recurrent:
            raise ValueError(f"rounds must be 1 unless recurrent, got {self.rounds}")
        for name, dtype in _ARRAYS.items():
            try:
                array = np.array(getattr(self, name), dtype=dtype)
            except (TypeError, ValueError, OverflowError) as error:
                rule = f"{name} must be a row of {np.dtype(dtype)}"
                raise ValueError(f"{rule}, got {getattr(self, name)!r}") from error
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        self._check()

    def _check(self) -> None:
        for name in _ARRAYS:
            if getattr(self, name).ndim != 1:
                raise ValueError(f"{name} must be a row, got shape {getattr(self, name).shape}")
        indptr, sources, m = self.indptr, self.sources, self.sources.size
        if indptr.size <= self.n_outputs:
            raise ValueError(f"indptr must have a row for every output, got {indptr.tolist()}")
        rows = np.diff(indptr)
        if indptr[0] != 0 or indptr[-1] != m or (rows < 0).any():
            raise ValueError(f"indptr must rise from 0 to {m}, got {indptr.tolist()}")
        if self.weights.size != m or not np.isfinite(self.weights).all():
            raise ValueError(f"weights must be {m} finite numbers, got {self.weights.tolist()}")
        first = self.n_inputs + 1
        before: Any = first + self.n_neurons
        if not self.recurrent:
            hidden = self.n_neurons - self.n_outputs
            before = first + np.repeat(np.minimum(np.arange(self.n_neurons), hidden), rows)
        if (sources < 0).any() or (sources >= before).any():
            raise ValueError(f"sources must name what may be read, got {sources.tolist()}")

    @property
    def n_neurons(self) -> int:
        """Hidden neurons and outputs."""
        return self.indptr.size - 1

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NeatNetwork):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.n_inputs, self.n_outputs, self.sources.tobytes(), self.recurrent))

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), tuple(getattr(self, part.name) for part in fields(self))

    @cached_property
    def _episode(self) -> tuple[Floats32, Floats32]:
        """Activity of features, bias and neurons, and the sums at the neurons."""
        activity = np.zeros(self.n_inputs + 1 + self.n_neurons, np.float32)
        activity[self.n_inputs] = 1.0
        return activity, np.zeros(self.n_neurons, np.float32)

    def kernel_arguments(self) -> tuple[Any, ...]:
        """Return what a kernel needs to take the steps of :meth:`step` in a loop.

        They are ``indptr``, ``sources``, ``weights``, ``n_inputs``, ``n_outputs``, ``recurrent``
        and ``rounds``.
        """
        wiring = (self.indptr, self.sources, self.weights)
        return (*wiring, self.n_inputs, self.n_outputs, self.recurrent, self.rounds)

    def reset(self) -> None:
        """Begin an episode: no activity."""
        self.__dict__.pop("_episode", None)

    def step(self, observation: npt.ArrayLike) -> Floats32:
        """Answer *observation* (n_inputs,) with the sums at the outputs, (n_outputs,).

        They are not squeezed by the sigmoid: the largest is the same, and an action that is a
        number may have any value.
        """
        observed = np.asarray(observation, dtype=np.float32)
        if observed.shape != (self.n_inputs,):
            raise ValueError(
                f"observation must have shape ({self.n_inputs},), got {observed.shape}"
            )
        activity, sums = self._episode
        activity[: self.n_inputs] = observed
        kernels.settle(
            activity, sums, self.indptr, self.sources, self.weights, self.n_inputs + 1,
            self.recurrent, self.rounds,
        )  # fmt: skip
        return sums[-self.n_outputs :].copy()

    def forward(self, X: npt.ArrayLike) -> Floats32:
        """Return class probabilities (n_samples, n_outputs) for *X* (n_samples, n_inputs).

        Every sample is answered as the first step of an episode. One output is the probability of
        class 1.
        """
        scores = self._scores(X)
        to_probabilities(scores[None], self.n_outputs, OUTPUTS.index(self.output), scores.shape[1])
        rows = scores[1:2] if self.n_outputs == 1 else scores
        return np.ascontiguousarray(rows.T)

    def raw_outputs(self, X: npt.ArrayLike) -> Floats32:
        """Return what the output neurons give, (n_samples, n_outputs), each in [0, 1]."""
        sums = self._scores(X)[: self.n_outputs].T
        return np.exp(-np.logaddexp(0.0, -sums.astype(np.float64))).astype(np.float32)

    def _scores(self, X: npt.ArrayLike) -> Floats32:
        """Sums at the outputs, (rows, n_samples); two rows for one output, the second unused."""
        X = np.asarray(X, dtype=np.float32)
        if X.ndim != 2 or X.shape[1] != self.n_inputs:
            raise ValueError(f"X must have shape (n_samples, {self.n_inputs}), got {X.shape}")
        scores = np.zeros((max(2, self.n_outputs), len(X)), np.float32)
        kernels.settle_each(
            np.ascontiguousarray(X), self.indptr, self.sources, self.weights, self.n_outputs,
            self.recurrent, self.rounds, scores,
        )  # fmt: skip
        return scores

    def _ends(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]]:
        """Source and neuron of every connection."""
        return self.sources, np.repeat(np.arange(self.n_neurons), np.diff(self.indptr))

    def complexity(self) -> Complexity:
        """Count hidden neurons, connections (without biases), features and operations.

        A recurrent network has no layers; its dense one, for the sparsity, joins every input and
        every neuron to every neuron. That of a feed-forward one joins all that may be read.
        """
        hidden, inputs = self.n_neurons - self.n_outputs, self.n_inputs
        own = self.sources[self.sources != inputs]
        dense = self.n_neurons * inputs + hidden * (hidden - 1) // 2 + hidden * self.n_outputs
        if self.recurrent:
            dense = self.n_neurons * (inputs + self.n_neurons)
        return Complexity(
            neurons=hidden,
            connections=own.size,
            features=np.unique(own[own < inputs]).size,
            hidden_layers=0 if self.recurrent else int(self._layers()[:hidden].max(initial=0)),
            operations=(2 * own.size + 4 * self.n_neurons) * self.rounds,
            sparsity=1 - own.size / dense,
        )

    def _layers(self) -> npt.NDArray[np.int64]:
        """Layer of every neuron of a feed-forward network, from 1."""
        layers = np.zeros(self.n_neurons, np.int64)
        for j in range(self.n_neurons):
            sources = self.sources[self.indptr[j] : self.indptr[j + 1]] - self.n_inputs - 1
            layers[j] = 1 + layers[sources[sources >= 0]].max(initial=0)
        return layers

    def to_networkx(self) -> nx.DiGraph:
        """Return the graph: nodes ``x1`` …, ``bias``, ``h1`` …, ``output1`` …, weighted edges.

        Node attribute: ``kind`` (``"input"``, ``"bias"``, ``"hidden"``, ``"output"``). Inputs that
        are not read, and a bias that is not, are left out. Edge attribute: ``weight``.
        """
        hidden = self.n_neurons - self.n_outputs
        names = [(f"x{i + 1}", "input") for i in range(self.n_inputs)] + [("bias", "bias")]
        names += [(f"h{j + 1}", "hidden") for j in range(hidden)]
        names += [(f"output{o + 1}", "output") for o in range(self.n_outputs)]
        graph = nx.DiGraph()
        read = set(self.sources.tolist())
        for i, (name, kind) in enumerate(names):
            if i > self.n_inputs or i in read:
                graph.add_node(name, kind=kind)
        sources, targets = self._ends()
        for source, target, weight in zip(sources, targets, self.weights.tolist(), strict=True):
            graph.add_edge(names[source][0], names[self.n_inputs + 1 + target][0], weight=weight)
        return graph
