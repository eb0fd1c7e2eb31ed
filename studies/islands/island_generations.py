"""Islands: populations that evolve apart and exchange some individuals now and then."""

import math
import random
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from evograft.studies._generations import generations_of, resize, spent
from evograft.studies.checkpoint import Snapshot
from evograft.studies.islands.epochs import Epoch, Outcome
from evograft.studies.islands.innovation_numbers import numbered_apart
from evograft.studies.islands.migration import Migration
from evograft.studies.islands.streams import apart
from evograft.studies.run import Run


def island_generations(
    run: Run,
    population: Sequence[Any] | None,
    settings: Mapping[str, Any],
    migration: Migration,
    n: int,
) -> Iterator[None]:
    """Make and record generations on *n* islands, and yield after each epoch.

    An epoch ends where a migration is due, or with the last generation. The initial population,
    the one given or a new one, is an epoch of its own: it is made and evaluated as without islands,
    then divided.
    """
    if not run.islands:
        migration.require_room(_shares(settings["population"], n))
        next(generations_of(run, population, settings))
        _settle(run, _divided(run, n))
        yield
    else:
        migration.require_room([len(island.population) for island in run.islands])
    epoch = Epoch(run.toolbox, settings)
    while not spent(run, settings):
        if run.generation and run.generation % migration.every == 0:
            _migrate(run, migration)
        length = migration.every - run.generation % migration.every
        if "generations" in settings:
            length = min(length, settings["generations"] - run.generation)
        tasks = [(island, length) for island in run.islands]
        _gather(run, list(run.toolbox.map(epoch, tasks)))
        yield


def resize_islands(run: Run, population: int) -> None:
    """Keep the best of each island, or add new individuals, for *population* in all."""
    islands = []
    for island, size in zip(run.islands, _shares(population, len(run.islands)), strict=True):
        run.population = island.population
        resize(run, size)
        islands.append(replace(island, population=run.population))
    _settle(run, islands)


def require_islands(run: Run, islands: int | None) -> None:
    """Raise where a run that is resumed has another number of islands."""
    if len(run.islands) != (islands or 0):
        raise ValueError(
            f"islands must be that of the run to resume, {len(run.islands) or None}, got {islands}"
        )


def _divided(run: Run, n: int) -> tuple[Snapshot, ...]:
    """The islands of a run whose initial population is evaluated.

    Each has streams, and numbers for innovations, of its own.
    """
    toolbox = run.toolbox.state() if hasattr(run.toolbox, "state") else None
    islands, start = [], 0
    for number, size in enumerate(_shares(len(run.population), n)):
        own = run.population[start : start + size]
        start += size
        python = random.Random(random.getrandbits(64)).getstate()
        bits = np.random.randint(2**32, size=4, dtype=np.uint32)  # noqa: NPY002
        numpy = np.random.RandomState(bits).get_state()
        state = numbered_apart(apart(toolbox, number + 1), number, n, run.population)
        islands.append(Snapshot(0, own, [], [], state, python, numpy))
    return _on_their_own(run, islands)


def _migrate(run: Run, migration: Migration) -> None:
    populations = migration.exchange([island.population for island in run.islands])
    islands = [
        replace(island, population=population)
        for island, population in zip(run.islands, populations, strict=True)
    ]
    _settle(run, _on_their_own(run, islands))


def _on_their_own(run: Run, islands: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """The *islands* without an individual that two of them share: workers would not share it."""
    seen: set[int] = set()
    apart_now = []
    for island in islands:
        copies = {id(one): run.toolbox.clone(one) for one in island.population if id(one) in seen}
        seen |= {id(one) for one in island.population}
        population = [copies.get(id(one), one) for one in island.population]
        apart_now.append(replace(island, population=population))
    return tuple(apart_now)


def _gather(run: Run, outcomes: Sequence[Outcome]) -> None:
    """Record an epoch of all islands in the run."""
    for island, outcome in enumerate(outcomes):
        # A number of its own for each, though every island counts from 0.
        first = island * len(run.population)
        run.failures += [replace(each, number=first + each.number) for each in outcome.failures]
        for category, text in outcome.warnings:
            warnings.warn(text, category, stacklevel=2)
    _settle(run, [outcome.island for outcome in outcomes])
    run.consider([island.best[0] for island in run.islands])
    sign = run.best.fitness.weights[0]
    logs = [outcome.island.log for outcome in outcomes]
    sizes = [outcome.sizes for outcome in outcomes]
    for rows, counts in zip(zip(*logs, strict=True), zip(*sizes, strict=True), strict=True):
        row = _joined(rows, counts, sign)
        run.add_row(row)
        run.generation = row["gen"]


def _settle(run: Run, islands: Sequence[Snapshot]) -> None:
    run.islands = tuple(islands)
    run.population = [individual for island in islands for individual in island.population]


def _joined(rows: Sequence[Mapping[str, Any]], sizes: Sequence[int], sign: float) -> dict[str, Any]:
    """One row of the islands' rows of a generation: that of the best, means over all."""
    row = dict(max(rows, key=lambda row: sign * row["best"]))
    row["nevals"] = sum(each["nevals"] for each in rows)
    if failed := sum(each.get("failed", 0) for each in rows):
        row["failed"] = failed
    for name in ("mean", "genes"):
        if all(name in each for each in rows):
            total = math.fsum(size * each[name] for size, each in zip(sizes, rows, strict=True))
            row[name] = total / sum(sizes)
    return row


def _shares(total: int, n: int) -> list[int]:
    """Sizes of *n* islands, which differ by one at most; or raise where there are too few."""
    if total < 2 * n:
        raise ValueError(f"population must be at least 2 for each of {n} islands, got {total}")
    return [total // n + (number < total % n) for number in range(n)]
