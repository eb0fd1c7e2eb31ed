"""How right a classifier is, by drawn, largest, expected or scored decisions."""

import numpy as np
import numpy.typing as npt

from evograft.problems import _decision_kernels as kernels
from evograft.representations import _check

DECISIONS = ("sampled", "argmax", "expected", "logarithmic")


def judge_decisions(
    P: npt.NDArray[np.float32],
    labels: npt.NDArray[np.int64],
    decision: str,
    seeds: npt.NDArray[np.uint64],
) -> npt.NDArray[np.float32]:
    """Return how right every classifier's decision on every sample is, (n, n_samples), at most 1.

    Parameters
    ----------
    P : (n, n_classes, n_samples) float32
        Class probabilities.
    labels : (n_samples,) int64
        The true classes, 0 to n_classes - 1.
    decision : {"sampled", "argmax", "expected", "logarithmic"}
        `sampled` draws a class with its probability and gives 1 where it is the true one, else 0;
        `argmax` decides for the most probable class, of equals the first; `expected` gives the
        probability of the true class, the mean of what would be drawn; `logarithmic` one plus its
        decimal logarithm, but at least -11: 1 where it is certain and below 0 where it has less
        than a tenth.
    seeds : (n,) uint64
        Of each classifier's draws.

    Raises
    ------
    ValueError
        Where the shapes contradict each other, or a label is no class.

    Examples
    --------
    >>> P = np.float32([[[0.75, 0.5], [0.25, 0.5]]])
    >>> judge_decisions(P, np.array([0, 1]), "expected", np.uint64([7]))
    array([[0.75, 0.5 ]], dtype=float32)
    >>> judge_decisions(P, np.array([0, 1]), "argmax", np.uint64([7]))
    array([[1., 0.]], dtype=float32)
    """
    _check.choice("decision", decision, DECISIONS)
    if P.ndim != 3 or (len(seeds), len(labels)) != (P.shape[0], P.shape[2]):
        raise ValueError(
            f"P must have shape ({len(seeds)}, n_classes, {len(labels)}), got {P.shape}"
        )
    if len(labels) and not 0 <= labels.min() <= labels.max() < P.shape[1]:
        raise ValueError(f"labels must be 0 to {P.shape[1] - 1}, got others")
    right = np.empty((len(P), len(labels)), np.float32)
    number = DECISIONS.index(decision)
    for i, seed in enumerate(seeds):
        kernels.judge(P[i], labels, number, seed, right[i])
    return right
