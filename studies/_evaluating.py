"""Fitness for those without one, also where the evaluation of some of them raises."""

import warnings
from collections.abc import Sequence
from typing import Any

from deap import base

from evograft.problems.objectives import WORST
from evograft.studies.engines import WorkerError
from evograft.studies.failures import Failure


def evaluate(
    toolbox: base.Toolbox, individuals: Sequence[Any], generation: int
) -> tuple[int, list[Failure]]:
    """Give every individual without one its fitness; return how many there were, and who failed.

    Where the map raises, everybody is evaluated alone, in this process. Who raises again gets 1e8
    in every objective, of the sign that is worst.

    Raises
    ------
    Exception
        What the map has raised, where nobody can be evaluated, or workers were lost: what has
        killed or held up a worker is not to be done in this process.
    """
    invalid = [individual for individual in individuals if not individual.fitness.valid]
    failures: list[Failure] = []
    try:
        found = list(toolbox.map(toolbox.evaluate, invalid))
    except WorkerError:
        raise
    except Exception as error:
        found, failures = _one_by_one(toolbox, invalid, generation)
        everybody = len(failures) == len(individuals)
        if everybody or len(failures) == len(invalid) > 1:
            raise error from None
    for individual, values in zip(invalid, found, strict=True):
        individual.fitness.values = values
    return len(invalid), failures


def _one_by_one(
    toolbox: base.Toolbox, individuals: Sequence[Any], generation: int
) -> tuple[list[Any], list[Failure]]:
    found, failures = [], []
    for individual in individuals:
        try:
            found.append(toolbox.evaluate(individual))
        except Exception as error:
            found.append(tuple(-WORST if w > 0 else WORST for w in individual.fitness.weights))
            failures.append(Failure(generation, individual, error))
            warnings.warn(
                f"an evaluation in generation {generation} raised {type(error).__name__}: {error}; "
                "the individual gets the worst fitness",
                stacklevel=2,
            )
    return found, failures
