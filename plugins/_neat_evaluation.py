"""Fitness of NEAT's genomes: in one call for classifiers, one by one in a problem's episodes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.plugins._classification import EvaluateClassifiers
from evograft.plugins._evaluation import Develop, Evaluation, Values
from evograft.problems.measures import OBJECTIVES, Tally
from evograft.problems.objectives import WORST
from evograft.representations.neat_controller import NeatStepper

SIZES = ("connections", "neurons", "operations")


def measurable(problem: Any) -> tuple[str, ...]:
    """The objectives that a genome has on *problem*."""
    own = OBJECTIVES if problem.kind == "classification" else (problem.objective,)
    return (*own, *SIZES)


class EvaluateNetworks(EvaluateClassifiers):
    """As :class:`EvaluateClassifiers`, but a network without hidden neurons is a valid one.

    What has no connection gets the worst value in every objective.
    """

    __slots__ = ()

    def _together(self, individuals: Sequence[Any]) -> dict[str, npt.NDArray[np.float64]]:
        problem, objectives, make_forward, _ = self._arguments
        if self._forward is None:
            self._forward = make_forward(problem.X_train)
        tally = Tally(problem.y_train, problem.loss, objectives, len(individuals))
        sizes = self._forward.run(individuals, tally.add)
        values = {name: tally.values(name) for name in objectives if name in OBJECTIVES}
        values["neurons"] = sizes.neurons.astype(np.float64)
        values["connections"] = sizes.connections.astype(np.float64)
        values["operations"] = 2.0 * sizes.connections + 4.0 * (sizes.neurons + problem.n_outputs)
        failed = (sizes.connections == 0) | tally.failed
        for column in values.values():
            column[failed] = WORST
        return values


class EvaluateControllers(Evaluation):
    """Fitness of genomes in the episodes of a problem with ``objective`` and ``measure``.

    Parameters
    ----------
    problem
    objectives : tuple of str
        The problem's own, and any of :data:`SIZES`.
    stepper : NeatStepper
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ()

    def __init__(
        self,
        problem: Any,
        objectives: tuple[str, ...],
        stepper: NeatStepper,
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
