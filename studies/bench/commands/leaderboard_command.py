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
        help="published graphs K01 to K20, or problems such as cartpole",
    )
    parser.add_argument(
        "--searchers",
        nargs="+",
        default=list(SEARCHERS),
        metavar="SEARCHER",
        help=f"of {', '.join(SEARCHERS)}, and morphonas:PRESET (default: the first four)",
    )
    parser.add_argument(
        "--budget",
        type=int,
        default=20_000,
        metavar="N",
        help="evaluations of a run (default: %(default)s)",
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
    settings, searchers = _settings(options.set, options.searchers)
    try:
        found = run_leaderboard(
            searchers,
            {name: _source(name) for name in options.target},
            out,
            evaluations=options.budget,
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


def _source(name: str) -> Any:
    """A published graph by its number, or any problem by its name."""
    from evograft.problems.graph_target.published import PUBLISHED
    from evograft.studies.problem_source import Source

    if name in PUBLISHED:
        return Source("graph_target", options={"target": name})
    return Source(name)


def _settings(
    texts: list[str], names: list[str]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The settings of all searchers, and those of each by its name."""
    from evograft.representations import _check
    from evograft.studies.bench.leaderboard.searchers import SEARCHERS

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
