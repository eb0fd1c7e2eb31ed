"""Whether the metadata of a benchmark agrees with itself, and with a tier."""

import csv
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.data_card import CARD
from evograft.problems.benchmark_generation.given_genomes import SOURCES, GivenGenomes
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import SAMPLERS, Sampler, sampler
from evograft.problems.benchmark_generation.storage.file_stamps import read_file_stamp
from evograft.problems.benchmark_generation.storage.metadata import FILE, SHARDS, settings_digest
from evograft.problems.benchmark_generation.storage.parquet_shards import read_stamp
from evograft.problems.benchmark_generation.storage.shard_files import LAYOUTS
from evograft.problems.benchmark_generation.storage.stamps import Stamp, shard_name, totals
from evograft.problems.benchmark_generation.tiers import Tier
from evograft.problems.benchmark_generation.validation.finding import Finding
from evograft.representations.morphogenesis.development import check_growth_size

READ: dict[str, Callable[[Path], tuple[Stamp, object]]] = {
    ".parquet": read_stamp,
    ".json": read_file_stamp,
}
"""What reads the stamp of a shard's file, by its suffix."""


def checked_stamps(
    directory: Path, metadata: Mapping[str, Any]
) -> Generator[Finding, None, dict[str, Stamp]]:
    """Check the shards that the metadata tells of, and return their stamps.

    Where it tells of one what cannot be, the shard's own stamp is taken, so that the rest of the
    metadata and of the entries are compared with what there is.
    """
    shards = metadata.get("shards")
    if not isinstance(shards, list):
        yield Finding.of(FILE, "shards", "a list", shards)
        return {}
    stamps: dict[str, Stamp] = {}
    suffix = LAYOUTS[metadata["layout"]].suffix
    digests = [_digest(metadata)]
    expected = 0
    for i, shard in enumerate(shards):
        name = shard_name(i, suffix)
        try:
            file, stamp = shard["file"], Stamp.from_dict(shard)
            if not isinstance(shard.get("sha256"), str):
                raise ValueError("no sha256 of its file")
        except (KeyError, TypeError, ValueError) as error:
            yield Finding.of(FILE, f"shards[{i}]", "a shard's file and stamp", str(error))
            try:
                file, stamp = name, READ[suffix](directory / SHARDS / name)[0]
            except ValueError:
                continue
        if file != name:
            yield Finding.of(FILE, f"shards[{i}].file", name, file)
            continue
        if stamp.start != expected:
            yield Finding.of(FILE, f"shards[{i}].start", expected, stamp.start)
        yield from _settings(f"shards[{i}].settings", FILE, stamp, digests)
        stamps[file] = stamp
        expected = stamp.stop
    if len(stamps) == len(shards):
        yield from _totals(metadata, [*stamps.values()])
    return stamps


def stamps_so_far(
    directory: Path, metadata: Mapping[str, Any]
) -> Generator[Finding, None, dict[str, Stamp]]:
    """Check and return the stamps of the shards of a generation that has not ended."""
    stamps: dict[str, Stamp] = {}
    suffix = LAYOUTS[metadata["layout"]].suffix
    digests = [_digest(metadata)]
    for path in sorted((directory / SHARDS).glob(f"part-*{suffix}")):
        file = f"{SHARDS}/{path.name}"
        try:
            stamp = READ[suffix](path)[0]
        except ValueError as error:
            yield Finding.of(file, "shard", "whole", str(error))
            continue
        start = _start(path, metadata)
        if stamp.start != start:
            yield Finding.of(file, "start", f"{start}, by its name", stamp.start)
            continue
        yield from _settings("settings", file, stamp, digests)
        stamps[path.name] = stamp
    return stamps


def _start(path: Path, metadata: Mapping[str, Any]) -> int | None:
    """The first attempt of the shard that is called so, None where none is."""
    digits = path.stem.removeprefix("part-")
    per_shard = metadata.get("attempts_per_shard")
    if not digits.isdecimal() or not isinstance(per_shard, int):
        return None
    return int(digits) * per_shard


def _settings(field: str, file: str, stamp: Stamp, digests: list[str]) -> Iterator[Finding]:
    """Whether a stamp has the first of *digests*; the others have been told already."""
    if stamp.settings not in digests:
        digests.append(stamp.settings)
        yield Finding.of(file, field, digests[0], stamp.settings)


