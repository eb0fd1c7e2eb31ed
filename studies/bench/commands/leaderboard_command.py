"""The command ``evograft bench leaderboard``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.studies.command_input import fresh_path, read_assignments
from evograft.studies.command_output import list_directory

if TYPE_CHECKING:
    from evograft.studies.bench.commands.parser_types import Command, Subparsers

# As in the module that runs them, which loads kernels.
SEARCHERS = ("random", "regularised-evolution", "cma-es", "morphonas")
CLOSED = SEARCHERS[:2]
"""Those that go from entry to entry."""


def add(subparsers: "Subparsers", name: str, command: "Command") -> None:
    """Add the command as *name*; *command* makes its parser."""
    parser = command(
        subparsers,
        name,
        leaderboard,
        "compare search algorithms for genomes at equal budget",
        "evograft bench leaderboard --target K06 --budget 20000 --seeds 10 --workers 2",
    )
    parser.add_argument(
        "--target",
        nargs="+",
        required=True,
        metavar="TARGET",
        help="published graphs K01 to K20, problems such as cartpole, or DIR:TASK[:FIDELITY], the "
        "scores of a benchmark (DIR alone where it has one task)",
    )
    parser.add_argument(
        "--closed",
        action="store_true",
        help="of benchmarks search the entries only, so that nothing is grown; otherwise genomes "
        "that are no entries are grown and scored when they are asked for",
    )
    parser.add_argument(
        "--searchers",
        nargs="+",
        metavar="SEARCHER",
        help=f"of {', '.join(SEARCHERS)}, and morphonas:PRESET (default: the first four; with "
        "--closed the first two, as the others make genomes)",
    )
    parser.add_argument(
        "--budget",
        type=int,
        default=20_000,
        metavar="N",
        help="evaluations of a run (default: %(default)s)",
    )
    parser.add_argument(
        "--cost",
        type=float,
        metavar="N",
        help="a run also ends when it has spent so much; of benchmarks, floating-point operations",
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=10,
        metavar="N",
        help="runs of each searcher (default: %(default)s)",
    )
    parser.add_argument(
        "--set",
        metavar="[SEARCHER.]KEY=VALUE",
        action="append",
        default=[],
        help="a setting of one searcher, such as cma-es.sigma=0.2, or of all, such as size_x=10 "
        "(evograft methods morphonas lists these); may be repeated",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="default: runs/leaderboard-TIMESTAMP; new or empty"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with what is in --out, which is not made again"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, metavar="N", help="processes that runs are made in")
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a Dask cluster that runs are made in instead"
    )


def leaderboard(options: argparse.Namespace) -> None:
    """``evograft bench leaderboard``."""
    from evograft.studies.bench.leaderboard.running import run_leaderboard

    if options.resume and options.out is None:
        raise ValueError("--out must be given to resume, got none")
    out = fresh_path("leaderboard") if options.out is None else Path(options.out)
    names = options.searchers or [*(CLOSED if options.closed else SEARCHERS)]
    settings, searchers = _settings(options.set, names)
    try:
        found = run_leaderboard(
            searchers,
            _targets(options.target, closed=options.closed),
            out,
            evaluations=options.budget,
            cost=options.cost,
            seeds=options.seeds,
            settings=settings,
            workers=options.workers,
            scheduler=options.scheduler,
            resume=options.resume,
        )
    except KeyboardInterrupt:
        print(f"\nthe runs so far are saved in {out}; --resume goes on", file=sys.stderr)
        raise
    print(found.standings.to_string(index=False, float_format=lambda value: f"{value:.4g}"))
    print(f"saved in {out}: {', '.join(list_directory(out))}")
    if found.failed:
        first = found.failed[0]
        raise ValueError(
            f"{len(found.failed)} runs failed, first {first.name}: "
            f"{first.directory / 'failure.txt'} says why; --resume tries them again"
        )


def _targets(names: list[str], *, closed: bool) -> dict[str, Any]:
    """Problems and benchmarks by the names that tables show."""
    from evograft.studies.bench.leaderboard.running import require_different

    sources = [_source(name, closed=closed) for name in names]
    require_different("--target", [shown for shown, _ in sources])
    return dict(sources)


def _source(name: str, *, closed: bool) -> tuple[str, Any]:
    """A published graph by its number, any problem by its name, or a benchmark by its directory."""
    from evograft import problems
    from evograft.problems.graph_target.published import PUBLISHED
    from evograft.representations import _check
    from evograft.studies.problem_source import Source

    known = [*PUBLISHED, *problems.names()]
    if name not in known and (":" in name or Path(name).is_dir()):
        return _bench_source(name, closed=closed)
    _check.known("target", name, known)
    if closed:
        raise ValueError(f"--closed must go with benchmarks, as DIR:TASK, got the target {name!r}")
    if name in PUBLISHED:
        return name, Source("graph_target", options={"target": name})
    return name, Source(name)


def _bench_source(text: str, *, closed: bool) -> tuple[str, Any]:
    from evograft.studies.bench.leaderboard.bench_target import BenchSource

    directory, *about = [text] if Path(text).is_dir() else _parts(text)
    options = dict(zip(("task", "fidelity"), about, strict=False))
    shown = ":".join([Path(directory).resolve().name, *about])
    return shown, BenchSource(directory, options=options | {"closed": closed})


def _parts(text: str) -> list[str]:
    """Directory and task, and the fidelity where that is the last part; paths may have colons."""
    from evograft.problems.benchmark_generation.tasks.task import FIDELITIES

    parts = text.split(":")
    about = 2 if len(parts) > 2 and parts[-1] in FIDELITIES else 1
    return [":".join(parts[:-about]), *parts[-about:]]


def _settings(
    texts: list[str], names: list[str]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The settings of all searchers, and those of each by its name."""
    from evograft.representations import _check
    from evograft.studies.bench.leaderboard.running import require_different
    from evograft.studies.bench.leaderboard.searchers import SEARCHERS

    require_different("--searchers", names)
    own: dict[str, dict[str, Any]] = {name: {} for name in names}
    for name in names:
        _check.known("searcher", name, SEARCHERS)
    common = {}
    for key, value in read_assignments("--set", texts).items():
        name, dot, setting = key.partition(".")
        if dot:
            _check.known("searcher to be set", name, names)
            own[name][setting] = value
        else:
            common[key] = value
    return common, own
