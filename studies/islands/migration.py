"""What islands exchange, and when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from deap import tools

from evograft.representations import _check
from evograft.studies.callable_names import describe_callable

Choice = Callable[[list[Any], int], Sequence[Any]]


@dataclass(frozen=True)
class Migration:
    """How the islands of :func:`evograft.studies.evolve` exchange individuals.

    What :func:`deap.tools.migRing` does, after every so many generations.

    Attributes
    ----------
    every : int, at least 1
        Generations between two migrations. In the meantime an island is on its own, on a worker of
        its own if the engine has as many.
    k : int, at least 0
        Individuals that leave each island; 0 for islands that never exchange any.
    selection : callable
        ``selection(island, k)`` chooses them.
    replacement : callable, optional
        ``replacement(island, k)`` chooses *k* different individuals whose places those that arrive
        take. By default these are the places of those that have left. Elsewhere they stay on their
        island too, and a copy arrives.
    array : sequence of int, optional
        Number of the island that those of island 0, 1, 2 and so on go to, each once; by default
        the next one, from the last to the first.

    Notes
    -----
    Whoever arrives keeps the fitness of where they come from. Where every generation is measured
    on a sample of its own, each island has its own samples too, and such values are compared as
    they are.

    Randomness: of *selection* and *replacement* only, from the run's own streams and not from
    those of an island.

    Examples
    --------
    >>> import random
    >>> from deap import base
    >>> from evograft import plugins, problems, studies
    >>> from evograft.studies.islands.migration import Migration
    >>> random.seed(1)
    >>> toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    >>> migration = Migration(every=2, k=1, replacement=tools.selWorst)
    >>> run = studies.evolve(
    ...     toolbox, population=21, generations=5, islands=2, migration=migration, progress=False)
    >>> [len(island.population) for island in run.islands], len(run.logbook)
    ([11, 10], 6)
    """

    every: int = 10
    k: int = 5
    selection: Choice = tools.selBest
    replacement: Choice | None = None
    array: Sequence[int] | None = None

    def __post_init__(self) -> None:
        _check.integer("every", self.every, minimum=1)
        _check.integer("k", self.k, minimum=0)
        if not callable(self.selection):
            raise TypeError(f"selection must be callable, got {self.selection!r}")
        if self.replacement is not None and not callable(self.replacement):
            raise TypeError(f"replacement must be callable or None, got {self.replacement!r}")
        if self.array is not None and not isinstance(self.array, Sequence):
            raise TypeError(f"array must be a sequence of integers, got {self.array!r}")

    def describe(self) -> dict[str, Any]:
        """The parameters, for JSON: functions by their names."""
        return {
            "every": self.every,
            "k": self.k,
            "selection": describe_callable(self.selection),
            "replacement": None
            if self.replacement is None
            else describe_callable(self.replacement),
            "array": None if self.array is None else list(self.array),
        }

    def require_room(self, sizes: Sequence[int]) -> None:
        """Raise where islands of these *sizes* cannot exchange individuals like this."""
        n = len(sizes)
        if self.k > min(sizes):
            raise ValueError(
                f"k must be at most the {min(sizes)} individuals of an island, got {self.k}"
            )
        if self.array is not None and sorted(self.array) != list(range(n)):
            raise ValueError(
                f"array must have each number from 0 to {n - 1} once, for {n} islands, got "
                f"{list(self.array)}"
            )

    def exchange(self, islands: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return the populations of the *islands* after a migration."""
        populations = [_Island(island) for island in islands]
        if self.k:
            tools.migRing(
                populations,
                self.k,
                self._choose("selection", self.selection),
                self.replacement and self._choose("replacement", self.replacement),
                self.array and list(self.array),
            )
        return [list(population) for population in populations]

    def _choose(self, name: str, choice: Choice) -> Choice:
        def chosen(island: list[Any], k: int) -> Sequence[Any]:
            individuals = list(choice(island, k))
            if len(individuals) != k:
                raise ValueError(
                    f"{name} must give the k={k} individuals it is asked for, "
                    f"got {len(individuals)}"
                )
            return individuals

        return chosen


class _Island(list[Any]):
    """A population in which an individual is found as itself, and not as any that equals it."""

    def index(self, individual: Any, *bounds: Any) -> int:
        for place, own in enumerate(self):
            if own is individual:
                return place
        raise ValueError(
            "replacement, or selection where there is none, must give different individuals of the "
            f"island, got one that is not or no longer there: {individual!r}"
        )
