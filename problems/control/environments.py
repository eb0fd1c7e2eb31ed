"""Environments with Gymnasium's interface: the compiled ones and Gymnasium's own."""

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evograft.problems.control._rollout_kernels import ACROBOT, CARTPOLE, step
from evograft.problems.control.physics import Switch
from evograft.problems.control.tasks import Task

# Gymnasium's squares in Acrobot have this exponent, which its kernel has to be given.
_SQUARE = 2.0


class Environment(Protocol):
    """The part of Gymnasium's interface that episodes use."""

    def reset(self, *, seed: int | None = None) -> tuple[Any, dict[str, Any]]: ...

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]: ...


def physics_vector(task: Task, switch: Switch | None = None) -> npt.NDArray[np.float64]:
    """Return the numbers that the task's kernel calls its physics, after *switch* if there is one.

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> physics_vector(TASKS["cartpole"], Switch({"masspole": 1.0}, 200))
    array([ 9.8,  1. ,  1. ,  0.5, 10. ])
    """
    values = {**task.physics, **(switch.values if switch else {})}
    return np.array([*values.values()] + ([_SQUARE] if task.kernel == ACROBOT else []))


def first_state(
    task: Task, generator: np.random.Generator
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """Draw the state and the observation that a reset gives.

    Draws four uniform numbers from *generator*.

    Returns
    -------
    state : ndarray of float64, shape (4,)
    observation : ndarray of float32, shape (n_inputs,)

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> first_state(TASKS["cartpole"], np.random.default_rng(0))[0]
    array([ 0.01369617, -0.02302133, -0.04590265, -0.04834724])
    """
    state = generator.uniform(-task.start_bound, task.start_bound, size=4)
    if task.kernel == CARTPOLE:
        return state, state.astype(np.float32)
    # Gymnasium rounds Acrobot's first state to float32, and its cosines are then float32 ones.
    a, b, *velocities = state.astype(np.float32)
    observation = np.array([np.cos(a), np.sin(a), np.cos(b), np.sin(b), *velocities], np.float32)
    return state.astype(np.float32).astype(np.float64), observation


def first_states(
    task: Task, seeds: Iterable[int], double_reset: bool = False
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
    """Return states and observations after a reset with each of *seeds*.

    With *double_reset* a second reset, without seed, follows on each.

    Returns
    -------
    states : ndarray of float64, shape (n_seeds, 4)
    observations : ndarray of float32, shape (n_seeds, n_inputs)

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> first_states(TASKS["acrobot"], [0, 1])[1].shape
    (2, 6)
    """
    firsts = []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        first = first_state(task, generator)
        firsts.append(first_state(task, generator) if double_reset else first)
    states, observations = zip(*firsts, strict=True)
    return np.array(states), np.array(observations)


class KernelEnvironment:
    """CartPole or Acrobot with Gymnasium's interface, compiled; needs no Gymnasium.

    Every number is the one that Gymnasium's environment gives for the same seed and actions.

    Parameters
    ----------
    task : Task
        A task that has a kernel.
    switch : Switch, optional
        Physics that change in the middle of each episode.

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> environment = KernelEnvironment(TASKS["cartpole"])
    >>> environment.reset(seed=0)[0]
    array([ 0.01369617, -0.02302133, -0.04590265, -0.04834723], dtype=float32)
    >>> environment.step(1)[1:4]
    (1.0, False, False)
    """

    def __init__(self, task: Task, switch: Switch | None = None) -> None:
        self._task = task
        self._switch_step = switch.step if switch else task.step_limit + 1
        self._physics = physics_vector(task)
        self._switched = physics_vector(task, switch)
        self._generator = np.random.default_rng()
        self._steps = 0

    def reset(self, *, seed: int | None = None) -> tuple[npt.NDArray[np.float32], dict[str, Any]]:
        """Begin an episode; without *seed* the next numbers of the stream are drawn."""
        if seed is not None:
            self._generator = np.random.default_rng(seed)
        self._steps = 0
        self._state, observation = first_state(self._task, self._generator)
        return observation, {}

    def step(
        self, action: int
    ) -> tuple[npt.NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Return observation, reward, whether the episode ended, whether it was cut, and ``{}``."""
        self._steps += 1
        physics = self._switched if self._steps >= self._switch_step else self._physics
        observation = np.empty(self._task.n_inputs, np.float32)
        reward, ended = step(self._task.kernel, self._state, action, physics, observation)
        return observation, reward, ended, self._steps >= self._task.step_limit, {}


def gymnasium_environment(task: Task, switch: Switch | None = None) -> Environment:
    """Make Gymnasium's own environment of the task.

    Raises
    ------
    ValueError
        If Gymnasium, or what it needs for this environment, is not installed.

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> gymnasium_environment(TASKS["pendulum"]).reset(seed=0)[0].shape
    (3,)
    """
    missing = f'{task.environment} needs Gymnasium: pip install "evograft[control]"'
    try:
        import gymnasium
    except ImportError as error:
        raise ValueError(missing) from error
    try:
        environment = gymnasium.make(task.environment, disable_env_checker=True)
    except gymnasium.error.DependencyNotInstalled as error:
        raise ValueError(missing) from error
    if switch is None:
        return environment
    from evograft.problems.control.gymnasium_switch import PhysicsSwitch

    return PhysicsSwitch(environment, switch.values, switch.step)
