"""What the page shows, and how a benchmark provides it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis.genome_fields import SCALARS

if TYPE_CHECKING:
    import pandas as pd

    from evograft.representations.morphogenesis import Genome

GENOME_COLUMNS = (*SCALARS, "num_morphogens")


class PageSource(Protocol):
    """What the page shows.

    Attributes
    ----------
    title : str
    numbers : (n,) int64
        Of the entries.
    columns : mapping of str to (n,) numbers
        What entries are placed, coloured and filtered by; what is not finite is shown as missing.
    about : mapping
        What the benchmark says of itself, shown as it is.
    summaries : mapping of str to str
        What columns mean; not all of them need to be there.
    """

    @property
    def title(self) -> str: ...
    @property
    def numbers(self) -> npt.NDArray[np.int64]: ...
    @property
    def columns(self) -> Mapping[str, npt.NDArray[Any]]: ...
    @property
    def about(self) -> Mapping[str, Any]: ...
    @property
    def summaries(self) -> Mapping[str, str]: ...

    def genomes(self) -> Iterator[Mapping[str, Any]]:
        """All of them, in order."""

    def genome(self, number: int) -> Mapping[str, Any]:
        """The genome of the entry, as :meth:`Genome.to_dict` gives it."""


@dataclass(frozen=True)
class ArraySource:
    """Arrays as a source of the page; *genome_of* gives an entry's genome as plain fields."""

    title: str
    numbers: npt.NDArray[np.int64]
    columns: Mapping[str, npt.NDArray[Any]]
    genome_of: Callable[[int], Mapping[str, Any]]
    about: Mapping[str, Any] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)

    def genomes(self) -> Iterator[Mapping[str, Any]]:
        """Those of all entries, in order."""
        return map(self.genome_of, self.numbers.tolist())

    def genome(self, number: int) -> Mapping[str, Any]:
        """The genome of the entry *number*."""
        return self.genome_of(number)


class _Bench(Protocol):
    """What is asked of a benchmark."""

    @property
    def metadata(self) -> Mapping[str, Any]: ...
    @property
    def numbers(self) -> npt.NDArray[np.int64]: ...
    def table(self, columns: Any = None) -> "pd.DataFrame": ...
    def genomes(self) -> "Iterator[tuple[int, Genome]]": ...
    def genome(self, number: int) -> "Genome": ...


class BenchPageSource:
    """A benchmark as a source of the page.

    Parameters
    ----------
    bench : Bench
        Metrics and task scores of its table become columns, then the scalars of its genomes.
    title : str
    summaries : mapping of str to str, optional
        What the columns mean.
    """

    def __init__(
        self, bench: _Bench, title: str, *, summaries: Mapping[str, str] | None = None
    ) -> None:
        self.title = title
        self.summaries = summaries or {}
        self.about = bench.metadata
        self.numbers = np.asarray(bench.numbers, np.int64)
        self._bench = bench
        measured, genomes = bench.table(), bench.table(list(GENOME_COLUMNS))
        self.columns: dict[str, npt.NDArray[Any]] = {
            str(name): table[name].to_numpy()
            for table in (measured, genomes)
            for name in table.columns
            if name != "number" and table[name].dtype.kind in "biuf"
        }

    def genomes(self) -> Iterator[dict[str, Any]]:
        """Those of all entries, in order."""
        return (genome.to_dict() for _, genome in self._bench.genomes())

    def genome(self, number: int) -> dict[str, Any]:
        """The genome of the entry *number*."""
        return self._bench.genome(number).to_dict()
