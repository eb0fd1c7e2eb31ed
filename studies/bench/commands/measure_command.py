"""``evograft bench measure``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.studies.command_input import open_engine
from evograft.studies.command_output import size_text

if TYPE_CHECKING:
    from evograft.studies.bench.commands.parser_types import Command, Subparsers


def add(subparsers: "Subparsers", name: str, command: "Command") -> None:
    """Add the command as *name*; *command* makes its parser."""
    parser = command(
        subparsers,
        name,
        measure,
        "grow and measure genomes that are there in files, and write them as a benchmark",
        "evograft bench measure published/01_sample_architectures bench --mode stratified",
    )
    parser.add_argument(
        "genomes",
        metavar="GENOMES",
        nargs="+",
        help="files that hold a genome, or directories of them",
    )
    parser.add_argument("out", metavar="OUT", help="new or empty")
    parser.add_argument(
        "--mode",
        metavar="NAME",
        help="how they were drawn, random or stratified, say: what analyses then call them; "
        "with --resume as before",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on in OUT, with the same genomes in the same order",
    )
    parser.add_argument(
        "--layout",
        choices=("parquet", "json"),
        default="parquet",
        help="Parquet shards, which need the extra 'parquet' (default), or a file for each genome",
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes; default: this one")


def measure(options: argparse.Namespace) -> None:
    """``evograft bench measure``."""
    from tqdm import tqdm

    from evograft.problems.benchmark_generation.given_genomes import GivenGenomes, measure_genomes

    with tqdm(unit="file", delay=1.0, leave=False) as reading:

        def show(done: int, files: int) -> None:
            reading.total = files
            reading.update(done - reading.n)

        given = GivenGenomes.read(options.genomes, mode=_mode(options), progress=show)
    engine = open_engine(options.workers, None, chunksize=1)
    with engine as mapper, tqdm(total=len(given.files), unit="net") as bar:
        report = measure_genomes(
            options.out,
            given,
            map=mapper or map,
            layout=options.layout,
            resume=options.resume,
            progress=lambda entries, _: bar.update(entries - bar.n),
        )
    print(
        f"{report.accepted} genomes grown and measured in {report.seconds:.0f} s, "
        f"{size_text(report.size)}\n"
        f"content hash: {report.content_hash}\n"
        f"saved in {report.directory}"
    )


def _mode(options: argparse.Namespace) -> str | None:
    """How the genomes were drawn: as OUT has it already, where that is resumed."""
    from evograft.problems.benchmark_generation.storage.metadata import read_metadata

    if options.mode is not None or not options.resume:
        given: str | None = options.mode
        return given
    told = read_metadata(Path(options.out)).get("sampler")
    mode: str | None = told.get("mode") if isinstance(told, dict) else None
    return mode
