"""Coordinates of the networks with one hidden layer, neuron by neuron."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from evograft.representations.dense_layout import DenseLayout
from evograft.representations.feature_basis import FeatureBasis

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
