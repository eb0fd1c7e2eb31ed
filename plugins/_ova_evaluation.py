"""Fitness of one-vs-all: what each class's own evaluation says, and what they are together."""

import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from evograft.plugins._evaluation import Develop, Evaluation, Values, batch_of
from evograft.problems.measures import measure_phenotype
from evograft.representations.one_vs_all import OneVsAllNetwork
from evograft.representations.one_vs_all_individual import ClassValues

MEASURABLE = ("loss", "error", "cases", "connections", "operations", "neurons")
"""The objectives that the networks of all classes have together."""


def develop_each(developments: Sequence[Develop], individual: Sequence[Any]) -> OneVsAllNetwork:
    """Develop every class's part by its own development."""
    parts = zip(developments, individual, strict=True)
    return OneVsAllNetwork(tuple(develop(part) for develop, part in parts))


def mean_values(rows: Sequence[Values]) -> ClassValues:
    """The mean over the classes, objective by objective, which carries its *rows*.

    >>> mean_values([(0.25,), (0.75,), (2.0,)])
    (1.0,)
    """
    means = (math.fsum(column) / len(rows) for column in zip(*rows, strict=True))
    return ClassValues.of(means, rows)


class EvaluateOneVsAll(Evaluation):
    """Fitness of individuals that have a part for each class.

    Without *objectives* it is the mean of what each class's own evaluation says; else what the
    network of all classes together is measured to be on the training part, as with any other
    method. In both cases the values carry those of the parts, unless the development is replaced.

    Parameters
    ----------
    problem : ClassificationProblem
    objectives : tuple of str, or None
        Of :data:`MEASURABLE`.
    evaluations, developments : tuples of callables
        Of each class.
    minimised : bool
        Whether a class's own fitness is one value that is minimised: then it is the loss by which
        a network of the user's development is measured where there are no objectives.
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ()

    def __init__(
        self,
        problem: Any,
        objectives: tuple[str, ...] | None,
        evaluations: tuple[Callable[..., Any], ...],
        developments: tuple[Develop, ...],
        minimised: bool,
        *,
        develop: Develop | None = None,
    ) -> None:
        super().__init__(problem, objectives, evaluations, developments, minimised, develop=develop)
        if any(hasattr(evaluate, "refresh") for evaluate in evaluations):
            self.refresh = self.refresh_classes
        if any(hasattr(evaluate, "undivided") for evaluate in evaluations):
            self.undivided = True  # engines then send a generation to one worker

    def __deepcopy__(self, memo: dict[int, Any]) -> "EvaluateOneVsAll":
        problem, objectives, evaluations, *rest = self._arguments
        # With the samples of the copied toolboxes.
        evaluations = deepcopy(evaluations, memo)
        twin = EvaluateOneVsAll(problem, objectives, evaluations, *rest, develop=self._develop)
        memo[id(self)] = twin
        twin._toolbox = memo.get(id(self._toolbox), self._toolbox)
        return twin

    @property
    def is_mean(self) -> bool:
        """Whether the values are the means of those of the parts."""
        return self._arguments[1] is None

    @property
    def is_in_use(self) -> bool:
        """Whether the toolbox evaluates by this, undecorated, and by the classes' own networks."""
        if self._replaced() is not None:
            return False
        return self._toolbox is None or getattr(self._toolbox.evaluate, "func", None) is self

    def refresh_classes(self) -> None:
        """Let every class go on to its next sample; also as ``refresh``."""
        for evaluate in self._arguments[2]:
            if hasattr(evaluate, "refresh"):
                evaluate.refresh()

    def class_values(self, individuals: Sequence[Sequence[Any]]) -> list[tuple[Values, ...]]:
        """Return the values of every part of each individual."""
        evaluations = self._arguments[2]
        for individual in individuals:
            if len(individual) != len(evaluations):
                raise ValueError(
                    f"individuals must have a part for each of {len(evaluations)} classes, got "
                    f"{len(individual)}"
                )
        columns = []
        for number, evaluate in enumerate(evaluations):
            parts = [individual[number] for individual in individuals]
            batch = batch_of(evaluate, 1)
            columns.append(list(map(evaluate, parts)) if batch is None else batch(parts))
        return list(zip(*columns, strict=True))

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Measure all parts, class by class, and what they are together.

        What a user's *develop* gives is measured as a whole alone.
        """
        problem, objectives, _, developments, minimised = self._arguments
        if develop is not None:
            if objectives is None and not minimised:
                raise ValueError("objectives must be given for a development of your own, got None")
            names = objectives or ("loss",)
            return [_measured(problem, names, develop(individual)) for individual in individuals]
        rows = self.class_values(individuals)
        if objectives is None:
            return [mean_values(row) for row in rows]
        networks = [develop_each(developments, individual) for individual in individuals]
        return [
            ClassValues.of(_measured(problem, objectives, network), row)
            for network, row in zip(networks, rows, strict=True)
        ]


def _measured(problem: Any, objectives: Sequence[str], phenotype: Any) -> Values:
    measured = measure_phenotype(problem, objectives, phenotype)
    return tuple(value for name in objectives for value in measured[name].ravel().tolist())
