"""The arguments of ``evograft bench generate``."""

import argparse
from typing import TYPE_CHECKING

from evograft.studies.bench.commands import generate_command
from evograft.studies.bench.named_tasks import NAMES

if TYPE_CHECKING:
    from evograft.studies.bench.commands.parser_types import Command, Subparsers


def add(subparsers: "Subparsers", name: str, command: "Command") -> None:
    """Add the command as *name*; *command* makes its parser."""
    parser = command(
        subparsers,
        name,
        generate_command.generate,
        "draw genomes, grow them, keep and measure the networks that are good enough",
        "evograft bench generate --mode random --accepted 1000 --seed 1 --out bench --workers 2",
    )
    parser.add_argument("--out", metavar="DIR", required=True, help="new or empty")
    parser.add_argument(
        "--tier", metavar="NAME", help="a published one, such as random-1k: all that decides on it"
    )
    parser.add_argument(
        "--accepted", type=int, metavar="N", help="networks to keep (default: 1000)"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with what is in --out, settings included; --accepted may be larger than before",
    )
    parser.add_argument(
        "--attempts", type=int, metavar="N", help="end after so many genomes; default: no limit"
    )
    _add_genomes(parser)
    _add_thresholds(parser)
    _add_tasks(parser)
    parser.add_argument(
        "--layout",
        metavar="LAYOUT",
        help="parquet: shards, which need the extra 'parquet' (default); json: a file for each "
        "genome",
    )
    parser.add_argument(
        "--attempts-per-shard",
        type=int,
        metavar="N",
        help="what an interruption can cost, and has to fit into memory (default: 20000)",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, metavar="N", help="processes; default: this one")
    where.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster to use instead")


def _add_genomes(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("genomes")
    group.add_argument(
        "--mode", metavar="MODE", help="how they are drawn: random (default) or stratified"
    )
    group.add_argument("--seed", type=int, metavar="N", help="default: 0")
    group.add_argument(
        "--size",
        metavar="XxY",
        help="sites of the grid, such as 20x20, or 'drawn': 10 to 29 each (default: 20x20)",
    )
    group.add_argument(
        "--steps", metavar="N", help="of growth, or 'drawn': 100 to 699 (default: 200)"
    )
    group.add_argument(
        "--morphogens",
        metavar="K",
        help="random: a number from 3 to 10 (default: 3) or 'drawn', 3 to 6; stratified: numbers "
        "to take in turn (default: 3,4,5,6)",
    )


def _add_thresholds(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("networks that are kept")
    group.add_argument("--neurons", type=int, metavar="N", help="at least (default: 5)")
    group.add_argument("--edges", type=int, metavar="N", help="at least (default: 3)")
    group.add_argument(
        "--coverage",
        type=float,
        metavar="SHARE",
        help="at least this share of the neurons has an outgoing edge (default: 0.7)",
    )
    group.add_argument(
        "--connected",
        metavar="RULE",
        help="weak: weakly connected (default); no_isolated: no neuron without an edge to another "
        "one; none: any",
    )


def _add_tasks(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("scores of each network that is kept")
    group.add_argument(
        "--tasks", nargs="+", metavar="TASK", help=f"of {', '.join(NAMES)}; default: none"
    )
    group.add_argument(
        "--task-seeds", type=int, metavar="N", help="evaluations of each task (default: 3)"
    )
    group.add_argument(
        "--fidelities",
        nargs="+",
        metavar="FIDELITY",
        help="of low, medium and high, at which each task is evaluated (default: high)",
    )
