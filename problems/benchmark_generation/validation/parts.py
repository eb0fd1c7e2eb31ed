"""The entries of a benchmark some at a time, read so that damage is told and the rest still had."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from evograft.problems.benchmark_generation.storage.columns import FIXED, Rows, join
from evograft.problems.benchmark_generation.storage.file_stamps import read_file_stamp
from evograft.problems.benchmark_generation.storage.genome_files import (
    PATTERN,
    genome_file,
    number_of,
    numbered_files,
    read_entry,
)
from evograft.problems.benchmark_generation.storage.metadata import FILE, SHARDS, file_digest
from evograft.problems.benchmark_generation.storage.parquet_shards import (
    read_shard,
    read_stamp,
)
from evograft.problems.benchmark_generation.storage.stamps import Stamp
from evograft.problems.benchmark_generation.storage.stores import FILES_AT_ONCE
from evograft.problems.benchmark_generation.validation.finding import Finding


@dataclass
class Part:
    """Some entries.

    Attributes
    ----------
    file : str
        Of the shard, or its stamp; below the directory.
    told : Stamp or None
        As the metadata has it.
    stamp : Stamp or None
        The same, but with the range and the counts that the shard has itself, if it can be read.
    rows : dict of columns, or None
        None where it cannot be read.
    files : dict of int to str, or None
        By number, where entries have files of their own.
    unread : set of int
        Entries that are not there or cannot be read, which *findings* tell of.
    edited : set of int
        Entries with another genome than the sampler draws, which has been told: what they have
        grown into is not that of their genomes.
    findings : list of Finding
    changed : list of Finding
        Files with other bytes than they were written with: to be told where nothing else tells
        what was changed in them.
    """

    file: str
    told: Stamp | None
    stamp: Stamp | None
    rows: Rows | None = None
    files: dict[int, str] | None = None
    unread: set[int] = field(default_factory=set)
    edited: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    changed: list[Finding] = field(default_factory=list)

    def file_of(self, number: int) -> str:
        """Where an entry is, or would be."""
        if self.files is None:
            return self.file
        return self.files.get(number, genome_file(number))


def parquet_parts(
    directory: Path,
    stamps: Mapping[str, Stamp],
    digests: Mapping[str, object] | None,
    measured: Sequence[str],
) -> Iterator[Part]:
    """Read the shards, and tell of those that the metadata does not know.

    *digests* are those of the shards' bytes; None where no metadata tells of them yet.
    """
    for name, stamp in stamps.items():
        part = Part(f"{SHARDS}/{name}", stamp, stamp)
        path = directory / part.file
        try:
            found, _ = read_stamp(path)
            part.findings += _differences(part.file, stamp, found)
            part.stamp = replace(found, content=stamp.content)
            part.rows = read_shard(path, (*FIXED, *measured))
            part.changed += _changed(path, part.file, _told(digests, name))
        except ValueError as error:
            part.findings.append(Finding.of(part.file, "shard", "whole", str(error)))
        yield part
    if digests is not None:
        yield _strangers(directory, stamps, "*.parquet")


def file_parts(
    directory: Path,
    stamps: Mapping[str, Stamp],
    digests: Mapping[str, object] | None,
    measured: Sequence[str],
) -> Iterator[Part]:
    """Read the files of entries, shard by shard, and tell of those that the metadata does not know.

    *digests* are those of the stamps' bytes; None where no metadata tells of them yet: then there
    may be files of the shard that comes next.
    """
    there = {path.name for path in directory.glob(PATTERN)}
    known: set[str] = set()
    for name, stamp in stamps.items():
        part = Part(f"{SHARDS}/{name}", stamp, stamp)
        path = directory / part.file
        try:
            found, of_files = read_file_stamp(path)
            part.findings += _differences(part.file, stamp, found)
            part.stamp = replace(found, content=stamp.content)
            part.changed += _changed(path, part.file, _told(digests, name))
        except ValueError as error:
            part.findings.append(Finding.of(part.file, "shard", "a shard's stamp", str(error)))
            of_files = {n: "" for n in _numbers(there) if stamp.start <= n < stamp.stop}
        part.files = {number: genome_file(number) for number in of_files}
        known |= {*part.files.values()}
        _read_files(directory, part, part.files, measured)
        for number, digest in of_files.items():
            if number not in part.unread:
                file = part.file_of(number)
                part.changed += _changed(directory / file, file, digest or None, number)
        yield part
    if digests is None:
        return
    outside = _strangers(directory, stamps, "*.json")
    for file in sorted(there - known):
        told = f"one of the entries that {FILE} tells of"
        outside.findings.append(Finding.of(file, "file", told, "another"))
    yield outside


def published_parts(directory: Path, measured: Sequence[str]) -> Iterator[Part]:
    """Read files ``genome_*.json`` of which no metadata tells, numbered as `Bench` numbers them."""
    numbered, others = numbered_files(directory)
    for path, number in others.items():
        told = f"that of {numbered[number].name}"
        yield Part(
            path.name, None, None, findings=[Finding.of(path.name, "number", "of its own", told)]
        )
    order = [*numbered]
    for start in range(0, len(order), FILES_AT_ONCE):
        files = {number: numbered[number].name for number in order[start : start + FILES_AT_ONCE]}
        part = Part(".", None, None, files=files)
        _read_files(directory, part, files, measured, whole=False)
        yield part


def _numbers(names: set[str]) -> list[int]:
    """Those of files that are called as entries are."""
    numbers = {name: number_of(Path(name)) for name in names}
    return sorted(n for name, n in numbers.items() if n is not None and name == genome_file(n))


def _read_files(
    directory: Path,
    part: Part,
    files: Mapping[int, str],
    measured: Sequence[str],
    *,
    whole: bool = True,
) -> None:
    rows = []
    for number, file in files.items():
        path = directory / file
        try:
            rows.append(read_entry(path, number, (*FIXED, *measured), whole=whole))
        except FileNotFoundError:
            part.unread.add(number)
            part.findings.append(Finding.of(file, "file", "there", "none", number))
        except (OSError, ValueError) as error:
            part.unread.add(number)
            part.findings.append(Finding.of(file, "entry", "whole", str(error), number))
    part.rows = join(rows) if rows else None


def _told(digests: Mapping[str, object] | None, name: str) -> object:
    return None if digests is None else digests.get(name)


def _changed(path: Path, file: str, digest: object, number: int | None = None) -> Iterator[Finding]:
    """Whether a file has other bytes than it was written with, if that is known."""
    if digest is not None and (found := file_digest(path)) != digest:
        yield Finding.of(file, "sha256", str(digest), found, number)


def _differences(file: str, expected: Stamp, found: Stamp) -> Iterator[Finding]:
    there = asdict(found)
    for key, value in asdict(expected).items():
        if there[key] != value:
            yield Finding.of(file, key, f"{value}, as {FILE} says", there[key])


def _strangers(directory: Path, stamps: Mapping[str, Stamp], pattern: str) -> Part:
    names = sorted(path.name for path in (directory / SHARDS).glob(pattern))
    return Part(
        SHARDS,
        None,
        None,
        findings=[
            Finding.of(f"{SHARDS}/{name}", "file", f"one that {FILE} tells of", "another")
            for name in names
            if name not in stamps
        ],
    )
