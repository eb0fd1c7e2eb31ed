"""Fitness for those without one, also where the evaluation of some of them raises."""

import math
import traceback
import warnings
from collections.abc import Sequence
from typing import Any

from deap import base

from evograft.problems.objectives import WORST
from evograft.studies.engines import EngineError, WorkerError
from evograft.studies.failures import Failure
from evograft.studies.kernel_interrupts import kernel_interrupts


def evaluate(
    toolbox: base.Toolbox, individuals: Sequence[Any], generation: int
) -> tuple[int, list[Failure]]:
    """Give every individual without one its fitness; return how many there were, and who failed.

    Where the map raises, everybody is evaluated alone, in this process. Who raises again gets 1e8
    in every objective, of the sign that is worst, and so does who has a NaN among the values.

    Raises
    ------
    Exception
        What the map has raised, where nobody raises alone, so that it was not an evaluation, or
        everybody does and these are most of the *individuals*, of whom a few may still have a
        fitness; and where an engine could not do its work: what has killed or held up a worker is
        not to be done in this process.
    """
    invalid = [individual for individual in individuals if not individual.fitness.valid]
    failures: list[Failure] = []
    try:
        with kernel_interrupts():
            found = list(toolbox.map(toolbox.evaluate, invalid))
    except (EngineError, WorkerError):
        raise
    except Exception as error:
        found, failures = _one_by_one(toolbox, invalid, generation)
        if not failures or (len(failures) == len(invalid) and 2 * len(invalid) > len(individuals)):
            raise error from None
    failed = {failure.number for failure in failures}
    for number, (individual, values) in enumerate(zip(invalid, found, strict=True)):
        individual.fitness.values = values
        if number not in failed and math.isnan(sum(values)):
            said = f"a fitness of {individual.fitness.values}"
            individual.fitness.values = _worst(individual)
            failures.append(Failure(generation, number, individual, said, f"{said}\n"))
    for failure in failures:
        warnings.warn(
            f"an evaluation in generation {generation} gave {failure.error}; the individual gets "
            "the worst fitness",
            stacklevel=2,
        )
    return len(invalid), failures


def _worst(individual: Any) -> tuple[float, ...]:
    return tuple(-WORST if weight > 0 else WORST for weight in individual.fitness.weights)


def _one_by_one(
    toolbox: base.Toolbox, individuals: Sequence[Any], generation: int
) -> tuple[list[Any], list[Failure]]:
    found, failures = [], []
    for number, individual in enumerate(individuals):
        try:
            with kernel_interrupts():
                found.append(toolbox.evaluate(individual))
        except Exception as error:
            found.append(_worst(individual))
            said = f"{type(error).__name__}: {error}"
            text = "".join(traceback.format_exception(error))
            failures.append(Failure(generation, number, individual, said, text))
    return found, failures
