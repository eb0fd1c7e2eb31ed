"""What is reported of a network on one part of a classification problem."""

from typing import Protocol

import numpy as np
import numpy.typing as npt


class Phenotype(Protocol):
    """What a classification problem asks of a network.

    A report also uses ``raw_outputs(X) -> (n_samples, n_outputs)``, every output's own sigmoid in
    (0, 1), and ``complexity()``, a dataclass, where the network has them.

    Examples
    --------
    >>> class Undecided:
    ...     def forward(self, X: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    ...         return np.full((len(X), 1), 0.5)
    >>> undecided: Phenotype = Undecided()
    """

    def forward(self, X: npt.NDArray[np.float32], /) -> npt.NDArray[np.floating]:
        """Return the outputs, shape (n_samples, n_outputs), for scaled features."""


def checked_outputs(
    name: str, outputs: npt.ArrayLike, n_samples: int, n_outputs: int
) -> npt.NDArray[np.float64]:
    """Return *outputs* as float64, or raise where shape or values cannot be a network's.

    Raises
    ------
    ValueError
        If the shape is not (n_samples, n_outputs), or a value is not finite.

    Examples
    --------
    >>> checked_outputs("phenotype.forward", [0.5, 0.5], 2, 1)
    Traceback (most recent call last):
    ValueError: phenotype.forward must have shape (2, 1), got (2,)
    """
    values = np.asarray(outputs, dtype=np.float64)
    if values.shape != (n_samples, n_outputs):
        raise ValueError(f"{name} must have shape ({n_samples}, {n_outputs}), got {values.shape}")
    finite = np.isfinite(values)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        raise ValueError(
            f"{name} must be finite, got {values[row, column]} in row {row}, output {column}"
        )
    return values


def class_probabilities(outputs: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return one number per class: ``[1 - p, p]`` for a single output p, else *outputs* as it is.

    Examples
    --------
    >>> class_probabilities(np.array([[0.25]]))
    array([[0.75, 0.25]])
    """
    return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs


def measure_part(
    phenotype: Phenotype,
    X: npt.NDArray[np.float32],
    y: npt.NDArray[np.int64],
    probabilities: npt.NDArray[np.floating],
) -> dict[str, float]:
    """Measure a network on the samples of one part.

    Parameters
    ----------
    phenotype : Phenotype
        The network; asked for its raw outputs only.
    X : ndarray of float32, shape (n_samples, n_features)
        Scaled features.
    y : ndarray of int64, shape (n_samples,)
        Class numbers.
    probabilities : ndarray of float64, shape (n_samples, n_classes)
        What the network's outputs say of each class.

    Returns
    -------
    dict
        `accuracy`
            Share of the samples whose most probable class is the true one; of equals the first.
        `rmse_true_class_probability`
            sqrt(mean((1 - p)²)) over the samples, p being the probability of the true class. For
            two classes this is the root mean square of y - p.
        `rmse_raw_outputs`
            Root mean square over all samples and outputs of the raw sigmoid outputs against one-hot
            targets, or against y where one output serves two classes. Left out where the network
            has no ``raw_outputs``.

    Raises
    ------
    ValueError
        If the raw outputs have a wrong shape or are not finite.

    Examples
    --------
    >>> class Undecided:
    ...     def forward(self, X):
    ...         return np.full((len(X), 1), 0.5)
    >>> X, y = np.zeros((2, 1), dtype=np.float32), np.array([0, 1])
    >>> measure_part(Undecided(), X, y, np.array([[1.0, 0.0], [1.0, 0.0]]))
    {'accuracy': 0.5, 'rmse_true_class_probability': 0.7071067811865476}
    """
    true_class = probabilities[np.arange(len(y)), y]
    metrics = {
        "accuracy": float(np.mean(probabilities.argmax(axis=1) == y)),
        "rmse_true_class_probability": _root_mean_square(1 - true_class),
    }
    if hasattr(phenotype, "raw_outputs"):
        targets = np.eye(probabilities.shape[1])[y]
        if probabilities.shape[1] == 2:
            targets = targets[:, 1:]
        outputs = phenotype.raw_outputs(X)
        raw = checked_outputs("phenotype.raw_outputs", outputs, *targets.shape)
        metrics["rmse_raw_outputs"] = _root_mean_square(raw - targets)
    return metrics


def _root_mean_square(values: npt.NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(values**2)))
