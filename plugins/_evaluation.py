"""The ``evaluate`` and ``map`` of our plug-ins: one by one, or a whole generation in one call."""

import pickle
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from deap import base

from evograft.problems import ClassificationProblem
from evograft.problems.measures import OBJECTIVES, Tally, measure_phenotype
from evograft.problems.objectives import WORST

Values = tuple[float, ...]
Develop = Callable[[Any], Any]


class Sizes(Protocol):
    """Hidden neurons and connections of each individual, (n,); no neuron means it is invalid."""

    @property
    def neurons(self) -> npt.NDArray[np.int64]: ...
    @property
    def connections(self) -> npt.NDArray[np.int64]: ...


class Forward(Protocol):
    """What a representation offers for whole populations."""

    def run(
        self,
        individuals: Sequence[Any],
        consume: Callable[[int, int, npt.NDArray[np.float32]], None],
    ) -> Sizes: ...


class Own:
    """A plug-in's own development, which batches may do without.

    DEAP's ``register`` copies the mark onto the alias; a user's development does not have it.
    """

    def __init__(self, develop: Develop) -> None:
        self.own = develop

    def __call__(self, individual: Any) -> Any:
        return self.own(individual)


class Evaluate:
    """Fitness of individuals on a classification problem's training part.

    Called with an individual it returns a tuple of floats; ``batch`` does so for a list. An
    individual without a valid neuron, and a network that gives no probabilities, get the worst
    value in every objective, which no cost can exceed. While the
    toolbox's ``develop`` is the plug-in's own, *forward* runs the whole batch; once the user
    registered another, each phenotype is developed by it and measured.

    DEAP's ``register`` copies the instance's ``__dict__``, so only ``batch`` lives there. It
    pickles as its arguments, with a replaced ``develop``, and never as the toolbox.

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

    __slots__ = ("__dict__", "_arguments", "_develop", "_forward", "_toolbox")

    def __init__(
        self,
        problem: ClassificationProblem,
        objectives: tuple[str, ...],
        forward: Callable[[npt.NDArray[np.float32]], Forward],
        parsimony: float = 0.0,
        develop: Develop | None = None,
    ) -> None:
        self._arguments = (problem, objectives, forward, parsimony)
        self._develop = develop
        self._forward: Forward | None = None
        self._toolbox: base.Toolbox | None = None
        self.batch = self.evaluate_batch

    def watch(self, toolbox: base.Toolbox) -> None:
        """From now on take a ``develop`` into account that is registered over an :class:`Own`."""
        self._toolbox = toolbox

    def __deepcopy__(self, memo: dict[int, Any]) -> "Evaluate":
        twin = Evaluate(*self._arguments, self._develop)
        memo[id(self)] = twin
        # A copy made with its toolbox watches the copied one.
        twin._toolbox = memo.get(id(self._toolbox), self._toolbox)
        return twin

    def __call__(self, individual: Any) -> Values:
        return self.evaluate_batch([individual])[0]

    def evaluate_batch(self, individuals: Sequence[Any]) -> list[Values]:
        """Return the fitness values of each individual."""
        if not individuals:
            return []
        _, objectives, _, _ = self._arguments
        develop = self._replaced()
        measured = self._together(individuals) if develop is None else self._each(
            individuals, develop
        )  # fmt: skip
        columns = [measured[name].reshape(len(individuals), -1) for name in objectives]
        return list(map(tuple, np.hstack(columns).tolist()))

    def _together(self, individuals: Sequence[Any]) -> dict[str, npt.NDArray[np.float64]]:
        problem, objectives, make_forward, parsimony = self._arguments
        if self._forward is None:
            self._forward = make_forward(problem.X_train)
        tally = Tally(problem, objectives, len(individuals))
        sizes = self._forward.run(individuals, tally.add)
        values = {name: tally.values(name) for name in objectives if name in OBJECTIVES}
        values["neurons"] = sizes.neurons.astype(np.float64)
        values["connections"] = sizes.connections.astype(np.float64)
        values["operations"] = (
            2.0 * sizes.connections + 4.0 * (sizes.neurons + problem.n_outputs)
        )  # fmt: skip
        if parsimony and "loss" in values:
            values["loss"] = np.minimum(values["loss"] + parsimony * sizes.connections, WORST)
        invalid = (sizes.neurons == 0) | tally.failed
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

    def _replaced(self) -> Develop | None:
        """The user's ``develop``, None while it is the plug-in's own."""
        if self._toolbox is None:
            return self._develop
        current = self._toolbox.develop
        own = hasattr(current, "own") and not hasattr(current, "__wrapped__")
        return None if own else current

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (pickle.dumps((*self._arguments, self._replaced())),)


@lru_cache(maxsize=4)
def _restore(arguments: bytes) -> Evaluate:
    """One object per process for equal *arguments*, so that a worker keeps what it has cached."""
    return Evaluate(*pickle.loads(arguments))


def batch_map(function: Callable[..., Any], *iterables: Iterable[Any]) -> Iterable[Any]:
    """``map``, but a *function* with ``batch`` gets the whole list in one call.

    A decorated function does not: ``functools.wraps`` hands on the attribute, and the batch would
    pass the decoration by. A function with ``refresh`` (a new sample, say) has it called first,
    once: DEAP's loops map the evaluation once per generation.

    Examples
    --------
    >>> list(batch_map(abs, [-1, 2]))
    [1, 2]
    """
    refresh = getattr(function, "refresh", None)
    if refresh is not None:
        refresh()
    batch = getattr(function, "batch", None)
    if batch is None or hasattr(function, "__wrapped__") or len(iterables) != 1:
        return map(function, *iterables)
    results: list[Any] = batch(list(iterables[0]))
    return results
