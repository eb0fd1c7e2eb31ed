"""The command line: ``evograft COMMAND …``."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import NoReturn

import evograft
from evograft.studies import commands, result_commands
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
        command(options)
    except BrokenPipeError:  # "evograft … | head"
        sys.stderr.close()
        return 0
    except Exception as error:
        if sys.flags.dev_mode:  # python -X dev -m evograft … shows where it happened
            raise
        text = " ".join(str(error).split())
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

    def error(self, message: str) -> NoReturn:
        print(f"evograft: error: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(USAGE_ERROR)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="evograft", description="Neuroevolution plug-ins for DEAP toolboxes.")
    parser.add_argument("--version", action="version", version=evograft.__version__)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, add in (
        ("evolve", _add_evolve),
        ("show", _add_show),
        ("analyse", _add_analyse),
        ("score", _add_score),
        ("predict", _add_predict),
        ("grow", _add_grow),
        ("methods", _add_methods),
        ("problems", _add_problems),
    ):
        add(subparsers, name)
    return parser


def _command(
    subparsers: "argparse._SubParsersAction[_Parser]",
    name: str,
    command: Callable[[argparse.Namespace], None],
    summary: str,
    example: str,
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"example: {example}",
    )
    parser.set_defaults(command=command)
    return parser


def _add_evolve(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        commands.evolve,
        "evolve a network and save it with its log and pictures",
        "evograft evolve mge wine --generations 100 --seed 1 --set parsimony=0.001",
    )
    parser.add_argument("method", metavar="METHOD", help="one of: evograft methods")
    parser.add_argument(
        "problem", metavar="PROBLEM_OR_CSV", help="one of: evograft problems; or a CSV file"
    )
    parser.add_argument("--target", metavar="COLUMN", help="column of the classes in the CSV file")
    parser.add_argument("--preset", metavar="NAME", help="a named set of parameters of the method")
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="a parameter of the method (evograft methods METHOD lists them); may be repeated",
    )
    parser.add_argument(
        "--problem-set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="an option of the problem, such as split_seed=3, folds=10, scaling=zscore, loss=mse",
    )
    parser.add_argument("--generations", type=int, metavar="N", help="default: the method's own")
    parser.add_argument("--population", type=int, metavar="N", help="default: the method's own")
    parser.add_argument("--seed", type=int, metavar="N", help="default: a random one, recorded")
    parser.add_argument(
        "--out", metavar="DIR", help="default: runs/METHOD-PROBLEM-TIMESTAMP; new or empty"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run in --out, settings included"
    )


def _add_show(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        result_commands.show,
        "show what a run found, and draw its pictures anew",
        "evograft show runs/mge-wine-20260102-030405",
    )
    parser.add_argument("run", metavar="RUN_DIR")


def _add_analyse(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        result_commands.analyse,
        "show how a classifier does on each class, and draw it",
        "evograft analyse runs/genreg-mnist --embedding tsne",
    )
    parser.add_argument("run", metavar="RUN_DIR")
    parser.add_argument(
        "--embedding",
        choices=("pca", "tsne", "umap"),
        default="pca",
        help="of the hidden activations; tsne takes a minute, umap needs the extra 'embedding'",
    )
    parser.add_argument(
        "--images",
        type=int,
        default=2000,
        metavar="N",
        help="test images in the embedding (default: %(default)s)",
    )


def _add_score(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        result_commands.score,
        "score a run's network on the test part of a problem, from raw features",
        "evograft score runs/mge-wine-20260102-030405 wine",
    )
    parser.add_argument("run", metavar="RUN_DIR")
    parser.add_argument("problem", metavar="PROBLEM_OR_CSV")
    parser.add_argument(
        "--target", metavar="COLUMN", help="of a CSV file; default: that of the run"
    )
    parser.add_argument(
        "--problem-set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="an option of the problem; by default the split that the run was evolved with",
    )


def _add_predict(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        result_commands.predict,
        "classify the rows of a CSV file of raw features",
        "evograft predict runs/mge-wine-20260102-030405 bottles.csv --out answers.csv",
    )
    parser.add_argument("run", metavar="RUN_DIR")
    parser.add_argument("data", metavar="DATA.csv", help="with a column for every feature")
    parser.add_argument("--out", metavar="FILE", help="a new file; default: standard output")


def _add_grow(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        commands.grow,
        "grow a genome into its network, and draw both",
        "evograft grow genome.json --out grown --animate",
    )
    parser.add_argument(
        "genome", metavar="GENOME.json", help="a genome, or any published file that holds one"
    )
    parser.add_argument(
        "--out", metavar="DIR", help="default: runs/grow-NAME-TIMESTAMP; new or empty"
    )
    parser.add_argument("--animate", action="store_true", help="also write growth.gif")
    parser.add_argument(
        "--arithmetic",
        choices=("plain", "fused"),
        default="plain",
        help="fused: as the published pools of networks were grown",
    )
    parser.add_argument(
        "--max-site-updates",
        type=_limit,
        metavar="N",
        default=10_000_000_000,
        help="refuse more steps times sites than this; none for no limit (default: %(default)s)",
    )


def _limit(text: str) -> int | None:
    return None if text == "none" else int(text)


def _add_methods(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        commands.methods,
        "list the methods, or the parameters and presets of one",
        "evograft methods mge",
    )
    parser.add_argument("method", metavar="METHOD", nargs="?")


def _add_problems(subparsers: "argparse._SubParsersAction[_Parser]", name: str) -> None:
    _command(subparsers, name, commands.problems, "list the problems", "evograft problems")
