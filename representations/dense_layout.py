"""Where each weight of a dense network lies in a weight vector."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.dense_network import ACTIVATIONS, DenseNetwork

Floats32 = npt.NDArray[np.float32]

WIDEST = 1e30
"""Of initial weights: beyond, float32 ends."""

LARGEST = 2**31 - 1
"""Of any layer, and of all weights together."""


@dataclass(frozen=True)
class DenseLayout:
    """The mapping from a weight vector to a dense network.

    Layer by layer the vector holds the weights, all those of one input (or of one neuron of the
    layer before) together, then the biases. So the weights of the inputs that are zero in all
    samples, such as the margin of images, can be left out in whole rows.

    Parameters
    ----------
    sizes : sequence of int, at least 1 each
        Numbers of inputs, of neurons in each hidden layer, and of outputs.
    activation : "tanh", "relu" or "sigmoid"
        Of the hidden neurons.

    Raises
    ------
    TypeError, ValueError
        Where a size or the activation is none.

    Examples
    --------
    >>> from evograft.representations.weight_vector import WeightVector
    >>> layout = DenseLayout((2, 3, 1))
    >>> layout.n_weights
    13
    >>> layout.develop(WeightVector(range(13))).weights[0].tolist()
    [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
    """

    sizes: Sequence[int]
    activation: str = "tanh"

    def __post_init__(self) -> None:
        if not isinstance(self.sizes, Sequence) or len(self.sizes) < 2:
            raise ValueError(f"sizes must be two integers at least, got {self.sizes!r}")
        sizes = tuple(_check.integer("sizes", n, minimum=1, maximum=LARGEST) for n in self.sizes)
        object.__setattr__(self, "sizes", sizes)
        _check.choice("activation", self.activation, ACTIVATIONS)
        _check.integer("number of weights", self.n_weights, maximum=LARGEST)

    @cached_property
    def n_weights(self) -> int:
        """Weights and biases together."""
        return sum((n + 1) * m for n, m in itertools.pairwise(self.sizes))

    @property
    def n_connections(self) -> int:
        """Weights alone."""
        return self.n_weights - sum(self.sizes[1:])

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each layer begins, and last the end of all."""
        counts = ((n + 1) * m for n, m in itertools.pairwise(self.sizes))
        return tuple(itertools.accumulate(counts, initial=0))

    def layers(self, values: Floats32) -> list[tuple[Floats32, Floats32]]:
        """Return views of each layer's weights (n_in, n_out) and biases (n_out,) in *values*."""
        views = []
        for layer, (n, m) in enumerate(itertools.pairwise(self.sizes)):
            start, end = self.starts[layer], self.starts[layer + 1]
            views.append((values[start : start + n * m].reshape(n, m), values[end - m : end]))
        return views

    def develop(self, individual: Any) -> DenseNetwork:
        """Return the network of *individual*, a :class:`WeightVector` or its like.

        Raises
        ------
        ValueError
            Where it has another number of weights, or one that is not finite.
        """
        values = self.checked(individual)
        layers = self.layers(values)
        return DenseNetwork(
            weights=tuple(matrix.T for matrix, _ in layers),
            biases=tuple(bias for _, bias in layers),
            activation=self.activation,
        )

    def checked(self, individual: Any) -> Floats32:
        """Return the values of *individual*, or raise where they are not of this layout."""
        values = np.asarray(individual.values)
        fits = values.shape == (self.n_weights,) and values.dtype == np.float32
        if not fits or not values.flags.c_contiguous:
            raise ValueError(
                f"an individual must have the {self.n_weights} float32 weights of a network "
                f"{'-'.join(map(str, self.sizes))}, contiguous, got {values.dtype} of shape "
                f"{values.shape}"
            )
        return values

    def flatten(self, network: DenseNetwork) -> Floats32:
        """Return the values, (n_weights,), of which :meth:`develop` makes *network*.

        Raises
        ------
        ValueError
            Where it has other sizes or another activation.
        """
        found, own = (network.sizes, network.activation), (self.sizes, self.activation)
        if found != own:
            raise ValueError(f"network must have sizes and activation {own}, got {found}")
        parts = itertools.chain.from_iterable(
            (matrix.T.ravel(), bias)
            for matrix, bias in zip(network.weights, network.biases, strict=True)
        )
        return np.concatenate(list(parts))

    def draw(
        self,
        rng: np.random.Generator,
        *,
        weights: float | None = None,
        biases: float = 0.0,
    ) -> Floats32:
        """Draw initial values, (n_weights,), uniformly.

        Parameters
        ----------
        rng : Generator
            Draws one number per weight and bias, layer by layer.
        weights : float, at least 0, or None for 1 / sqrt(inputs of the layer)
            Weights lie in [-weights, weights].
        biases : float, at least 0
            Biases lie in [-biases, biases].

        Raises
        ------
        TypeError, ValueError
            Where a bound is out of its range.
        """
        _check.real("biases", biases, minimum=0, maximum=WIDEST)
        if weights is not None:
            _check.real("weights", weights, minimum=0, maximum=WIDEST)
        values = np.empty(self.n_weights, np.float32)
        for matrix, bias in self.layers(values):
            bound = weights if weights is not None else matrix.shape[0] ** -0.5
            matrix[:] = rng.uniform(-bound, bound, matrix.shape)
            bias[:] = rng.uniform(-biases, biases, bias.shape)
        return values
