"""Whole episodes of a recurrent controller in an environment.

An *environment* is the tuple (task number, physics, switched physics, switch step, step limit): from
the switch step on, counted from 1, the switched physics hold; 0 means never.
A *controller* is the tuple (indptr, sources, weights, input neurons, output neurons, thinking time,
additive, relu, eta, decay, clamp), as `evograft.representations._recurrent_kernels` describes them;
with eta 0 its weights stay as they are.
"""

import numpy as np

from evograft.problems.control import _acrobot_kernels, _cartpole_kernels
from evograft.representations._jit import kernel
from evograft.representations._recurrent_kernels import propagate, propagate_hebbian

CARTPOLE, ACROBOT = 0, 1
"""Task numbers."""

_cartpole_step = _cartpole_kernels.step
_acrobot_step = _acrobot_kernels.step


@kernel
def step(task, state, action, physics, observation):
    """Advance *state* (4,) float64, write *observation* (n_inputs,) float32.

    Returns the reward and whether the episode has come to its end.
    """
    if task == CARTPOLE:
        return _cartpole_step(state, action, physics, observation)
    return _acrobot_step(state, action, physics, observation)


@kernel
def run_together(environment, controller, states, observations, returns):
    """Independent episodes from *states* (episodes, 4), each with a state of activity of its own.

    *observations* (episodes, n_inputs) float32 are the first ones. Each episode's sum of rewards is
    written to *returns* (episodes,) float64.
    """
    activity = np.zeros((controller[0].size - 1, returns.size), np.float32)
    _run_lanes(environment, controller, activity, states, observations, returns)


@kernel
def run_in_order(environment, controller, states, observations, returns):
    """Episodes one after the other, each with the activity that the one before has left."""
    activity = np.zeros((controller[0].size - 1, 1), np.float32)
    for i in range(returns.size):
        _run_lanes(
            environment,
            controller,
            activity,
            states[i : i + 1],
            observations[i : i + 1],
            returns[i : i + 1],
        )


@kernel
def _run_lanes(environment, controller, activity, states, observations, returns):
    """Episodes in lockstep, one a lane of *activity*; a lane that ends makes room.

    With one lane, *activity* is at the end what the episode has left in it.
    """
    task, physics, switched, switch_step, limit = environment
    indptr, sources, weights, inputs, outputs, thinking_time, additive, relu = controller[:8]
    eta, decay, clamp = controller[8:]
    plastic = eta != 0.0
    lanes = returns.size
    states, observations = states.copy(), observations.copy()
    own_weights = _repeated(weights, lanes if plastic else 0)
    learned = np.zeros_like(own_weights)
    scratch = np.empty_like(activity)
    episodes, alive = np.arange(lanes), np.empty(lanes, np.int64)
    returns[:] = 0.0
    for count in range(1, limit + 1):
        now = switched if 0 < switch_step <= count else physics
        for lane in range(lanes):
            for i in range(inputs.size):
                activity[inputs[i], lane] = observations[lane, i]
        if plastic:
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
        n_alive = 0
        for lane in range(lanes):
            action = _largest(activity, outputs, lane)
            reward, ended = step(task, states[lane], action, now, observations[lane])
            returns[episodes[lane]] += reward
            if not ended:
                alive[n_alive] = lane
                n_alive += 1
        if n_alive == 0:
            return
        if n_alive < lanes:
            lanes = n_alive
            states, observations = states[alive[:lanes]], observations[alive[:lanes]]
            episodes = episodes[alive[:lanes]]
            activity = _columns(activity, alive[:lanes])
            scratch = np.empty_like(activity)
            if plastic:
                own_weights = _columns(own_weights, alive[:lanes])
                learned = _columns(learned, alive[:lanes])


@kernel
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
def _repeated(weights, lanes):
    """A column of *weights* for each lane, (m, lanes)."""
    repeated = np.empty((weights.size, lanes), np.float32)
    for i in range(weights.size):
        repeated[i, :] = weights[i]
    return repeated


@kernel
def _columns(array, chosen):
    """The *chosen* columns of *array*, as an array of their own."""
    columns = np.empty((array.shape[0], chosen.size), array.dtype)
    for i in range(array.shape[0]):
        for k in range(chosen.size):
            columns[i, k] = array[i, chosen[k]]
    return columns
