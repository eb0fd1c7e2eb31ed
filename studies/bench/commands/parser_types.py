"""Types of what adds a command to the command line."""

import argparse
from collections.abc import Callable
from typing import Any, TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[Any]"

Command = Callable[..., argparse.ArgumentParser]
"""Makes the parser of a command, as in `evograft.studies.command_parsers`."""
