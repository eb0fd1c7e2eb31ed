"""The budget of a search, kept exactly, and the course of the best value while it is spent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.objectives import WORST
from evograft.representations import _check

Floats = npt.NDArray[np.float64]
Query = Callable[[Sequence[Any]], tuple[Floats, Floats]]


@dataclass
class Ledger:
    """What a search has spent and found.

    Attributes
    ----------
    evaluations : int
    cost : float
    improvements : list of (int, float, float)
        Evaluations and cost spent when a value was found that is better than all before, and this
        value; the first value is one.
    """

    evaluations: int = 0
    cost: float = 0.0
    improvements: list[tuple[int, float, float]] = field(default_factory=list)

    @property
    def best(self) -> float:
        """The best value so far; that of a failed evaluation before the first."""
        return self.improvements[-1][2] if self.improvements else -WORST


class Meter:
    """An ``evaluate`` that spends a budget, for a toolbox whose runs are made in one process.

    Individuals beyond the budget are not queried; they get the worst value, as failed ones do.

    Parameters
    ----------
    query : callable
        ``query(individuals)`` returns their values, which are maximised, and their costs.
    evaluations : int, at least 1
        Individuals that may be queried.
    cost : float, above 0, optional
        The query that reaches it is the last; none is made beyond.
    optimum : float, optional
        Nothing is queried once it is found.

    Examples
    --------
    >>> meter = Meter(lambda numbers: (np.array(numbers), np.ones(len(numbers))), evaluations=4)
    >>> meter.batch([3.0, 1.0, 5.0]), meter.over
    ([(3.0,), (1.0,), (5.0,)], False)
    >>> meter.batch([2.0, 9.0]), meter.over
    ([(2.0,), (-100000000.0,)], True)
    >>> meter.ledger.improvements
    [(1, 1.0, 3.0), (3, 3.0, 5.0)]
    """

    # DEAP's register copies the __dict__ onto the alias: only what may be copied lives there.
    __slots__ = ("__dict__", "_cost", "_evaluations", "_optimum", "_query", "ledger")

    def __init__(
        self,
        query: Query,
        evaluations: int,
        cost: float | None = None,
        optimum: float | None = None,
    ) -> None:
        self._query = query
        self._evaluations = _check.integer("evaluations", evaluations, minimum=1)
        self._cost = None if cost is None else _check.above_zero("cost", cost)
        self._optimum = optimum
        self.ledger = Ledger()
        self.batch = self.evaluate_batch
        self.undivided = True

    def __call__(self, individual: Any) -> tuple[float]:
        return self.evaluate_batch([individual])[0]

    def evaluate_batch(self, individuals: Sequence[Any]) -> list[tuple[float]]:
        """Return the value of each individual, in their order, as far as the budget goes."""
        found: list[tuple[float]] = []
        while len(found) < len(individuals) and not self.over:
            # What a query costs is known when it is answered: where that counts, one at a time.
            most = self.left if self._cost is None else 1
            found += self._queried(individuals[len(found) :][:most])
        return found + [(-WORST,)] * (len(individuals) - len(found))

    def _queried(self, individuals: Sequence[Any]) -> list[tuple[float]]:
        """The values of *individuals*, up to that which ends the search."""
        values, costs = self._query(individuals)
        values = np.where(np.isnan(values), -WORST, values)
        found: list[tuple[float]] = []
        for value, cost in zip(values.tolist(), costs.tolist(), strict=True):
            if self.over:
                break
            self._book(value, cost)
            found.append((value,))
        return found

    def _book(self, value: float, cost: float) -> None:
        ledger = self.ledger
        ledger.evaluations += 1
        ledger.cost += cost
        if value > ledger.best or not ledger.improvements:
            ledger.improvements.append((ledger.evaluations, ledger.cost, value))

    @property
    def left(self) -> int:
        """Evaluations that are left."""
        return self._evaluations - self.ledger.evaluations

    @property
    def over(self) -> bool:
        """Whether the budget is spent, or the optimum found."""
        ledger = self.ledger
        return (
            self.left <= 0
            or (self._cost is not None and ledger.cost >= self._cost)
            or (self._optimum is not None and ledger.best >= self._optimum)
        )

    def state(self) -> dict[str, Any]:
        """What has been spent and found, to be pickled."""
        ledger = self.ledger
        return {
            "evaluations": ledger.evaluations,
            "cost": ledger.cost,
            "improvements": tuple(ledger.improvements),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to *state*."""
        ledger = self.ledger
        ledger.evaluations, ledger.cost = state["evaluations"], state["cost"]
        ledger.improvements = list(state["improvements"])
