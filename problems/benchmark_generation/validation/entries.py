"""Whether the entries of a part are those that the sampler draws and the stamp counts."""

from collections.abc import Generator, Iterator

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.samplers import Sampler
from evograft.problems.benchmark_generation.storage.columns import (
    Rows,
    content_hash,
    count,
    entry_hash,
    genome_at,
    value_at,
)
from evograft.problems.benchmark_generation.validation.finding import Finding
from evograft.problems.benchmark_generation.validation.parts import Part
from evograft.representations.morphogenesis import Genome
from evograft.representations.morphogenesis.genome_fields import FIELDS


def check_entries(part: Part, sampler: Sampler | None) -> Generator[Finding, None, bytes | None]:
    """Check numbers, genomes and the stamp's digest; what one cause explains is told once.

    Returns
    -------
    bytes or None
        The hashes of the entries, None where something is wrong with them.
    """
    stamp = part.stamp
    found = 0 if part.rows is None else count(part.rows)
    missing = stamp is not None and found + len(part.unread) != stamp.accepted
    if stamp is not None and missing and not part.findings:
        yield Finding.of(part.file, "accepted", f"{stamp.accepted} entries", f"{found}")
    if part.rows is None:
        return b"" if stamp is not None and stamp.accepted == 0 else None
    joined = yield from _check_rows(part, part.rows, sampler)
    if joined is None or missing or part.unread:
        return None
    if stamp is not None and content_hash([joined]) != stamp.content:
        if not part.findings:
            yield Finding.of(part.file, "content", stamp.content, content_hash([joined]))
        return None
    return joined


def _check_rows(
    part: Part, rows: Rows, sampler: Sampler | None
) -> Generator[Finding, None, bytes | None]:
    """Check all rows, and return their hashes if nothing is wrong."""
    numbers = np.asarray(rows["number"])
    wrong = [*_check_order(part, numbers)]
    inside = np.ones(len(numbers), bool)
    if part.stamp is not None:
        start, stop = part.stamp.start, part.stamp.stop
        inside = (numbers >= start) & (numbers < stop)
        if not inside.all():
            strange = int(numbers[~inside][0])
            expected = f"numbers from {start} to {stop - 1}"
            wrong.append(Finding.of(part.file, "number", expected, strange, strange))
    yield from wrong
    hashes = []
    for i, drawn_from in enumerate(inside.tolist()):
        hashes.append((yield from _check_genome(part, rows, i, sampler if drawn_from else None)))
    whole = [one for one in hashes if one is not None]
    return None if wrong or len(whole) < len(hashes) else b"".join(whole)


def _check_order(part: Part, numbers: npt.NDArray[np.int64]) -> Iterator[Finding]:
    for i in np.flatnonzero(np.diff(numbers) <= 0).tolist():
        expected = f"above that before it, {numbers[i]}"
        number = int(numbers[i + 1])
        yield Finding.of(part.file_of(number), "number", expected, number, number)


def _check_genome(
    part: Part, rows: Rows, i: int, sampler: Sampler | None
) -> Generator[Finding, None, bytes | None]:
    """Check the genome in row *i*, and return the entry's hash if nothing is wrong."""
    number = value_at(rows["number"], i)
    file = part.file_of(number)
    try:
        genome = genome_at(rows, i)
    except (TypeError, ValueError) as error:
        yield Finding.of(file, "genome", "valid", str(error), number)
        return None
    drawn = None
    if sampler is not None:
        try:
            drawn = sampler.genome(number)
        except (OSError, ValueError) as error:  # a sampler of files may not have it
            yield Finding.of(file, "genome", "one that the sampler draws", str(error), number)
            part.edited.add(number)
    if drawn is not None:
        for name in FIELDS:
            expected, found = getattr(drawn, name), getattr(genome, name)
            if not _same(expected, found):
                yield Finding.of(file, name, expected, found, number)
                part.edited.add(number)
    try:
        hashed = entry_hash(number, genome, value_at(rows["digest"], i))
    except ValueError:
        found = value_at(rows["digest"], i)
        yield Finding.of(file, "digest", "32 hexadecimal digits", found, number)
        return None
    return None if number in part.edited else hashed


def _same(one: object, other: object) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(np.array_equal, one, other))
    return bool(np.array_equal(one, other))  # type: ignore[arg-type]


def genome_or_none(rows: Rows, i: int) -> Genome | None:
    """The genome in row *i*, if it is valid."""
    try:
        return genome_at(rows, i)
    except (TypeError, ValueError):
        return None
