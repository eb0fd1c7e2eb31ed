"""Class probabilities of one dense network, straight from its weight vector."""

import numpy as np

from evograft.representations import _math
from evograft.representations._jit import inlined_kernel, kernel

TANH, RELU, SIGMOID = 0, 1, 2

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)


@inlined_kernel
def _activate(sums, biases, activation):
    """Add the *biases* and apply the activation, in place; a loop each, so that all vectorise."""
    for i in range(sums.shape[0]):
        if activation == 0:
            for j in range(sums.shape[1]):
                sums[i, j] = _math.tanh(sums[i, j] + biases[j])
        elif activation == 1:
            for j in range(sums.shape[1]):
                sums[i, j] = max(sums[i, j] + biases[j], _ZERO)
        else:
            for j in range(sums.shape[1]):
                sums[i, j] = _math.sigmoid(sums[i, j] + biases[j])


@inlined_kernel
def _softmax(sums, biases, P):
    """Probabilities of the classes; of a single output the sigmoid is that of class 1."""
    if sums.shape[1] == 1:
        for i in range(sums.shape[0]):
            p = _math.sigmoid(sums[i, 0] + biases[0])
            P[i, 0] = _ONE - p
            P[i, 1] = p
        return
    for i in range(sums.shape[0]):
        largest = -np.float32(np.inf)
        for j in range(sums.shape[1]):
            sums[i, j] += biases[j]
            largest = max(largest, sums[i, j])
        total = _ZERO
        for j in range(sums.shape[1]):
            P[i, j] = _math.exp(sums[i, j] - largest)
            total += P[i, j]
        for j in range(sums.shape[1]):
            P[i, j] /= total


@kernel
def probabilities(values, X, live, sizes, activation, P):
    """Fill *P* (n_samples, n_classes) for the samples *X* (n_samples, n_live).

    *live* are the numbers of the inputs that *X* holds, the others being zero in all samples;
    *sizes* and *activation* are those of the layout.
    """
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
