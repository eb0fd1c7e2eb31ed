"""The ``evaluate`` and ``map`` of our plug-ins: one by one, or a whole generation in one call."""

import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from deap import base

Values = tuple[float, ...]
Develop = Callable[[Any], Any]


class Own:
    """A plug-in's own development or operator, which whole batches may do without.

    DEAP's ``register`` copies the mark onto the alias; a user's function does not have it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.own = function

    def __call__(self, *individuals: Any, **settings: Any) -> Any:
        return self.own(*individuals, **settings)


def is_own(alias: Callable[..., Any]) -> bool:
    """Whether *alias* is still the plug-in's :class:`Own`, and not decorated."""
    return hasattr(alias, "own") and not hasattr(alias, "__wrapped__")


class Evaluation(ABC):
    """Fitness of individuals; what a plug-in's evaluation is made from.

    Called with an individual it returns a tuple of floats; ``batch`` does so for a list. While the
    toolbox's ``develop`` is the plug-in's own, a subclass may do without it; once the user
    registered another, every phenotype is developed by that.

    DEAP's ``register`` copies the instance's ``__dict__``, so only ``batch`` lives there. It
    pickles as its arguments, with a replaced ``develop``, and never as the toolbox.

    Parameters
    ----------
    *arguments
        Whatever the subclass works with; they have to pickle.
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ("__dict__", "_arguments", "_develop", "_toolbox")

    def __init__(self, *arguments: Any, develop: Develop | None = None) -> None:
        self._arguments = arguments
        self._develop = develop
        self._toolbox: base.Toolbox | None = None
        self.batch = self.evaluate_batch

    @abstractmethod
    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Return the values of each individual, of which there is one at least.

        *develop* is the user's development, None for the plug-in's own.
        """

    def watch(self, toolbox: base.Toolbox) -> None:
        """From now on take a ``develop`` into account that is registered over an :class:`Own`."""
        self._toolbox = toolbox

    def __deepcopy__(self, memo: dict[int, Any]) -> "Evaluation":
        twin = type(self)(*self._arguments, develop=self._develop)
        memo[id(self)] = twin
        # A copy made with its toolbox watches the copied one.
        twin._toolbox = memo.get(id(self._toolbox), self._toolbox)
        return twin

    def __call__(self, individual: Any) -> Values:
        return self.evaluate_batch([individual])[0]

    def evaluate_batch(self, individuals: Sequence[Any]) -> list[Values]:
        """Return the fitness values of each individual."""
        return self.values(individuals, self._replaced()) if individuals else []

    def _replaced(self) -> Develop | None:
        """The user's ``develop``, None while it is the plug-in's own."""
        if self._toolbox is None:
            return self._develop
        current = self._toolbox.develop
        return None if is_own(current) else current

    def parts(self) -> tuple[type["Evaluation"], tuple[Any, ...], Develop | None]:
        """What :func:`assemble` makes an equal evaluation from, in whatever process."""
        return type(self), self._arguments, self._replaced()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (pickle.dumps(self.parts()),)


def assemble(
    kind: type[Evaluation], arguments: tuple[Any, ...], develop: Develop | None
) -> Evaluation:
    """Make an evaluation from the :meth:`Evaluation.parts` of another."""
    return kind(*arguments, develop=develop)


@lru_cache(maxsize=4)
def _restore(pickled: bytes) -> Evaluation:
    """One object per process for equal arguments, so that a worker keeps what it has cached."""
    return assemble(*pickle.loads(pickled))


def batch_of(function: Callable[..., Any], n_arguments: int) -> Callable[..., Any] | None:
    """The ``batch`` that may stand for calls of *function* with *n_arguments* each, or None.

    A decorated function has none: ``functools.wraps`` hands on the attribute, and the batch would
    pass the decoration by. Neither has one that is called with more than an individual.
    """
    if hasattr(function, "__wrapped__") or n_arguments != 1:
        return None
    batch: Callable[..., Any] | None = getattr(function, "batch", None)
    return batch


def batch_map(function: Callable[..., Any], *iterables: Iterable[Any]) -> Iterable[Any]:
    """``map``, but a *function* with a ``batch`` of its own gets the whole list in one call.

    A function with ``refresh`` (a new sample, say) has it called first, once: DEAP's loops map the
    evaluation once per generation.

    Examples
    --------
    >>> list(batch_map(abs, [-1, 2]))
    [1, 2]
    """
    refresh = getattr(function, "refresh", None)
    if refresh is not None:
        refresh()
    batch = batch_of(function, len(iterables))
    if batch is None:
        return map(function, *iterables)
    results: list[Any] = batch(list(iterables[0]))
    return results
