"""Where entries are read from: shards, or a file for each."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.storage.columns import Rows, join
from evograft.problems.benchmark_generation.storage.file_stamps import read_file_stamp
from evograft.problems.benchmark_generation.storage.genome_files import (
    PATTERN,
    genome_file,
    numbered_files,
    read_entry,
    told_metrics,
)
from evograft.problems.benchmark_generation.storage.metadata import (
    FILE,
    SHARDS,
    check_bytes,
    measured_names,
    stamps_of,
    told_digests,
)
from evograft.problems.benchmark_generation.storage.parquet_shards import (
    read_shard,
    read_stamp,
    require_pyarrow,
)
from evograft.problems.benchmark_generation.storage.stamps import REMEDY, Stamp

KEPT = 16
"""Groups of rows of which what was looked up last is kept."""

FILES_AT_ONCE = 500

Integers = npt.NDArray[np.int64]


class Store(Protocol):
    """Entries in some layout."""

    numbers: Integers
    measured: tuple[str, ...]

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
        told = told_digests(metadata)
        self._paths = []
        self._groups: list[tuple[Path, int]] = []
        sizes = [0]
        numbers: list[Integers] = [np.empty(0, np.int64)]
        for file, stamp in stamps_of(directory, metadata).items():
            path = directory / SHARDS / file
            found, group_sizes = read_stamp(path)
            check_stamp(path, stamp, found)
            (column,) = read_shard(path, ["number"]).values()
            check_numbers(path, column, stamp.start, stamp.stop)
            check_bytes(path, told[file])
            self._paths.append(path)
            self._groups += [(path, group) for group in range(len(group_sizes))]
            sizes += group_sizes
            numbers.append(np.asarray(column))
        self.numbers = np.concatenate(numbers)
        self.measured = measured_names(metadata)
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
        self._digests: list[str] | None = None
        if metadata:
            self.measured = measured_names(metadata)
            digests = _file_digests(directory, metadata)
            by_number = {number: directory / genome_file(number) for number in digests}
            _check_files(directory, {path.name for path in by_number.values()})
            self._digests = [*digests.values()]
        else:
            by_number, others = numbered_files(directory)
            for path, number in others.items():
                raise ValueError(
                    f"{path} must have a number of its own, got that of {by_number[number].name}"
                )
            if not by_number:
                raise ValueError(f"{directory} must hold a benchmark, got no {FILE} nor {PATTERN}")
            self.measured = told_metrics(next(iter(by_number.values())))
        self.numbers = np.array([*by_number], np.int64)
        self._paths = [*by_number.values()]

    def find(self, place: int, columns: tuple[str, ...]) -> tuple[Rows, int]:
        """See :class:`Store`; nothing is kept."""
        return self._read(place, columns), 0

    def stream(self, columns: tuple[str, ...]) -> Iterator[Rows]:
        """See :class:`Store`."""
        for start in range(0, len(self._paths), FILES_AT_ONCE):
            stop = min(start + FILES_AT_ONCE, len(self._paths))
            yield join([self._read(place, columns) for place in range(start, stop)])

    def _read(self, place: int, columns: tuple[str, ...]) -> Rows:
        path, number = self._paths[place], int(self.numbers[place])
        if self._digests is None:
            return read_entry(path, number, columns, whole=False)
        return read_entry(path, number, columns, digest=self._digests[place])


def _file_digests(directory: Path, metadata: Mapping[str, Any]) -> dict[int, str]:
    """The digests of all entries' files, by number, as the stamps have them."""
    told = told_digests(metadata)
    digests: dict[int, str] = {}
    for file, stamp in stamps_of(directory, metadata).items():
        path = directory / SHARDS / file
        found, of_files = read_file_stamp(path)
        check_stamp(path, stamp, found)
        check_bytes(path, told[file])
        digests |= of_files
    return digests


def _check_files(directory: Path, names: set[str]) -> None:
    """Raise where not exactly the files *names* are there."""
    there = {path.name for path in directory.glob(PATTERN)}
    for name in sorted(there - names):
        raise ValueError(
            f"{directory / name} must be one of the {len(names)} entries that {FILE} tells of, got "
            "another file: move it elsewhere"
        )
    for name in sorted(names - there):
        raise ValueError(
            f"{directory / name} must be there, as {FILE} says, got none: remove the stamp of its "
            f"attempts in {SHARDS}, and resuming (--resume) makes them again"
        )


def check_stamp(path: Path, expected: Stamp, found: Stamp) -> None:
    """Raise where a shard is another one than the metadata tells of."""
    if found != expected:
        raise ValueError(f"{path} must be the shard that {FILE} tells of, got another: {REMEDY}")


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
