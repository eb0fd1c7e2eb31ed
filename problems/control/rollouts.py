"""Returns of a controller in the episodes of a task: compiled where that is possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.control.compiled import is_compiled, play_compiled
from evograft.problems.control.environments import (
    Environment,
    KernelEnvironment,
    first_states,
    gymnasium_environment,
    physics_vector,
)
from evograft.problems.control.episodes import check_sizes, play_episodes
from evograft.problems.control.physics import Switch
from evograft.problems.control.tasks import TASKS, Task

Starts = tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Rollouts:
    """The conditions under which every episode of a problem runs.

    Parameters
    ----------
    name : str
        Name of the task.
    switch : Switch, optional
        Physics that change in the middle of each episode.
    reset_state : bool
        Whether the controller is reset before each episode, or only before the first.
    double_reset : bool
        Whether each episode is reset once more, without a seed.
    compiled : bool
        Step our compiled environment, not Gymnasium's.

    Examples
    --------
    >>> class Leftwards:
    ...     def forward(self, X):
    ...         return np.array([[1.0, 0.0]])
    >>> rollouts = Rollouts("cartpole", None, True, False, True)
    >>> rollouts.returns(Leftwards(), [42, 43])
    array([ 8., 10.])
    """

    name: str
    switch: Switch | None
    reset_state: bool
    double_reset: bool
    compiled: bool

    @property
    def task(self) -> Task:
        """The environment and its scores."""
        return TASKS[self.name]

    def environment(self) -> Environment:
        """Make an environment with Gymnasium's interface."""
        make = KernelEnvironment if self.compiled else gymnasium_environment
        return make(self.task, self.switch)

    def returns(self, phenotype: Any, seeds: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return the sum of rewards of the episode of each seed.

        A `RecurrentNetwork` and a `NeatNetwork` run through compiled episodes as a whole, with the
        GIL released, and their own activity stays as it is; any other controller is asked step by
        step.

        Raises
        ------
        ValueError
            If the controller takes or gives another number of values than the environment.
        """
        check_sizes(self.name, self.task, phenotype)
        if self.compiled and is_compiled(phenotype):
            states, observations = self._starts(seeds)
            return play_compiled(
                self._kernel_environment,
                phenotype,
                states.copy(),
                observations.copy(),
                reset_state=self.reset_state,
            )
        return play_episodes(
            self.task,
            self.environment(),
            phenotype,
            seeds,
            reset_state=self.reset_state,
            double_reset=self.double_reset,
        )

    @cached_property
    def _kernel_environment(self) -> tuple[object, ...]:
        task, switch = self.task, self.switch
        physics, switched = physics_vector(task), physics_vector(task, switch)
        return task.kernel, physics, switched, switch.step if switch else 0, task.step_limit

    def _starts(self, seeds: Sequence[int]) -> Starts:
        if isinstance(seeds, range):
            return _range_of_starts(self.name, seeds, self.double_reset)
        return first_states(self.task, seeds, self.double_reset)


# A problem has two ranges, of training and of test episodes; to draw one takes milliseconds.
@lru_cache(maxsize=16)
def _range_of_starts(name: str, seeds: range, double_reset: bool) -> Starts:
    return first_states(TASKS[name], seeds, double_reset)
