"""Finished shards on disk, in either layout: written, and looked at again to go on."""

from abc import ABC, abstractmethod
from bisect import bisect_left
from functools import cached_property
from pathlib import Path

from evograft.problems.benchmark_generation.storage.columns import (
    HASHED,
    Rows,
    content_hash,
    count,
    hashes_of,
    join,
    value_at,
)
from evograft.problems.benchmark_generation.storage.file_stamps import (
    read_file_stamp,
    write_file_stamp,
)
from evograft.problems.benchmark_generation.storage.genome_files import (
    LARGEST_NUMBER,
    PATTERN,
    genome_file,
    number_of,
    read_entry,
    write_entry,
)
from evograft.problems.benchmark_generation.storage.metadata import SHARDS, SUFFIXES
from evograft.problems.benchmark_generation.storage.parquet_shards import (
    check_columns,
    read_shard,
    read_stamp,
    require_pyarrow,
    write_shard,
)
from evograft.problems.benchmark_generation.storage.stamps import Stamp, shard_name
from evograft.representations.files import sync_directory


class ShardFiles(ABC):
    """The shards of a generation in *directory*, by number."""

    suffix: str

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._folder = directory / SHARDS

    def path(self, number: int) -> Path:
        """Where a shard is, or its stamp."""
        return self._folder / shard_name(number, self.suffix)

    def stamps(self) -> dict[int, Stamp]:
        """The stamps of the shards that are there.

        Raises
        ------
        ValueError
            Where one cannot be read, naming its file.
        """
        return {number: self._stamp(self.path(number)) for number in self._numbers()}

    @abstractmethod
    def check_entries(self, stop: int) -> None:
        """Check that files which look like those of entries have names of attempts below *stop*.

        Raises
        ------
        ValueError
            Where one has not, naming it.
        """

    @abstractmethod
    def write(self, number: int, rows: Rows, stamp: Stamp) -> None:
        """Write a shard so that it is there as a whole or not at all; one that is there stays."""

    @abstractmethod
    def hashed(self, number: int, stamp: Stamp) -> Rows:
        """The columns :data:`HASHED` of a shard, all of which is as it was written.

        Raises
        ------
        ValueError
            Where it is not, naming it.
        """

    def clear(self, number: int, start: int) -> None:
        """Remove all shards from *number* on, and all entries from *start* on."""
        for there in self._numbers():
            if there >= number:
                self.path(there).unlink()
        sync_directory(self._folder)

    @abstractmethod
    def size(self) -> int:
        """Bytes of all entries."""

    @abstractmethod
    def _stamp(self, path: Path) -> Stamp: ...

    def _numbers(self) -> list[int]:
        """The numbers of the shards that are there."""
        numbers = []
        for path in sorted(self._folder.glob(f"part-*{self.suffix}")):
            digits = path.name.removeprefix("part-").removesuffix(self.suffix)
            if not digits.isdecimal() or self.path(int(digits)) != path:
                raise ValueError(f"{path} must be called as a shard is, got another name")
            numbers.append(int(digits))
        return numbers


class ParquetFiles(ShardFiles):
    """A Parquet file for each shard."""

    suffix = SUFFIXES["parquet"]

    def __init__(self, directory: Path) -> None:
        require_pyarrow()
        super().__init__(directory)

    def check_entries(self, stop: int) -> None:
        """See :class:`ShardFiles`; entries have no files."""

    def write(self, number: int, rows: Rows, stamp: Stamp) -> None:
        """See :class:`ShardFiles`."""
        write_shard(self.path(number), rows, stamp)
        sync_directory(self._folder)

    def hashed(self, number: int, stamp: Stamp) -> Rows:
        """See :class:`ShardFiles`."""
        check_columns(self.path(number))
        return read_shard(self.path(number), HASHED)

    def size(self) -> int:
        """See :class:`ShardFiles`."""
        return sum(path.stat().st_size for path in self._folder.glob(f"*{self.suffix}"))

    def _stamp(self, path: Path) -> Stamp:
        return read_stamp(path)[0]


