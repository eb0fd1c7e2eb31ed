"""The tasks of a benchmark, as the command line and its tables know them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.tasks import Task

# As in `evograft.problems.benchmark_generation.tasks`, which loads the kernels of simulations.
NAMES = ("cartpole", "acrobot", "wine", "digits", "robustness", "evolvability")


def named_tasks(names: Iterable[str]) -> "list[Task]":
    """Make the tasks of these names; mutants are those of the MorphoNAS method's own mutation.

    The robust mutants that count as viable are those that the default filter accepts.

    Raises
    ------
    ValueError
        Where there is no such task; the error offers the nearest ones.

    Examples
    --------
    >>> [task.name for task in named_tasks(["wine", "robustness"])]
    ['wine', 'robustness']
    """
    from evograft.operators.genome_mutation import mut_genome_default
    from evograft.problems.benchmark_generation.quality import Quality
    from evograft.problems.benchmark_generation.tasks import task

    options: dict[str, dict[str, Any]] = {
        "robustness": {"mutate": mut_genome_default, "quality": Quality()},
        "evolvability": {"mutate": mut_genome_default},
    }
    return [task(name, **options.get(name, {})) for name in names]
