"""Checkpoints: everything a run needs to go on as if it had never stopped."""

import hashlib
import os
import pickle
import random
import shutil
import struct
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from deap import base

from evograft.representations.files import PARTIAL, replacing, sync_directory

FORMAT = 2

_FIRST_LINE = b"evograft checkpoint %d\n" % FORMAT
_SUMS = struct.Struct("<Q32s")
"""After the first line: length and SHA-256 of the pickle that follows. A pickle that is cut off or
has a wrong bit can load as something else."""


@dataclass(frozen=True)
class Snapshot:
    """The state of a run between two generations.

    Attributes
    ----------
    generation : int
        The last finished one; 0 is the initial population.
    population, best : list, list
        Individuals; *best* are those of the hall of fame.
    log : list of dict
        One row per generation.
    toolbox : object
        What ``toolbox.state()`` gave, None where there is no such alias.
    random, numpy : tuple
        States of the two global generators.
    seconds : float
        Time spent in the run so far.
    islands : tuple of Snapshot
        Those of the populations that evolve apart; empty where there is only one.
    """

    generation: int
    population: list[Any]
    best: list[Any]
    log: list[dict[str, Any]]
    toolbox: Any
    random: Any
    numpy: Any
    seconds: float = 0.0
    islands: tuple["Snapshot", ...] = ()

    @classmethod
    def take(
        cls,
        toolbox: base.Toolbox,
        generation: int,
        population: list[Any],
        best: list[Any],
        log: list[dict[str, Any]],
        *,
        seconds: float = 0.0,
        islands: Sequence["Snapshot"] = (),
    ) -> "Snapshot":
        """Take the state as it is now. Individuals are not copied: DEAP's loops clone before
        they change one."""
        state = toolbox.state() if hasattr(toolbox, "state") else None
        return cls(
            generation,
            list(population),
            list(best),
            list(log),
            state,
            random.getstate(),
            np.random.get_state(),  # noqa: NPY002 (the user's operators may draw from it)
            seconds,
            tuple(islands),
        )

    def restore(self, toolbox: base.Toolbox) -> None:
        """Put the toolbox and both global generators back to this state."""
        if hasattr(toolbox, "restore"):
            toolbox.restore(self.toolbox)
        random.setstate(self.random)
        np.random.set_state(self.numpy)  # noqa: NPY002

    def save(self, path: Path, *, previous: Path | None = None) -> None:
        """Write the checkpoint to *path*, whole or not at all.

        The checkpoint that is there becomes *previous* if that is given, in a way that at every
        moment one of both is whole; what is not whole takes nobody's place.

        Raises
        ------
        OSError
            Where it cannot be written, naming the file; what was there is as it was.
        """
        content = pickle.dumps(_to_dict(self))
        with replacing(path, binary=True) as file:
            file.write(_FIRST_LINE + _SUMS.pack(len(content), hashlib.sha256(content).digest()))
            file.write(content)
            # Only when the new one is on the disk may the one before the newest go.
            file.flush()
            os.fsync(file.fileno())
            if previous is not None:
                _set_aside(path, previous)
        sync_directory(path.parent)


def load_snapshot(path: Path) -> Snapshot:
    """Read a checkpoint. It is a pickle, which can run code: read only your own.

    Raises
    ------
    ValueError
        Where there is none, or it is cut off, damaged, foreign or of another format.
    """
    content = _read(path)
    try:
        return _from_dict(pickle.loads(content))
    except Exception as error:  # a class that has changed or is gone can raise anything
        raise ValueError(f"{path} is no readable checkpoint: {error}") from error


def load_newest(newest: Path, previous: Path) -> Snapshot:
    """Read *newest*, or *previous* where that cannot be read.

    Raises
    ------
    ValueError
        Where none can be read, saying why.

    Warns
    -----
    UserWarning
        Where it is not the newest, saying why.
    """
    try:
        return load_snapshot(newest)
    except ValueError as error:
        unreadable = error
    if not newest.exists() and not previous.exists():
        raise unreadable
    try:
        snapshot = load_snapshot(previous)
    except ValueError as error:
        raise ValueError(f"{unreadable}; {error}") from None
    warnings.warn(
        f"{unreadable}; the run goes on from generation {snapshot.generation}, of {previous.name}",
        stacklevel=3,
    )
    return snapshot


def _read(path: Path) -> bytes:
    """The pickle in a checkpoint that is whole."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"{path} does not exist: there is no checkpoint to resume from") from None
    except OSError as error:
        raise ValueError(f"{path} is no readable checkpoint: {error.strerror}") from error
    begin = len(_FIRST_LINE) + _SUMS.size
    if not content.startswith(_FIRST_LINE[: len(content)]):
        raise ValueError(f"{path} is no checkpoint of format {FORMAT}")
    if len(content) < begin:
        raise ValueError(
            f"{path} is no readable checkpoint: it is cut off after {len(content)} bytes"
        )
    length, digest = _SUMS.unpack_from(content, len(_FIRST_LINE))
    pickled = content[begin:]
    if len(pickled) < length:
        raise ValueError(
            f"{path} is no readable checkpoint: it is cut off after {len(content)} of "
            f"{begin + length} bytes"
        )
    if len(pickled) > length or hashlib.sha256(pickled).digest() != digest:
        raise ValueError(f"{path} is no readable checkpoint: it is damaged")
    return pickled


def _set_aside(newest: Path, previous: Path) -> None:
    """Let *previous* be what *newest* is, unless that cannot be read."""
    try:
        _read(newest)
    except ValueError:
        return
    twin = previous.with_name(f".{previous.name}{PARTIAL}")
    twin.unlink(missing_ok=True)
    try:
        try:
            os.link(newest.resolve(), twin)
        except OSError:  # a file system without hard links
            shutil.copyfile(newest, twin)
        twin.replace(previous)
    finally:
        # Still there also where both names are of one file: then replacing does nothing.
        twin.unlink(missing_ok=True)


def _to_dict(snapshot: Snapshot) -> dict[str, Any]:
    # Not the class itself, so that a later version can read it whatever its class is like.
    return vars(snapshot) | {"islands": [_to_dict(island) for island in snapshot.islands]}


def _from_dict(fields: Mapping[str, Any]) -> Snapshot:
    return Snapshot(**{**fields, "islands": tuple(map(_from_dict, fields["islands"]))})
