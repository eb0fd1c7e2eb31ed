"""The track of the double pole: physics, starts, and episodes of any controller."""

import math
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.control import _double_pole_kernels as kernels
from evograft.problems.control._rollout_kernels import DOUBLE_POLE, step
from evograft.problems.control.compiled import is_compiled, play_compiled
from evograft.problems.control.environments import physics_vector
from evograft.problems.control.episodes import check_sizes, play_episodes
from evograft.problems.control.tasks import Task

LONG = 100_000
"""Steps after which the poles count as balanced for good."""

SHORT = 1000
"""Steps of an episode whose movement counts, and of one from another start."""

States = npt.NDArray[np.float64]


@lru_cache(maxsize=2)
def double_pole_task(velocities: bool) -> Task:
    """Return the task; it is none of `TASKS`, as Gymnasium has none.

    The physics are those of Wieland 1991. The one output may have any value: it is the sum at a
    sigmoid neuron, whose answer becomes the force.

    Examples
    --------
    >>> double_pole_task(True).n_inputs, double_pole_task(False).n_inputs
    (6, 3)
    """
    return Task(
        environment="double_pole",
        n_inputs=6 if velocities else 3,
        n_outputs=1,
        step_limit=LONG,
        pass_score=LONG,
        pool_offset=0.0,
        pool_scale=LONG,
        worst_return=0.0,
        action_bound=math.inf,
        physics={
            "gravity": -9.8,
            "masscart": 1.0,
            "masspole_1": 0.1,
            "masspole_2": 0.01,
            "length_1": 0.5,
            "length_2": 0.05,
            "friction_cart": 0.0005,
            "friction_hinge": 2e-6,
            "force_mag": 10.0,
        },
        kernel=DOUBLE_POLE,
    )


def usual_start(*, record: bool = False) -> States:
    """Return the state (1, 6) with the long pole at 1 degree and all else 0.

    With *record* there is room for the movement in the last 100 steps, (1, 107): see
    `recent_movement`.

    Examples
    --------
    >>> usual_start()
    array([[0.        , 0.        , 0.01745329, 0.        , 0.        , 0.        ]])
    """
    state = np.zeros((1, kernels.N_VARIABLES + (1 + kernels.RECENT if record else 0)))
    state[0, 2] = math.pi / 180
    return state


def other_starts() -> States:
    """Return the 625 states (625, 6) of the test of generalisation (Gruau et al. 1996).

    Position and velocity of the cart, angle and velocity of the long pole each stand at 0.05, 0.25,
    0.5, 0.75 and 0.95 of their ranges: 2.16 m, 1.35 m/s, 3.6 degrees and 8.6 degrees/s to either
    side. The short pole is upright and at rest.

    Examples
    --------
    >>> starts = other_starts()
    >>> starts.shape, starts[0].round(3).tolist()
    ((625, 6), [-1.944, -1.215, -0.057, -0.135, 0.0, 0.0])
    """
    shares = 2 * np.array([0.05, 0.25, 0.5, 0.75, 0.95]) - 1
    ranges = (2.16, 1.35, math.radians(3.6), math.radians(8.6))
    states = np.zeros((shares.size ** len(ranges), kernels.N_VARIABLES))
    states[:, : len(ranges)] = [*product(*(bound * shares for bound in ranges))]
    return states


def recent_movement(state: States) -> float:
    """Return the sum of |x| + |x'| + |a| + |a'| over the last 100 steps of a recorded episode.

    Examples
    --------
    >>> recent_movement(usual_start(record=True)[0])
    0.0
    """
    return float(state[kernels.N_VARIABLES + 1 :].sum())


def balanced_steps(
    velocities: bool, phenotype: Any, states: States, limit: int
) -> npt.NDArray[np.float64]:
    """Return after how many steps all was balanced still, (episodes,), of *limit* at most.

    A `RecurrentNetwork` and a `NeatNetwork` run through the episodes as a whole, with the GIL
    released; any other controller is asked step by step. It is reset before each episode.

    Parameters
    ----------
    velocities : bool
    phenotype : object
        As `evograft.problems.control.ControlProblem` takes them.
    states : ndarray of float64, shape (episodes, 6 or 107)
        The first ones; overwritten. That of a single episode is then its last.
    limit : int

    Raises
    ------
    ValueError
        If the controller takes or gives another number of values than the task.

    Examples
    --------
    >>> class Idle:
    ...     def forward(self, X):
    ...         return np.zeros((1, 1))
    >>> balanced_steps(True, Idle(), usual_start(), limit=1000)
    array([28.])
    """
    task = double_pole_task(velocities)
    check_sizes(task.environment, task, phenotype)
    environment = _Track(task, states, limit)
    if is_compiled(phenotype):
        physics = physics_vector(task)
        kernel_environment = (task.kernel, physics, physics, 0, limit)
        observations = np.array([*map(environment.observe, states)])
        return play_compiled(kernel_environment, phenotype, states, observations, reset_state=True)
    return play_episodes(task, environment, phenotype, range(len(states)), reset_state=True)


class _Track:
    """The track with Gymnasium's interface, where seed i means the start that is row i of *states*.

    The row is overwritten.
    """

    def __init__(self, task: Task, states: States, limit: int) -> None:
        self._task, self._states, self._limit = task, states, limit
        self._physics = physics_vector(task)

    def observe(self, state: States) -> npt.NDArray[np.float32]:
        observation = np.empty(self._task.n_inputs, np.float32)
        kernels.observe(state, observation)
        return observation

    def reset(self, *, seed: int | None = None) -> tuple[npt.NDArray[np.float32], dict[str, Any]]:
        self._state, self._steps = self._states[seed or 0], 0
        return self.observe(self._state), {}

    def step(
        self, action: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        self._steps += 1
        observation = np.empty(self._task.n_inputs, np.float32)
        reward, ended = step(
            self._task.kernel, self._state, float(action[0]), self._physics, observation
        )
        return observation, reward, ended, self._steps >= self._limit, {}
