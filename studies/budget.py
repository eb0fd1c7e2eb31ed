"""When a run of a study is over."""

from dataclasses import asdict, dataclass
from typing import Any

from evograft.representations import _check
from evograft.studies.stopping import (
    AtStagnation,
    Condition,
    after_seconds,
    at_first,
    at_fitness,
)


@dataclass(frozen=True)
class Budget:
    """What every run may spend; the first of these ends it, or its method's own end.

    Parameters
    ----------
    generations : int, at least 1, optional
        The method's own where neither these nor evaluations are given.
    evaluations : int, at least 1, optional
        A run ends with the first generation that reaches them. With these, methods are compared
        at equal evaluations.
    seconds : float, above 0, optional
        Of a run; that kernels are compiled when they are first used, once on a machine, counts.
    stagnation : int, at least 1, optional
        Generations without an improvement of the best fitness.
    fitness : float, optional
        Of the best, to be reached.

    Examples
    --------
    >>> Budget(evaluations=20_000, stagnation=50).describe()
    {'evaluations': 20000, 'stagnation': 50}
    """

    generations: int | None = None
    evaluations: int | None = None
    seconds: float | None = None
    stagnation: int | None = None
    fitness: float | None = None

    def __post_init__(self) -> None:
        for name in ("generations", "evaluations", "stagnation"):
            if (value := getattr(self, name)) is not None:
                _check.integer(name, value, minimum=1)
        if self.seconds is not None:
            _check.above_zero("seconds", self.seconds)
        if self.fitness is not None:
            _check.real("fitness", self.fitness)

    def stop(self, toolbox: Any) -> Condition | None:
        """The ``stop`` of a run with *toolbox*, for what is no number of generations."""
        conditions: list[Condition] = []
        if hasattr(toolbox, "stop"):
            conditions.append(toolbox.stop)
        if self.fitness is not None:
            conditions.append(at_fitness(self.fitness))
        if self.stagnation is not None:
            conditions.append(AtStagnation(self.stagnation))
        if self.seconds is not None:
            conditions.append(after_seconds(self.seconds))
        return at_first(*conditions) if conditions else None

    def describe(self) -> dict[str, Any]:
        """What is limited, for JSON."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def covers(self, other: "Budget") -> bool:
        """Whether a run that had the *other* budget can go on with this one: no less of anything.

        >>> Budget(generations=20).covers(Budget(generations=10))
        True
        """
        mine, theirs = self.describe(), other.describe()
        return mine.keys() == theirs.keys() and all(
            mine[name] == theirs[name] if name == "fitness" else mine[name] >= theirs[name]
            for name in mine
        )


UNLIMITED = Budget()
"""The generations of each method."""
