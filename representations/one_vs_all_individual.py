"""The genotype of one-vs-all, and a fitness that knows how it came about."""

from copy import deepcopy
from typing import Any, Self

from deap import base

from evograft.representations.fitness import ObjectiveFitness

Values = tuple[float, ...]


class OneVsAllIndividual(list[Any]):
    """A list of individuals of another method, of which number k tells class k from all others.

    Each has a fitness of its own class.

    Examples
    --------
    >>> a = OneVsAllIndividual([[1], [2, 3]])
    >>> twin = a.clone()
    >>> twin == a, twin[0] is a[0]
    (True, False)
    """

    fitness: base.Fitness

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.extend(deepcopy(part, memo) for part in self)
        twin.__dict__.update({name: deepcopy(v, memo) for name, v in self.__dict__.items()})
        return twin

    def clone(self) -> Self:
        """Return a deep copy."""
        return self.__deepcopy__({})


class ClassValues(tuple[float, ...]):
    """The values of an individual, which carry those of each of its *parts* with them.

    Examples
    --------
    >>> values = ClassValues.of((0.5,), [(0.25,), (0.75,)])
    >>> values, values.parts
    ((0.5,), ((0.25,), (0.75,)))
    """

    parts: tuple[Values, ...]

    @classmethod
    def of(cls, values: Any, parts: Any) -> Self:
        """Return *values* with those of the *parts*, one tuple each."""
        made = cls(values)
        made.parts = tuple(parts)
        return made


class OneVsAllFitness(ObjectiveFitness):
    """Fitness that keeps the ``parts`` of the :class:`ClassValues` that it is given.

    ``parts`` is None where it is invalid, or was given other values.

    Examples
    --------
    >>> fitness = OneVsAllFitness((-1.0,))
    >>> fitness.values = ClassValues.of((0.5,), [(0.25,), (0.75,)])
    >>> deepcopy(fitness).parts
    ((0.25,), (0.75,))
    >>> del fitness.values
    >>> fitness.parts is None
    True
    """

    parts: tuple[Values, ...] | None = None

    def _set(self, values: Any) -> None:
        self.setValues(values)
        self.parts = getattr(values, "parts", None)

    def _delete(self) -> None:
        self.delValues()
        self.parts = None

    values = property(base.Fitness.getValues, _set, _delete)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = super().__deepcopy__(memo)
        twin.parts = self.parts
        return twin
