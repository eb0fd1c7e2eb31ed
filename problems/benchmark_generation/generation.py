"""The generation of a benchmark: draw, grow, filter, measure, write; and go on after a kill."""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from evograft.problems.benchmark_generation.data_card import CARD, write_card
from evograft.problems.benchmark_generation.function_names import function_name
from evograft.problems.benchmark_generation.generation_directory import entered
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import Sampler
from evograft.problems.benchmark_generation.shard_making import Limits, ShardMaking
from evograft.problems.benchmark_generation.storage.columns import content_hash
from evograft.problems.benchmark_generation.storage.metadata import (
    FORMAT,
    check_bytes,
    check_shard_names,
    settings_digest,
    told_digests,
    write_begun,
    write_complete,
)
from evograft.problems.benchmark_generation.storage.shard_files import LAYOUTS, ShardFiles
from evograft.problems.benchmark_generation.tasks import Task
from evograft.problems.benchmark_generation.tasks.task import FIDELITIES
from evograft.problems.benchmark_generation.units import Measure, Work, check_names, metric_names
from evograft.representations import _check

Layout = Literal["parquet", "json"]

_QUALITY = Quality()


@dataclass(frozen=True)
class Report:
    """What a generation has made.

    Attributes
    ----------
    directory : Path
    accepted : int
        Entries; fewer than asked for where the attempts were limited.
    attempts : int
        Up to that of the last entry.
    rejected : dict of str to int
        Attempts by the rule that they broke first: neurons, edges, coverage, disconnected.
    content_hash : str
        SHA-256 of numbers, genomes and digests of the networks of all entries in order. It does
        not depend on layout, shards, workers or interruptions.
    seconds : float
        Of this call.
    size : int
        Bytes of the shards, or of the entries' files.
    """

    directory: Path
    accepted: int
    attempts: int
    rejected: dict[str, int]
    content_hash: str
    seconds: float
    size: int

    @property
    def acceptance(self) -> float:
        """Entries per attempt, NaN without any."""
        return self.accepted / self.attempts if self.attempts else float("nan")


