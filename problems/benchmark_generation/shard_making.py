"""The shards of a generation, one after the other: those that are there, then new ones."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from evograft.problems.benchmark_generation.storage.columns import Rows, content_hash
from evograft.problems.benchmark_generation.storage.shard_files import ShardFiles, check_shard
from evograft.problems.benchmark_generation.storage.stamps import Stamp
from evograft.problems.benchmark_generation.units import Unit, Work, cut, rejections

RESERVE = 1.1
"""Attempts that are made at a time, over what the yield so far asks for."""

FIRST_UNITS = 16
"""Units that are made at a time at first, so that there is soon something to tell."""


@dataclass(frozen=True)
class Limits:
    """Sizes, all in attempts but for *accepted*, in entries.

    Attributes
    ----------
    accepted : int
        Entries to make.
    attempts : int or None
        To make at most.
    shard, unit : int
        Of a shard, and of a unit of work.
    """

    accepted: int
    attempts: int | None
    shard: int
    unit: int

    def shards(self) -> Iterator[tuple[int, int, int]]:
        """Number, first attempt, and that past the last one of each shard there may be."""
        for number in itertools.count():
            start, stop = number * self.shard, (number + 1) * self.shard
            if self.attempts is not None:
                if start >= self.attempts:
                    return
                stop = min(stop, self.attempts)
            yield number, start, stop


class Shard(NamedTuple):
    """A finished shard: its stamp, the hashes of its entries, and the number of the last one."""

    stamp: Stamp
    hashes: bytes
    last: int


class ShardMaking:
    """One call of `generate`, once its arguments are checked.

    Parameters
    ----------
    work : Work
    files : ShardFiles
    limits : Limits
    settings : str
        The digest that shards are stamped with.
    mapper : callable
        With the signature of ``map``.
    progress : callable, or None
        Takes the entries and the attempts so far.
    """

    def __init__(
        self,
        work: Work,
        files: ShardFiles,
        limits: Limits,
        settings: str,
        mapper: Callable[..., Iterable[Any]],
        progress: Callable[[int, int], object] | None,
    ) -> None:
        self._work = work
        self._files = files
        self._limits = limits
        self._settings = settings
        self._map = mapper
        self._progress = progress
        self._there: dict[int, Shard] = {}
        self._accepted = 0
        self._attempts = 0

    def check(self, told: int) -> None:
        """Look at the shards that are there, and write nothing.

        Parameters
        ----------
        told : int
            Shards that finished metadata tells of, of which some may have been removed.

        Raises
        ------
        ValueError
            Where one is damaged, is not of this generation, there are too many, or files look like
            those of entries and are none.
        """
        there = self._stamps_there()
        # A kill leaves entries of the shard that comes next at most.
        following = max(told, max(there, default=-1) + 1)
        self._files.check_entries((following + 1) * self._limits.shard)
        self._there = {
            number: Shard(stamp, *check_shard(self._files, number, stamp))
            for number, stamp in there.items()
        }

    def run(self, begin: Callable[[], object]) -> tuple[dict[str, Stamp], list[bytes]]:
        """Make what is missing, and return all stamps by file and the hashes of their entries.

        What is there has been checked before, and stays until a shard is made that replaces it.

        Parameters
        ----------
        begin : callable
            Called once something is made, before it is written.

        Raises
        ------
        ValueError
            Where a shard that is made again leaves too many entries.
        """
        begun = False
        stamps: dict[str, Stamp] = {}
        hashes: list[bytes] = []
        for number, start, stop in self._limits.shards():
            found = self._found(number, stop)
            if found is None:
                self._tell(0, 0)
                rows, stamp, of_entries = self._make(number, start, stop)
                self._check_room(number, stamp)
                if not begun:
                    begin()
                    begun = True
                self._files.write(number, rows, stamp)
            else:
                stamp, of_entries = found
            stamps[self._files.path(number).name] = stamp
            hashes.append(of_entries)
            self._accepted += stamp.accepted
            self._attempts = stamp.stop
            if self._accepted == self._limits.accepted:
                break
        self._tell(0, 0)
        # Entries of the shard that a kill has ended, where fewer were asked for this time; and
        # shards without entries.
        self._files.clear(len(stamps), self._attempts)
        return stamps, hashes

    def _stamps_there(self) -> dict[int, Stamp]:
        """The stamps of finished shards, which are of this generation and not too many."""
        there = self._files.stamps()
        for number, stamp in there.items():
            if stamp.settings != self._settings or stamp.start != number * self._limits.shard:
                raise ValueError(
                    f"{self._files.path(number)} must be a shard of this generation, got one of "
                    "another"
                )
        entries = sum(stamp.accepted for stamp in there.values())
        if entries > self._limits.accepted:
            raise ValueError(
                f"accepted must be at least the {entries} entries that are there, "
                f"got {self._limits.accepted}"
            )
        attempts = max((stamp.stop for stamp in there.values()), default=0)
        if self._limits.attempts is not None and attempts > self._limits.attempts:
            raise ValueError(
                f"attempts must be at least the {attempts} that are there, "
                f"got {self._limits.attempts}"
            )
        return there

    def _found(self, number: int, stop: int) -> tuple[Stamp, bytes] | None:
        """A finished shard, if it is what would be made now: it may have ended earlier."""
        shard = self._there.get(number)
        if shard is None:
            return None
        is_last = self._accepted + shard.stamp.accepted == self._limits.accepted
        wanted = shard.last + 1 if is_last else stop
        return (shard.stamp, shard.hashes) if shard.stamp.stop == wanted else None

    def _after(self, number: int) -> int:
        """Entries of the shards after one that are there."""
        return sum(shard.stamp.accepted for n, shard in self._there.items() if n > number)

    def _check_room(self, number: int, stamp: Stamp) -> None:
        """Raise where a shard that was made again has more entries than there is room for."""
        entries = self._accepted + stamp.accepted + self._after(number)
        if entries > self._limits.accepted:
            raise ValueError(
                f"accepted must be at least the {entries} entries that are there with those of "
                f"{self._files.path(number)}, made again, got {self._limits.accepted}"
            )

    def _make(self, number: int, start: int, stop: int) -> tuple[Rows, Stamp, bytes]:
        # One before others is whole: it is not its last entry that ends the benchmark.
        wanted = stop - start if self._after(number) else self._limits.accepted - self._accepted
        units: list[Unit] = []
        accepted = 0
        at = start
        while at < stop and accepted < wanted:
            ranges = self._next_ranges(at, stop, accepted, wanted - accepted)
            for unit in self._map(self._work, ranges):
                if unit.start != at:
                    raise ValueError("map must return results in the order of its input")
                units.append(unit)
                accepted += unit.accepted
                at += len(unit.codes)
                if accepted >= wanted:
                    break
                self._tell(accepted, at - start)
            else:
                if at != ranges[-1][1]:
                    raise ValueError(
                        f"map must return a result for each of {len(ranges)} calls, got fewer"
                    )
        rows, hashes, codes = cut(units, wanted)
        stamp = Stamp(
            start=start,
            stop=start + len(codes),
            accepted=min(accepted, wanted),
            rejected=rejections(codes),
            settings=self._settings,
            content=content_hash([hashes]),
        )
        return rows, stamp, hashes

    def _next_ranges(self, at: int, stop: int, accepted: int, wanted: int) -> list[tuple[int, int]]:
        """The attempts of the next units: about as many as will be needed, in this shard."""
        unit = self._limits.unit
        shard = at // self._limits.shard * self._limits.shard
        entries, attempts = self._accepted + accepted, self._attempts + at - shard
        likely = (entries + 1) / (attempts + 1)
        needed = -(-int(RESERVE * wanted / likely) // unit) * unit
        stop = min(stop, at + needed, at + max(FIRST_UNITS * unit, attempts))
        return [(first, min(first + unit, stop)) for first in range(at, stop, unit)]

    def _tell(self, accepted: int, attempts: int) -> None:
        if self._progress is not None:
            self._progress(self._accepted + accepted, self._attempts + attempts)
