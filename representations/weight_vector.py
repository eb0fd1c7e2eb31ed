"""The genotype of methods that evolve the weights of a fixed network."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Self

import numpy as np
import numpy.typing as npt


class WeightVector:
    """All weights and biases of a network in one row of float32.

    Not an array itself: of those, ``==`` is an array too, and DEAP's hall of fame, for one, asks
    whether two individuals are equal. Our operators write into :attr:`values` in place; DEAP's own,
    such as ``tools.mutGaussian`` and ``tools.cxTwoPoint``, serve as well.

    Parameters
    ----------
    values : (n,) array of numbers, finite in float32
        Copied.

    Raises
    ------
    ValueError
        Where they are no row of finite numbers.

    Examples
    --------
    >>> vector = WeightVector([0.5, -1.0])
    >>> vector == vector.clone(), len(vector)
    (True, 2)
    """

    values: npt.NDArray[np.float32]

    def __init__(self, values: npt.ArrayLike = ()) -> None:
        if isinstance(values, Iterator):  # as DEAP's initRepeat gives it
            values = list(values)
        try:
            with np.errstate(over="ignore"):
                row = np.array(values, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise ValueError(f"values must be a row of numbers, got {type(values)!r}") from error
        if row.ndim != 1:
            raise ValueError(f"values must be a row of numbers, got shape {row.shape}")
        if not np.isfinite(row).all():
            raise ValueError("values must be finite in float32, got others among them")
        self.values = row

    def clone(self) -> Self:
        """Return a copy, which has a copy of everything else on it too."""
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._twin(self.values.copy(), memo)

    def _twin(self, values: npt.NDArray[np.float32], memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.values = values
        for name, value in self.__dict__.items():
            if name != "values":
                twin.__dict__[name] = deepcopy(value, memo)
        return twin

    def offspring(self, values: npt.NDArray[np.float32]) -> Self:
        """Return an individual with these *values*, not copied, and copies of everything else.

        Its fitness is invalid. Made for breeding, where the values of the one that is copied would
        be thrown away.
        """
        child = self._twin(values, {})
        if hasattr(child, "fitness"):
            del child.fitness.values
        return child

    def __len__(self) -> int:
        return self.values.size

    def __getitem__(self, place: int | slice) -> Any:
        """Return a weight as a float, or the copy of a slice.

        A copy, as DEAP's crossovers exchange slices in one line, which views would spoil.
        """
        if isinstance(place, slice):
            return self.values[place].copy()
        return float(self.values[place])

    def __setitem__(self, place: int | slice, value: npt.ArrayLike) -> None:
        self.values[place] = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WeightVector):
            return NotImplemented
        return bool(np.array_equal(self.values, other.values))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} weights>"
