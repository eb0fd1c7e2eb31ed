"""Fitness of controllers in a problem's episodes, and what can be an objective."""

from collections.abc import Sequence
from typing import Any

from evograft.plugins._evaluation import Develop, Evaluation, Values
from evograft.problems.measures import OBJECTIVES
from evograft.representations.neat_controller import Stepper

SIZES = ("connections", "neurons", "operations")


def measurable(problem: Any) -> tuple[str, ...]:
    """The objectives that a genome has on *problem*."""
    own = OBJECTIVES if getattr(problem, "kind", None) == "classification" else (problem.objective,)
    return (*own, *SIZES)


class EvaluateControllers(Evaluation):
    """Fitness of individuals in the episodes of a problem with ``objective`` and ``measure``.

    Parameters
    ----------
    problem
    objectives : tuple of str
        The problem's own, and any of :data:`SIZES`.
    stepper : Stepper
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ()

    def __init__(
        self,
        problem: Any,
        objectives: tuple[str, ...],
        stepper: Stepper,
        *,
        develop: Develop | None = None,
    ) -> None:
        super().__init__(problem, objectives, stepper, develop=develop)

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Develop and measure all individuals."""
        problem, objectives, stepper = self._arguments
        phenotypes = [*map(develop or stepper.develop, individuals)]
        columns = [
            problem.measure(phenotypes).tolist()
            if objective == problem.objective
            else [float(getattr(phenotype.complexity(), objective)) for phenotype in phenotypes]
            for objective in objectives
        ]
        return list(zip(*columns, strict=True))
