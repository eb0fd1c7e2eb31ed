"""A genotype that is a list of immutable genes."""

import copy
from typing import Any, Self, TypeVar

from deap import base

Gene = TypeVar("Gene")


class GeneList(list[Gene]):
    """A list of immutable genes.

    It is varied by DEAP's own list operators (``tools.cxOnePoint`` cuts between genes), compares
    by value, and copies fast.

    Examples
    --------
    >>> a = GeneList([(0, 1), (2,)])
    >>> copy.deepcopy(a) == a
    True
    """

    fitness: base.Fitness

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.extend(self)
        for name, value in self.__dict__.items():
            # The fitness is copied without the machinery of copy.deepcopy: this is the hot path.
            copied = value.__deepcopy__(memo) if name == "fitness" else copy.deepcopy(value, memo)
            twin.__dict__[name] = copied
        return twin

    def clone(self) -> Self:
        """Return a deep copy; the genes, being immutable, are shared."""
        return self.__deepcopy__({})
