"""Fitness on a classification problem's training part, a whole population at a time."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evograft.plugins._evaluation import Develop, Evaluation, Values
from evograft.problems import ClassificationProblem
from evograft.problems.measures import OBJECTIVES, Tally, measure_phenotype
from evograft.problems.objectives import WORST
from evograft.representations.population_blocks import Sizes


class Forward(Protocol):
    """What a representation offers for whole populations."""

    def run(
        self,
        individuals: Sequence[Any],
        consume: Callable[[int, int, npt.NDArray[np.float32]], None],
    ) -> Sizes: ...


class EvaluateClassifiers(Evaluation):
    """Fitness of individuals on a classification problem's training part.

    An individual without a connection, and a network that gives no probabilities, get the worst
    value in every objective, which no cost can exceed. While the toolbox's ``develop`` is the
    plug-in's own, *forward* runs the whole batch; once the user registered another, each phenotype
    is developed by it and measured.

    Parameters
    ----------
    problem : ClassificationProblem
    objectives : tuple of str
    forward : callable
        ``forward(X_train)`` makes the :class:`Forward` when first needed.
    parsimony : float
        Cost of each connection, added to ``loss``.
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ("_forward",)

    def __init__(
        self,
        problem: ClassificationProblem,
        objectives: tuple[str, ...],
        forward: Callable[[npt.NDArray[np.float32]], Forward],
        parsimony: float = 0.0,
        *,
        develop: Develop | None = None,
    ) -> None:
        super().__init__(problem, objectives, forward, parsimony, develop=develop)
        self._forward: Forward | None = None

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Measure all individuals together, or each by the user's *develop*."""
        _, objectives, _, _ = self._arguments
        measured = self._together(individuals) if develop is None else self._each(
            individuals, develop
        )  # fmt: skip
        columns = [measured[name].reshape(len(individuals), -1) for name in objectives]
        return list(map(tuple, np.hstack(columns).tolist()))

    def _together(self, individuals: Sequence[Any]) -> dict[str, npt.NDArray[np.float64]]:
        problem, objectives, make_forward, parsimony = self._arguments
        if self._forward is None:
            self._forward = make_forward(problem.X_train)
        tally = Tally(problem.y_train, problem.loss, objectives, len(individuals))
        sizes = self._forward.run(individuals, tally.add)
        values = {name: tally.values(name) for name in objectives if name in OBJECTIVES}
        values["neurons"] = sizes.neurons.astype(np.float64)
        values["connections"] = sizes.connections.astype(np.float64)
        values["operations"] = sizes.operations.astype(np.float64)
        if parsimony and "loss" in values:
            values["loss"] = np.minimum(values["loss"] + parsimony * sizes.connections, WORST)
        invalid = (sizes.connections == 0) | tally.failed
        if invalid.any():
            for column in values.values():
                column[invalid] = WORST
        return values

    def _each(
        self, individuals: Sequence[Any], develop: Develop
    ) -> dict[str, npt.NDArray[np.float64]]:
        problem, objectives, _, parsimony = self._arguments
        rows = []
        for individual in individuals:
            phenotype = develop(individual)
            values = measure_phenotype(problem, objectives, phenotype)
            if parsimony and "loss" in values:
                cost = parsimony * phenotype.complexity().connections
                values["loss"] = np.minimum(values["loss"] + cost, WORST)
            rows.append(values)
        return {name: np.concatenate([row[name] for row in rows]) for name in objectives}