def generate(
    directory: str | os.PathLike[str],
    sampler: Sampler,
    *,
    accepted: int,
    quality: Quality = _QUALITY,
    measure: Measure | None = None,
    tasks: Sequence[Task] = (),
    task_seeds: int = 3,
    fidelities: Sequence[str] = ("high",),
    map: Callable[..., Iterable[Any]] = map,
    layout: Layout = "parquet",
    attempts: int | None = None,
    attempts_per_shard: int = 20_000,
    attempts_per_unit: int = 128,
    resume: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> Report:
    """Write the first so many genomes of a sampler that grow into good enough networks.

    Parameters
    ----------
    directory : path
        New or empty, unless it is resumed. It is locked meanwhile: nobody else can generate into
        it.
    sampler : Sampler
        Such as `RandomSampler`.
    accepted : int, at least 1
        Entries to make.
    quality : Quality
        Which networks are accepted.
    measure : callable, optional
        Takes an `Organism` and gives numbers by name, always the same names: the metrics. NaN
        where one is not defined. The metadata names it: it is a function of a module, a partial of
        one that binds plain values, or has a method ``describe()`` that gives its settings.
    tasks : sequence of Task
        What each entry is scored on, with different names: see
        `evograft.problems.benchmark_generation.tasks`, whose `score_columns` names the columns.
    task_seeds : int, at least 1
        Evaluation seeds of each task, from 0 on.
    fidelities : sequence of str
        At which every task is evaluated: different ones of ``low``, ``medium`` and ``high``.
    map : callable
        With the signature of the built-in one and results in order, such as those of
        `evograft.studies.engines` or an executor's. What it calls pickles if *sampler*, *measure*
        and *tasks* do. It is called with at most a shard's units at a time.
    layout : "parquet" or "json"
        Shards as Parquet files, which needs the extra ``parquet``; or one file
        ``genome_000123.json`` for each entry.
    attempts : int, at least 1, optional
        Make no more attempts than these, and end with fewer entries if need be.
    attempts_per_shard, attempts_per_unit : int, at least 1
        A shard is written as a whole, and is what a kill can cost; it has to fit into memory. A
        unit is what is sent to a worker. Neither changes the entries.
    resume : bool
        Go on with what is in *directory*, whose settings must be the same, other than *accepted*
        and *attempts*, which may have grown. Finished shards are read and checked, and a finished
        benchmark stays as it is until the first shard is made that it grows by.
    progress : callable, optional
        Called with the entries and the attempts so far, neither of which ever falls: before the
        first attempt that this call makes, as units are done, and at the end.

    Returns
    -------
    Report

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule, *directory* is in use or not as it must be, or a
        finished shard is damaged or has been changed, which is named; or where shards that were
        removed and are made again leave more than *accepted* entries. What is refused leaves
        nothing behind.
    OSError
        Where a file cannot be written, which is named. Finished shards stay.

    Notes
    -----
    Randomness: that of the sampler. The entries depend on sampler and quality alone.

    Examples
    --------
    >>> import tempfile
    >>> from evograft.problems.benchmark_generation.dataset import Bench
    >>> from evograft.problems.benchmark_generation.samplers import RandomSampler
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = generate(folder, RandomSampler(1, size=(8, 8)), accepted=3, layout="json")
    ...     Bench.open(folder).numbers
    array([1, 2, 3])
    >>> report.attempts, report.rejected
    (4, {'neurons': 1, 'edges': 0, 'coverage': 0, 'disconnected': 0})
    """
    began = time.monotonic()
    limits = Limits(
        accepted=_check.integer("accepted", accepted, minimum=1),
        attempts=None if attempts is None else _check.integer("attempts", attempts, minimum=1),
        shard=_check.integer("attempts_per_shard", attempts_per_shard, minimum=1),
        unit=_check.integer("attempts_per_unit", attempts_per_unit, minimum=1),
    )
    _check.choice("layout", layout, LAYOUTS)
    _check.integer("task_seeds", task_seeds, minimum=1)
    for fidelity in fidelities:
        _check.choice("fidelities", fidelity, FIDELITIES)
    _check_different("fidelities", fidelities)
    _check_different("tasks", [task.name for task in tasks])
    work = Work(
        sampler,
        quality,
        measure,
        metric_names(measure),
        tuple(tasks),
        task_seeds,
        tuple(fidelities),
    )
    settings = _settings(work, layout, limits.shard)
    path = Path(directory)
    files = LAYOUTS[layout](path)
    asked = {"accepted": accepted, "attempts": attempts}
    with entered(path, settings, resume=resume) as before:
        making = ShardMaking(work, files, limits, settings_digest(settings), map, progress)
        # Before anything is written: what is refused stays as it was.
        told = told_digests(before)
        check_shard_names(told, files.suffix)
        making.check(len(told))
        _check_told(files, told)
        begin = partial(_begin, path, settings, asked)
        if not before.get("complete"):
            begin()
        # A finished one stays so until there is something to add to it.
        stamps, hashes = making.run(begin)
        data = write_complete(path, settings, asked, stamps, hashes)
        write_card(path, data)
    return Report(
        directory=path,
        accepted=data["accepted"],
        attempts=data["attempts"],
        rejected=data["rejected"],
        content_hash=content_hash(hashes),
        seconds=time.monotonic() - began,
        size=files.size(),
    )


def _settings(work: Work, layout: str, attempts_per_shard: int) -> dict[str, Any]:
    check_names((*work.metrics, *work.scores))
    measure = work.measure
    return {
        "format": FORMAT,
        "layout": layout,
        "sampler": work.sampler.describe(),
        "quality": work.quality.describe(),
        "measure": None if measure is None else function_name("measure", measure),
        "metrics": [*work.metrics],
        "tasks": [task.describe() for task in work.tasks],
        "task_seeds": work.task_seeds,
        "fidelities": [*work.fidelities],
        "scores": [*work.scores],
        "attempts_per_shard": attempts_per_shard,
    }


def _begin(path: Path, settings: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    write_begun(path, settings, asked)
    (path / CARD).unlink(missing_ok=True)  # it tells of what was there


def _check_told(files: ShardFiles, told: Mapping[str, object]) -> None:
    """Shards that finished metadata tells of are those that were written, or are made again."""
    for number, digest in enumerate(told.values()):
        if files.path(number).exists():
            check_bytes(files.path(number), digest)


def _check_different(name: str, values: Sequence[str]) -> None:
    for i, value in enumerate(values):
        if value in values[:i]:
            raise ValueError(f"{name} must be different from each other, got {value!r} twice")
