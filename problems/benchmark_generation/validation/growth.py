"""Whether networks and metrics are those of the genomes, and rejections deserved."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.storage.columns import (
    NETWORK,
    Lists,
    Rows,
    count,
    value_at,
)
from evograft.problems.benchmark_generation.storage.stamps import RULES
from evograft.problems.benchmark_generation.units import Work, rejections
from evograft.problems.benchmark_generation.validation.entries import genome_or_none
from evograft.problems.benchmark_generation.validation.finding import Finding
from evograft.problems.benchmark_generation.validation.parts import Part
from evograft.problems.graph_target.graphs import tally
from evograft.representations.morphogenesis import develop

UNIT = 128
"""Attempts that are made again together."""

ENTRIES_AT_ONCE = 32
ABSOLUTE = 1e-9
"""Metrics may always differ by as much."""

Mapper = Callable[..., Iterable[Any]]


class Difference(NamedTuple):
    """What a row has that its genome does not give."""

    row: int
    field: str
    expected: Any
    found: Any


@dataclass(frozen=True)
class Regrowth:
    """Grows the genomes of rows again, measures the networks, and compares.

    Parameters
    ----------
    work : Work
        Whose measure and tasks are computed again.
    quality : Quality or None
        What networks have to pass.
    tolerance : float
        Relative, of metrics and scores.
    """

    work: Work
    quality: Quality | None
    tolerance: float

    def __call__(self, rows: Rows) -> list[Difference]:
        """Compare all of *rows*; those without a valid genome are left out."""
        found: list[Difference] = []
        for i in range(count(rows)):
            found += self._row(rows, i)
        return found

    def _row(self, rows: Rows, i: int) -> Iterator[Difference]:
        genome = genome_or_none(rows, i)
        if genome is None:
            return
        try:
            organism = develop(genome)
            again = self.work.entries([(value_at(rows["number"], i), organism)])[0]
        except ValueError as error:  # it is too large to grow, say
            yield Difference(i, "genome", "one that grows", str(error))
            return
        if self.quality is not None:
            (reason,) = self.quality.reasons(tally([organism]))
            if reason is not None:
                yield Difference(i, "quality", "accepted", f"rejected for {reason}")
        measured = [name for name in (*self.work.metrics, *self.work.scores) if name in rows]
        for name in (*NETWORK, "digest", *measured):
            expected, stored = value_at(again[name], 0), value_at(rows[name], i)
            close = self._close if name in measured else np.array_equal
            if not close(expected, stored):
                yield Difference(i, name, expected, stored)

    def _close(self, expected: float, found: float) -> bool:
        return bool(np.isclose(found, expected, rtol=self.tolerance, atol=ABSOLUTE, equal_nan=True))


def check_growth(
    part: Part, places: Sequence[int], regrowth: Regrowth, mapper: Mapper
) -> Iterator[Finding]:
    """Grow the entries at *places* of a part again, but those with an edited genome."""
    rows = part.rows or {}
    places = [place for place in places if value_at(rows["number"], place) not in part.edited]
    cuts = [
        places[start : start + ENTRIES_AT_ONCE] for start in range(0, len(places), ENTRIES_AT_ONCE)
    ]
    for cut, found in zip(cuts, mapper(regrowth, [_taken(rows, cut) for cut in cuts]), strict=True):
        for row, field, expected, stored in found:
            number = value_at(rows["number"], cut[row])
            yield Finding.of(part.file_of(number), field, expected, stored, number)


def check_attempts(
    part: Part, units: Sequence[tuple[int, int]], work: Work, mapper: Mapper
) -> Generator[Finding, None, dict[str, int]]:
    """Make the attempts of *units* of a part again: entries must be those that are accepted.

    Returns
    -------
    dict of str to int
        How many of them each rule rejects.
    """
    rows = part.rows or {"number": np.empty(0, np.int64)}
    # Entries that cannot be read are told of already.
    stored = np.union1d(np.asarray(rows["number"]), np.array(sorted(part.unread), np.int64))
    counted = dict.fromkeys(RULES, 0)
    for (start, stop), unit in zip(units, mapper(work, units), strict=True):
        found = stored[(stored >= start) & (stored < stop)]
        expected = np.asarray(unit.rows["number"])
        for number in np.setdiff1d(expected, found).tolist():
            file = part.file_of(number)
            yield Finding.of(file, "entry", "there, as it is accepted", "none", number)
        for number in np.setdiff1d(found, expected).tolist():
            reason = RULES[unit.codes[number - start]]
            file = part.file_of(number)
            yield Finding.of(file, "entry", f"none, rejected for {reason}", "one", number)
        for rule, n in rejections(unit.codes).items():
            counted[rule] += n
    return counted


def count_units(start: int, stop: int) -> int:
    """Into how many units these attempts are cut."""
    return -(-(stop - start) // UNIT)


def unit(start: int, stop: int, i: int) -> tuple[int, int]:
    """The attempts of unit *i*."""
    return start + i * UNIT, min(start + (i + 1) * UNIT, stop)


def _taken(rows: Rows, places: Sequence[int]) -> Rows:
    """The rows at *places*."""
    return {
        name: Lists.of([value_at(column, i) for i in places], column.values.dtype.type)
        if isinstance(column, Lists)
        else column[[*places]]
        for name, column in rows.items()
    }
