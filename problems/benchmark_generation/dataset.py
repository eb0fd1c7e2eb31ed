"""A benchmark as it is read: entries by number, tables, arrays for graph-learning libraries."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.scored import ScoredTask, the_task
from evograft.problems.benchmark_generation.storage.columns import (
    FIXED,
    GENOME,
    HASHED,
    Lists,
    content_hash,
    count,
    genome_at,
    growth_digest,
    hashes_of,
    place_of,
    value_at,
)
from evograft.problems.benchmark_generation.storage.metadata import read_metadata, resuming
from evograft.problems.benchmark_generation.storage.stores import FileStore, ShardStore, Store
from evograft.representations import _check
from evograft.representations.morphogenesis import Genome, Organism, develop

if TYPE_CHECKING:
    import pandas as pd

    from evograft.problems.benchmark_generation.lookup import Answer, Lookup
    from evograft.problems.benchmark_generation.tasks import Task

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
        self.measured = store.measured
        self._tasks = metadata.get("tasks", ())
        self._store = store
        self._lookup: Lookup | None = None

    @classmethod
    def open(cls, directory: str | os.PathLike[str]) -> "Bench":
        """Open what `generate` has written, in either layout, or a directory of genome files.

        The latter have names ``genome_*.json``, and hold a genome or have one under ``genome``.
        They need no metadata; where their names are not all numbers, they are numbered in the
        order of their names. Numbers that the first has under ``metrics`` are :attr:`measured`,
        NaN where another lacks them.

        Raises
        ------
        ValueError
            Where there is no benchmark, its generation is not finished, or files are missing,
            damaged or not those that the metadata tells of, byte for byte; the error names what is
            wrong. Files of entries are looked at when they are asked for, and so are genomes and
            networks.
        """
        path = Path(directory)
        if not path.is_dir():
            raise ValueError(f"directory must be that of a benchmark, got {str(path)!r}")
        metadata = read_metadata(path)
        if metadata and not metadata.get("complete"):
            raise ValueError(
                f"{path} must hold a finished benchmark, got one whose generation was interrupted "
                f"({resuming(path, metadata)})"
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

    def number(self, genome: Genome) -> int:
        """The number of the first entry of this genome; the first call reads all genomes once.

        Raises
        ------
        TypeError, ValueError
            Where it is no genome, or that of no entry.
        """
        return self._held().number(genome)

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
        row = self.row(number, ("edge_sources", "edge_targets"))
        return np.stack((row["edge_sources"], row["edge_targets"])).astype(np.int64)

    def positions(self, number: int) -> Integers:
        """The sites of the nodes of entry *number*, x and y: (n, 2) int64."""
        row = self.row(number, ("xs", "ys"))
        return np.stack((row["xs"], row["ys"]), axis=1).astype(np.int64)

    def lookup(
        self,
        tasks: Iterable["Task"] = (),
        *,
        on_missing: str = "refuse",
        budget: float | None = None,
    ) -> "Lookup":
        """What a search asks in place of evaluating: see `Lookup`.

        Parameters
        ----------
        tasks : iterable of Task, optional
            Needed where *on_missing* is "evaluate"; by default those that were scored.
        on_missing : {"refuse", "evaluate"}
        budget : float above 0, optional

        Raises
        ------
        ValueError
            Where a task is described otherwise than the one of its name that entries were scored
            in, or an argument of `Lookup` breaks its rule.
        """
        # Tasks bring the kernels of their simulations with them.
        from evograft.problems.benchmark_generation.lookup import Lookup

        tasks = [*tasks]
        described = {task["name"]: task for task in self._tasks}
        for task in tasks:
            if described.get(task.name, task.describe()) != task.describe():
                raise ValueError(
                    f"tasks must be those that the entries were scored in, "
                    f"{described[task.name]}, got {task.describe()}"
                )
        scored = [ScoredTask(task["name"], tuple(task["fidelities"])) for task in self._tasks]
        return Lookup(self, tasks or scored, on_missing=on_missing, budget=budget)

    def query(
        self,
        genome: Genome | int,
        *,
        task: str | None = None,
        fidelity: str = "high",
        seed: int = 0,
    ) -> "Answer":
        """The score of an entry, by its genome or number, and what it would have cost.

        The task may be left out where the entries were scored in only one.

        Raises
        ------
        TypeError, ValueError
            Where there is no such entry, it was not scored so, or there are several tasks and none
            is named.

        Examples
        --------
        ``Bench.open(folder).query(17, task="cartpole", seed=2).value``
        """
        return self._held().query(genome, task=task, fidelity=fidelity, seed=seed)

    def task(self, name: str | None = None) -> str:
        """The name of a task that entries were scored in; of the only one where none is given.

        Raises
        ------
        ValueError
            Where there is no such task, or several and none is named.
        """
        return the_task([task["name"] for task in self._tasks], name)

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

    def _held(self) -> "Lookup":
        if self._lookup is None:
            self._lookup = self.lookup()
        return self._lookup

    def _find(self, number: int, columns: Sequence[str]) -> Any:
        return self._store.find(place_of(self.numbers, number), self._known(columns))

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
