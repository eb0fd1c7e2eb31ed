"""The genotype of methods that evolve the weights of a fixed network."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt


class WeightVector:
    """All weights and biases of a network in one row of float32.

    Not an array itself: of those, ``==`` is an array too, and DEAP's hall of fame, for one, asks
    whether two individuals are equal. Operators write into :attr:`values` in place.

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
        from copy import deepcopy

        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        for name, value in self.__dict__.items():
            twin.__dict__[name] = value.copy() if name == "values" else deepcopy(value, memo)
        return twin

    def __len__(self) -> int:
        return self.values.size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WeightVector):
            return NotImplemented
        return bool(np.array_equal(self.values, other.values))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} weights>"
