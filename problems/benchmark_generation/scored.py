"""What has scores: a benchmark as look-ups see it, and its tasks by name."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.morphogenesis import Genome

if TYPE_CHECKING:
    import pandas as pd


class ScoredTable(Protocol):
    """What a `Lookup` needs of a benchmark."""

    @property
    def numbers(self) -> npt.NDArray[np.int64]:
        """Numbers of the entries (n,), ascending."""

    @property
    def columns(self) -> Sequence[str]:
        """Names of the columns that `table` has."""

    def genome(self, number: int) -> Genome:
        """Return the genome of an entry."""

    def genomes(self) -> Iterator[tuple[int, Genome]]:
        """Go through numbers and genomes of all entries in order."""

    def table(self, columns: Sequence[str]) -> "pd.DataFrame":
        """Return these columns, one row per entry in the order of the numbers."""


class ScoredTask(NamedTuple):
    """A task of which only the scores are at hand."""

    name: str
    fidelities: tuple[str, ...]


def the_task(names: Iterable[str], task: str | None) -> str:
    """Return *task*, or the only one of *names* where it is None.

    >>> the_task(["wine"], None)
    'wine'

    Raises
    ------
    ValueError
        Where it is none of them, there are several and none is named, or there is none at all.
    """
    scored = [*names]
    if not scored:
        raise ValueError("the benchmark must have scores to be asked for, got one without tasks")
    if task is None and len(scored) > 1:
        listed = ", ".join(map(repr, scored))
        raise ValueError(f"task must be given where there are several, {listed}, got none")
    name = scored[0] if task is None else task
    _check.known("task", name, scored)
    return name
