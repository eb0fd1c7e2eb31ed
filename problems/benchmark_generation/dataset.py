"""A benchmark as it is read: entries by number, tables, arrays for graph-learning libraries."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.columns import (
    FIXED,
    GENOME,
    HASHED,
    Lists,
    content_hash,
    count,
    genome_at,
    growth_digest,
    hashes_of,
    value_at,
)
from evograft.problems.benchmark_generation.metadata import read_metadata
from evograft.problems.benchmark_generation.stores import FileStore, ShardStore, Store
from evograft.representations import _check
from evograft.representations.morphogenesis import Genome, Organism, develop

if TYPE_CHECKING:
    import pandas as pd

Integers = npt.NDArray[np.int64]


class Bench:
    """The entries of a benchmark: genomes, the networks they grow into, metrics and scores.

    An entry is called by its number, that of the attempt of the sampler that made it.

    Attributes
    ----------
    directory : Path
    metadata : dict
        What ``generation_metadata.json`` holds; empty where there is none.
    numbers : (n,) int64
        Of the entries, ascending.
    measured : tuple of str
        Names of the metrics and scores that each entry has.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = tempfile.TemporaryDirectory()
    >>> genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    >>> genome.save(Path(folder.name, "genome_34.json"))  # as others have published them
    >>> bench = Bench.open(folder.name)
    >>> len(bench), bench.numbers, bench.edge_index(34).shape, bench.positions(34)[0]
    (1, array([34]), (2, 34), array([5, 5]))
    >>> folder.cleanup()
    """

    def __init__(self, directory: Path, metadata: dict[str, Any], store: Store) -> None:
        self.directory = directory
        self.metadata = metadata
        self.numbers = store.numbers
        self.measured = (*metadata.get("metrics", ()), *metadata.get("scores", ()))
        self._store = store

    @classmethod
    def open(cls, directory: str | os.PathLike[str]) -> "Bench":
        """Open what `generate` has written, in either layout, or a directory of genome files.

        The latter have names ``genome_*.json``, and hold a genome or have one under ``genome``.
        They need no metadata; where their names are not all numbers, they are numbered in the
        order of their names.

        Raises
        ------
        ValueError
            Where there is no benchmark, its generation is not finished, or files are missing,
            damaged or not those that the metadata tells of; the error names what is wrong. Genomes
            and networks are looked at when they are asked for.
        """
        path = Path(directory)
        if not path.is_dir():
            raise ValueError(f"directory must be that of a benchmark, got {str(path)!r}")
        metadata = read_metadata(path)
        if "format" not in metadata:  # of others, whatever it says
            metadata = {}
        elif not metadata.get("complete"):
            raise ValueError(
                f"{path} must hold a finished benchmark, got one whose generation was interrupted "
                f"(evograft bench generate --out {path} --resume goes on)"
            )
        store: Store
        if metadata.get("layout") == "parquet":
            store = ShardStore(path, metadata)
        else:
            store = FileStore(path, metadata)
        return cls(path, metadata, store)

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        return f"<Bench of {len(self)} entries in {str(self.directory)!r}>"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns."""
        return (*FIXED, *self.measured)

    def table(self, columns: Sequence[str] | None = None) -> "pd.DataFrame":
        """A table with a row for each entry.

        Parameters
        ----------
        columns : sequence of str, optional
            Of :attr:`columns`; by default the number, metrics and scores. Lists, such as the
            neurons' sites, become arrays.

        Raises
        ------
        ValueError
            Where there is no such column.
        """
        import pandas as pd

        names = self._known(("number", *self.measured) if columns is None else columns)
        parts: list[Any] = []
        for rows in self._store.stream(names):
            n = count(rows)
            parts.append(
                {
                    name: [value_at(column, i) for i in range(n)]
                    if isinstance(column, Lists)
                    else column
                    for name, column in rows.items()
                }
            )
        if not parts:
            return pd.DataFrame(columns=[*names])
        return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)

    def entries(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Go through all entries in order; one shard at a time is in memory.

        Parameters
        ----------
        columns : sequence of str, optional
            Of :attr:`columns`; all by default.

        Yields
        ------
        dict
            Numbers, texts, and arrays for lists, by column.
        """
        names = self._known(self.columns if columns is None else columns)
        for rows in self._store.stream(names):
            for i in range(count(rows)):
                yield {name: value_at(column, i) for name, column in rows.items()}

    def genomes(self) -> Iterator[tuple[int, Genome]]:
        """Go through the numbers and genomes of all entries in order.

        Raises
        ------
        ValueError
            At the first genome that is not valid, naming its entry.
        """
        for rows in self._store.stream(("number", *GENOME)):
            for i in range(count(rows)):
                number = value_at(rows["number"], i)
                yield number, self._genome(rows, i, number)

    def genome(self, number: int) -> Genome:
        """The genome of entry *number*.

        Raises
        ------
        ValueError
            Where there is no such entry, or its genome is not valid.
        """
        rows, i = self._find(number, GENOME)
        return self._genome(rows, i, number)

    def row(self, number: int, columns: Sequence[str] | None = None) -> dict[str, Any]:
        """One entry as :meth:`entries` yields it."""
        rows, i = self._find(number, self.columns if columns is None else columns)
        return {name: value_at(column, i) for name, column in rows.items()}

    def organism(self, number: int) -> Organism:
        """The network of entry *number*, grown again: with weights, which are not stored.

        Raises
        ------
        ValueError
            Where it grows into something else than what was stored, as when its genome was edited.
        """
        rows, i = self._find(number, (*GENOME, "digest"))
        organism = develop(self._genome(rows, i, number))
        found, stored = growth_digest(organism), value_at(rows["digest"], i)
        if found != stored:
            raise ValueError(
                f"entry {number} of {self.directory} must grow into the network of digest "
                f"{stored}, got one of {found}: its genome or its network has been changed"
            )
        return organism

    def edge_index(self, number: int) -> Integers:
        """The edges of entry *number*, sources above targets: (2, m) int64, places of nodes."""
        row = self.row(number, ("sources", "targets"))
        return np.stack((row["sources"], row["targets"])).astype(np.int64)

    def positions(self, number: int) -> Integers:
        """The sites of the nodes of entry *number*, x and y: (n, 2) int64."""
        row = self.row(number, ("xs", "ys"))
        return np.stack((row["xs"], row["ys"]), axis=1).astype(np.int64)

    def content_hash(self) -> str:
        """The content hash of the entries as they are now; all genomes are read and checked.

        It is that of the metadata, unless a number, a genome or a digest has been changed.

        Raises
        ------
        ValueError
            Where a genome is not valid.
        """
        try:
            return content_hash(hashes_of(rows) for rows in self._store.stream(HASHED))
        except TypeError as error:
            raise ValueError(f"{self.directory} must have valid genomes: {error}") from None

    def _find(self, number: int, columns: Sequence[str]) -> Any:
        wanted = _check.integer("number", number)
        place = int(np.searchsorted(self.numbers, wanted))
        if place == len(self) or self.numbers[place] != wanted:
            raise ValueError(f"number must be that of one of the {len(self)} entries, got {wanted}")
        return self._store.find(place, self._known(columns))

    def _genome(self, rows: Any, i: int, number: int) -> Genome:
        try:
            return genome_at(rows, i)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"entry {number} of {self.directory} must have a valid genome: {error}"
            ) from None

    def _known(self, columns: Sequence[str]) -> tuple[str, ...]:
        for name in columns:
            _check.known("column", name, self.columns)
        return tuple(columns)
