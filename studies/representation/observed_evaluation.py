"""A toolbox's evaluation with something done to its values."""

from collections.abc import Callable, Sequence
from typing import Any

from evograft.plugins._evaluation import batch_of

Values = tuple[float, ...]


class ObservedEvaluation:
    """Passes the values of every individual through a function.

    What *evaluate* does to whole batches it still does.

    Parameters
    ----------
    evaluate : callable
        The ``evaluate`` of a toolbox.
    change : callable
        ``change(values)`` is called once for every individual that is evaluated; what it returns
        are the values.

    Examples
    --------
    >>> twice = ObservedEvaluation(lambda individual: (len(individual),), lambda v: (2 * v[0],))
    >>> twice([7, 8, 9]), twice.batch([[], [1]])
    ((6,), [(0,), (2,)])
    """

    # DEAP's register copies what is in __dict__, which is to be these alone.
    __slots__ = ("__dict__", "_change", "_evaluate")

    def __init__(
        self, evaluate: Callable[[Any], Values], change: Callable[[Values], Values]
    ) -> None:
        self._evaluate = evaluate
        self._change = change
        self.batch = self.evaluate_batch
        if hasattr(evaluate, "refresh"):
            self.refresh = evaluate.refresh

    def __call__(self, individual: Any) -> Values:
        return self._change(self._evaluate(individual))

    def evaluate_batch(self, individuals: Sequence[Any]) -> list[Values]:
        """Return the changed values of each individual."""
        batch = batch_of(self._evaluate, 1)
        values = map(self._evaluate, individuals) if batch is None else batch(list(individuals))
        return list(map(self._change, values))
