"""Running a recurrent network: step by step through an episode, or many first steps at once."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from evograft.representations import _recurrent_kernels as kernels

LANES = 128
"""Samples that are answered side by side."""

Integers = npt.NDArray[np.int32]
Floats32 = npt.NDArray[np.float32]


class KernelArguments(NamedTuple):
    """What propagation kernels take: rows by receiver, *clamp* 0 where there is none."""

    indptr: Integers
    sources: Integers
    weights: Floats32
    input_neurons: Integers
    output_neurons: Integers
    thinking_time: int
    additive: bool
    relu: bool
    eta: float
    decay: float
    clamp: float


class Episode:
    """The activity of one network, and its weights where they learn, from a reset on."""

    def __init__(self, arguments: KernelArguments) -> None:
        self.arguments = arguments
        self.state = np.zeros((arguments.indptr.size - 1, 1), np.float32)
        self.scratch = np.empty_like(self.state)
        self.weights = arguments.weights.copy()[:, None]
        self.plastic = np.zeros_like(self.weights)

    def step(self, observation: Floats32) -> Floats32:
        """Answer *observation* (n_inputs,) with the outputs (n_outputs,)."""
        a = self.arguments
        self.state[a.input_neurons, 0] = observation
        rounds = (a.thinking_time, a.additive, a.relu)
        if a.eta == 0.0:
            kernels.propagate(self.state, self.scratch, a.indptr, a.sources, a.weights, *rounds)
        else:
            kernels.propagate_hebbian(
                self.state, self.scratch, a.indptr, a.sources, self.weights, self.plastic,
                *rounds, a.eta, a.decay, a.clamp,
            )  # fmt: skip
        outputs: Floats32 = self.state[a.output_neurons, 0]
        return outputs


def first_steps(a: KernelArguments, X: Floats32) -> Floats32:
    """Answer every sample of *X* (n_samples, n_inputs) as the first observation of an episode."""
    outputs = np.empty((X.shape[0], a.output_neurons.size), np.float32)
    for start in range(0, X.shape[0], LANES):
        part = X[start : start + LANES]
        state = np.zeros((a.indptr.size - 1, part.shape[0]), np.float32)
        state[a.input_neurons] = part.T
        kernels.propagate(
            state, np.empty_like(state), a.indptr, a.sources, a.weights,
            a.thinking_time, a.additive, a.relu,
        )  # fmt: skip
        outputs[start : start + LANES] = state[a.output_neurons].T
    return outputs
