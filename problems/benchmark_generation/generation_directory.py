"""The directory of a generation: made, locked, and fit to begin or go on in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.storage.metadata import (
    FILE,
    SETTINGS,
    SHARDS,
    read_metadata,
)
from evograft.representations.directory_lock import locked
from evograft.representations.files import remove_partial_files


@contextmanager
def entered(path: Path, settings: Mapping[str, Any], *, resume: bool) -> Iterator[dict[str, Any]]:
    """Make *path* a directory that a generation with *settings* can work in, and keep others out.

    Where that or the generation fails, what was made and is still empty goes again. Gives the
    metadata that was there, none for a new directory.

    Raises
    ------
    ValueError
        Where it is in use, cannot be written, is neither new nor empty nor resumed, or holds
        something else or other settings.
    OSError
        Where it cannot be made.
    """
    with _folder(path), locked(path):
        before = _checked_before(path, settings, resume=resume)
        _make_folder(path / SHARDS)
        for folder in (path, path / SHARDS):
            remove_partial_files(folder)
        yield before


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    """Make the folder *path* if there is none; where that fails, what is empty goes again."""
    new = [folder for folder in (path / SHARDS, path, *path.parents) if not folder.exists()]
    try:
        _make_folder(path)
        yield
    except BaseException:
        for folder in new:
            with suppress(OSError):  # it is not empty, say
                folder.rmdir()
        raise


def _checked_before(path: Path, settings: Mapping[str, Any], *, resume: bool) -> dict[str, Any]:
    """Return the metadata that is there, of which a generation with *settings* can go on."""
    there = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
    if there == [path / SHARDS] and _is_empty(path / SHARDS):
        there = []  # a kill can leave it before there is anything else
    if there and not resume:
        raise ValueError(
            f"directory must be new or empty, got {str(path)!r} (resume goes on with what is there)"
        )
    before: dict[str, Any] = {}
    if there:
        before = read_metadata(path)
        if "format" not in before:
            raise ValueError(
                f"directory must be that of a generation to resume, got no {FILE} of one in "
                f"{str(path)!r}"
            )
        for key in SETTINGS:
            if before.get(key) != settings[key]:
                raise ValueError(
                    f"{key} must be as before to resume, {before.get(key)}, got {settings[key]}"
                )
    return before


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and all(entry.name.startswith(".") for entry in folder.iterdir())


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(error.errno, f"{path} cannot be made: {error.strerror}") from None
