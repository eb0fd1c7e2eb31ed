"""The directions in which the inputs of a network vary, found without labels."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.dense_population import one_blas_thread

Floats32 = npt.NDArray[np.float32]

_FLOOR = 1e-4
"""Of a variance, relative to the largest, when it is raised to a power."""


@dataclass(frozen=True, eq=False)
class FeatureBasis:
    """Linear features of samples: ``(X - centre) @ matrix``.

    A network whose first layer works on features is one that works on the inputs themselves, with
    other weights: see :meth:`input_weights`.

    Parameters
    ----------
    matrix : (n_inputs, n_features) float32
    centre : (n_inputs,) float32

    Examples
    --------
    >>> basis = FeatureBasis.plain(2)
    >>> basis.features(np.float32([[1.0, 2.0]]))
    array([[1., 2.]], dtype=float32)
    """

    matrix: Floats32
    centre: Floats32

    @classmethod
    def plain(cls, n_inputs: int) -> Self:
        """The inputs themselves."""
        return cls(np.eye(n_inputs, dtype=np.float32), np.zeros(n_inputs, np.float32))

    @classmethod
    def of(cls, X: Floats32, components: int | None, power: float) -> Self:
        """The basis that fits the samples *X*, so that its features have a total variance of 1.

        Parameters
        ----------
        X : (n_samples, n_inputs) float32
        components : int, at least 1, or None
            Leading principal components to keep, all where there are fewer; None takes the inputs
            themselves, centred and with one common factor.
        power : float, 0 to 1
            Features along a component are scaled with its standard deviation raised to this power:
            with 0 they are as wide as the samples, with 1 by the square of that.

        Raises
        ------
        TypeError, ValueError
            Where an argument is out of its range.
        """
        _check.real("power", power, minimum=0, maximum=1)
        centre = X.mean(axis=0, dtype=np.float64)
        if components is None:
            matrix, variances = np.eye(X.shape[1]), X.var(axis=0, dtype=np.float64)
        else:
            _check.integer("components", components, minimum=1)
            variances, vectors = np.linalg.eigh(np.cov(X, rowvar=False).reshape(X.shape[1], -1))
            variances = np.maximum(variances[::-1][:components], 0.0)
            widths = (variances + _FLOOR * variances[0]) ** (power / 2)
            matrix = vectors[:, ::-1][:, :components] * widths
            variances = variances * widths**2
        matrix = matrix / np.sqrt(max(float(variances.sum()), float(np.finfo(np.float32).tiny)))
        return cls(matrix.astype(np.float32), centre.astype(np.float32))

    @property
    def n_features(self) -> int:
        """Number of features."""
        return int(self.matrix.shape[1])

    def features(self, X: Floats32) -> Floats32:
        """Return the features (n_samples, n_features) of *X* (n_samples, n_inputs)."""
        return np.asarray((X - self.centre) @ self.matrix, np.float32)

    def input_weights(self, weights: Floats32, biases: Floats32) -> tuple[Floats32, Floats32]:
        """Return weights (n_inputs, n) and biases (n,) that do on inputs what these do on features.

        *weights* are (n, n_features), *biases* (n,).
        """
        with one_blas_thread():  # asked for in every generation; a second thread would lie in wait
            moved = self.matrix @ weights.T
        return moved, biases - self.centre @ moved
