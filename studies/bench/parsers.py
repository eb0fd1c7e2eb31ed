"""The arguments of ``evograft bench COMMAND``."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evograft.studies.bench import view_command

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]
    Command = Callable[..., argparse.ArgumentParser]

SUBCOMMANDS: dict[str, Callable[["Subparsers", str, "Command"], None]] = {
    "view": view_command.add,
}
"""What adds each command."""
