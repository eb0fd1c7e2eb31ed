"""The recurrent phenotype: a digraph through which activity runs for a number of rounds."""

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Protocol, Self

import networkx as nx
import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _digraph
from evograft.representations import _recurrent_kernels as kernels
from evograft.representations._episode import (
    Episode,
    Floats32,
    Integers,
    KernelArguments,
    first_steps,
)
from evograft.representations._plain_fields import PlainFields
from evograft.representations.complexity import Complexity

ORIENTATIONS = ("forward", "reversed")
"""Ways of activity: along the connections as they grew, or against them."""

MODES = ("replace", "additive")
"""A neuron's next activity: f of its sum, or that added to the activity it has."""

ACTIVATIONS = ("tanh", "relu")


class GrownNetwork(Protocol):
    """A weighted digraph between neurons that have ids, as an ``Organism`` is."""

    @property
    def neuron_ids(self) -> npt.NDArray[np.int64]:
        """Ids of the neurons (n,), ascending."""

    @property
    def edges(self) -> npt.NDArray[np.int64]:
        """Ids of source and target (m, 2)."""

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Weights of the edges (m,)."""


@dataclass(frozen=True, eq=False)
class RecurrentNetwork(PlainFields):
    """A digraph of neurons, some of them inputs, some outputs, whose activity persists.

    One call writes the observation into the input neurons, lets all neurons answer each other
    ``thinking_time`` times, s = f(W s) in float32, and reads the output neurons. Inputs are not
    held meanwhile. The connections are kept in ascending order of (source, target).

    Equality, copies and pickles are about the network and not about the episode it is in: a copy
    starts reset.

    Parameters
    ----------
    n_inputs, n_outputs : int, at least 1
    n_neurons : int, at least 0
        Below the sum of both (see :attr:`big_enough`) some neuron is both input and output; below
        the larger of both the network answers nothing but zeros.
    sources, targets : (m,) int32, each 0 to n_neurons - 1
        Every connection as it grew, from source to target; no two alike.
    weights : (m,) float64
        Used as float32, in which they must be finite.
    orientation : str
        One of :data:`ORIENTATIONS`. Which neurons are inputs is the same in both.
    mode : str
        One of :data:`MODES`.
    activation : str
        f, one of :data:`ACTIVATIONS`.
    extra_steps : int, at least 0
        Rounds beyond the diameter.
    eta, decay : float, -1 to 1 and 0 to 1
        Hebbian learning within an episode, off while *eta* is 0. After every step a connection's
        plastic part P becomes (1 - decay) P + eta d, and its weight changes as P does; d is the
        sum, over the rounds, of the receiver's activity after it times the sender's before it.
    clamp : float above 0, optional
        P is held within [-clamp, clamp].
    ids : (n_neurons,) int64, strictly ascending, optional
        Names of the neurons; 1 to n_neurons if not given.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    An input that feeds an output, which feeds itself:

    >>> network = RecurrentNetwork(
    ...     n_inputs=1, n_outputs=1, n_neurons=2, sources=[0, 1], targets=[1, 1],
    ...     weights=[1.0, 0.5], extra_steps=0,
    ... )
    >>> network.input_neurons, network.output_neurons, network.thinking_time
    (array([0], dtype=int32), array([1], dtype=int32), 1)
    >>> network.step([1.0]).round(3), network.step([0.0]).round(3)
    (array([0.762], dtype=float32), array([0.363], dtype=float32))
    """

    n_inputs: int
    n_outputs: int
    n_neurons: int
    sources: Integers
    targets: Integers
    weights: npt.NDArray[np.float64]
    orientation: str = "forward"
    mode: str = "replace"
    activation: str = "tanh"
    extra_steps: int = 2
    eta: float = 0.0
    decay: float = 0.0
    clamp: float | None = None
    ids: npt.NDArray[np.int64] = field(default=None)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        for name in ("n_inputs", "n_outputs"):
            self._set(name, _check.integer(name, getattr(self, name), minimum=1))
        self._set("n_neurons", _check.integer("n_neurons", self.n_neurons, minimum=0))
        _check.choice("orientation", self.orientation, ORIENTATIONS)
        _check.choice("mode", self.mode, MODES)
        _check.choice("activation", self.activation, ACTIVATIONS)
        self._set("extra_steps", _check.integer("extra_steps", self.extra_steps, minimum=0))
        self._set("eta", _check.real("eta", self.eta, minimum=-1, maximum=1))
        self._set("decay", _check.real("decay", self.decay, minimum=0, maximum=1))
        if self.clamp is not None:
            clamp = _check.real("clamp", self.clamp)
            if np.float32(clamp) <= 0:  # in float32, as the kernels use it: there 0 is no clamp
                raise ValueError(f"clamp must be a number above 0 or None, got {self.clamp!r}")
            self._set("clamp", clamp)
        if self.ids is None:
            self._set("ids", np.arange(1, self.n_neurons + 1))
        arrays = {name: getattr(self, name) for name in ("sources", "targets", "weights", "ids")}
        for name, array in _digraph.checked(self.n_neurons, arrays).items():
            self._set(name, array)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @classmethod
    def from_graph(cls, graph: nx.DiGraph, n_inputs: int, n_outputs: int, **settings: Any) -> Self:
        """Build the network of a digraph: integer nodes, the edge attribute ``weight``.

        Nodes in ascending order are the neurons; *settings* are the other parameters.

        Raises
        ------
        TypeError, ValueError
            Where the graph or a setting does not fit.

        Examples
        --------
        >>> graph = nx.DiGraph()
        >>> graph.add_weighted_edges_from([(7, 3, 0.5), (3, 9, 0.25)])
        >>> network = RecurrentNetwork.from_graph(graph, 1, 1, extra_steps=0)
        >>> network.ids, network.sources, network.thinking_time
        (array([3, 7, 9]), array([0, 1], dtype=int32), 2)
        """
        arrays: dict[str, Any] = _digraph.from_networkx(graph)
        return cls(n_inputs, n_outputs, graph.number_of_nodes(), **arrays, **settings)

    @classmethod
    def from_organism(
        cls, organism: GrownNetwork, n_inputs: int, n_outputs: int, **settings: Any
    ) -> Self:
        """Build the network of a grown one, whose ids its neurons keep.

        *settings* are the other parameters.

        Examples
        --------
        >>> from evograft.representations.morphogenesis import Genome, develop
        >>> genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
        >>> RecurrentNetwork.from_organism(develop(genome), 4, 2).thinking_time
        6
        """
        places = np.searchsorted(organism.neuron_ids, organism.edges).astype(np.int32)
        return cls(
            n_inputs,
            n_outputs,
            len(organism.neuron_ids),
            sources=places[:, 0],
            targets=places[:, 1],
            weights=organism.weights,
            ids=organism.neuron_ids,
            **settings,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecurrentNetwork):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.n_inputs, self.n_outputs, self.n_neurons, self.sources.tobytes()))

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), tuple(getattr(self, part.name) for part in fields(self))

    @property
    def big_enough(self) -> bool:
        """Whether no neuron need be both input and output; the paper scores smaller ones 0."""
        return self.n_neurons >= self.n_inputs + self.n_outputs

    @property
    def _mute(self) -> bool:
        """Whether there are too few neurons even where each is both input and output."""
        return self.n_neurons < max(self.n_inputs, self.n_outputs)

    @cached_property
    def input_neurons(self) -> Integers:
        """The neurons (n_inputs,) int32 that fewest connections reach, themselves included.

        Of equals the lower index. Input i goes to the i-th of them.
        """
        reached = np.bincount(self.targets, minlength=self.n_neurons)
        return _read_only(np.argsort(reached, kind="stable")[: self.n_inputs])

    @cached_property
    def output_neurons(self) -> Integers:
        """The last neurons (n_outputs,) int32, which are the youngest."""
        return _read_only(np.arange(max(0, self.n_neurons - self.n_outputs), self.n_neurons))

    @cached_property
    def _rows(self) -> tuple[Integers, Integers, Floats32]:
        ends = (self.sources, self.targets)
        senders, receivers = ends if self.orientation == "forward" else ends[::-1]
        return _digraph.by_receiver(self.n_neurons, senders, receivers, self.weights)

    @cached_property
    def diameter(self) -> int:
        """The longest shortest path, in connections, between neurons that a path joins at all."""
        indptr, sources, _ = self._rows
        return int(kernels.longest_shortest_path(indptr, sources))

    @property
    def thinking_time(self) -> int:
        """Rounds of activity per call: the diameter and the extra steps."""
        return self.diameter + self.extra_steps

    def kernel_arguments(self) -> KernelArguments:
        """Return what the propagation kernels need, for those who run them in a loop."""
        return self._arguments

    @cached_property
    def _arguments(self) -> KernelArguments:
        return KernelArguments(
            *self._rows,
            input_neurons=self.input_neurons,
            output_neurons=self.output_neurons,
            thinking_time=self.thinking_time,
            additive=self.mode == "additive",
            relu=self.activation == "relu",
            eta=self.eta,
            decay=self.decay,
            clamp=self.clamp or 0.0,
        )

    def new_state(self, lanes: int = 1) -> Floats32:
        """Return the activity (n_neurons, lanes) of as many networks that have just been reset."""
        return np.zeros((self.n_neurons, _check.integer("lanes", lanes, minimum=1)), np.float32)

    @cached_property
    def _episode(self) -> Episode:
        return Episode(self._arguments)

    def reset(self) -> None:
        """Begin an episode: no activity, and the weights as they grew."""
        self.__dict__.pop("_episode", None)

    def step(self, observation: npt.ArrayLike) -> Floats32:
        """Answer *observation* (n_inputs,) with the outputs (n_outputs,); activity persists."""
        observed = np.asarray(observation, dtype=np.float32)
        if observed.shape != (self.n_inputs,):
            raise ValueError(
                f"observation must have shape ({self.n_inputs},), got {observed.shape}"
            )
        if self._mute:
            return np.zeros(self.n_outputs, np.float32)
        return self._episode.step(observed)

    def forward(self, X: npt.ArrayLike) -> Floats32:
        """Return the outputs (n_samples, n_outputs) for samples *X* (n_samples, n_inputs).

        Every sample is answered as the first step of an episode; the one that :meth:`step` is in
        goes on untouched.
        """
        X = np.asarray(X, dtype=np.float32)
        if X.ndim != 2 or X.shape[1] != self.n_inputs:
            raise ValueError(f"X must have shape (n_samples, {self.n_inputs}), got {X.shape}")
        if self._mute:
            return np.zeros((len(X), self.n_outputs), np.float32)
        return first_steps(self._arguments, X)

    def complexity(self) -> Complexity:
        """Count all neurons, connections, inputs, and the operations of one call.

        There are no layers; the dense network, for the sparsity, joins every neuron to all.
        """
        n, m = self.n_neurons, self.sources.size
        return Complexity(
            neurons=n,
            connections=m,
            features=self.n_inputs,
            hidden_layers=0,
            operations=(2 * m + 4 * n) * self.thinking_time,
            sparsity=1 - m / max(1, n**2),
        )

    def to_networkx(self) -> nx.DiGraph:
        """Return the digraph as it grew, with the ids as nodes in ascending order.

        Node attribute: ``kind`` (``"input"``, ``"output"``, ``"both"``, ``"hidden"``). Edge
        attribute: ``weight``.
        """
        graph = nx.DiGraph()
        inputs, outputs = set(self.input_neurons.tolist()), set(self.output_neurons.tolist())
        kinds = {(True, False): "input", (False, True): "output", (True, True): "both"}
        for i, node in enumerate(self.ids.tolist()):
            graph.add_node(node, kind=kinds.get((i in inputs, i in outputs), "hidden"))
        ends = (self.ids[self.sources].tolist(), self.ids[self.targets].tolist())
        graph.add_weighted_edges_from(zip(*ends, self.weights.tolist(), strict=True))
        return graph


def _read_only(indices: npt.NDArray[np.intp]) -> Integers:
    array = indices.astype(np.int32)
    array.flags.writeable = False
    return array
