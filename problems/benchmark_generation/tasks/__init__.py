"""Tasks that give grown networks their scores."""

from evograft.problems.benchmark_generation.tasks.columns import (
    score_column,
    score_columns,
    score_names,
)
from evograft.problems.benchmark_generation.tasks.control import ControlTask
from evograft.problems.benchmark_generation.tasks.neighbourhood import (
    EvolvabilityTask,
    RobustnessTask,
)
from evograft.problems.benchmark_generation.tasks.readout import ReadoutTask
from evograft.problems.benchmark_generation.tasks.registry import TASKS, task
from evograft.problems.benchmark_generation.tasks.task import Score, Task

__all__ = [
    "TASKS",
    "ControlTask",
    "EvolvabilityTask",
    "ReadoutTask",
    "RobustnessTask",
    "Score",
    "Task",
    "score_column",
    "score_columns",
    "score_names",
    "task",
]
