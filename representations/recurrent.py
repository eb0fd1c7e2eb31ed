"""The recurrent phenotype: a grown digraph through which activity runs for a number of rounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple, Self

import networkx as nx
import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations import _recurrent_kernels as kernels
from evograft.representations.complexity import Complexity

ORIENTATIONS = ("forward", "reversed")
"""Ways of activity: along the connections as they grew, or against them."""

MODES = ("replace", "additive")
"""A neuron's next activity: f of its sum, or that added to the activity it has."""

ACTIVATIONS = ("tanh", "relu")

LANES = 128
"""Samples that :meth:`RecurrentNetwork.forward` answers side by side."""

Integers = npt.NDArray[np.int32]
Activity = npt.NDArray[np.float32]

_ARRAYS: dict[str, type[np.generic]] = {
    "sources": np.int32,
    "targets": np.int32,
    "weights": np.float64,
    "ids": np.int64,
}


class KernelArguments(NamedTuple):
    """What propagation kernels take, receivers as rows; *clamp* is 0 where there is none."""

    indptr: Integers
    sources: Integers
    weights: Activity
    input_neurons: Integers
    output_neurons: Integers
    thinking_time: int
    additive: bool
    relu: bool
    eta: float
    decay: float
    clamp: float


class _Episode(NamedTuple):
    """What changes from step to step: activity (n, 1) and weights (m, 1)."""

    state: Activity
    scratch: Activity
    weights: Activity
    plastic: Activity


@dataclass(frozen=True, eq=False)
class RecurrentNetwork:
    """A digraph of neurons, among them inputs and outputs, with activity that persists.

    One call writes the observation into the input neurons, lets all neurons answer each other
    ``thinking_time`` times, s = f(W s) in float32, and reads the output neurons. Inputs are not
    held meanwhile. The connections are kept in ascending order of (source, target).

    Copies and pickles hold the network, not the episode it is in: they start reset. Nor does
    equality look at it.

    Parameters
    ----------
    n_inputs, n_outputs : int, at least 1
    n_neurons : int, at least the larger of the two
        Where it is less than their sum (see :attr:`big_enough`), a neuron may be both.
    sources, targets : (m,) int32, each 0 to n_neurons - 1
        Every connection as it grew, from source to target; no two alike.
    weights : (m,) float64
        Finite, also as the float32 in which they are used.
    orientation : str
        One of :data:`ORIENTATIONS`. Which neurons are inputs is the same in both.
    mode : str
        One of :data:`MODES`.
    activation : str
        f, one of :data:`ACTIVATIONS`.
    extra_steps : int, at least 0
        Rounds beyond the diameter.
    eta, decay : float, decay 0 to 1
        Hebbian learning within an episode, off while *eta* is 0. After every step a connection's
        plastic part P becomes (1 - decay) P + eta d, and its weight changes as P does; d is the
        sum over the rounds of receiver's activity after the round times sender's before it.
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
        least = max(self.n_inputs, self.n_outputs)
        self._set("n_neurons", _check.integer("n_neurons", self.n_neurons, minimum=least))
        _check.choice("orientation", self.orientation, ORIENTATIONS)
        _check.choice("mode", self.mode, MODES)
        _check.choice("activation", self.activation, ACTIVATIONS)
        self._set("extra_steps", _check.integer("extra_steps", self.extra_steps, minimum=0))
        self._set("eta", _check.real("eta", self.eta))
        self._set("decay", _check.real("decay", self.decay, minimum=0, maximum=1))
        if self.clamp is not None:
            self._set("clamp", _check.real("clamp", self.clamp, minimum=0))
            if self.clamp == 0:
                raise ValueError("clamp must be None or a number above 0, got 0")
        if self.ids is None:
            self._set("ids", np.arange(1, self.n_neurons + 1))
        arrays = {name: self._array(name, dtype) for name, dtype in _ARRAYS.items()}
        self._check(arrays)
        order = np.lexsort((arrays["targets"], arrays["sources"]))
        for name, array in arrays.items():
            ordered = array if name == "ids" else array[order]
            ordered.flags.writeable = False
            self._set(name, ordered)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _array(self, name: str, dtype: type[np.generic]) -> npt.NDArray[Any]:
        value = getattr(self, name)
        try:
            given = np.asarray(value)
            array = given.astype(dtype)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"{name} must be an array of {np.dtype(dtype)}, got {value!r}") from error
        if dtype is not np.float64 and not np.array_equal(given, array):
            raise ValueError(f"{name} must be an array of {np.dtype(dtype)}, got {value!r}")
        return array

    def _check(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        sources, targets, ids = arrays["sources"], arrays["targets"], arrays["ids"]
        for name, array in arrays.items():
            size = self.n_neurons if name == "ids" else sources.size
            if array.shape != (size,):
                raise ValueError(f"{name} must have shape ({size},), got {array.shape}")
        for name in ("sources", "targets"):
            if (arrays[name] < 0).any() or (arrays[name] >= self.n_neurons).any():
                rule = f"{name} must lie from 0 to {self.n_neurons - 1}"
                raise ValueError(f"{rule}, got {arrays[name].tolist()}")
        pairs, counts = np.unique(np.stack((sources, targets)), axis=1, return_counts=True)
        if (counts > 1).any():
            twice = pairs[:, counts > 1].T.tolist()
            raise ValueError(f"no two connections may join the same neurons, got twice {twice}")
        if not np.isfinite(arrays["weights"].astype(np.float32)).all():
            raise ValueError(f"weights must be finite in float32, got {arrays['weights'].tolist()}")
        if (np.diff(ids) <= 0).any():
            raise ValueError(f"ids must ascend, got {ids.tolist()}")
