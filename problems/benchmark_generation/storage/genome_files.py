"""Entries in the published layout: a file ``genome_*.json`` for each."""

import json
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
    genome_at,
    genome_columns,
    network_columns,
    value_at,
)
from evograft.representations import _check
from evograft.representations.files import replacing
from evograft.representations.morphogenesis import Genome, develop

PATTERN = "genome_*.json"
_NUMBERED = re.compile(r"genome_(\d+)\.json")


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


def write_entry(directory: Path, rows: Rows, i: int) -> None:
    """Write the file of row *i*.

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
    with replacing(directory / genome_file(number)) as file:
        json.dump(content, file, allow_nan=False)
        file.write("\n")


def read_entry(path: Path, number: int, columns: Sequence[str]) -> Rows:
    """Read some columns of one file as a single row; a network that it does not have is grown.

    Parameters
    ----------
    path : Path
        A file that :func:`write_entry` has written, or any published one that holds a genome.
    number : int
        What it is to have as ``number``, if it has any.
    columns : sequence of str
        Those that are not of every benchmark are read from its ``metrics``; null is NaN.

    Raises
    ------
    ValueError
        Where it holds no valid genome, another number, a network that is none, or lacks metrics.
    """
    genome = Genome.load(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        if content.get("number", number) != number:
            raise ValueError(f"number must be {number}, got {content['number']!r}")
        rows: Rows = {"number": np.array([number]), **genome_columns([genome])}
        if {*NETWORK, "digest"} & {*columns}:
            rows |= _read_network(content.get("network"), genome)
        if measured := [name for name in columns if name not in FIXED]:
            rows |= _read_metrics(content.get("metrics", {}), measured)
        return {name: rows[name] for name in columns}
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} must hold an entry: {error}") from None


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


def _read_metrics(metrics: Any, measured: Sequence[str]) -> Rows:
    if not isinstance(metrics, Mapping):
        raise TypeError(f"metrics must be numbers by name, got {type(metrics).__name__}")
    if missing := [name for name in measured if name not in metrics]:
        raise ValueError(f"metrics must have {missing[0]!r}, got none")
    return {
        name: np.array([np.nan if metrics[name] is None else _check.real(name, metrics[name])])
        for name in measured
    }
