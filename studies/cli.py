"""The command line: ``evograft COMMAND …``."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import NoReturn

import evograft
from evograft.studies.command_parsers import PARSERS
from evograft.studies.kernel_interrupts import kernel_interrupts
from evograft.studies.run import Interrupted

USAGE_ERROR, INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Bad input gives one line on standard error and status 2, Ctrl-C status 130.

    >>> main(["evolve", "mgee", "wine"])
    2
    """
    options = _parser().parse_args(arguments)
    # The caller's way of showing warnings is put back afterwards.
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    command: Callable[[argparse.Namespace], None] = options.command
    try:
        with kernel_interrupts():
            command(options)
    except BrokenPipeError:  # "evograft … | head"
        sys.stderr.close()
        return 0
    except Exception as error:
        if sys.flags.dev_mode:  # python -X dev -m evograft … shows where it happened
            raise
        text = " ".join([*str(error).split(), *getattr(error, "__notes__", ())])
        if not isinstance(error, (ValueError, TypeError, OSError)):
            text = f"{type(error).__name__}: {text} (python -X dev -m evograft shows where)"
        print(f"evograft: error: {text}", file=sys.stderr)
        return USAGE_ERROR
    except Interrupted as error:
        print(f"evograft: {error}", file=sys.stderr)
        return INTERRUPTED
    except KeyboardInterrupt:
        print("evograft: interrupted", file=sys.stderr)
        return INTERRUPTED
    return 0


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"evograft: warning: {message}", file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """Complains in one line, as everything else does."""

    def parse_known_args(  # type: ignore[override]  # of its overloads, what argparse itself calls
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        # Here, as the command knows its own --help, and the parser of all commands does not.
        given = sys.argv[1:] if args is None else [*args]
        found, unknown = super().parse_known_args(given, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._hint(given, unknown)}")
        return found, unknown

    def _hint(self, given: Sequence[str], unknown: Sequence[str]) -> str:
        """Of which option a value is one too many."""
        before = [text for text in given[: given.index(unknown[0])] if text.startswith("-")]
        action = self._option_string_actions.get(before[-1]) if before else None
        if action is None or action.nargs is not None or unknown[0].startswith("-"):
            return ""
        return f"; {before[-1]} takes one value, {action.metavar}"

    def error(self, message: str) -> NoReturn:
        print(f"evograft: error: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(USAGE_ERROR)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="evograft", description="Neuroevolution plug-ins for DEAP toolboxes.")
    parser.add_argument("--version", action="version", version=evograft.__version__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, add in PARSERS.items():
        add(subparsers, name)
    return parser
