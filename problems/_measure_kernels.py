"""Losses and errors of class probabilities (classifiers, classes, samples).

Loops run over samples, with the class outside, so that the compiler vectorises them.
"""

import numpy as np

from evograft.representations import _math
from evograft.representations._jit import kernel

f32 = np.float32
_SMALLEST = f32(1e-12)
"""Probabilities are clipped here before the logarithm is taken."""

_FAILED = f32(np.inf)
"""The loss where there is no probability: NaN, below 0, or far above 1."""

_NEAR = f32(0.005)
"""Below this, -log(1 - q) is taken from its series; the fourth term is then beyond float32."""
_ONE, _TWO, _HALF, _THIRD = f32(1.0), f32(2.0), f32(0.5), f32(1 / 3)


@kernel
def measure(P, labels, mse, losses, errors, cases):
    """Sums of losses (n,); counts of errors (n,) and losses (n, samples) unless these are empty."""
    n = labels.size
    row = np.empty(n, np.float32)
    others = np.empty(n, np.float32)
    wrong = np.empty(n, np.int32)
    for k in range(P.shape[0]):
        _true_class(P[k], labels, row)
        if errors.size:
            _mark_wrong(P[k], labels, row, wrong)
            errors[k] = wrong.sum()
        if mse:
            _squared_errors(P[k], labels, row)
        else:
            _other_classes(P[k], labels, others)
            _cross_entropies(row, others)
        losses[k] = _sum(row)
        if cases.shape[0]:
            cases[k, :] = row


@kernel
def _sum(row):
    """Sum in float64, in eight interleaved parts that a vector register adds at once."""
    parts = np.zeros(8)
    whole = row.size - row.size % 8
    for i in range(0, whole, 8):
        for j in range(8):
            parts[j] += row[i + j]
    for i in range(whole, row.size):
        parts[i - whole] += row[i]
    total = 0.0
    for j in range(8):
        total += parts[j]
    return total


@kernel
def _true_class(P, labels, row):
    """row[i] = probability of the class that sample i has."""
    for i in range(labels.size):
        row[i] = P[labels[i], i]


@kernel
def _other_classes(P, labels, others):
    """others[i] = total probability of the classes that sample i has not."""
    others[:] = f32(0.0)
    for c in range(P.shape[0]):
        probabilities = P[c]
        for i in range(labels.size):
            others[i] += f32(0.0) if labels[i] == c else probabilities[i]


@kernel
def _cross_entropies(row, others):
    """row[i] = -log(row[i]), from 1 - row[i] where that is small.

    A probability near 1 has lost its last digits, but what is left for the other classes has
    not: without it, good networks would all have a loss of 0 and selection nothing to go by.
    """
    for i in range(row.size):
        q = others[i]
        near = q * (_ONE + q * (_HALF + q * _THIRD))
        p = row[i]
        far = -_math.log(min(p, _ONE) if p > _SMALLEST else _SMALLEST)
        finite = near if q < _NEAR and p > _HALF else far
        row[i] = finite if p >= f32(0.0) and p < _TWO else _FAILED


@kernel
def _mark_wrong(P, labels, row, wrong):
    """wrong[i] = 0 where the decision is right: the largest wins, the first of equals.

    Comparisons with NaN fail, so that NaN is wrong.
    """
    wrong[:] = 0
    for c in range(P.shape[0]):
        probabilities = P[c]
        for i in range(labels.size):
            beaten = (
                not (row[i] > probabilities[i])
                if c < labels[i]
                else not (row[i] >= probabilities[i])
            )
            wrong[i] |= np.int32(beaten)


@kernel
def _squared_errors(P, labels, row):
    """row[i] = mean over classes of (probability - one-hot)²."""
    row[:] = f32(0.0)
    for c in range(P.shape[0]):
        probabilities = P[c]
        for i in range(labels.size):
            difference = probabilities[i] - f32(labels[i] == c)
            square = difference * difference
            row[i] += square if square <= f32(1.0) else _FAILED
    for i in range(labels.size):
        row[i] /= f32(P.shape[0])
