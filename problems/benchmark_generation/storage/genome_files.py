"""Entries in the published layout: a file ``genome_*.json`` for each."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evograft.problems.benchmark_generation.storage.columns import (
    FIXED,
    NETWORK,
    Column,
    Lists,
    Rows,
    as_stored,
    genome_at,
    genome_columns,
    network_columns,
    value_at,
)
from evograft.representations import _check
from evograft.representations.files import replacing
from evograft.representations.morphogenesis import Genome, develop
from evograft.representations.morphogenesis.genome_file import genome_in, read_content

PATTERN = "genome_*.json"
_NUMBERED = re.compile(r"genome_([0-9]+)\.json")


def genome_file(number: int) -> str:
    """The name of an entry's file.

    >>> genome_file(123)
    'genome_000123.json'
    """
    return f"genome_{number:06d}.json"


LARGEST_NUMBER = 2**63 - 1
"""A name with more is one that does not number: numbers are int64."""


def number_of(path: Path) -> int | None:
    """The number that a file's name says, if it does."""
    found = _NUMBERED.fullmatch(path.name)
    number = int(found[1]) if found else None
    return number if number is None or number <= LARGEST_NUMBER else None


def numbered_files(directory: Path) -> tuple[dict[int, Path], dict[Path, int]]:
    """Files ``genome_*.json`` of which no metadata tells, by number; and those too many of one.

    Where not all names have a number, they are numbered in the order of their names. Of two with
    the same number, the one that is called as :func:`genome_file` calls it has it, else the first.

    Returns
    -------
    files : dict of int to Path
        In the order of the numbers.
    others : dict of Path to int
        With the number that another file has.
    """
    paths = sorted(directory.glob(PATTERN))
    named = [number_of(path) for path in paths]
    numbers = [*range(len(paths))] if None in named else [n for n in named if n is not None]
    files: dict[int, Path] = {}
    others: dict[Path, int] = {}
    for number, path in sorted(
        zip(numbers, paths, strict=True),
        key=lambda one: (one[0], one[1].name != genome_file(one[0]), one[1].name),
    ):
        if number in files:
            others[path] = number
        else:
            files[number] = path
    return files, others


def write_entry(directory: Path, rows: Rows, i: int) -> str:
    """Write the file of row *i*, and return the SHA-256 of its bytes, hexadecimal.

    Raises
    ------
    OSError
        Where it cannot be written, naming it.
    """
    number = value_at(rows["number"], i)
    xs, ys, sources, targets = (value_at(rows[name], i).tolist() for name in NETWORK)
    measured = {name: value_at(rows[name], i) for name in rows if name not in FIXED}
    content = {
        "number": number,
        "genome": genome_at(rows, i).to_dict(),
        "network": {
            "positions": [[x, y] for x, y in zip(xs, ys, strict=True)],
            "edges": [[source, target] for source, target in zip(sources, targets, strict=True)],
            "digest": value_at(rows["digest"], i),
        },
        # JSON knows no NaN.
        "metrics": {name: None if np.isnan(value) else value for name, value in measured.items()},
    }
    data = f"{json.dumps(content, allow_nan=False)}\n".encode()
    with replacing(directory / genome_file(number), binary=True) as file:
        file.write(data)
    return hashlib.sha256(data).hexdigest()


def read_entry(
    path: Path,
    number: int,
    columns: Sequence[str],
    *,
    digest: str | None = None,
    whole: bool = True,
) -> Rows:
    """Read some columns of one file as a single row; a network that it does not have is grown.

    Parameters
    ----------
    path : Path
        A file that :func:`write_entry` has written, or any published one that holds a genome.
    number : int
        What it is to have as ``number``, if it has any.
    columns : sequence of str
        Those that are not of every benchmark are read from its ``metrics``; null is NaN.
    digest : str, optional
        What :func:`write_entry` has returned.
    whole : bool
        Whether all metrics must be there; else those that are not are NaN.

    Raises
    ------
    ValueError
        Where it holds no valid genome, another number, a network that is none, lacks metrics, or
        has other bytes than it was written with.
    """
    data, content = read_content(path)
    try:
        genome = as_stored(Genome.from_dict(genome_in(path, content)))
        if content.get("number", number) != number:
            raise ValueError(f"number must be {number}, got {content['number']!r}")
        rows: Rows = {"number": np.array([number]), **genome_columns([genome])}
        if {*NETWORK, "digest"} & {*columns}:
            rows |= _read_network(content.get("network"), genome)
        if measured := [name for name in columns if name not in FIXED]:
            rows |= _read_metrics(content.get("metrics", {}), measured, whole=whole)
    except (TypeError, ValueError) as error:
        if str(path) in str(error):
            raise
        raise ValueError(f"{path} must hold an entry: {error}") from None
    if digest is not None and hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(
            f"{path} must have the bytes that it was written with, got others: it was changed "
            "afterwards"
        )
    return {name: rows[name] for name in columns}


def told_metrics(path: Path) -> tuple[str, ...]:
    """The names of the numbers that a file of which no metadata tells has as ``metrics``.

    Raises
    ------
    OSError, ValueError
        Where it cannot be read, or is no JSON.
    """
    _, content = read_content(path)
    metrics = content.get("metrics") if isinstance(content, Mapping) else None
    if not isinstance(metrics, Mapping):
        return ()
    return tuple(
        name
        for name, value in metrics.items()
        if name not in FIXED and (value is None or type(value) in (int, float))
    )


def is_ours(path: Path) -> bool:
    """Whether :func:`write_entry` has written a JSON file, going by its form."""
    _, content = read_content(path)
    network = content.get("network") if isinstance(content, Mapping) else None
    return isinstance(network, Mapping) and {"positions", "edges", "digest"} <= network.keys()


def _read_network(network: Any, genome: Genome) -> Rows:
    if not isinstance(network, Mapping) or not {"positions", "edges", "digest"} <= network.keys():
        return network_columns([develop(genome)])
    positions = _pairs("positions", network["positions"], (genome.size_x, genome.size_y))
    edges = _pairs("edges", network["edges"], (len(positions), len(positions)))
    columns: dict[str, Column] = {
        name: Lists.of([values], np.int32)
        for name, values in zip(NETWORK, (*positions.T, *edges.T), strict=True)
    }
    digest = network["digest"]
    if not isinstance(digest, str):
        raise TypeError(f"digest must be a text, got {digest!r}")
    return columns | {"digest": np.array([digest])}


def _pairs(name: str, value: Any, stops: tuple[int, int]) -> Any:
    """Integers (m, 2), from 0 to those of *stops* less 1."""
    array = np.array(value).reshape(-1, 2) if value == [] else np.array(value)
    integers = array.size == 0 or array.dtype.kind == "i"
    if array.ndim != 2 or array.shape[1] != 2 or not integers:
        raise ValueError(f"{name} must be pairs of integers, got others")
    if array.size and (array.min() < 0 or (array >= stops).any()):
        limits = " and ".join(str(stop - 1) for stop in stops)
        raise ValueError(f"{name} must be from 0 to {limits}, got others")
    return array.astype(np.int64)


def _read_metrics(metrics: Any, measured: Sequence[str], *, whole: bool) -> Rows:
    if not isinstance(metrics, Mapping):
        raise TypeError(f"metrics must be numbers by name, got {type(metrics).__name__}")
    missing = [name for name in measured if name not in metrics]
    if missing and whole:
        raise ValueError(f"metrics must have {missing[0]!r}, got none")
    return {name: np.array([_number(name, metrics.get(name))]) for name in measured}


def _number(name: str, value: Any) -> float:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return math.nan
    return _check.real(name, value)
