"""Scores of a network as the columns of a table."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from evograft.problems.benchmark_generation.tasks.task import Task


class Scored(Protocol):
    """What the name of a column needs of a task."""

    @property
    def name(self) -> str:
        """As columns begin."""

    @property
    def fidelities(self) -> Sequence[str]:
        """The full one is last."""


def score_column(task: Scored, fidelity: str, seed: int) -> str:
    """Name the column of a score: ``TASK_SEED``, or ``TASK_FIDELITY_SEED`` below the highest.

    Its cost is in the column with ``_cost`` behind that name, details likewise behind their names.

    Examples
    --------
    >>> from evograft.problems.benchmark_generation.tasks import ControlTask
    >>> cartpole = ControlTask("cartpole")
    >>> score_column(cartpole, "high", 3), score_column(cartpole, "low", 3)
    ('cartpole_3', 'cartpole_low_3')
    """
    full = fidelity == task.fidelities[-1]
    return f"{task.name}_{seed}" if full else f"{task.name}_{fidelity}_{seed}"


def score_names(
    tasks: Iterable[Task], seeds: Sequence[int] = (0,), fidelities: Sequence[str] = ("high",)
) -> tuple[str, ...]:
    """Name all columns that `score_columns` gives, in their order.

    Examples
    --------
    >>> from evograft.problems.benchmark_generation.tasks import ControlTask
    >>> score_names([ControlTask("acrobot")], fidelities=("low", "high"))
    ('acrobot_low_0', 'acrobot_low_0_cost', 'acrobot_0', 'acrobot_0_cost')
    """
    return tuple(
        score_column(task, fidelity, seed) + suffix
        for task in tasks
        for fidelity in fidelities
        for seed in seeds
        for suffix in ("", "_cost", *(f"_{detail}" for detail in task.details))
    )


def score_columns(
    organism: Any,
    tasks: Iterable[Task],
    seeds: Sequence[int] = (0,),
    fidelities: Sequence[str] = ("high",),
) -> dict[str, float]:
    """Score a network in every task, with every evaluation seed, at every fidelity.

    Returns
    -------
    dict of str to float
        By `score_column`: value, cost and details.

    Raises
    ------
    TypeError, ValueError
        As for `Task.score`.
    """
    columns: dict[str, float] = {}
    for task in tasks:
        for fidelity in fidelities:
            for seed in seeds:
                name = score_column(task, fidelity, seed)
                score = task.score(organism, fidelity, seed)
                columns[name] = score.value
                columns[f"{name}_cost"] = float(score.cost)
                for detail in task.details:
                    columns[f"{name}_{detail}"] = score.details[detail]
    return columns
