"""The arguments of ``evograft bench``: one module for each of its commands."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evograft.studies.bench import leaderboard_command

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]
    Command = Callable[..., argparse.ArgumentParser]


def add_bench(parser: argparse.ArgumentParser, command: "Command") -> None:
    """Add the commands to *parser*; *command* makes a parser, as in the commands' own module."""
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND", dest="bench")
    for name, add in SUBCOMMANDS.items():
        add(subparsers, name, command)


SUBCOMMANDS: dict[str, Callable[["Subparsers", str, "Command"], None]] = {
    "leaderboard": leaderboard_command.add,
}
"""What adds each command."""
