"""``evograft bench view``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evograft.studies.bench.commands.parser_types import Command, Subparsers
    from evograft.studies.bench.view.source import PageSource


def add(subparsers: "Subparsers", name: str, command: "Command") -> None:
    """Add the command; *command* makes a parser, as in the commands' own module."""
    parser = command(
        subparsers,
        name,
        view,
        "look at a benchmark in a browser, or write that page as one file",
        "evograft bench view tiers/1k --export bench.html",
    )
    parser.add_argument("directory", metavar="DIR", help="of a benchmark")
    parser.add_argument(
        "--port",
        type=int,
        default=8765,
        metavar="N",
        help="to serve the page at, 0 for any (default: %(default)s)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="only print the address of the page"
    )
    parser.add_argument(
        "--export", metavar="FILE.html", help="write the page as one file instead of serving it"
    )
    parser.add_argument(
        "--growths",
        type=int,
        default=200,
        metavar="N",
        help="entries whose growth is in that file, evenly spaced (default: %(default)s)",
    )


def view(options: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C, or write it."""
    from evograft.problems.benchmark_generation.dataset import Bench
    from evograft.problems.benchmark_generation.metrics.definitions import METRICS
    from evograft.studies.bench.view.source import BenchPageSource

    directory = Path(options.directory)
    summaries = {
        name: f"{metric.summary} (missing: {metric.undefined})" for name, metric in METRICS.items()
    }
    source = BenchPageSource(Bench.open(directory), directory.resolve().name, summaries=summaries)
    if options.export is not None:
        print(_exported(source, Path(options.export), options.growths))
    else:
        serve(source, options.port, browser=not options.no_browser)


def _exported(source: "PageSource", path: Path, growths: int) -> Path:
    from tqdm import tqdm

    from evograft.studies.bench.view.export import export_page

    with tqdm(unit="part", delay=1.0, leave=False) as bar:

        def show(done: int, parts: int) -> None:
            bar.total = parts
            bar.update(done - bar.n)

        return export_page(source, path, growths=growths, progress=show)


def serve(source: "PageSource", port: int, *, browser: bool) -> None:
    """Serve the page of *source* until Ctrl-C."""
    from evograft.studies.bench.view.server import PageServer

    with PageServer(source, port) as server:
        print(f"{server.address} (Ctrl-C ends it)", flush=True)
        if browser:
            import webbrowser

            webbrowser.open(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("ended", flush=True)
