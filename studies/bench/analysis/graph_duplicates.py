"""How many networks of a benchmark are there more than once, but for the order of their nodes."""

from collections.abc import Callable
from dataclasses import dataclass

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.duplicates import duplicates, wl_digest
from evograft.studies.bench.analysis.stored_graphs import COLUMNS, StoredGraphs, stored_graph


@dataclass(frozen=True)
class DuplicateCount:
    """What `count_duplicates` found.

    Attributes
    ----------
    entries : int
    groups : list of list of int
        Numbers of entries whose graphs are isomorphic to each other; of two or more, ascending.
    undecided : int
        Pairs that were compared without a decision.
    """

    entries: int
    groups: list[list[int]]
    undecided: int

    @property
    def redundant(self) -> int:
        """Entries that could go without any graph being lost."""
        return sum(len(group) - 1 for group in self.groups)

    def sentence(self) -> str:
        """The numbers in words.

        Examples
        --------
        >>> DuplicateCount(9, [[1, 4, 8]], 0).sentence()
        'of 9 graphs 2 are isomorphic to one before them, in 1 group'
        """
        groups = f"{len(self.groups)} group{'s' * (len(self.groups) != 1)}"
        open_ = f"; {self.undecided} pairs are undecided" if self.undecided else ""
        return (
            f"of {self.entries} graphs {self.redundant} are isomorphic to one before them, in "
            f"{groups}{open_}"
        )


def count_duplicates(
    bench: Bench, *, progress: Callable[[int], object] | None = None
) -> DuplicateCount:
    """Find the entries of *bench* whose graphs are isomorphic: directions count, weights do not.

    Parameters
    ----------
    bench : Bench
    progress : callable, optional
        Called with the number of graphs that have been read.

    Raises
    ------
    ValueError
        Where the networks of the entries cannot be read.
    """
    digests = []
    for row in bench.entries(COLUMNS):
        digests.append(wl_digest(stored_graph(row)))
        if progress is not None:
            progress(len(digests))
    found = duplicates(StoredGraphs(bench), digests=digests)
    groups = [[int(bench.numbers[place]) for place in group] for group in found.groups]
    return DuplicateCount(len(digests), groups, len(found.undecided))
