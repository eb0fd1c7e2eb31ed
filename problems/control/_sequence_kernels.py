"""What controllers answer at the end of given sequences of observations.

Sequences are (n, steps, n_inputs) float32, and each begins at rest; answers are (n, n_outputs)
float32, the outputs after the last step.
"""

import numpy as np

from evograft.problems.control._rollout_kernels import _at_rest
from evograft.representations._jit import kernel
from evograft.representations._math import sigmoid
from evograft.representations._recurrent_kernels import propagate, propagate_hebbian


@kernel
def neat_answers(sequences, indptr, sources, weights, recurrent, rounds, answers):
    """Of a network as NEAT's ``settle`` takes it, all sequences side by side."""
    n, steps, n_inputs = sequences.shape
    neurons, n_outputs = indptr.size - 1, answers.shape[1]
    first = n_inputs + 1
    activity = np.zeros((first + neurons, n), np.float32)
    activity[n_inputs] = np.float32(1.0)
    sums = np.zeros((neurons, n), np.float32)
    for t in range(steps):
        for k in range(n_inputs):
            for i in range(n):
                activity[k, i] = sequences[i, t, k]
        for _ in range(rounds):
            for j in range(neurons):
                _sum_inputs(activity, indptr[j], indptr[j + 1], sources, weights, sums[j])
                if not recurrent:
                    _squash(sums[j], activity[first + j])
            if recurrent:
                for j in range(neurons):
                    _squash(sums[j], activity[first + j])
    for i in range(n):
        for k in range(n_outputs):
            answers[i, k] = sums[neurons - n_outputs + k, i]


@kernel
def _sum_inputs(activity, begin, end, sources, weights, row):
    """*row* becomes the sum of what one neuron reads, in each sequence."""
    row[:] = np.float32(0.0)
    for e in range(begin, end):
        weight, source = weights[e], activity[sources[e]]
        for i in range(row.size):
            row[i] += weight * source[i]


@kernel
def _squash(row, squashed):
    for i in range(row.size):
        squashed[i] = sigmoid(row[i])


@kernel
def recurrent_answers(sequences, controller, answers):
    """Of a *controller* as the rollouts take it, all sequences side by side."""
    n, steps, n_inputs = sequences.shape
    indptr, sources, weights, inputs, outputs, thinking_time, additive, relu = controller[:8]
    eta, decay, clamp = controller[8:]
    activity, own_weights, learned = _at_rest(controller, n)
    scratch = np.empty_like(activity)
    for t in range(steps):
        for i in range(n):
            for k in range(n_inputs):
                activity[inputs[k], i] = sequences[i, t, k]
        if eta != 0.0:
            propagate_hebbian(
                activity, scratch, indptr, sources, own_weights, learned, thinking_time, additive,
                relu, eta, decay, clamp,
            )  # fmt: skip
        else:
            propagate(activity, scratch, indptr, sources, weights, thinking_time, additive, relu)
    for i in range(n):
        for k in range(outputs.size):
            answers[i, k] = activity[outputs[k], i]
