"""All comparisons of a validation, in the order of the files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.metrics import METRICS
from evograft.problems.benchmark_generation.metrics import measure as all_metrics
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import Sampler
from evograft.problems.benchmark_generation.spread import spread_within
from evograft.problems.benchmark_generation.storage.columns import content_hash, count
from evograft.problems.benchmark_generation.storage.genome_files import (
    is_ours,
    numbered_files,
    told_metrics,
)
from evograft.problems.benchmark_generation.storage.metadata import FILE, told_digests
from evograft.problems.benchmark_generation.storage.stamps import RULES, Stamp, totals
from evograft.problems.benchmark_generation.tasks import Task
from evograft.problems.benchmark_generation.tasks.task import FIDELITIES
from evograft.problems.benchmark_generation.units import Measure, Work, metric_names
from evograft.problems.benchmark_generation.validation.entries import check_entries
from evograft.problems.benchmark_generation.validation.finding import Finding, Validation
from evograft.problems.benchmark_generation.validation.growth import (
    Mapper,
    Regrowth,
    check_attempts,
    check_growth,
    count_units,
    unit,
)
from evograft.problems.benchmark_generation.validation.metadata_checks import (
    check_card,
    check_sources,
    check_tier,
    checked_names,
    checked_quality,
    checked_sampler,
    checked_stamps,
    stamps_so_far,
)
from evograft.problems.benchmark_generation.validation.parts import (
    Part,
    file_parts,
    parquet_parts,
    published_parts,
)

OURS = f"{all_metrics.__module__}.{all_metrics.__qualname__}"
"""What the metadata calls the measure of this package."""

UNITS_AT_ONCE = 256
"""Units of attempts that are made again in one call of the map."""

# No sampler is asked for anything: these entries are there already.
NOTHING = Work(None, Quality(), None, (), (), 1, ())  # type: ignore[arg-type]
"""Compares networks alone."""


@dataclass
class Checking:
    """One validation under way; its generators find one disagreement after the other."""

    directory: Path
    metadata: Mapping[str, Any]
    result: Validation
    regrow: int | None
    redraw: int | None
    tolerance: float
    map: Mapper
    progress: Callable[[int], object] | None

    def all(
        self, sampler: Sampler | None, measure: Measure | None, tasks: tuple[Task, ...]
    ) -> Iterator[Finding]:
        """What is wrong with a benchmark that has metadata."""
        metadata, finished = self.metadata, self.result.lacking is None
        if self.result.tier is not None:
            yield from check_tier(metadata, self.result.tier)
        sampler = yield from checked_sampler(metadata, sampler, self.result.unchecked)
        quality = yield from checked_quality(metadata)
        check_stamps = checked_stamps if finished else stamps_so_far
        stamps = yield from check_stamps(self.directory, metadata)
        names = yield from checked_names(metadata)
        work = self._work(measure, tasks, names)
        self._note_unknown(names, work)
        regrowth = Regrowth(work, quality, self.tolerance)
        read = parquet_parts if metadata["layout"] == "parquet" else file_parts
        digests = told_digests(metadata) if finished else None
        total = sum(stamp.accepted for stamp in stamps.values())
        self.result.attempts = totals([*stamps.values()])["attempts"]
        before = 0
        hashes: list[bytes | None] = []
        for part in read(self.directory, stamps, digests, names):
            told: set[str] = set()
            for finding in self._part(part, (before, total), regrowth, sampler, stamps, hashes):
                told.add(finding.file)
                yield finding
            yield from (finding for finding in part.changed if finding.file not in told)
            before += 0 if part.told is None else part.told.accepted
        if finished:
            yield from check_sources(self.directory, metadata)
            yield from self._identity([one for one in hashes if one is not None], None in hashes)

    def published(self, measure: Measure | None) -> Iterator[Finding]:
        """What is wrong with files of which no metadata tells."""
        names = self._published_names(measure)
        work = self._work(measure or all_metrics, (), ()) if names else NOTHING
        self._note_unknown(names, work)
        total = len(numbered_files(self.directory)[0])
        before = 0
        for part in published_parts(self.directory, names):
            yield from part.findings
            yield from check_entries(part, None)
            yield from self._grown(part, (before, total), Regrowth(work, None, self.tolerance))
            before += len(part.files or ())

    def _published_names(self, measure: Measure | None) -> tuple[str, ...]:
        """Metrics that can be compared: those of *measure*, or all of this package's."""
        first = next(iter(numbered_files(self.directory)[0].values()))
        try:
            names, ours = told_metrics(first), is_ours(first)
        except (OSError, ValueError):  # which is told with the file
            return ()
        if names and measure is None and not (ours and METRICS.keys() <= {*names}):
            self.result.unchecked.append(
                "metrics: nothing tells what has measured them (validate takes it as measure= in "
                "Python, and evograft bench measure gives files the metrics of this package)"
            )
            return ()
        return names

    def _note_unknown(self, names: Sequence[str], work: Work) -> None:
        if missing := [name for name in names if name not in (*work.metrics, *work.scores)]:
            self.result.unchecked.append(
                f"{', '.join(missing)}: neither the measure nor the tasks that are known give them"
            )

    def _part(
        self,
        part: Part,
        place: tuple[int, int],
        regrowth: Regrowth,
        sampler: Sampler | None,
        stamps: Mapping[str, Stamp],
        hashes: list[bytes | None],
    ) -> Iterator[Finding]:
        """What is wrong with a part; the hashes of its entries are added to *hashes*."""
        yield from part.findings
        if part.stamp is None:
            return
        if part.rows is None and part.findings:  # it cannot be read
            hashes.append(None)
            return
        hashes.append((yield from check_entries(part, sampler)))
        yield from self._grown(part, place, regrowth)
        if sampler is not None and regrowth.quality is not None:
            plain = Work(sampler, regrowth.quality, None, (), (), 1, ())
            yield from self._attempts(part, stamps, plain)

    def _work(self, measure: Measure | None, tasks: tuple[Task, ...], names: Sequence[str]) -> Work:
        if measure is None and self.metadata.get("measure") == OURS:
            measure = all_metrics
        seeds = self.metadata.get("task_seeds")
        fidelities = self.metadata.get("fidelities")
        fidelities = fidelities if isinstance(fidelities, list) else []
        return Work(
            None,  # type: ignore[arg-type]  # it is asked for nothing
            Quality(),
            measure,
            metric_names(measure),
            tasks,
            # Each seed has a column or more: what is told beyond cannot be.
            min(seeds, max(1, len(names))) if isinstance(seeds, int) else 1,
            tuple(fidelity for fidelity in fidelities if fidelity in FIDELITIES),
        )

    def _grown(self, part: Part, place: tuple[int, int], regrowth: Regrowth) -> Iterator[Finding]:
        """Grow some entries of a part again; *place*: how many are before it, and in all."""
        n = 0 if part.rows is None else count(part.rows)
        before, total = place
        here = [i - before for i in spread_within(total, self.regrow, before, before + n)]
        yield from check_growth(part, here, regrowth, self.map)
        self.result.entries += n
        self.result.regrown += len(here)
        if self.progress is not None:
            self.progress(self.result.entries)

    def _attempts(self, part: Part, stamps: Mapping[str, Stamp], work: Work) -> Iterator[Finding]:
        assert part.told is not None
        assert part.stamp is not None
        start, stop = part.stamp.start, part.stamp.stop
        told = [(stamp.start, count_units(stamp.start, stamp.stop)) for stamp in stamps.values()]
        before = sum(n for first, n in told if first < part.told.start)
        wanted = None if self.redraw is None else count_units(0, self.redraw)
        n = count_units(start, stop)
        chosen = spread_within(sum(n for _, n in told), wanted, before, before + n)
        # Some at a time, as a stamp may tell of any number.
        units = (unit(start, stop, i - before) for i in chosen)
        rejected = dict.fromkeys(RULES, 0)
        while here := [*islice(units, UNITS_AT_ONCE)]:
            found = yield from check_attempts(part, here, work, self.map)
            rejected = {rule: rejected[rule] + found[rule] for rule in RULES}
            self.result.redrawn += sum(last - first for first, last in here)
        if len(chosen) == n and rejected != part.stamp.rejected:
            yield Finding.of(part.file, "rejected", rejected, part.stamp.rejected)

    def _identity(self, hashes: list[bytes], incomplete: bool) -> Iterator[Finding]:
        """Compare the content hash with those that are told; *incomplete* if entries are wrong."""
        told = self.metadata.get("content_hash")
        if incomplete:
            yield from check_card(self.directory, told)
            return
        found = content_hash(hashes)
        if told != found:
            yield Finding.of(FILE, "content_hash", f"{found}, that of the entries", told)
        yield from check_card(self.directory, found)
        tier = self.result.tier
        if tier is None:
            return
        if tier.content_hash is None:
            self.result.unchecked.append(f"tier {tier.name} has no published hash yet")
        elif tier.content_hash != found:
            wanted = f"{tier.content_hash}, that of tier {tier.name}"
            yield Finding.of(FILE, "content_hash", wanted, found)
