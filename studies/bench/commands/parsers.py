"""The commands of ``evograft bench``: one module for each."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from evograft.studies.bench.commands import (
    analyse_command,
    generate_arguments,
    leaderboard_command,
    measure_command,
    query_command,
    validate_arguments,
    view_command,
)

if TYPE_CHECKING:
    from evograft.studies.bench.commands.parser_types import Command, Subparsers


def add_subcommands(parser: argparse.ArgumentParser, command: "Command") -> None:
    """Add them to *parser*; *command* makes a parser, as in the commands' own module."""
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND", dest="bench")
    for name, add in SUBCOMMANDS.items():
        add(subparsers, name, command)


SUBCOMMANDS: dict[str, Callable[["Subparsers", str, "Command"], None]] = {
    "generate": generate_arguments.add,
    "measure": measure_command.add,
    "analyse": analyse_command.add,
    "validate": validate_arguments.add,
    "query": query_command.add,
    "view": view_command.add,
    "leaderboard": leaderboard_command.add,
}
"""What adds each command."""
