"""Whether the metadata of a benchmark agrees with itself, and with a tier."""

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.data_card import CARD
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import Sampler, sampler
from evograft.problems.benchmark_generation.storage.metadata import FILE, settings_digest
from evograft.problems.benchmark_generation.storage.shard_files import LAYOUTS
from evograft.problems.benchmark_generation.storage.stamps import Stamp, shard_name, totals
from evograft.problems.benchmark_generation.tiers import Tier
from evograft.problems.benchmark_generation.validation.finding import Finding


def checked_stamps(metadata: Mapping[str, Any]) -> Generator[Finding, None, dict[str, Stamp]]:
    """Check the shards that the metadata tells of, and return the stamps that can be read."""
    shards = metadata.get("shards")
    if not isinstance(shards, list):
        yield Finding.of(FILE, "shards", "a list", shards)
        return {}
    stamps: dict[str, Stamp] = {}
    layout = LAYOUTS.get(str(metadata.get("layout")))
    suffix = "" if layout is None else layout.suffix
    digest = _digest(metadata)
    expected = 0
    for i, shard in enumerate(shards):
        try:
            file, stamp = shard["file"], Stamp.from_dict(shard)
        except (KeyError, TypeError, ValueError) as error:
            yield Finding.of(FILE, f"shards[{i}]", "a shard's file and stamp", str(error))
            continue
        if file != shard_name(i, suffix):
            yield Finding.of(FILE, f"shards[{i}].file", shard_name(i, suffix), file)
            continue
        if stamp.start != expected:
            yield Finding.of(FILE, f"shards[{i}].start", expected, stamp.start)
        if stamp.settings != digest:
            yield Finding.of(FILE, f"shards[{i}].settings", digest, stamp.settings)
        stamps[file] = stamp
        expected = stamp.stop
    yield from _totals(metadata, [*stamps.values()])
    return stamps


def shard_digests(metadata: Mapping[str, Any], stamps: Mapping[str, Stamp]) -> dict[str, object]:
    """What the metadata says of the bytes of the files of *stamps*."""
    suffix = LAYOUTS[metadata["layout"]].suffix
    names = [shard_name(i, suffix) for i in range(len(metadata["shards"]))]
    return {
        name: shard.get("sha256")
        for name, shard in zip(names, metadata["shards"], strict=True)
        if name in stamps
    }


def checked_sampler(metadata: Mapping[str, Any]) -> Generator[Finding, None, Sampler | None]:
    """Make the sampler that the metadata tells of, if it is one."""
    try:
        return sampler(**metadata["sampler"])
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


def check_card(directory: Path, metadata: Mapping[str, Any]) -> Iterator[Finding]:
    """Check that there is a data card with the content hash of the metadata."""
    wanted = f"a data card with the content hash {metadata.get('content_hash')}"
    try:
        text = (directory / CARD).read_text(encoding="utf-8")
    except (OSError, ValueError):
        yield Finding.of(CARD, "file", wanted, "none")
        return
    if str(metadata.get("content_hash")) not in text:
        yield Finding.of(CARD, "content_hash", wanted, "one without it")


def _totals(metadata: Mapping[str, Any], stamps: list[Stamp]) -> Iterator[Finding]:
    for key, value in totals(stamps).items():
        if metadata.get(key) != value:
            yield Finding.of(FILE, key, f"that of its shards, {value}", metadata.get(key))


def _digest(metadata: Mapping[str, Any]) -> str:
    try:
        return settings_digest(metadata)
    except KeyError as error:
        return f"that of the settings, of which {error} is missing"
