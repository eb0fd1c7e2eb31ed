"""Class probabilities of one dense network, straight from its weight vector."""

import numpy as np

from evograft.representations import _math
from evograft.representations._jit import inlined_kernel, kernel

TANH, RELU = 0, 1

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_EXPONENT = np.int32(0x7F800000)


@inlined_kernel
def _activate(sums, biases, activation):
    """Add the *biases* and apply the activation, in place; a loop each, so that all vectorise."""
    for i in range(sums.shape[0]):
        if activation == TANH:
            for j in range(sums.shape[1]):
                sums[i, j] = _math.tanh(sums[i, j] + biases[j])
        elif activation == RELU:
            for j in range(sums.shape[1]):
                sums[i, j] = max(sums[i, j] + biases[j], _ZERO)
        else:
            for j in range(sums.shape[1]):
                sums[i, j] = _math.sigmoid(sums[i, j] + biases[j])


@kernel
def _softmax(sums, biases, P):
    """Probabilities of the classes; of a single output the sigmoid is that of class 1.

    Loops run over samples, with the class outside, so that they vectorise.
    """
    if sums.shape[1] == 1:
        for i in range(sums.shape[0]):
            p = _math.sigmoid(sums[i, 0] + biases[0])
            P[0, i] = _ONE - p
            P[1, i] = p
        return
    n_classes, n_samples = P.shape
    largest = np.empty(n_samples, np.float32)
    largest[:] = -np.float32(np.inf)
    for c in range(n_classes):
        for i in range(n_samples):
            P[c, i] = sums[i, c] + biases[c]
            largest[i] = max(largest[i], P[c, i])
    total = np.zeros(n_samples, np.float32)
    for c in range(n_classes):
        for i in range(n_samples):
            P[c, i] = _math.exp(P[c, i] - largest[i])
            total[i] += P[c, i]
    for c in range(n_classes):
        for i in range(n_samples):
            P[c, i] /= total[i]


@inlined_kernel
def _all_finite(values):
    """Whether no value is NaN or infinite: as integers, so that the loop vectorises."""
    largest = np.int32(0)
    for bits in values.view(np.int32):
        largest = max(largest, bits & _EXPONENT)
    return largest < _EXPONENT


@kernel
def probabilities(values, X, live, sizes, activation, P):
    """Fill *P* (n_classes, n_samples) for the samples *X* (n_samples, n_live).

    It is NaN all over where a weight is not finite.

    *live* are the numbers of the inputs that *X* holds, the others being zero in all samples;
    *sizes* and *activation* are those of the layout.
    """
    if not _all_finite(values):  # also what no sample shows
        P[:] = np.float32(np.nan)
        return
    n_in, n_out = sizes[0], sizes[1]
    matrix = values[: n_in * n_out].reshape(n_in, n_out)
    if live.size < n_in:
        rows = np.empty((live.size, n_out), np.float32)
        for row in range(live.size):
            for j in range(n_out):
                rows[row, j] = matrix[live[row], j]
        sums = np.dot(X, rows)
    else:
        sums = np.dot(X, matrix)
    start = n_in * n_out
    biases = values[start : start + n_out]
    start += n_out
    for layer in range(1, sizes.size - 1):
        _activate(sums, biases, activation)
        n_in, n_out = sizes[layer], sizes[layer + 1]
        matrix = values[start : start + n_in * n_out].reshape(n_in, n_out)
        start += n_in * n_out
        biases = values[start : start + n_out]
        start += n_out
        sums = np.dot(sums, matrix)
    _softmax(sums, biases, P)