class GenomeFiles(ShardFiles):
    """A file for each entry, and one with the stamp of a shard, written after its entries."""

    suffix = SUFFIXES["json"]

    def check_entries(self, stop: int) -> None:
        """See :class:`ShardFiles`."""
        for number, path in self._at_first:
            if number >= stop:
                raise _stranger(path)

    def write(self, number: int, rows: Rows, stamp: Stamp) -> None:
        """See :class:`ShardFiles`."""
        digests = {
            value_at(rows["number"], i): write_entry(self._directory, rows, i)
            for i in range(count(rows))
        }
        sync_directory(self._directory)
        # It replaces that of a shorter one, whose entries are the first of these.
        write_file_stamp(self.path(number), stamp, digests)
        sync_directory(self._folder)
        for n, path in self._found(stamp.start, stamp.stop):
            if n not in digests:
                path.unlink(missing_ok=True)

    def hashed(self, number: int, stamp: Stamp) -> Rows:
        """See :class:`ShardFiles`."""
        _, digests = read_file_stamp(self.path(number))
        for n, path in self._found(stamp.start, stamp.stop):
            if n not in digests:
                raise _stranger(path)
        try:
            parts = [
                read_entry(self._directory / genome_file(n), n, HASHED, digest=digest)
                for n, digest in digests.items()
            ]
        except (OSError, ValueError) as error:
            raise ValueError(
                f"{error} (remove {self.path(number)} to have its {stamp.accepted} entries made "
                "again)"
            ) from None
        return join(parts) if parts else {}

    def clear(self, number: int, start: int) -> None:
        """See :class:`ShardFiles`."""
        # First, so that a kill leaves entries without a stamp, and no stamp without its entries.
        super().clear(number, start)
        for _, path in self._found(start, LARGEST_NUMBER):
            path.unlink(missing_ok=True)  # it may have gone with another shard

    def size(self) -> int:
        """See :class:`ShardFiles`."""
        return sum(path.stat().st_size for _, path in self._listed())

    def _stamp(self, path: Path) -> Stamp:
        return read_file_stamp(path)[0]

    def _found(self, start: int, stop: int) -> list[tuple[int, Path]]:
        """Numbers and files of entries from *start* up to *stop*, not including it.

        They are those that were there at first. Nobody but the generation that has locked the
        directory writes others, and it asks for no shard that it has written.
        """
        first, last = (bisect_left(self._at_first, (number,)) for number in (start, stop))
        return self._at_first[first:last]

    @cached_property
    def _at_first(self) -> list[tuple[int, Path]]:
        return self._listed()

    def _listed(self) -> list[tuple[int, Path]]:
        """Numbers and files of all entries, ascending."""
        named = []
        for path in self._directory.glob(PATTERN):
            number = number_of(path)
            if number is None or path.name != genome_file(number):
                raise _stranger(path)
            named.append((number, path))
        return sorted(named)


def _stranger(path: Path) -> ValueError:
    return ValueError(
        f"{path} must be one of the entries of this generation, got another file: move it elsewhere"
    )


LAYOUTS: dict[str, type[ShardFiles]] = {
    "parquet": ParquetFiles,
    "json": GenomeFiles,
}


def check_shard(files: ShardFiles, number: int, stamp: Stamp) -> tuple[bytes, int]:
    """Check a shard's entries, and return their hashes and the number of the last one.

    Raises
    ------
    ValueError
        Where the shard cannot be read, or its entries are not those of its stamp.
    """
    rows = files.hashed(number, stamp)
    try:
        hashes = hashes_of(rows)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{files.path(number)} must hold valid genomes: {error}") from None
    if content_hash([hashes]) != stamp.content:
        raise ValueError(
            f"{files.path(number)} must go with the {stamp.accepted} entries that it was written "
            "with, got others: remove it to have them made again"
        )
    return hashes, value_at(rows["number"], stamp.accepted - 1) if stamp.accepted else -1
