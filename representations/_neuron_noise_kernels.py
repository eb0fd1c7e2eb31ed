"""Losses of networks that differ from one mean network in a single hidden neuron."""

import numpy as np

from evograft.representations import _math
from evograft.representations._dense_kernels import RELU, TANH
from evograft.representations._jit import inlined_kernel, kernel

TILE = 256
"""Samples at a time: what the loops need of them stays in the first-level cache."""

_ZERO = np.float32(0.0)

_LARGEST = np.float32(-np.log(1e-12))
"""Of a sample's loss, as where a loss is computed from probabilities."""


@inlined_kernel
def _activate(row, activation):
    if activation == TANH:
        for b in range(row.size):
            row[b] = _math.tanh(row[b])
    elif activation == RELU:
        for b in range(row.size):
            row[b] = max(row[b], _ZERO)
    else:
        for b in range(row.size):
            row[b] = _math.sigmoid(row[b])


@inlined_kernel
def _cross_entropy(outputs, labels, top, total, n):
    """Sum of the cross-entropies of *n* samples whose classes have sums *outputs* (classes, n)."""
    for b in range(n):
        top[b] = outputs[0, b]
    for c in range(1, outputs.shape[0]):
        for b in range(n):
            top[b] = max(top[b], outputs[c, b])
    for b in range(n):
        total[b] = _math.exp(outputs[0, b] - top[b])
    for c in range(1, outputs.shape[0]):
        for b in range(n):
            total[b] += _math.exp(outputs[c, b] - top[b])
    for b in range(n):
        total[b] = _math.log(total[b]) + (top[b] - outputs[labels[b], b])
    loss = 0.0
    for b in range(n):
        loss += min(total[b], _LARGEST)
    return loss


@kernel
def losses(
    first, last, neurons, noise, moved, hidden, outputs, weights, labels, steps, activation, found
):
    """Fill *found* (pairs, 2) with the mean cross-entropy of pairs *first* to *last*.

    Parameters
    ----------
    neurons : (pairs,) int64
        The hidden neuron that each pair changes.
    noise : (pairs, features + 1 + 2 classes) float32
        Of its incoming weights, its bias, its weights at the outputs, and the outputs' biases.
    moved : (pairs, samples) float32
        The noise of the incoming weights times the features.
    hidden : (neurons, samples) float32
        What arrives at the neurons of the mean network.
    outputs : (classes, samples) float32
        What arrives at its outputs.
    weights : (neurons, classes) float32
        From its neurons to its outputs.
    labels : (samples,) int64
    steps : (4,) float32
        Step sizes, in the order of *noise*.
    """
    n_samples, n_classes = labels.size, outputs.shape[0]
    features = noise.shape[1] - 1 - 2 * n_classes
    others = np.empty((n_classes, TILE), np.float32)
    sums = np.empty((n_classes, TILE), np.float32)
    row, top = np.empty(TILE, np.float32), np.empty(TILE, np.float32)
    total = np.empty(TILE, np.float32)
    found[first:last] = 0.0
    for start in range(0, n_samples, TILE):
        n = min(TILE, n_samples - start)
        current = -1
        for pair in range(first, last):
            u = neurons[pair]
            if u != current:  # what all neurons but this one do
                current = u
                for b in range(n):
                    row[b] = hidden[u, start + b]
                _activate(row, activation)
                for c in range(n_classes):
                    w = weights[u, c]
                    for b in range(n):
                        others[c, b] = outputs[c, start + b] - row[b] * w
            for sign in range(2):
                s = np.float32(1 - 2 * sign)
                bias = s * steps[1] * noise[pair, features]
                for b in range(n):
                    row[b] = hidden[u, start + b] + s * steps[0] * moved[pair, start + b] + bias
                _activate(row, activation)
                for c in range(n_classes):
                    w = weights[u, c] + s * steps[2] * noise[pair, features + 1 + c]
                    bias = s * steps[3] * noise[pair, features + 1 + n_classes + c]
                    for b in range(n):
                        sums[c, b] = others[c, b] + row[b] * w + bias
                part = labels[start : start + n]
                found[pair, sign] += _cross_entropy(sums, part, top, total, n)
    found[first:last] /= n_samples
