"""Episodes of any controller in any environment with Gymnasium's interface, step by step."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.control.environments import Environment
from evograft.problems.control.tasks import Task

Outputs = Callable[[npt.NDArray[np.float32]], npt.ArrayLike]


def play_episodes(
    task: Task,
    environment: Environment,
    phenotype: Any,
    seeds: Sequence[int],
    *,
    reset_state: bool,
    double_reset: bool = False,
) -> npt.NDArray[np.float64]:
    """Play one episode per seed, in order.

    Parameters
    ----------
    task : Task
        Says how outputs become actions.
    environment : Environment
        The task's environment.
    phenotype : object
        Has ``step(observation) -> (n_outputs,)`` and perhaps ``reset()``, or ``forward(X)``, which
        is then given one observation as (1, n_inputs) float32.
    seeds : sequence of int
        Seed of each episode's reset.
    reset_state : bool
        Whether the phenotype is reset before each episode, or only before the first.
    double_reset : bool
        Whether the environment is reset once more, without a seed.

    Returns
    -------
    ndarray of float64, shape (n_seeds,)
        The sum of rewards of each episode.

    Raises
    ------
    ValueError
        If the phenotype does not give n_outputs numbers.

    Examples
    --------
    >>> from evograft.problems.control.environments import KernelEnvironment
    >>> from evograft.problems.control.tasks import TASKS
    >>> class LeansAgainst:
    ...     def forward(self, X):
    ...         lean = X[:, 2:3] + X[:, 3:4] / 2
    ...         return np.hstack([-lean, lean])
    >>> cartpole = TASKS["cartpole"]
    >>> play_episodes(
    ...     cartpole, KernelEnvironment(cartpole), LeansAgainst(), [0, 1], reset_state=True
    ... )
    array([500., 500.])
    """
    answer = _answer(phenotype)
    returns = np.zeros(len(seeds))
    for i, seed in enumerate(seeds):
        if (reset_state or i == 0) and hasattr(phenotype, "reset"):
            phenotype.reset()
        observation, _ = environment.reset(seed=seed)
        if double_reset:
            observation, _ = environment.reset()
        over = False
        while not over:
            action = choose_action(task, answer(np.asarray(observation, np.float32)))
            observation, reward, ended, cut, _ = environment.step(action)
            returns[i] += reward
            over = ended or cut
    return returns


def can_run(phenotype: Any) -> bool:
    """Whether there is a controller: None is none, nor is one whose ``big_enough`` is False.

    Examples
    --------
    >>> can_run(None)
    False
    """
    return phenotype is not None and getattr(phenotype, "big_enough", True)


def check_sizes(name: str, task: Task, phenotype: Any) -> None:
    """Raise where a phenotype says that it takes or gives other numbers than the problem *name*.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> check_sizes("cartpole", TASKS["cartpole"], None)
    """
    for what, number in (("n_inputs", task.n_inputs), ("n_outputs", task.n_outputs)):
        if (own := getattr(phenotype, what, number)) != number:
            raise ValueError(f"{what} of a controller of {name} must be {number}, got {own}")


def choose_action(task: Task, outputs: npt.ArrayLike) -> Any:
    """Return the number of the largest output, of equals the first, or the clipped outputs.

    Raises
    ------
    ValueError
        If there are not as many outputs as the task asks for.

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> choose_action(TASKS["cartpole"], [0.5, 0.5]), choose_action(TASKS["pendulum"], [3.0])
    (0, array([2.], dtype=float32))
    """
    values = np.asarray(outputs)
    if values.shape != (task.n_outputs,):
        raise ValueError(
            f"a controller of {task.environment} must give {task.n_outputs} outputs, "
            f"got an array of shape {values.shape}"
        )
    if task.action_bound is None:
        return int(values.argmax())
    return np.clip(values, -task.action_bound, task.action_bound).astype(np.float32)


def _answer(phenotype: Any) -> Outputs:
    if hasattr(phenotype, "step"):
        step: Outputs = phenotype.step
        return step
    return lambda observation: phenotype.forward(observation[None, :])[0]
