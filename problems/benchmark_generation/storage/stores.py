"""Where entries are read from: shards, or a file for each."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.storage.columns import Rows, join
from evograft.problems.benchmark_generation.storage.genome_files import (
    PATTERN,
    number_of,
    read_entry,
)
from evograft.problems.benchmark_generation.storage.metadata import FILE, SHARDS, stamps_of
from evograft.problems.benchmark_generation.storage.parquet_shards import (
    read_shard,
    read_stamp,
    require_pyarrow,
)

KEPT = 16
"""Groups of rows of which what was looked up last is kept."""

FILES_AT_ONCE = 500

Integers = npt.NDArray[np.int64]


class Store(Protocol):
    """Entries in some layout."""

    numbers: Integers

    def find(self, place: int, columns: tuple[str, ...]) -> tuple[Rows, int]:
        """Rows with some columns, among them that of the entry with ``numbers[place]``, and where.

        They are kept for the next one.
        """
        ...

    def stream(self, columns: tuple[str, ...]) -> Iterator[Rows]:
        """All entries in order, some at a time."""
        ...


class ShardStore:
    """Entries in Parquet shards.

    Raises
    ------
    ValueError
        Where a shard is missing, damaged, or not what the metadata says.
    """

    def __init__(self, directory: Path, metadata: Mapping[str, Any]) -> None:
        require_pyarrow()
        self._paths = []
        self._groups: list[tuple[Path, int]] = []
        sizes = [0]
        numbers: list[Integers] = [np.empty(0, np.int64)]
        for file, stamp in stamps_of(directory, metadata).items():
            path = directory / SHARDS / file
            found, group_sizes = read_stamp(path)
            if found != stamp:
                raise ValueError(f"{path} must be the shard that {FILE} tells of, got another")
            (column,) = read_shard(path, ["number"]).values()
            check_numbers(path, column, stamp.start, stamp.stop)
            self._paths.append(path)
            self._groups += [(path, group) for group in range(len(group_sizes))]
            sizes += group_sizes
            numbers.append(np.asarray(column))
        self.numbers = np.concatenate(numbers)
        self._starts = np.cumsum(sizes)  # of the groups
        self._kept: OrderedDict[tuple[int, tuple[str, ...]], Rows] = OrderedDict()

    def find(self, place: int, columns: tuple[str, ...]) -> tuple[Rows, int]:
        """See :class:`Store`."""
        group = int(np.searchsorted(self._starts, place, side="right")) - 1
        rows = self._kept.pop((group, columns), None)
        if rows is None:
            path, of_shard = self._groups[group]
            rows = read_shard(path, columns, of_shard)
        self._kept[group, columns] = rows
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return rows, place - int(self._starts[group])

    def stream(self, columns: tuple[str, ...]) -> Iterator[Rows]:
        """See :class:`Store`."""
        return (read_shard(path, columns) for path in self._paths)


class FileStore:
    """Entries in files of their own, ours or published ones.

    Raises
    ------
    ValueError
        Where there are none, two of one number, or others than the metadata says.
    """

    def __init__(self, directory: Path, metadata: Mapping[str, Any]) -> None:
        paths = sorted(directory.glob(PATTERN))
        if not paths:
            raise ValueError(f"{directory} must hold a benchmark, got no {FILE} nor {PATTERN}")
        named = [number_of(path) for path in paths]
        # Files that are called otherwise are numbered in the order of their names.
        numbers = [*range(len(paths))] if None in named else [n for n in named if n is not None]
        by_number: dict[int, Path] = {}
        for number, path in zip(numbers, paths, strict=True):
            if number in by_number:
                raise ValueError(
                    f"{path} must have a number of its own, got that of {by_number[number].name}"
                )
            by_number[number] = path
        self.numbers = np.array(sorted(by_number), np.int64)
        self._paths = [by_number[number] for number in sorted(by_number)]
        if metadata:
            self._check_counts(directory, metadata)

    def _check_counts(self, directory: Path, metadata: Mapping[str, Any]) -> None:
        for stamp in stamps_of(directory, metadata).values():
            found = int(((self.numbers >= stamp.start) & (self.numbers < stamp.stop)).sum())
            if found != stamp.accepted:
                raise ValueError(
                    f"{directory} must hold {stamp.accepted} entries of the attempts from "
                    f"{stamp.start} to {stamp.stop - 1}, as {FILE} says, got {found}"
                )
        if len(self.numbers) != metadata["accepted"]:
            raise ValueError(
                f"{directory} must hold {metadata['accepted']} entries, as {FILE} says, "
                f"got {len(self.numbers)}"
            )

    def find(self, place: int, columns: tuple[str, ...]) -> tuple[Rows, int]:
        """See :class:`Store`; nothing is kept."""
        return self._read(place, columns), 0

    def stream(self, columns: tuple[str, ...]) -> Iterator[Rows]:
        """See :class:`Store`."""
        for start in range(0, len(self._paths), FILES_AT_ONCE):
            stop = min(start + FILES_AT_ONCE, len(self._paths))
            yield join([self._read(place, columns) for place in range(start, stop)])

    def _read(self, place: int, columns: tuple[str, ...]) -> Rows:
        return read_entry(self._paths[place], int(self.numbers[place]), columns)


def check_numbers(path: Path, numbers: Any, start: int, stop: int) -> None:
    """Raise where *numbers* do not ascend, or are not of the attempts of the shard *path*."""
    if (np.diff(numbers) <= 0).any():
        i = int(np.flatnonzero(np.diff(numbers) <= 0)[0]) + 1
        raise ValueError(
            f"{path} must have ascending numbers, got {numbers[i]} after {numbers[i - 1]}"
        )
    if len(numbers) and (numbers[0] < start or numbers[-1] >= stop):
        raise ValueError(
            f"{path} must have numbers from {start} to {stop - 1}, "
            f"got {numbers[0]} to {numbers[-1]}"
        )
