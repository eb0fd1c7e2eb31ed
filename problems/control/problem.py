"""A control problem: the episodes in which a controller is tried, and how well it does in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.control.episodes import can_run
from evograft.problems.control.physics import find_switch
from evograft.problems.control.protocols import PROTOCOLS, linear_fitness, sigmoid_fitness
from evograft.problems.control.rollouts import Rollouts
from evograft.problems.control.seeded_episodes import SeededEpisodes
from evograft.problems.control.tasks import TASKS, Task
from evograft.representations import _check
from evograft.representations.recurrent import ORIENTATIONS

ENGINES = ("auto", "numba", "gymnasium")


@dataclass(frozen=True, eq=False, repr=False)
class ControlProblem(SeededEpisodes):
    """An environment of Gymnasium, tried under the protocol of a MorphoNAS programme.

    `evograft.problems.load` makes it from the same arguments. It pickles as them.

    Parameters
    ----------
    name : str
        One of ``cartpole``, ``acrobot``, ``mountain_car``, ``pendulum``, ``lunar_lander``.
    protocol : {"paper", "pool", "playbook"}
        `paper`: activity is carried over from episode to episode, against the grown connections,
        and fitness is 1 / (1 + exp(-(mean return - pass score) / 10)). `pool`: activity starts at
        zero in each episode and runs along the connections; fitness is linear in the mean return
        (see `linear_fitness`). `playbook`: zero in each episode, against the connections, and
        fitness as in `paper`. The paper's extra reset before the first episode is left out: it
        changes nothing, as every episode's reset has a seed.
    episodes : int
        Number of training episodes, at least 1.
    seed : int
        Training episode i (from 0) is reset with seed + i; these seeds are below 2**31.
    orientation : {"forward", "reversed"}, optional
        How the phenotype has to be developed; by default as the protocol says.
    reset_state : bool, optional
        Whether activity starts at zero in each episode; by default as the protocol says. Weights
        that learn start anew where activity does.
    switch : str or mapping of str to float, optional
        Physics that change in the middle of every episode: ``gravity`` (20 m/s²) and ``heavy_pole``
        (ten times the mass) for `cartpole`, ``heavy_link`` (twice the mass) for `acrobot`, or
        new values of attributes of the environment.
    switch_step : int, optional
        Step before which they change, counted from 1; by default that of the named switch, 200 for
        `cartpole` and 50 for `acrobot`.
    double_reset : bool
        Reset each episode a second time, without seed, as the authors' stand-alone rollouts do.
    test_episodes : int
        Number of test episodes, at least 1; they have the seeds from 2**31 on.
    engine : {"auto", "numba", "gymnasium"}
        Who steps the environment: our compiled one, which exists for `cartpole` and `acrobot` and
        agrees with Gymnasium's to the last bit, or Gymnasium (extra ``control``).

    Attributes
    ----------
    n_inputs, n_outputs : int
        Numbers of an observation, and outputs that a controller needs.
    pass_score : float
        Mean return from which the task counts as solved.
    objective : str
        ``reward``: what `measure` gives is maximised.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks its rule, or Gymnasium is needed and not installed.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> problem = ControlProblem("cartpole", protocol="pool", episodes=5)
    >>> class LeansAgainst:
    ...     def forward(self, X):
    ...         lean = X[:, 2:3] + X[:, 3:4] / 2
    ...         return np.hstack([-lean, lean])
    >>> problem.measure([LeansAgainst(), None])
    array([1., 0.])
    """

    name: str
    protocol: str = "paper"
    episodes: int = 20
    seed: int = 0
    orientation: str | None = None
    reset_state: bool | None = None
    switch: str | Mapping[str, float] | None = None
    switch_step: int | None = None
    double_reset: bool = False
    test_episodes: int = 100
    engine: str = "auto"

    def __post_init__(self) -> None:
        _check.known("control problem", self.name, TASKS)
        _check.choice("protocol", self.protocol, PROTOCOLS)
        self._check_episodes()
        _check.choice("engine", self.engine, ENGINES)
        protocol = PROTOCOLS[self.protocol]
        for option in ("orientation", "reset_state"):
            if getattr(self, option) is None:
                object.__setattr__(self, option, getattr(protocol, option))
        _check.choice("orientation", self.orientation, ORIENTATIONS)
        for option in ("reset_state", "double_reset"):
            _check.choice(option, getattr(self, option), (True, False))
        if isinstance(self.switch, Mapping):
            object.__setattr__(self, "switch", dict(self.switch))
        if self.engine == "numba" and self.task.kernel is None:
            raise ValueError(f"engine must be 'gymnasium' for {self.name}, got 'numba'")
        # Whether Gymnasium is there is seen now, not after the first generation has grown.
        self._rollouts.environment()

    @property
    def task(self) -> Task:
        """The environment and its scores."""
        return TASKS[self.name]

    @property
    def n_inputs(self) -> int:
        """Numbers of an observation."""
        return self.task.n_inputs

    @property
    def n_outputs(self) -> int:
        """Outputs that a controller needs."""
        return self.task.n_outputs

    @property
    def pass_score(self) -> float:
        """Mean return from which the task counts as solved."""
        return self.task.pass_score

    def episode_rewards(
        self, phenotype: Any, seeds: Sequence[int] | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the sum of rewards of each episode.

        Parameters
        ----------
        phenotype : object
            A `RecurrentNetwork` or `NeatNetwork`, or anything with
            ``step(observation) -> (n_outputs,)`` (and ``reset()``) or
            ``forward(X) -> (n_samples, n_outputs)``. One whose ``big_enough`` is False, and None,
            is not run: its returns are the task's worst.
        seeds : sequence of int, optional
            Seed of each episode; by default those of the training episodes.

        Returns
        -------
        ndarray of float64, shape (n_seeds,)

        Raises
        ------
        ValueError
            If the phenotype takes or gives another number of values than the environment.

        Examples
        --------
        >>> class Leftwards:
        ...     def forward(self, X):
        ...         return np.array([[1.0, 0.0]])
        >>> ControlProblem("cartpole").episode_rewards(Leftwards(), seeds=[42, 43])
        array([ 8., 10.])
        """
        seeds = self._checked(seeds)
        if not can_run(phenotype):
            return np.full(len(seeds), self.task.worst_return)
        return self._rollouts.returns(phenotype, seeds)

    def fitness(self, rewards: Sequence[float] | npt.NDArray[np.float64]) -> float:
        """Return what the protocol makes of the returns of all episodes, 0 to 1.

        Examples
        --------
        >>> ControlProblem("cartpole", protocol="paper").fitness([500.0, 500.0])
        0.9999999999999432
        """
        mean_return = float(np.mean(rewards))
        if PROTOCOLS[self.protocol].fitness == "sigmoid":
            return sigmoid_fitness(mean_return, self.task)
        return linear_fitness(mean_return, self.task)

    @cached_property
    def _rollouts(self) -> Rollouts:
        return Rollouts(
            self.name,
            find_switch(self.task, self.switch, self.switch_step),
            bool(self.reset_state),
            self.double_reset,
            compiled=self.task.kernel is not None and self.engine != "gymnasium",
        )

    def __repr__(self) -> str:
        return f"<ControlProblem {self.name!r}: protocol {self.protocol}, {self.episodes} episodes>"

    def __reduce__(self) -> tuple[object, ...]:
        return _reload, (self.name, self.options)


def _reload(name: str, options: Mapping[str, Any]) -> ControlProblem:
    return ControlProblem(name, **options)
