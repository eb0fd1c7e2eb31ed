"""How a controller is tried, and what its fitness is made of: one entry per published programme."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from evograft.problems.control.tasks import Task


@dataclass(frozen=True)
class Protocol:
    """The conditions under which a programme of the MorphoNAS authors tried its controllers.

    Attributes
    ----------
    reset_state : bool
        Whether the activity of the network starts at zero in each episode, or is carried over.
    orientation : {"forward", "reversed"}
        Whether activity runs along the grown connections or against them.
    fitness : {"sigmoid", "linear"}
        See `sigmoid_fitness` and `linear_fitness`.

    Examples
    --------
    >>> PROTOCOLS["paper"].orientation
    'reversed'
    """

    reset_state: bool
    orientation: Literal["forward", "reversed"]
    fitness: Literal["sigmoid", "linear"]


PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {
        "paper": Protocol(reset_state=False, orientation="reversed", fitness="sigmoid"),
        "pool": Protocol(reset_state=True, orientation="forward", fitness="linear"),
        "playbook": Protocol(reset_state=True, orientation="reversed", fitness="sigmoid"),
    }
)

_SMALLEST_EXPONENT = -700.0
"""Below this the sigmoid is below 1e-300; its exponential would overflow soon after."""


def sigmoid_fitness(mean_return: float, task: Task) -> float:
    """Return 1 / (1 + exp(-(mean return - pass score) / 10)), of [0, 1).

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> sigmoid_fitness(195.0, TASKS["cartpole"])
    0.5
    """
    exponent = (mean_return - task.pass_score) / 10
    # NumPy's exponential, like the authors': math.exp differs in the last bit on some machines.
    return 0.0 if exponent < _SMALLEST_EXPONENT else float(1 / (1 + np.exp(-exponent)))


def linear_fitness(mean_return: float, task: Task) -> float:
    """Return the mean return on the task's linear scale, clipped to [0, 1].

    The authors' scales are mean / 500 for `cartpole` and 1 + mean / 500 for `acrobot`; those of
    the other tasks are ours and run from about the worst return to about the best.

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> linear_fitness(-100.0, TASKS["acrobot"])
    0.8
    """
    return min(max(task.pool_offset + mean_return / task.pool_scale, 0.0), 1.0)
