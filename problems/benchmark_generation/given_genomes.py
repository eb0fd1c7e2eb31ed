"""Genomes that are there already, in files: measured and written as generated ones are."""

import csv
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from evograft.problems.benchmark_generation.generation import Layout, Report, generate
from evograft.problems.benchmark_generation.metrics import measure as all_metrics
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.storage.columns import entry_hash, genome_columns
from evograft.problems.benchmark_generation.storage.genome_files import number_of
from evograft.problems.benchmark_generation.storage.metadata import FILE
from evograft.problems.benchmark_generation.units import Measure, Unit, Work
from evograft.representations import _check
from evograft.representations.files import replacing
from evograft.representations.morphogenesis import Genome
from evograft.representations.morphogenesis.development import check_growth_size

SOURCES = "sources.csv"
"""The file that says from which file each entry is."""

ALL = Quality(neurons=0, edges=0, coverage=0.0, connected=None)
"""Whatever grows is an entry: somebody has chosen these genomes already."""


@dataclass(frozen=True)
class GivenGenomes:
    """A sampler that draws nothing: genome i is that of file i, read when it is asked for.

    It has to be the one that :meth:`read` has found there.

    Attributes
    ----------
    files : tuple of Path
    hashes : tuple of bytes
        Of the genome of each file, with its number.
    mode : str or None
        How they were drawn, if somebody tells; analyses call them so.
    first : int
        Number of the first of them.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Genome(size_x=5).save(Path(folder, "genome_7.json"))
    ...     given = GivenGenomes.read([folder], mode="random")
    ...     given.genome(0).size_x, given.describe()["genomes"], given.describe()["mode"]
    (5, 1, 'random')
    """

    name: ClassVar[str] = "given"

    files: tuple[Path, ...]
    hashes: tuple[bytes, ...]
    mode: str | None = None
    first: int = 0

    @classmethod
    def read(
        cls,
        paths: Iterable[str | os.PathLike[str]],
        *,
        mode: str | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> "GivenGenomes":
        """Find the files of *paths*, and check that all of them hold genomes that can be grown.

        Parameters
        ----------
        paths : iterable of path
            Files that hold a genome, see `Genome.load`; and directories, which stand for their
            files ``*.json`` but the metadata of a benchmark: those called ``genome_NUMBER.json`` by
            number, then others by name.
        mode : str, optional
            See :class:`GivenGenomes`.
        progress : callable, optional
            Called with the files so far, and all of them.

        Raises
        ------
        FileNotFoundError, ValueError
            Where there is no path, one is not there, a directory has no such file, or a file holds
            no valid genome with kernels of 3 x 3, or one too large to grow; the error names it.
        """
        files = tuple(file for path in paths for file in _files(Path(path)))
        if not files:
            raise ValueError("paths must name at least one file of a genome, got none")
        hashes = []
        for i, file in enumerate(files):
            genome = Genome.load(file)
            try:
                check_growth_size(genome)
                genome_columns([genome])
            except ValueError as error:
                raise ValueError(f"{file} must hold a genome of the benchmark: {error}") from None
            hashes.append(entry_hash(i, genome, ""))
            if progress is not None:
                progress(i + 1, len(files))
        return cls(files, tuple(hashes), mode)

    @property
    def digest(self) -> str:
        """SHA-256 of all genomes in their order, hexadecimal."""
        return hashlib.sha256(b"".join(self.hashes)).hexdigest()

    def genome(self, i: int) -> Genome:
        """Genome number *i*.

        Raises
        ------
        FileNotFoundError, ValueError
            Where there is none, or its file is gone, or holds another genome by now.
        """
        last = self.first + len(self.files) - 1
        place = _check.integer("i", i, minimum=self.first, maximum=last) - self.first
        genome = Genome.load(self.files[place])
        if entry_hash(i, genome, "") != self.hashes[place]:
            raise ValueError(
                f"{self.files[place]} must hold the genome that was found there first, got "
                "another: it was changed meanwhile"
            )
        return genome

    def genomes(self, start: int, stop: int) -> Iterator[Genome]:
        """Genomes *start* to *stop* - 1."""
        return map(self.genome, range(start, stop))

    def part(self, start: int, stop: int) -> "GivenGenomes":
        """Genomes *start* to *stop* - 1 alone, under their numbers."""
        places = slice(start - self.first, stop - self.first)
        return GivenGenomes(self.files[places], self.hashes[places], self.mode, start)

    def describe(self) -> dict[str, Any]:
        """The name, the mode, how many genomes there are, and their digest."""
        return {
            "name": self.name,
            "mode": self.mode,
            "genomes": len(self.files),
            "digest": self.digest,
        }


def measure_genomes(
    directory: str | os.PathLike[str],
    genomes: GivenGenomes,
    *,
    measure: Measure = all_metrics,
    map: Callable[..., Iterable[Any]] = map,
    layout: Layout = "parquet",
    resume: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> Report:
    """Grow and measure genomes, all of them, and write them as a benchmark.

    Entries are numbered from 0 in the order of the files; ``sources.csv`` has the file of each.

    Parameters
    ----------
    directory : path
        New or empty, unless it is resumed.
    genomes : GivenGenomes
    measure, map, layout, resume, progress
        As for `generate`.

    Raises
    ------
    TypeError, ValueError, OSError
        As for `generate`.

    Examples
    --------
    >>> import tempfile
    >>> from evograft.problems.benchmark_generation.dataset import Bench
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Genome(size_x=5, size_y=5).save(Path(folder, "genome_7.json"))
    ...     given = GivenGenomes.read([folder])
    ...     report = measure_genomes(Path(folder, "out"), given, layout="json")
    ...     Bench.open(report.directory).table()[["number", "n", "m"]].to_numpy().tolist()
    [[0.0, 0.0, 0.0]]
    """
    return generate(
        directory,
        genomes,
        accepted=len(genomes.files),
        attempts=len(genomes.files),
        quality=ALL,
        measure=measure,
        map=_PartMap(map, genomes),
        layout=layout,
        resume=resume,
        progress=_Sources(Path(directory), genomes, progress),
    )


@dataclass
class _Sources:
    """Writes :data:`SOURCES` at the first progress: the directory is locked, and not complete."""

    directory: Path
    genomes: GivenGenomes
    progress: Callable[[int, int], object] | None
    written: bool = False

    def __call__(self, accepted: int, attempts: int) -> None:
        if not self.written:
            with replacing(self.directory / SOURCES) as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(("number", "file"))
                writer.writerows(enumerate(self.genomes.files))
            self.written = True
        if self.progress is not None:
            self.progress(accepted, attempts)


@dataclass(frozen=True)
class _PartMap:
    """Sends with each unit the paths of its own files only, of which there may be many."""

    mapper: Callable[..., Iterable[Any]]
    genomes: GivenGenomes

    def __call__(self, work: Work, units: Sequence[tuple[int, int]]) -> Iterable[Unit]:
        parts = [(replace(work, sampler=self.genomes.part(*unit)), unit) for unit in units]
        return self.mapper(_do, parts)


def _do(part: tuple[Work, tuple[int, int]]) -> Unit:
    work, attempts = part
    return work(attempts)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [file for file in path.glob("*.json") if file.name != FILE]
    if not found:
        raise ValueError(f"{path} must hold files of genomes, got no *.json")
    numbers = {file: number_of(file) for file in found}
    return sorted(found, key=lambda file: (numbers[file] is None, numbers[file] or 0, file.name))
