"""The entries of a benchmark some at a time, read so that damage is told and the rest still had."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from evograft.problems.benchmark_generation.storage.columns import FIXED, Rows, join
from evograft.problems.benchmark_generation.storage.genome_files import (
    PATTERN,
    number_of,
    read_entry,
)
from evograft.problems.benchmark_generation.storage.metadata import FILE, SHARDS, file_digest
from evograft.problems.benchmark_generation.storage.parquet_shards import (
    read_shard,
    read_stamp,
    require_pyarrow,
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
    stamp : Stamp or None
        As the metadata has it.
    rows : dict of columns, or None
        None where it cannot be read.
    files : dict of int to str
        By number, where entries have files of their own.
    findings : list of Finding
    """

    file: str
    stamp: Stamp | None
    rows: Rows | None = None
    files: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def file_of(self, number: int) -> str:
        """Where an entry is."""
        return self.files.get(number, self.file)


def parquet_parts(
    directory: Path,
    stamps: Mapping[str, Stamp],
    digests: Mapping[str, object],
    measured: Sequence[str],
) -> Iterator[Part]:
    """Read the shards, and tell of those that the metadata does not know."""
    require_pyarrow()
    for name, stamp in stamps.items():
        part = Part(f"{SHARDS}/{name}", stamp)
        part.findings += _changed(directory, part.file, digests[name])
        try:
            found, _ = read_stamp(directory / part.file)
            part.findings += _differences(part.file, stamp, found)
            part.rows = read_shard(directory / part.file, (*FIXED, *measured))
        except ValueError as error:
            part.findings.append(Finding.of(part.file, "shard", "whole", str(error)))
        yield part
    yield _strangers(directory, stamps, "*.parquet")


def file_parts(
    directory: Path,
    stamps: Mapping[str, Stamp],
    digests: Mapping[str, object],
    measured: Sequence[str],
) -> Iterator[Part]:
    """Read the files of entries, shard by shard, and tell of those that belong to none."""
    by_number: dict[int, str] = {}
    first = Part(FILE, None)
    for path in sorted(directory.glob(PATTERN)):
        number = number_of(path)
        if number is None or number in by_number:
            of_its_own = "genome_NUMBER.json, a number of its own"
            first.findings.append(Finding.of(path.name, "file", of_its_own, path.name))
        else:
            by_number[number] = path.name
    yield first
    for name, stamp in stamps.items():
        files = {n: by_number.pop(n) for n in sorted(by_number) if stamp.start <= n < stamp.stop}
        part = Part(f"{SHARDS}/{name}", stamp, files=files)
        try:
            text = (directory / part.file).read_text(encoding="utf-8")
            part.findings += _differences(part.file, stamp, Stamp.from_json(text))
        except (OSError, ValueError) as error:
            part.findings.append(Finding.of(part.file, "shard", "a shard's stamp", str(error)))
        part.findings += _changed(directory, part.file, digests[name])
        _read_files(directory, part, measured)
        yield part
    outside = _strangers(directory, stamps, "*.json")
    for number, file in by_number.items():
        outside.findings.append(
            Finding.of(file, "file", f"of an attempt that {FILE} tells of", "another", number)
        )
    yield outside


def published_parts(directory: Path) -> Iterator[Part]:
    """Read files ``genome_*.json`` of which no metadata tells, numbered as `Bench` numbers them."""
    paths = sorted(directory.glob(PATTERN))
    named = [number_of(path) for path in paths]
    numbers = [*range(len(paths))] if None in named else [n for n in named if n is not None]
    first: dict[int, str] = {}
    for number, path in sorted(zip(numbers, paths, strict=True)):
        if number in first:
            found = Finding.of(path.name, "number", "of its own", f"that of {first[number]}")
            yield Part(path.name, None, findings=[found])
        first.setdefault(number, path.name)
    order = [*first]
    for start in range(0, len(order), FILES_AT_ONCE):
        files = {number: first[number] for number in order[start : start + FILES_AT_ONCE]}
        part = Part(".", None, files=files)
        _read_files(directory, part, ())
        yield part


def _read_files(directory: Path, part: Part, measured: Sequence[str]) -> None:
    rows = []
    for number, file in part.files.items():
        try:
            rows.append(read_entry(directory / file, number, (*FIXED, *measured)))
        except (OSError, ValueError) as error:
            part.findings.append(Finding.of(file, "entry", "whole", str(error), number))
    part.rows = join(rows) if rows else None


def _changed(directory: Path, file: str, digest: object) -> Iterator[Finding]:
    """Whether a file that is there has other bytes than it was written with."""
    try:
        found = file_digest(directory / file)
    except OSError:
        return
    if found != digest:
        yield Finding.of(file, "sha256", str(digest), found)


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
        findings=[
            Finding.of(f"{SHARDS}/{name}", "file", f"one that {FILE} tells of", "another")
            for name in names
            if name not in stamps
        ],
    )


def count_published(directory: Path) -> int:
    """How many files ``genome_*.json`` there are."""
    return sum(1 for _ in directory.glob(PATTERN))
