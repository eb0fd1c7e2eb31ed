"""All comparisons of a validation, in the order of the files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.metrics import measure as all_metrics
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import Sampler
from evograft.problems.benchmark_generation.spread import spread
from evograft.problems.benchmark_generation.storage.columns import content_hash, count
from evograft.problems.benchmark_generation.storage.metadata import FILE
from evograft.problems.benchmark_generation.storage.stamps import Stamp
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
    check_tier,
    checked_names,
    checked_quality,
    checked_sampler,
    checked_stamps,
    shard_digests,
)
from evograft.problems.benchmark_generation.validation.parts import (
    Part,
    count_published,
    file_parts,
    parquet_parts,
    published_parts,
)

OURS = f"{all_metrics.__module__}.{all_metrics.__qualname__}"
"""What the metadata calls the measure of this package."""


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

    def all(self, measure: Measure | None, tasks: tuple[Task, ...]) -> Iterator[Finding]:
        """What is wrong with a benchmark that has metadata."""
        metadata = self.metadata
        yield from check_card(self.directory, metadata)
        if self.result.tier is not None:
            yield from check_tier(metadata, self.result.tier)
        sampler = yield from checked_sampler(metadata)
        quality = yield from checked_quality(metadata)
        stamps = yield from checked_stamps(metadata)
        names = yield from checked_names(metadata)
        work = self._work(sampler, measure, tasks)
        if missing := [name for name in names if name not in (*work.metrics, *work.scores)]:
            self.result.unchecked.append(
                f"{', '.join(missing)}: neither the measure nor the tasks that are known give them"
            )
        regrowth = Regrowth(work, quality, self.tolerance)
        read = parquet_parts if metadata["layout"] == "parquet" else file_parts
        accepted = sum(stamp.accepted for stamp in stamps.values())
        places = spread(accepted, self.regrow)
        hashes: list[bytes | None] = []
        digests = shard_digests(metadata, stamps) if stamps else {}
        for part in read(self.directory, stamps, digests, names):
            yield from part.findings
            if part.stamp is None:
                continue
            if part.rows is None and part.findings:  # it cannot be read
                hashes.append(None)
                places = places - part.stamp.accepted
                continue
            hashes.append((yield from check_entries(part, sampler)))
            yield from self._grown(part, places, regrowth)
            places = places - part.stamp.accepted
            if sampler is not None and quality is not None:
                plain = Work(sampler, quality, None, (), (), 1, ())
                yield from self._attempts(part, stamps, plain)
        if None not in hashes:
            yield from self._hash(content_hash(one for one in hashes if one is not None))

    def published(self) -> Iterator[Finding]:
        """What is wrong with files of which no metadata tells."""
        self.result.unchecked.append(f"numbers, metrics and hashes: there is no {FILE}")
        # No sampler is asked for anything: these entries are there already.
        work = Work(None, Quality(), None, (), (), 1, ())  # type: ignore[arg-type]
        places = spread(count_published(self.directory), self.regrow)
        seen = 0
        for part in published_parts(self.directory):
            yield from part.findings
            yield from check_entries(part, None)
            n = 0 if part.rows is None else count(part.rows)
            yield from self._grown(part, places - seen, Regrowth(work, None, self.tolerance))
            seen += n

    def _work(
        self, sampler: Sampler | None, measure: Measure | None, tasks: tuple[Task, ...]
    ) -> Work:
        if measure is None and self.metadata.get("measure") == OURS:
            measure = all_metrics
        seeds = self.metadata.get("task_seeds")
        fidelities = self.metadata.get("fidelities")
        fidelities = fidelities if isinstance(fidelities, list) else []
        return Work(
            sampler,  # type: ignore[arg-type]  # it is asked for nothing
            Quality(),
            measure,
            metric_names(measure),
            tasks,
            seeds if isinstance(seeds, int) else 1,
            tuple(fidelity for fidelity in fidelities if fidelity in FIDELITIES),
        )

    def _grown(self, part: Part, places: Any, regrowth: Regrowth) -> Iterator[Finding]:
        n = 0 if part.rows is None else count(part.rows)
        here = places[(places >= 0) & (places < n)].tolist()
        yield from check_growth(part, here, regrowth, self.map)
        self.result.entries += n
        self.result.regrown += len(here)
        if self.progress is not None:
            self.progress(self.result.entries)

    def _attempts(self, part: Part, stamps: Mapping[str, Stamp], work: Work) -> Iterator[Finding]:
        assert part.stamp is not None
        start, stop = part.stamp.start, part.stamp.stop
        units = {stamp.start: count_units(stamp.start, stamp.stop) for stamp in stamps.values()}
        before = sum(n for first, n in units.items() if first < start)
        wanted = None if self.redraw is None else count_units(0, self.redraw)
        places = spread(sum(units.values()), wanted) - before
        chosen = places[(places >= 0) & (places < units[start])].tolist()
        here = [unit(start, stop, i) for i in chosen]
        yield from check_attempts(part, here, work, self.map, whole=len(here) == units[start])
        self.result.redrawn += sum(last - first for first, last in here)

    def _hash(self, found: str) -> Iterator[Finding]:
        told = self.metadata.get("content_hash")
        if told != found:
            yield Finding.of(FILE, "content_hash", f"{found}, that of the entries", told)
        tier = self.result.tier
        if tier is None:
            return
        if tier.content_hash is None:
            self.result.unchecked.append(f"tier {tier.name} has no published hash yet")
        elif tier.content_hash != found:
            wanted = f"{tier.content_hash}, that of tier {tier.name}"
            yield Finding.of(FILE, "content_hash", wanted, found)
