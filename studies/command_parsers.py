"""The commands of the command line with their arguments."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evograft.studies import (
    ablation_commands,
    commands,
    representation_parsers,
    reproduction_commands,
    result_commands,
)
from evograft.studies.bench.commands import parsers as bench_parsers

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]


def _command(
    subparsers: "Subparsers",
    name: str,
    command: Callable[[argparse.Namespace], None],
    summary: str,
    example: str,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"example: {example}",
    )
    parser.set_defaults(command=command)
    return parser


def _add_evolve(subparsers: "Subparsers", name: str) -> None:
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
    parser.add_argument(
        "--evaluations", type=int, metavar="N", help="end with the generation that reaches them"
    )
    parser.add_argument(
        "--stop",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="end early: fitness=0.05, stagnation=50 (generations), seconds=3600; may be repeated",
    )
    parser.add_argument("--population", type=int, metavar="N", help="default: the method's own")
    parser.add_argument("--seed", type=int, metavar="N", help="default: a random one, recorded")
    parser.add_argument(
        "--out", metavar="DIR", help="default: runs/METHOD-PROBLEM-TIMESTAMP; new or empty"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run in --out, settings included"
    )
    _add_where(parser, "evaluate the individuals")


def _add_show(subparsers: "Subparsers", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        result_commands.show,
        "show what a run found, and draw its pictures anew",
        "evograft show runs/mge-wine-20260102-030405",
    )
    parser.add_argument("run", metavar="RUN_DIR")


def _add_analyse(subparsers: "Subparsers", name: str) -> None:
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


def _add_score(subparsers: "Subparsers", name: str) -> None:
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


def _add_predict(subparsers: "Subparsers", name: str) -> None:
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


def _add_grow(subparsers: "Subparsers", name: str) -> None:
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


def _add_methods(subparsers: "Subparsers", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        commands.methods,
        "list the methods, or the parameters and presets of one",
        "evograft methods mge",
    )
    parser.add_argument("method", metavar="METHOD", nargs="?")


def _add_problems(subparsers: "Subparsers", name: str) -> None:
    _command(subparsers, name, commands.problems, "list the problems", "evograft problems")


def _add_ablate(subparsers: "Subparsers", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        ablation_commands.ablate,
        "run a study: methods with overrides on problems with seeds, and compare them",
        "evograft ablate crossover.toml --workers 2",
    )
    parser.add_argument("study", metavar="STUDY.toml")
    parser.add_argument(
        "--out", metavar="DIR", help="default: runs/NAME, of the study; new or empty"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the study in DIR; arms, problems, seeds and budget may have grown",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check everything and say what would be run"
    )
    _add_where(parser, "runs are made in")
    parser.add_argument(
        "--retries",
        type=int,
        default=2,
        metavar="N",
        help="how often a run that fails is taken up again (default: %(default)s)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help="without a finished generation, after which a worker counts as hanging",
    )


def _add_reproduce(subparsers: "Subparsers", name: str) -> None:
    parser = _command(
        subparsers,
        name,
        reproduction_commands.reproduce_table,
        "reproduce a paper's table or figure and show ours beside it, with a verdict",
        "evograft reproduce mge-table3 --parts wine --runs 10 --workers 2",
    )
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="of a table or figure; without: list them"
    )
    parser.add_argument("--runs", type=int, metavar="N", help="default: those of the paper")
    parser.add_argument("--generations", type=int, metavar="N", help="default: the paper's")
    parser.add_argument(
        "--quick", action="store_true", help="2 runs of 10 generations on small data: does it work?"
    )
    parser.add_argument(
        "--parts", nargs="+", metavar="PART", default=(), help="default: all of the table"
    )
    parser.add_argument(
        "--arms", nargs="+", metavar="ARM", default=(), help="methods; default: all of the parts"
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="an option of the table (without NAME they are listed); may be repeated",
    )
    parser.add_argument("--out", metavar="DIR", help="default: runs/NAME; new or empty")
    parser.add_argument("--resume", action="store_true", help="go on with what is in DIR")
    _add_where(parser, "runs are made in")


def _add_analyse_representation(subparsers: "Subparsers", name: str) -> None:
    summary = "measure how genotypes represent networks"
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=f"{summary.capitalize()}.",
        epilog="example: evograft analyse-representation locality --individuals 500",
    )
    representation_parsers.add_analyses(parser, _command)


def _add_bench(subparsers: "Subparsers", name: str) -> None:
    summary = "make and study a benchmark of grown networks (MorphoNAS-Bench)"
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog="example: evograft bench generate --accepted 1000 --seed 1 --out bench",
    )
    bench_parsers.add_subcommands(parser, _command)


def _add_where(parser: argparse.ArgumentParser, what: str) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=int, metavar="N", help=f"processes that {what}; default: this one alone"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help=f"of a Dask cluster that {what} instead"
    )


PARSERS: dict[str, Callable[["Subparsers", str], None]] = {
    "evolve": _add_evolve,
    "ablate": _add_ablate,
    "reproduce": _add_reproduce,
    "analyse-representation": _add_analyse_representation,
    "bench": _add_bench,
    "show": _add_show,
    "analyse": _add_analyse,
    "score": _add_score,
    "predict": _add_predict,
    "grow": _add_grow,
    "methods": _add_methods,
    "problems": _add_problems,
}
"""What adds each command to the command line."""
