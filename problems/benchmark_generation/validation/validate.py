"""The validation of a benchmark: everything that is written is compared with what makes it."""

import itertools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.samplers import Sampler
from evograft.problems.benchmark_generation.storage.genome_files import PATTERN
from evograft.problems.benchmark_generation.storage.metadata import FILE, read_metadata, resuming
from evograft.problems.benchmark_generation.storage.parquet_shards import require_pyarrow
from evograft.problems.benchmark_generation.tasks import Task
from evograft.problems.benchmark_generation.tiers import Tier, tier_of
from evograft.problems.benchmark_generation.units import Measure
from evograft.problems.benchmark_generation.validation.checking import Checking
from evograft.problems.benchmark_generation.validation.finding import Validation
from evograft.problems.benchmark_generation.validation.growth import Mapper
from evograft.representations import _check


def validate(
    directory: str | os.PathLike[str],
    *,
    tier: Tier | None = None,
    sampler: Sampler | None = None,
    regrow: int | None = 1000,
    redraw: int | None = 1024,
    measure: Measure | None = None,
    tasks: Sequence[Task] = (),
    tolerance: float = 1e-6,
    limit: int = 100,
    map: Mapper = map,
    progress: Callable[[int], object] | None = None,
) -> Validation:
    """Compare the files of a benchmark with each other, its sampler, its filter and its metrics.

    Compared are the metadata with itself and the shards; numbers, which ascend without gap or
    overlap between shards; every genome with what the sampler draws for its number; the hashes; of
    some entries, the networks that their genomes grow into, metrics, scores and the filter; and of
    some attempts, whether exactly those are entries that the filter accepts. What is damaged is
    told, and the rest still looked at; what follows from something that is told already, as other
    hashes do from other genomes, is not told again. One shard at a time is in memory.

    Parameters
    ----------
    directory : path
        In either layout. Of a generation that was interrupted, the shards that are finished are
        looked at; of files ``genome_*.json`` of which no metadata tells, genomes, networks, and
        metrics if they are those of this package, or *measure* is given. `Validation.lacking`
        says so then.
    tier : Tier, optional
        What it has to be. Without it, a benchmark with the settings of a tier is compared with
        that one.
    sampler : Sampler, optional
        What has drawn the genomes; not needed for those of this package.
    regrow : int, at least 0, or None
        Entries to grow again, spread evenly; None: all.
    redraw : int, at least 0, or None
        Attempts to make again, in runs of 128 that are spread evenly; None: all.
    measure : callable, optional
        What has made the metrics; not needed for those of this package.
    tasks : sequence of Task
        What has made the scores, if they are to be compared.
    tolerance : float above 0
        Of metrics and scores, relative to the value, or 1e-9 where that is more.
    limit : int, at least 1
        Findings after which to stop.
    map : callable
        As in `generate`.
    progress : callable, optional
        Called with the number of entries so far.

    Returns
    -------
    Validation

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule, or *directory* holds no benchmark.

    Examples
    --------
    >>> import tempfile
    >>> from evograft.problems.benchmark_generation.generation import generate
    >>> from evograft.problems.benchmark_generation.samplers import RandomSampler
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = generate(folder, RandomSampler(1, size=(8, 8)), accepted=3, layout="json")
    ...     path = sorted(Path(folder).glob("genome_*.json"))[0]
    ...     _ = path.write_text(path.read_text().replace('"size_x": 8', '"size_x": 9'))
    ...     found = validate(folder, redraw=0).findings
    >>> print(found[0])
    genome_000001.json, number 1: size_x must be 8, got 9
    """
    for name, number in (("regrow", regrow), ("redraw", redraw)):
        if number is not None:
            _check.integer(name, number, minimum=0)
    _check.above_zero("tolerance", tolerance)
    _check.integer("limit", limit, minimum=1)
    path = Path(directory)
    metadata = _metadata(path)
    result = Validation([], tier=tier or tier_of(metadata))
    if not metadata:
        result.lacking = f"one without {FILE}, of which numbers, attempts and hashes are not known"
    elif not metadata.get("complete"):
        result.lacking = f"one whose generation was interrupted ({resuming(path, metadata)})"
    work = Checking(path, metadata, result, regrow, redraw, tolerance, map, progress)
    findings = work.all(sampler, measure, tuple(tasks)) if metadata else work.published(measure)
    result.findings += itertools.islice(findings, limit)
    result.complete = next(findings, None) is None
    return result


def _metadata(path: Path) -> dict[str, Any]:
    """The metadata of a benchmark; empty where there are only files of others."""
    if not path.is_dir():
        raise ValueError(f"directory must be that of a benchmark, got {str(path)!r}")
    metadata = read_metadata(path)
    if not metadata:
        if not any(path.glob(PATTERN)):
            raise ValueError(f"{path} must hold a benchmark, got no {FILE} nor {PATTERN}")
        return {}
    _check.choice(f"layout in {path / FILE}", metadata.get("layout"), ("parquet", "json"))
    if metadata["layout"] == "parquet":
        require_pyarrow()
    return metadata
