"""Physics that change in the middle of an episode."""

from collections.abc import Mapping
from dataclasses import dataclass

from evograft.problems.control.tasks import Task
from evograft.representations import _check


@dataclass(frozen=True)
class Switch:
    """New values of physical attributes, and the step (counted from 1) before which they come.

    At the start of the next episode the old values are back.

    Examples
    --------
    >>> Switch({"gravity": 20.0}, 200).step
    200
    """

    values: Mapping[str, float]
    step: int


def find_switch(
    task: Task, switch: str | Mapping[str, float] | None, switch_step: int | None
) -> Switch | None:
    """Return the switch that a problem's options mean, or None where they mean none.

    Parameters
    ----------
    task : Task
        The task whose physics change.
    switch : str or mapping of str to float, optional
        A name of ``task.switches``, or new values of some of ``task.physics``, at least 0.
    switch_step : int, optional
        Step before which the switch comes, from 1; a named switch has its own.

    Raises
    ------
    TypeError, ValueError
        If a name or an attribute is unknown, a value is negative, or the step is missing.

    Examples
    --------
    >>> from evograft.problems.control.tasks import TASKS
    >>> find_switch(TASKS["cartpole"], "gravity", None)
    Switch(values={'gravity': 20.0}, step=200)
    """
    if switch is None:
        if switch_step is not None:
            raise ValueError(f"switch_step must come with a switch, got {switch_step!r} alone")
        return None
    if isinstance(switch, str):
        if not task.switches:
            raise ValueError(f"switch must be no name for {task.environment}, got {switch!r}")
        _check.known(f"switch of {task.environment}", switch, task.switches)
        values, default_step = task.switches[switch]
        step = default_step if switch_step is None else switch_step
        return Switch(values, _check.integer("switch_step", step, minimum=1))
    if not isinstance(switch, Mapping) or not switch:
        raise TypeError(f"switch must be a name or a mapping of attributes, got {switch!r}")
    if not task.physics:
        raise ValueError(f"switch must be None for {task.environment}, got {switch!r}")
    for name in switch:
        _check.known(f"physical attribute of {task.environment}", name, task.physics)
        if _check.real(f"switch[{name!r}]", switch[name], minimum=0) == 0 and _divides(name):
            raise ValueError(f"switch[{name!r}] must be more than 0, got {switch[name]!r}")
    values = {name: float(switch[name]) for name in switch}
    if switch_step is None:
        raise ValueError("switch_step must be given with values of your own, got None")
    return Switch(values, _check.integer("switch_step", switch_step, minimum=1))


def _divides(name: str) -> bool:
    """Whether the physics divide by the attribute: all masses, lengths and moments of inertia."""
    return not any(word in name.lower() for word in ("gravity", "force", "torque")) and name != "g"
