"""What controllers answer at the end of given sequences of observations.

Sequences are (n, steps, n_inputs) float32, and each begins at rest; answers are (n, n_outputs)
float32, the outputs after the last step.
"""

import numpy as np

from evograft.problems.control._rollout_kernels import _at_rest
from evograft.representations._jit import kernel
from evograft.representations._neat_kernels import settle
from evograft.representations._recurrent_kernels import propagate, propagate_hebbian


@kernel
def neat_answers(sequences, indptr, sources, weights, recurrent, rounds, answers):
    """Of a network as :func:`settle` takes it, one sequence after the other."""
    n, steps, n_inputs = sequences.shape
    neurons, n_outputs = indptr.size - 1, answers.shape[1]
    activity = np.empty(n_inputs + 1 + neurons, np.float32)
    sums = np.empty(neurons, np.float32)
    for i in range(n):
        activity[:] = np.float32(0.0)
        activity[n_inputs] = np.float32(1.0)
        for t in range(steps):
            activity[:n_inputs] = sequences[i, t]
            settle(activity, sums, indptr, sources, weights, n_inputs + 1, recurrent, rounds)
        answers[i] = sums[neurons - n_outputs :]


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
