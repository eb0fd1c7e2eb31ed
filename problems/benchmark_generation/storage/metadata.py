"""The file ``generation_metadata.json``: how a benchmark was made, and what it holds."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.storage.columns import content_hash
from evograft.problems.benchmark_generation.storage.stamps import (
    REMEDY,
    Stamp,
    check_order,
    shard_name,
    totals,
)
from evograft.representations.files import replacing

FILE = "generation_metadata.json"
FORMAT = 1
SHARDS = "shards"
"""The folder of the shards, or of the stamps where entries have files of their own."""

SUFFIXES = {"parquet": ".parquet", "json": ".json"}
"""How the files of shards end, by layout."""

SETTINGS = (
    "format",
    "layout",
    "sampler",
    "quality",
    "measure",
    "metrics",
    "tasks",
    "task_seeds",
    "fidelities",
    "scores",
    "attempts_per_shard",
)
"""Keys of what decides on the entries and the form of the shards."""

OURS = {"sampler", "quality"}
"""Keys by which the file is told from that of others with the same name."""

PACKAGES = ("evograft", "numpy", "scipy", "numba", "pyarrow")


def settings_digest(settings: Mapping[str, Any]) -> str:
    """A digest of the values of :data:`SETTINGS`."""
    text = json.dumps({key: settings[key] for key in SETTINGS}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_metadata(directory: Path) -> dict[str, Any]:
    """Read the file of *directory*; empty where there is none, or one of others.

    Raises
    ------
    ValueError
        Where it is no JSON, or of another format than ours.
    """
    path = directory / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, OSError) as error:
        raise ValueError(f"{path} must be a JSON file, got none: {error}") from None
    if not isinstance(data, dict) or not data.keys() >= OURS:
        return {}
    if data.get("format") != FORMAT:
        raise ValueError(f"{path} must be of format {FORMAT}, got {data.get('format')!r}")
    return data


def write_begun(directory: Path, settings: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Write the settings of a generation that begins, or goes on, and how much is asked for."""
    _write(directory, {**settings, "asked": asked, "complete": False})


def write_complete(
    directory: Path,
    settings: Mapping[str, Any],
    asked: Mapping[str, Any],
    stamps: Mapping[str, Stamp],
    hashes: list[bytes],
) -> dict[str, Any]:
    """Write what a finished generation has made, and return it.

    Parameters
    ----------
    directory : Path
    settings, asked : mapping
    stamps : mapping of str to Stamp
        By the file names of the shards, in their order.
    hashes : list of bytes
        The hashes of the entries of each shard.
    """
    data = {
        **settings,
        "asked": asked,
        "complete": True,
        **totals([*stamps.values()]),
        "content_hash": content_hash(hashes),
        "versions": {name: _version(name) for name in PACKAGES},
        "shards": [
            {"file": file, "sha256": file_digest(directory / SHARDS / file), **stamp.to_dict()}
            for file, stamp in stamps.items()
        ],
    }
    _write(directory, data)
    return data


def stamps_of(directory: Path, metadata: Mapping[str, Any]) -> dict[str, Stamp]:
    """The stamps that *metadata* tells of, by file.

    Raises
    ------
    ValueError
        Where they do not follow each other, are called otherwise than shards are, or do not add up
        to what it says itself.
    """
    path = directory / FILE
    try:
        stamps = {str(shard["file"]): Stamp.from_dict(shard) for shard in metadata["shards"]}
        suffix = SUFFIXES[metadata["layout"]]
        check_order(stamps)
        said = {key: metadata[key] for key in ("accepted", "attempts", "rejected")}
        digest = settings_digest(metadata)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} must tell of shards, got {error}") from None
    check_shard_names(stamps, suffix)
    listed = list(stamps.values())
    found = totals(listed)
    for key, value in said.items():
        if value != found[key]:
            raise ValueError(
                f"{path} must have {key} that are those of its shards, {found[key]}, got {value}"
            )
    if any(stamp.settings != digest for stamp in listed):
        raise ValueError(f"{path} must have the settings of its shards, got others")
    return stamps


def told_digests(metadata: Mapping[str, Any]) -> dict[str, object]:
    """The SHA-256 of the bytes of shards, or of the stamps, that *metadata* tells of, by file."""
    shards = metadata.get("shards")
    told = (
        [shard for shard in shards if isinstance(shard, dict)] if isinstance(shards, list) else []
    )
    return {str(shard.get("file")): shard.get("sha256") for shard in told}


def check_shard_names(files: Iterable[str], suffix: str) -> None:
    """Raise ValueError where metadata tells of other files than those of shards 0, 1, …."""
    for number, file in enumerate(files):
        expected = shard_name(number, suffix)
        if file != expected:
            raise ValueError(f"{FILE} must tell of {expected} among its shards, got {file!r}")


def check_bytes(path: Path, digest: object) -> None:
    """Raise ValueError where the file *path* of a shard has other bytes than it was written with.

    In layout "json" it has the stamp, which tells of the bytes of the entries' files.
    """
    if file_digest(path) != digest:
        raise ValueError(
            f"{path} must have the bytes that {FILE} tells of, got others: it was changed "
            f"afterwards; {REMEDY}"
        )


def resuming(directory: Path, metadata: Mapping[str, Any]) -> str:
    """How a generation that was interrupted goes on, in words."""
    told = metadata.get("sampler")
    name = told.get("name") if isinstance(told, Mapping) else None
    if name in ("random", "stratified"):
        return f"evograft bench generate --out {directory} --resume goes on"
    if name == "given":
        return f"evograft bench measure GENOMES {directory} --resume goes on"
    return "generate(..., resume=True) goes on"


def check_seeds(metadata: Mapping[str, Any]) -> None:
    """Raise ValueError where there are fewer scores than seeds, each of which has its own.

    Before anything is made of the seeds: their number may be any.
    """
    seeds, scores = metadata.get("task_seeds"), metadata.get("scores")
    most = len(scores) if isinstance(scores, list) else 0
    if metadata.get("tasks") and isinstance(seeds, int) and seeds > most:
        raise ValueError(
            f"task_seeds in {FILE} must have scores of their own, got {seeds} of {most}"
        )


def measured_names(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of metrics and scores."""
    return (*metadata.get("metrics", ()), *metadata.get("scores", ()))


def _write(directory: Path, data: Mapping[str, Any]) -> None:
    with replacing(directory / FILE) as file:
        json.dump(data, file, indent=2)
        file.write("\n")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
