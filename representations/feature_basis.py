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
    """Linear features of samples: ``factor * (X - centre) @ matrix``.

    A network whose first layer works on features is one that works on the inputs themselves, with
    other weights: see :meth:`input_weights`.

    Parameters
    ----------
    centre : (n_inputs,) float32
    factor : float
    matrix : (n_inputs, n_features) float32, or None for the identity

    Examples
    --------
    >>> basis = FeatureBasis.plain(2)
    >>> basis.features(np.float32([[1.0, 2.0]]))
    array([[1., 2.]], dtype=float32)
    """

    centre: Floats32
    factor: float = 1.0
    matrix: Floats32 | None = None

    @classmethod
    def plain(cls, n_inputs: int) -> Self:
        """The inputs themselves."""
        return cls(np.zeros(n_inputs, np.float32))

    @classmethod
    def of(cls, X: Floats32, components: int | None, power: float) -> Self:
        """The basis that fits the samples *X*, so that its features have a total variance of 1.

        Parameters
        ----------
        X : (n_samples, n_inputs) float32
        components : int, at least 1, or None
            Leading principal components to keep, as many as there are if fewer; None takes the
            inputs themselves, centred and with one common factor.
        power : float, 0 to 1
            A feature is scaled with the standard deviation along its component raised to this
            power: 0 leaves the components as they are, 1 makes of their widths the squares.

        Raises
        ------
        TypeError, ValueError
            Where an argument is out of its range.

        Notes
        -----
        The components are scikit-learn's; where it computes few of many by random projections
        (Halko 2009), these have a fixed seed.
        """
        _check.real("power", power, minimum=0, maximum=1)
        if components is None:
            variance = float(X.var(axis=0, dtype=np.float64).sum())
            return cls(X.mean(axis=0, dtype=np.float64).astype(np.float32), _unit(variance))
        from sklearn.decomposition import PCA

        count = min(_check.integer("components", components, minimum=1), *X.shape)
        with one_blas_thread(), np.errstate(invalid="ignore"):  # its ratios, of constant data
            fitted = PCA(count, random_state=0).fit(X)
        variances = np.maximum(fitted.explained_variance_.astype(np.float64), 0.0)
        widths = (variances + _FLOOR * variances[0]) ** (power / 2)
        matrix = fitted.components_.T.astype(np.float64) * widths
        factor = _unit(float((variances * widths**2).sum()))
        return cls(fitted.mean_.astype(np.float32), factor, matrix.astype(np.float32))

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.centre) if self.matrix is None else int(self.matrix.shape[1])

    def features(self, X: Floats32) -> Floats32:
        """Return the features (n_samples, n_features) of *X* (n_samples, n_inputs)."""
        centred = (X - self.centre) * np.float32(self.factor)
        return centred if self.matrix is None else np.asarray(centred @ self.matrix, np.float32)

    def input_weights(self, weights: Floats32, biases: Floats32) -> tuple[Floats32, Floats32]:
        """Return weights (n_inputs, n) and biases (n,) that do on inputs what these do on features.

        *weights* are (n, n_features), *biases* (n,).
        """
        scaled = weights.T * np.float32(self.factor)
        with one_blas_thread():  # asked for in every generation; a second thread would lie in wait
            moved = scaled if self.matrix is None else self.matrix @ scaled
            return np.asarray(moved, np.float32), np.asarray(biases - self.centre @ moved)


def _unit(variance: float) -> float:
    """What makes a total *variance* 1; data that do not vary keep theirs."""
    return variance**-0.5 if variance > 0 else 1.0