def checked_sampler(
    metadata: Mapping[str, Any], given: Sampler | None, unchecked: list[str]
) -> Generator[Finding, None, Sampler | None]:
    """Make the sampler that the metadata tells of, if it is one; or compare it with *given*.

    Of one that this package does not know, *unchecked* gets a sentence.
    """
    told = metadata.get("sampler")
    if given is not None:
        if told == given.describe():
            return given
        yield Finding.of(FILE, "sampler", given.describe(), told)
        return None
    name = told.get("name") if isinstance(told, dict) else None
    if isinstance(name, str) and name not in SAMPLERS:
        foreign = (
            f"sampler {name!r} is none of this package (validate takes it as sampler= in Python)"
        )
        files = (
            "they were given in files, which GivenGenomes.read(...) as sampler= in Python compares"
        )
        reason = files if name == "given" else foreign
        unchecked.append(f"genomes with those that are drawn, and attempts: {reason}")
        return None
    try:
        made = sampler(**metadata["sampler"])
        check_growth_size(made.genome(0))
        return made
    except (KeyError, TypeError, ValueError) as error:
        yield Finding.of(FILE, "sampler", "the settings of a sampler", str(error))
        return None


def checked_quality(metadata: Mapping[str, Any]) -> Generator[Finding, None, Quality | None]:
    """Make the filter that the metadata tells of, if it is one."""
    try:
        return Quality(**metadata["quality"])
    except (KeyError, TypeError, ValueError) as error:
        yield Finding.of(FILE, "quality", "the settings of a filter", str(error))
        return None


def checked_names(metadata: Mapping[str, Any]) -> Generator[Finding, None, tuple[str, ...]]:
    """The names of metrics and scores."""
    names: list[str] = []
    for key in ("metrics", "scores"):
        told = metadata.get(key)
        if isinstance(told, list) and all(isinstance(name, str) for name in told):
            names += told
        else:
            yield Finding.of(FILE, key, "a list of names", told)
    return tuple(names)


def check_tier(metadata: Mapping[str, Any], tier: Tier) -> Iterator[Finding]:
    """Check that the metadata is that of a tier."""
    for key, value in tier.settings().items():
        if metadata.get(key) != value:
            yield Finding.of(FILE, key, f"{value} in tier {tier.name}", metadata.get(key))


def check_card(directory: Path, content_hash: object) -> Iterator[Finding]:
    """Check that there is a data card with this content hash."""
    wanted = f"a data card with the content hash {content_hash}"
    try:
        text = (directory / CARD).read_text(encoding="utf-8")
    except (OSError, ValueError):
        yield Finding.of(CARD, "file", wanted, "none")
        return
    if str(content_hash) not in text:
        yield Finding.of(CARD, "content_hash", wanted, "one without it")


def check_sources(directory: Path, metadata: Mapping[str, Any]) -> Iterator[Finding]:
    """Check that there is a file for each entry of a benchmark of given genomes."""
    told = metadata.get("sampler")
    if not isinstance(told, dict) or told.get("name") != GivenGenomes.name:
        return
    entries = metadata.get("accepted")
    wanted = f"a table with the file of each of {entries} entries"
    try:
        with (directory / SOURCES).open(encoding="utf-8", newline="") as file:
            table = [*csv.reader(file)]
    except (OSError, ValueError, csv.Error):
        yield Finding.of(SOURCES, "file", wanted, "none")
        return
    rows = table[1:]
    if table[:1] != [["number", "file"]] or any(len(row) != 2 for row in rows):
        yield Finding.of(SOURCES, "file", wanted, "another")
    elif [number for number, _ in rows] != [str(i) for i in range(len(rows))]:
        yield Finding.of(SOURCES, "number", "0, 1 and so on", "others")
    elif len(rows) != entries:
        yield Finding.of(SOURCES, "file", wanted, f"one of {len(rows)}")


def _totals(metadata: Mapping[str, Any], stamps: list[Stamp]) -> Iterator[Finding]:
    for key, value in totals(stamps).items():
        if metadata.get(key) != value:
            yield Finding.of(FILE, key, f"that of its shards, {value}", metadata.get(key))


def _digest(metadata: Mapping[str, Any]) -> str:
    try:
        return settings_digest(metadata)
    except KeyError as error:
        return f"that of the settings, of which {error} is missing"
