"""Networks around a mean network, each of which differs from it in one hidden neuron."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _neuron_noise_kernels as kernels
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.dense_network import ACTIVATIONS
from evograft.representations.dense_population import one_blas_thread
from evograft.representations.feature_basis import FeatureBasis
from evograft.representations.weight_vector import WeightVector

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NeuronSpace:
    """Coordinates of the networks with one hidden layer.

    They are, one after the other, every hidden neuron's weights on features of the inputs, its
    bias, its weights at the outputs, and the outputs' biases; the last three in units of their
    *scales*.

    Parameters
    ----------
    layout : DenseLayout
        With one hidden layer.
    basis : FeatureBasis
        Of the inputs.
    scales : (float, float, float)
        Units of the biases, of the weights at the outputs and of the outputs' biases.

    Raises
    ------
    ValueError
        Where the layout has no hidden layer or several.
    """

    layout: DenseLayout
    basis: FeatureBasis
    scales: tuple[float, float, float]

    def __post_init__(self) -> None:
        if len(self.layout.sizes) != 3:
            raise ValueError(
                f"hidden must be one layer for noise by neuron, got {self.layout.sizes[1:-1]}"
            )

    @property
    def hidden(self) -> int:
        """Number of hidden neurons."""
        return self.layout.sizes[1]

    @property
    def classes(self) -> int:
        """Number of outputs."""
        return self.layout.sizes[2]

    @cached_property
    def size(self) -> int:
        """Number of coordinates."""
        return self.hidden * (self.basis.n_features + 1 + self.classes) + self.classes

    @property
    def noise_size(self) -> int:
        """Numbers that a perturbation of one neuron takes."""
        return self.basis.n_features + 1 + 2 * self.classes

    def split(self, point: Floats32) -> tuple[Floats32, Floats32, Floats32, Floats32]:
        """Return views of *point*: (hidden, features), (hidden,), (hidden, classes), (classes,)."""
        h, f, c = self.hidden, self.basis.n_features, self.classes
        a, b = h * f, h * f + h
        return (
            point[:a].reshape(h, f),
            point[a:b],
            point[b : b + h * c].reshape(h, c),
            point[b + h * c :],
        )

    def draw(self, rng: np.random.Generator, weights: float) -> Floats32:
        """Draw a point: normal, with a standard deviation of *weights* for the features' weights.

        At the outputs it is 1 / sqrt(hidden), and the biases are 0.
        """
        point = np.zeros(self.size, np.float32)
        incoming, _, outgoing, _ = self.split(point)
        incoming[:] = weights * rng.standard_normal(incoming.shape)
        spread = self.hidden**-0.5 / self.scales[1]
        outgoing[:] = spread * rng.standard_normal(outgoing.shape)
        return point

    def network(self, point: Floats32) -> tuple[Floats32, Floats32, Floats32, Floats32]:
        """Return what :meth:`split` does, in weights and biases instead of units."""
        parts = self.split(point)
        units = (1.0, *self.scales)
        a, b, c, d = (part * np.float32(unit) for part, unit in zip(parts, units, strict=True))
        return a, b, c, d

    def values(self, point: Floats32) -> Floats32:
        """Return the weight vector of *point*, for the layout."""
        incoming, biases, outgoing, output_biases = self.network(point)
        weights, moved = self.basis.input_weights(incoming, biases)
        return np.concatenate((weights.ravel(), moved, outgoing.ravel(), output_biases))


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
    """

    space: NeuronSpace
    mean: Floats32
    neurons: npt.NDArray[np.int64]
    noise: Floats32
    sigma: float

    def __len__(self) -> int:
        return 2 * len(self.neurons)

    def values(self, number: int) -> Floats32:
        """Return the weight vector of one network; even numbers add the noise, odd ones do not."""
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
            outputs = outgoing.T @ _activated(hidden, layout.activation) + output_biases[:, None]
            moved = self.noise[:, : space.basis.n_features] @ features.T
        outputs -= outputs.max(axis=0)
        steps = np.array((1.0, *space.scales), np.float32) * np.float32(self.sigma)
        found = np.empty((len(self.neurons), 2))
        activation = ACTIVATIONS.index(layout.activation)

        def run(first: int, last: int) -> None:
            kernels.losses(
                first, last, self.neurons, self.noise, moved, hidden, outputs, outgoing, labels,
                steps, activation, found
            )  # fmt: skip

        _in_parts(run, len(self.neurons), threads or os.cpu_count() or 1)
        return found.reshape(-1)


def _activated(sums: Floats32, activation: str) -> Floats32:
    if activation == "relu":
        return np.maximum(sums, np.float32(0))
    if activation == "tanh":
        return np.tanh(sums)
    return np.float32(1) / (np.float32(1) + np.exp(-sums))


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
    """

    number: int | None = None

    @classmethod
    def of(cls, neighbourhood: Neighbourhood, number: int) -> "Neighbour":
        """Return network *number* of *neighbourhood*."""
        neighbour = cls.__new__(cls)
        neighbour.number = number
        neighbour.__dict__["neighbourhood"] = neighbourhood
        return neighbour

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not there: the weights, the first time.
        if name != "values" or "neighbourhood" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        neighbourhood: Neighbourhood = self.__dict__.pop("neighbourhood")
        assert self.number is not None
        self.values = neighbourhood.values(self.number)
        return self.values

    def __len__(self) -> int:  # asked of everybody in every generation, for the log
        neighbourhood = self.__dict__.get("neighbourhood")
        return super().__len__() if neighbourhood is None else neighbourhood.space.layout.n_weights

    def __getstate__(self) -> dict[str, Any]:
        assert self.values is not None  # made now, as the neighbourhood stays behind
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
