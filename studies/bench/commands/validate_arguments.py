"""The arguments of ``evograft bench validate``."""

from typing import TYPE_CHECKING

from evograft.studies.bench.commands import validate_command

if TYPE_CHECKING:
    from evograft.studies.bench.commands.parser_types import Command, Subparsers


def add(subparsers: "Subparsers", name: str, command: "Command") -> None:
    """Add the command as *name*; *command* makes its parser."""
    parser = command(
        subparsers,
        name,
        validate_command.validate,
        "compare what is written with what makes it: files, genomes, networks, metrics, hashes",
        "evograft bench validate bench --tier random-1k --regrow all --workers 2",
    )
    parser.add_argument("directory", metavar="DIR", help="of a benchmark, in either layout")
    parser.add_argument(
        "--tier",
        metavar="NAME",
        help="what it has to be; default: the tier of its settings, if any",
    )
    parser.add_argument(
        "--regrow",
        metavar="N",
        default="1000",
        help="entries to grow and measure again, or 'all' (default: 1000)",
    )
    parser.add_argument(
        "--redraw",
        metavar="N",
        default="1024",
        help="attempts to make again, rejected ones among them, or 'all' (default: 1024)",
    )
    parser.add_argument(
        "--limit", type=int, metavar="N", default=100, help="end after so many (default: 100)"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes; default: this one")
