"""Tasks by name."""

from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from types import MappingProxyType
from typing import Any

from evograft.problems.benchmark_generation.tasks.control import ControlTask
from evograft.problems.benchmark_generation.tasks.neighbourhood import (
    EvolvabilityTask,
    RobustnessTask,
)
from evograft.problems.benchmark_generation.tasks.readout import ReadoutTask
from evograft.problems.benchmark_generation.tasks.task import Task
from evograft.representations import _check

TASKS: Mapping[str, Callable[..., Task]] = MappingProxyType(
    {
        "cartpole": partial(ControlTask, "cartpole"),
        "acrobot": partial(ControlTask, "acrobot"),
        "wine": partial(ReadoutTask, "wine"),
        "digits": partial(ReadoutTask, "digits"),
        "robustness": RobustnessTask,
        "evolvability": EvolvabilityTask,
    }
)
"""What makes a task from its options; the last two must be given a mutation."""


def task(name: str, /, **options: Any) -> Task:
    """Make the task of this name.

    Parameters
    ----------
    name : str
        One of `TASKS`.
    **options
        Other parameters of `ControlTask`, `ReadoutTask`, `RobustnessTask` or `EvolvabilityTask`.

    Raises
    ------
    TypeError, ValueError
        If the name or an option is unknown (the error offers the nearest ones), or an option is
        missing or breaks its rule.

    Examples
    --------
    >>> task("digits", rounds=2)
    ReadoutTask(name='digits', rounds=2, ridge=0.001)
    """
    _check.known("task", name, TASKS)
    parameters = signature(TASKS[name]).parameters
    for option in options:
        _check.known(f"option of task {name!r},", option, {*parameters} - {"name"})
    if "mutate" in parameters and "mutate" not in options:
        raise ValueError(f"mutate must be given to task {name!r}: it has no mutation of its own")
    return TASKS[name](**options)
