"""Networks around a mean network, each of which differs from it in one hidden neuron."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from evograft.representations import _neuron_noise_kernels as kernels
from evograft.representations import _threads
from evograft.representations.dense_network import ACTIVATIONS, activate
from evograft.representations.dense_population import one_blas_thread
from evograft.representations.neuron_space import NeuronSpace
from evograft.representations.weight_vector import WeightVector

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Pairs of networks on either side of a mean, each pair in the direction of its noise.

    Parameters
    ----------
    space : NeuronSpace
    mean : (size,) float32
    neurons : (pairs,) int64
        The hidden neuron that each pair changes, in ascending order.
    noise : (pairs, noise_size) float32
        Its change, in units of *sigma*: of a neuron's weights on features, its bias and its weights
        at the outputs, and of the outputs' biases.
    sigma : float
    origin : int
        What tells its networks from those of others.
    """

    space: NeuronSpace
    mean: Floats32
    neurons: npt.NDArray[np.int64]
    noise: Floats32
    sigma: float
    origin: int = 0

    def __len__(self) -> int:
        return 2 * len(self.neurons)

    def values(self, number: int) -> Floats32:
        """Return a network's weight vector; even numbers add the noise, odd ones subtract it."""
        pair, sign = number // 2, 1 - 2 * (number % 2)
        point = self.mean.copy()
        for place, part in zip(
            self._places(self.neurons[pair], point), self._parts(self.noise[pair]), strict=True
        ):
            place += np.float32(sign * self.sigma) * part
        return self.space.values(point)

    def _places(self, neuron: int, point: Floats32) -> tuple[Floats32, ...]:
        incoming, biases, outgoing, output_biases = self.space.split(point)
        return incoming[neuron], biases[neuron : neuron + 1], outgoing[neuron], output_biases

    def _parts(self, noise: Floats32) -> list[Floats32]:
        f, c = self.space.basis.n_features, self.space.classes
        return np.split(noise, (f, f + 1, f + 1 + c))

    def combine(self, weights: Floats32) -> Floats32:
        """Return the sum of the pairs' noise, each with its weight (pairs,), as a point."""
        point = np.zeros(self.space.size, np.float32)
        incoming, biases, outgoing, output_biases = self.space.split(point)
        f, c = self.space.basis.n_features, self.space.classes
        shares = (self.neurons == np.arange(self.space.hidden)[:, None]) * weights
        with one_blas_thread():
            by_neuron = shares @ self.noise
        incoming[:], biases[:] = by_neuron[:, :f], by_neuron[:, f]
        outgoing[:] = by_neuron[:, f + 1 : f + 1 + c]
        output_biases[:] = by_neuron[:, f + 1 + c :].sum(axis=0)
        return point

    def losses(
        self, X: Floats32, labels: npt.NDArray[np.int64], threads: int | None
    ) -> npt.NDArray[np.float64]:
        """Return every network's mean cross-entropy (len(self),) over samples *X* with *labels*.

        What the networks have in common is computed once: a pair costs the one neuron that it
        changes, and the softmax.
        """
        space, layout = self.space, self.space.layout
        incoming, biases, outgoing, output_biases = space.network(self.mean)
        with one_blas_thread():  # the products are too small for two
            features = space.basis.features(X)
            hidden = incoming @ features.T + biases[:, None]
            outputs = outgoing.T @ activate(hidden, layout.activation) + output_biases[:, None]
            moved = self.noise[:, : space.basis.n_features] @ features.T
        steps = np.array((1.0, *space.scales), np.float32) * np.float32(self.sigma)
        found = np.empty((len(self.neurons), 2))
        activation = ACTIVATIONS.index(layout.activation)

        def run(first: int, last: int) -> None:
            kernels.losses(
                first, last, self.neurons, self.noise, moved, hidden, outputs, outgoing, labels,
                steps, activation, found
            )  # fmt: skip

        _in_parts(run, len(self.neurons), _threads.count(threads))
        return found.reshape(-1)


def _in_parts(run: Callable[[int, int], None], n: int, threads: int) -> None:
    if threads == 1 or n < 2 * threads:
        run(0, n)
        return
    ends = [n * part // (4 * threads) for part in range(4 * threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, ends[:-1], ends[1:]))


class Neighbour(WeightVector):
    """A network of a neighbourhood, whose weights are made when they are first asked for.

    Attributes
    ----------
    number : int
        Its number in the neighbourhood, None where it comes from none.
    origin : int
        That of the neighbourhood.
    """

    number: int | None = None
    origin: int | None = None

    @classmethod
    def of(cls, neighbourhood: Neighbourhood, number: int) -> "Neighbour":
        """Return network *number* of *neighbourhood*."""
        neighbour = cls.__new__(cls)
        neighbour.number = number
        neighbour.origin = neighbourhood.origin
        neighbour.__dict__["neighbourhood"] = neighbourhood
        return neighbour

    @property
    def values(self) -> Floats32:
        """All weights and biases; made the first time, unless others were set before."""
        self._make()
        made: Floats32 = self.__dict__["values"]
        return made

    @values.setter
    def values(self, values: Floats32) -> None:
        self.__dict__.pop("neighbourhood", None)
        self.__dict__["values"] = values

    def _make(self) -> None:
        """Make the weights, and leave the neighbourhood behind."""
        neighbourhood = self.__dict__.get("neighbourhood")
        if neighbourhood is not None:
            self.values = neighbourhood.values(self.number)

    def _twin(self, values: Floats32, memo: dict[int, Any]) -> Self:
        self._make()
        return super()._twin(values, memo)

    def __len__(self) -> int:  # asked of everybody in every generation, for the log
        neighbourhood = self.__dict__.get("neighbourhood")
        return super().__len__() if neighbourhood is None else neighbourhood.space.layout.n_weights

    def __getstate__(self) -> dict[str, Any]:
        self._make()
        return self.__dict__


def common_neighbourhood(individuals: Any) -> Neighbourhood | None:
    """The neighbourhood that all of *individuals* come from unseen and in order, else None."""
    first = individuals[0].__dict__.get("neighbourhood") if individuals else None
    if first is None or len(individuals) != len(first):
        return None
    for number, individual in enumerate(individuals):
        state = individual.__dict__
        if state.get("neighbourhood") is not first or state["number"] != number:
            return None
    neighbourhood: Neighbourhood = first
    return neighbourhood
