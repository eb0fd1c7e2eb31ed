"""``evograft bench analyse``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.studies.command_input import fresh_path
from evograft.studies.growth_files import new_directory

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.dataset import Bench
    from evograft.studies.bench.commands.parser_types import Command, Subparsers


def add(subparsers: "Subparsers", name: str, command: "Command") -> None:
    """Add the command as *name*; *command* makes its parser."""
    parser = command(
        subparsers,
        name,
        analyse,
        "describe the metrics of a benchmark, or compare the two modes by them",
        "evograft bench analyse tiers/random tiers/stratified --out comparison",
    )
    parser.add_argument("directory", metavar="DIR", help="of a benchmark with metrics")
    parser.add_argument(
        "other", metavar="DIR2", nargs="?", help="of a benchmark of the other mode, to compare with"
    )
    parser.add_argument(
        "--controls",
        type=int,
        metavar="N",
        help="of one benchmark: entries, drawn at random, that are put beside a random network of "
        "the same size (default: 300; 0: none)",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="new or empty; default: runs/analysis-TIMESTAMP"
    )


def analyse(options: argparse.Namespace) -> None:
    """``evograft bench analyse``."""
    from evograft.problems.benchmark_generation.dataset import Bench

    first = Path(options.directory)
    second = None if options.other is None else Path(options.other)
    if second is not None and first.resolve() == second.resolve():
        raise ValueError(f"DIR2 must be another directory than DIR, got {options.other!r} twice")
    if second is not None and options.controls is not None:
        raise ValueError(f"--controls goes with one benchmark, got {options.controls} with two")
    benches = [Bench.open(path) for path in (first, second) if path is not None]
    out = fresh_path("analysis") if options.out is None else Path(options.out)
    if second is None:
        (bench,) = benches
        files = _analyse(out, bench, options.controls)
    else:
        files = _compare(out, *benches)
    print(f"saved in {out}: {', '.join(sorted(file.name for file in files))}")


def _analyse(out: Path, bench: "Bench", controls: int | None) -> list[Path]:
    from tqdm import tqdm

    from evograft.studies.bench.analysis.analysis_files import save_analysis
    from evograft.studies.bench.analysis.bench_analysis import analyse
    from evograft.studies.bench.analysis.control_comparison import SAMPLE

    sample = SAMPLE if controls is None else controls
    bar = tqdm(total=len(bench) + min(sample, len(bench)), unit="net", delay=1.0, leave=False)
    with new_directory(out), bar:
        analysis = analyse(bench, controls=sample, progress=lambda done: bar.update(done - bar.n))
    files = save_analysis(out, analysis)
    print(analysis.summary.to_string(index=False, float_format=lambda value: f"{value:.4g}"))
    print(analysis.duplicates.sentence())
    if analysis.controls is not None:
        print(analysis.controls.sentence())
    return files


def _compare(out: Path, bench: "Bench", other: "Bench") -> list[Path]:
    from evograft.studies.bench.analysis.analysis_files import save_comparison
    from evograft.studies.bench.analysis.analysis_text import verdict_table
    from evograft.studies.bench.analysis.mode_comparison import compare

    with new_directory(out):
        comparison = compare(bench, other)
    files = save_comparison(out, comparison)
    for note in comparison.notes:
        print(note)
    print(verdict_table(comparison.findings).to_string(index=False))
    return files
