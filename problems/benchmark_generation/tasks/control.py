"""The task of acting in an environment, with the grown network as the controller."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from evograft.problems.benchmark_generation.tasks.task import Score, Task
from evograft.problems.control import ControlProblem
from evograft.problems.control.protocols import PROTOCOLS
from evograft.representations import _check
from evograft.representations.recurrent import RecurrentNetwork

EPISODES: Mapping[str, int] = MappingProxyType({"low": 1, "medium": 5, "high": 20})

PHYSICS_OPERATIONS: Mapping[str, int] = MappingProxyType({"cartpole": 30, "acrobot": 323})
"""Of one step of the environment, counted in its kernel."""


@dataclass(frozen=True)
class ControlTask(Task):
    """Fitness of a network as a controller, under a protocol of the MorphoNAS programmes.

    The network becomes a controller as in the method itself: inputs are the neurons that fewest
    connections reach, outputs the youngest neurons, and an answer takes as many rounds as the
    diameter and two more. Evaluation seed s has the training episodes 20 s to 20 s + 19, of which
    a fidelity takes the first. Test episodes, from 2**31 on, are never seen.

    The value is the protocol's fitness, 0 to 1; 0 for a network that has fewer neurons than inputs
    and outputs together, which costs nothing. The cost is that of all rounds of all steps, and of
    the physics.

    Parameters
    ----------
    name : {"cartpole", "acrobot"}
    protocol : {"pool", "paper", "playbook"}
        See `evograft.problems.control.ControlProblem`. In `pool` fitness is linear in the mean
        return; in the others it is almost a step at the pass score.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome, develop
    >>> genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    >>> score = ControlTask("cartpole").score(develop(genome), "medium")
    >>> round(score.value, 4), score.cost
    (0.0188, 37506)
    """

    name: str = "cartpole"
    protocol: str = "pool"
    unit: ClassVar[str] = "episodes"

    def __post_init__(self) -> None:
        _check.known("control task", self.name, PHYSICS_OPERATIONS)
        _check.choice("protocol", self.protocol, PROTOCOLS)

    @property
    def amounts(self) -> Mapping[str, int]:
        """1, 5 and 20 episodes."""
        return EPISODES

    @cached_property
    def _problem(self) -> ControlProblem:
        return ControlProblem(self.name, protocol=self.protocol)

    def _score(self, organism: Any, amount: int, seed: int) -> Score:
        problem = self._problem
        network = RecurrentNetwork.from_organism(
            organism,
            problem.n_inputs,
            problem.n_outputs,
            orientation=str(problem.orientation),
        )
        if not network.big_enough:
            return Score(0.0, 0)
        first = seed * EPISODES["high"]
        returns = problem.episode_rewards(network, range(first, first + amount))
        if self.name == "cartpole":  # a reward of 1 for every step
            steps = returns
        else:  # of -1 for every step but one that ends the episode
            steps = np.minimum(1 - returns, problem.task.step_limit)
        per_step = network.complexity().operations + PHYSICS_OPERATIONS[self.name]
        return Score(problem.fitness(returns), int(steps.sum()) * per_step)

    def describe(self) -> dict[str, object]:
        """Return what has to be known to score alike, ready for JSON."""
        return super().describe() | {"protocol": self.protocol}
