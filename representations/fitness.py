"""A DEAP fitness whose weights belong to the instance, so that one class serves every objective."""

from typing import Any, Self

from deap import base

WORST = 1e8
"""Magnitude of the value that a failed individual gets in every objective."""


class ObjectiveFitness(base.Fitness):
    """Fitness with *weights* given at construction instead of by a class made at run time.

    Compares, pickles and copies as DEAP's own.

    Parameters
    ----------
    weights : tuple of float
        -1.0 for a minimised objective, 1.0 for a maximised one.

    Examples
    --------
    >>> better, worse = ObjectiveFitness((-1.0,)), ObjectiveFitness((-1.0,))
    >>> better.values, worse.values = (0.1,), (0.2,)
    >>> better > worse
    True
    """

    def __init__(self, weights: tuple[float, ...], values: tuple[float, ...] = ()) -> None:
        self.weights = weights
        super().__init__(values)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        twin.weights = self.weights
        twin.wvalues = self.wvalues
        return twin
