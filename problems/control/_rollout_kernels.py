"""Whole episodes of a controller in an environment.

An *environment* is the tuple (task number, physics, switched physics, switch step, step limit):
from the switch step on, counted from 1, the switched physics hold; 0 means never.
A *controller* is the tuple of `evograft.representations.recurrent.KernelArguments`; with eta 0 its
weights stay as they are. A *network* is that of `NeatNetwork.kernel_arguments`.

*states* (episodes, numbers of a state) float64 and *observations* (episodes, n_inputs) float32 are
the first ones; both are overwritten, and the state of a single episode is at last its last one.
Each episode's sum of rewards is written to *returns* (episodes,) float64.
"""

import numpy as np

from evograft.problems.control import (
    _acrobot_kernels,
    _cartpole_kernels,
    _double_pole_kernels,
)
from evograft.representations._jit import bare_kernel, kernel
from evograft.representations._neat_kernels import settle
from evograft.representations._recurrent_kernels import propagate, propagate_hebbian

CARTPOLE, ACROBOT, DOUBLE_POLE = 0, 1, 2
"""Task numbers."""

_cartpole_step = _cartpole_kernels.step
_acrobot_step = _acrobot_kernels.step
_double_pole_step = _double_pole_kernels.step


@bare_kernel
def step(task, state, action, physics, observation):
    """Advance *state* (float64), write *observation* (n_inputs,) float32.

    *action* is the number of an action; of two poles, the output that becomes the force. Returns
    the reward and whether the episode has come to its end.
    """
    if task == CARTPOLE:
        return _cartpole_step(state, action, physics, observation)
    if task == DOUBLE_POLE:
        return _double_pole_step(state, action, physics, observation)
    return _acrobot_step(state, action, physics, observation)


@kernel
def run_together(environment, controller, states, observations, returns):
    """Independent episodes from *states*, each with a state of activity of its own."""
    activity, weights, learned = _at_rest(controller, returns.size)
    _run_lanes(environment, controller, activity, weights, learned, states, observations, returns)


@kernel
def run_in_order(environment, controller, states, observations, returns):
    """Episodes one after the other, each with the activity and weights that the last has left."""
    activity, weights, learned = _at_rest(controller, 1)
    for i in range(returns.size):
        _run_lanes(
            environment,
            controller,
            activity,
            weights,
            learned,
            states[i : i + 1],
            observations[i : i + 1],
            returns[i : i + 1],
        )


@kernel
def run_neat(environment, network, reset_state, states, observations, returns):
    """Episodes of a NEAT network, each from rest or with the activity that the last has left."""
    task, physics, switched, switch_step, limit = environment
    indptr, sources, weights, n_inputs, n_outputs, recurrent, rounds = network
    first, n = n_inputs + 1, indptr.size - 1
    activity, sums = np.zeros(first + n, np.float32), np.empty((n, 1), np.float32)
    row, outputs = sums.reshape(n), np.arange(n - n_outputs, n)
    for i in range(returns.size):
        state, observation = states[i], observations[i]
        if reset_state:
            activity[:] = 0.0
        activity[n_inputs] = 1.0
        returns[i] = 0.0
        for count in range(1, limit + 1):
            now = switched if 0 < switch_step <= count else physics
            for k in range(n_inputs):
                activity[k] = observation[k]
            settle(activity, row, indptr, sources, weights, first, recurrent, rounds)
            reward, ended = step(task, state, _act(task, sums, outputs, 0), now, observation)
            returns[i] += reward
            if ended:
                break


@kernel
def _at_rest(controller, lanes):
    """Activity (n, lanes), and each lane's own weights and what they have learned (m, lanes).

    Where nothing is learned the lanes share the weights, and the latter two are (m, 0).
    """
    indptr, _, weights, _, _, _, _, _, eta, _, _ = controller
    activity = np.zeros((indptr.size - 1, lanes), np.float32)
    own_weights = np.empty((weights.size, lanes if eta != 0.0 else 0), np.float32)
    for i in range(weights.size):
        own_weights[i, :] = weights[i]
    return activity, own_weights, np.zeros_like(own_weights)


@kernel
def _run_lanes(
    environment, controller, activity, own_weights, learned, states, observations, returns
):
    """Episodes in lockstep, one a lane; a lane that ends makes room for the others.

    With one lane, all that changes does so in the caller's arrays.
    """
    # Not a bare kernel: propagation makes arrays, and what is compiled for a bare caller is bare.
    task, physics, switched, switch_step, limit = environment
    indptr, sources, weights, inputs, outputs, thinking_time, additive, relu = controller[:8]
    eta, decay, clamp = controller[8:]
    lanes = returns.size
    scratch = np.empty_like(activity)
    episodes, alive = np.arange(lanes), np.empty(lanes, np.int64)
    returns[:] = 0.0
    for count in range(1, limit + 1):
        now = switched if 0 < switch_step <= count else physics
        _observe(activity, inputs, observations)
        if eta != 0.0:
            propagate_hebbian(
                activity,
                scratch,
                indptr,
                sources,
                own_weights,
                learned,
                thinking_time,
                additive,
                relu,
                eta,
                decay,
                clamp,
            )
        else:
            propagate(activity, scratch, indptr, sources, weights, thinking_time, additive, relu)
        n_alive = _step_lanes(
            task, now, activity, outputs, states, observations, episodes, returns, alive
        )
        if n_alive == 0:
            return
        if n_alive < lanes:
            lanes = n_alive
            states, observations = states[alive[:lanes]], observations[alive[:lanes]]
            episodes = episodes[alive[:lanes]]
            activity = _columns(activity, alive[:lanes])
            scratch = np.empty_like(activity)
            if eta != 0.0:
                own_weights = _columns(own_weights, alive[:lanes])
                learned = _columns(learned, alive[:lanes])


@bare_kernel
def _observe(activity, inputs, observations):
    """Write each lane's observation into its input neurons."""
    for lane in range(observations.shape[0]):
        for i in range(inputs.size):
            activity[inputs[i], lane] = observations[lane, i]


@bare_kernel
def _step_lanes(task, physics, activity, outputs, states, observations, episodes, returns, alive):
    """Let every lane act once; list those that go on in *alive* and return their number."""
    n_alive = 0
    for lane in range(observations.shape[0]):
        action = _act(task, activity, outputs, lane)
        reward, ended = step(task, states[lane], action, physics, observations[lane])
        returns[episodes[lane]] += reward
        if not ended:
            alive[n_alive] = lane
            n_alive += 1
    return n_alive


@bare_kernel
def _act(task, activity, outputs, lane):
    """The action that a lane's outputs stand for, float64."""
    if task == DOUBLE_POLE:
        return np.float64(activity[outputs[0], lane])
    return np.float64(_largest(activity, outputs, lane))


@bare_kernel
def _largest(activity, outputs, lane):
    """Number of the largest output; of equals the first, and of NaN the first before all."""
    best = 0
    for k in range(outputs.size):
        value = activity[outputs[k], lane]
        if value != value:
            return k
        if value > activity[outputs[best], lane]:
            best = k
    return best


@kernel
def _columns(array, chosen):
    """The *chosen* columns of *array*, as an array of their own."""
    columns = np.empty((array.shape[0], chosen.size), array.dtype)
    for i in range(array.shape[0]):
        for k in range(chosen.size):
            columns[i, k] = array[i, chosen[k]]
    return columns
