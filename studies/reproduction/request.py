"""What is asked of a reproduction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evograft.representations import _check

QUICK_RUNS, QUICK_GENERATIONS = 2, 10


@dataclass(frozen=True)
class Request:
    """How much of a reproduction to make, and where.

    Parameters
    ----------
    out : path
        The folder of the results.
    runs : int, at least 1, optional
        Of every method on every problem; those of the paper if not given.
    generations : int, at least 1, optional
        Of every run; those of the paper if not given.
    quick : bool
        Only to see that all works: 2 runs of 10 generations of the parts with small data sets,
        where nothing else is given.
    parts : sequence of str
        What to reproduce; everything if empty.
    arms : sequence of str
        The methods to run, by the names that the parts give them; all if empty.
    workers : int, at least 1, optional
        Spawned processes that make the runs; this one if not given.
    scheduler : str, optional
        The address of a Dask scheduler instead.
    resume : bool
        Go on with what is in *out*.
    progress : bool
        Show bars.

    Raises
    ------
    TypeError, ValueError
        Where a number breaks its rule, or a part or an arm is given twice.

    Examples
    --------
    >>> Request(Path("runs"), quick=True).most_runs(30)
    2
    """

    out: Path
    runs: int | None = None
    generations: int | None = None
    quick: bool = False
    parts: Sequence[str] = ()
    arms: Sequence[str] = ()
    workers: int | None = None
    scheduler: str | None = None
    resume: bool = False
    progress: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "out", Path(self.out).absolute())
        for name in ("runs", "generations", "workers"):
            if (value := getattr(self, name)) is not None:
                _check.integer(name, value, minimum=1)
        for name in ("parts", "arms"):
            given = list(getattr(self, name))
            for value in given:
                if given.count(value) > 1:
                    raise ValueError(f"{name} must differ, got {value!r} more than once")

    def most_runs(self, paper: int) -> int:
        """The runs to make where the paper has made *paper*."""
        if self.runs is not None:
            return self.runs
        return min(paper, QUICK_RUNS) if self.quick else paper

    def most_generations(self) -> int | None:
        """The generations of a run, None for those of the paper."""
        if self.generations is None and self.quick:
            return QUICK_GENERATIONS
        return self.generations

    def refuse(self, *names: str) -> None:
        """Raise where something is asked for that the reproduction has no use for.

        Examples
        --------
        >>> Request(Path("runs"), workers=2).refuse("parts", "workers")
        Traceback (most recent call last):
        ValueError: workers are of no use for this reproduction, got 2
        """
        for name in names:
            if value := getattr(self, name):
                verb = "is" if name == "scheduler" else "are"
                raise ValueError(f"{name} {verb} of no use for this reproduction, got {value!r}")

    def chosen(self, parts: Sequence[str], small: Iterable[str]) -> list[str]:
        """The parts to make of all *parts*; a quick request makes those that are *small*, if any.

        Raises
        ------
        ValueError
            Where a part is asked for that there is not.

        Examples
        --------
        >>> Request(Path("runs"), parts=["wines"]).chosen(["wine", "digits"], small=["wine"])
        Traceback (most recent call last):
        ValueError: unknown part 'wines': did you mean 'wine'?
        """
        for part in self.parts:
            _check.known("part", part, parts)
        wanted = list(self.parts) or (list(small) if self.quick else [])
        return [part for part in parts if part in wanted] or list(parts)
