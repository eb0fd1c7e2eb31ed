"""The arguments of the commands that analyse representations."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evograft.studies import representation_commands as commands

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]
    Command = Callable[..., argparse.ArgumentParser]

# As in the modules that do it, which load kernels.
METHODS = ("mge", "ge", "sge", "dsge")
BINARY = ("flame", "wdbc", "ionosphere", "sonar", "credit", "heart")


def add_analyses(parser: argparse.ArgumentParser, command: "Command") -> None:
    """Add the analyses to *parser*; *command* makes a parser, as in the commands' own module."""
    subparsers = parser.add_subparsers(required=True, metavar="ANALYSIS", dest="analysis")
    for name, add in ANALYSES.items():
        add(subparsers, name, command)


def _add_locality(subparsers: "Subparsers", name: str, command: "Command") -> None:
    parser = command(
        subparsers,
        name,
        commands.locality,
        "measure how far networks are apart whose genotypes differ in a bit or two",
        "evograft analyse-representation locality --individuals 500 --leaves digits",
    )
    _add_common(parser)
    _add_populations(parser, individuals=5000, sites="used")
    parser.add_argument(
        "--leaves",
        choices=("numbers", "digits"),
        default="numbers",
        help="of the trees: whole numbers, or their signs and digits (default: %(default)s)",
    )
    parser.add_argument(
        "--second-bit",
        choices=("same", "other"),
        default="other",
        help="where two bits are flipped: in the same codon, or in two (default: %(default)s)",
    )
    parser.add_argument(
        "--flips",
        choices=("any", "lowest"),
        default="any",
        help="any bit of a codon, or its lowest one (default: %(default)s)",
    )


def _add_redundancy(subparsers: "Subparsers", name: str, command: "Command") -> None:
    parser = command(
        subparsers,
        name,
        commands.redundancy,
        "measure how many mutations leave the network as it was",
        "evograft analyse-representation redundancy --mutation bit",
    )
    _add_common(parser)
    _add_populations(parser, individuals=1000, sites="all")
    parser.add_argument(
        "--mutation",
        choices=("bit", "codon"),
        default="codon",
        help="one bit is flipped, or one codon replaced (default: %(default)s)",
    )


def _add_invalidity(subparsers: "Subparsers", name: str, command: "Command") -> None:
    parser = command(
        subparsers,
        name,
        commands.invalidity,
        "measure how many genotypes are no network, at random and in runs",
        "evograft analyse-representation invalidity --methods mge ge --runs 5",
    )
    _add_common(parser)
    _add_number(parser, "--individuals", 10_000, "random genotypes of each method")
    _add_number(parser, "--gene-length", 100, "codons of a random gene of mge")
    _add_number(parser, "--codons", 200, "codons of a random genotype of ge")
    parser.add_argument("--problem", default="wdbc", help="of the runs; one of: evograft problems")
    _add_runs(parser, population=200, least=0)


def _add_scalability(subparsers: "Subparsers", name: str, command: "Command") -> None:
    parser = command(
        subparsers,
        name,
        commands.scalability,
        "evolve networks for as many connections as possible",
        "evograft analyse-representation scalability --runs 5 --set ge.genome_length=1000",
    )
    _add_common(parser)
    _add_runs(parser, population=500)
    _add_workers(parser)


def _add_curves(subparsers: "Subparsers", name: str, command: "Command") -> None:
    parser = command(
        subparsers,
        name,
        commands.curves,
        "follow the mean squared error over the generations",
        "evograft analyse-representation curves --problems flame wdbc --runs 5",
    )
    _add_common(parser)
    parser.add_argument(
        "--problems",
        nargs="+",
        default=list(BINARY),
        metavar="PROBLEM",
        help=f"default: {' '.join(BINARY)}",
    )
    _add_runs(parser, population=1000)
    _add_workers(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--methods",
        nargs="+",
        default=list(METHODS),
        metavar="METHOD",
        help=f"default: {' '.join(METHODS)}",
    )
    _add_number(parser, "--seed", 0, "of all randomness, or of the first run")
    parser.add_argument(
        "--out", metavar="DIR", help="default: runs/ANALYSIS-TIMESTAMP; new or empty"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with what is in --out, which is not made again"
    )


def _add_populations(parser: argparse.ArgumentParser, *, individuals: int, sites: str) -> None:
    _add_number(parser, "--individuals", individuals, "of each method and number of neurons")
    parser.add_argument(
        "--neurons",
        type=int,
        nargs=2,
        default=(2, 9),
        metavar=("LEAST", "MOST"),
        help="of the networks (default: 2 9)",
    )
    parser.add_argument(
        "--sites",
        choices=("used", "all"),
        default=sites,
        help="codons that may change: those that are read, or all (default: %(default)s)",
    )


def _add_runs(parser: argparse.ArgumentParser, *, population: int, least: int = 1) -> None:
    _add_number(parser, "--runs", 30, "of each method" + ("; 0 for none" if least == 0 else ""))
    _add_number(parser, "--generations", 500, "of each run")
    _add_number(parser, "--population", population, "of each run")
    parser.add_argument(
        "--set",
        metavar="METHOD.KEY=VALUE",
        action="append",
        default=[],
        help="a parameter of a method (evograft methods METHOD lists them); may be repeated",
    )


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, metavar="N", help="processes that runs are made in")


def _add_number(parser: argparse.ArgumentParser, name: str, default: int, what: str) -> None:
    parser.add_argument(
        name, type=int, default=default, metavar="N", help=f"{what} (default: %(default)s)"
    )


ANALYSES: dict[str, Callable[["Subparsers", str, "Command"], None]] = {
    "invalidity": _add_invalidity,
    "locality": _add_locality,
    "redundancy": _add_redundancy,
    "scalability": _add_scalability,
    "curves": _add_curves,
}
"""What adds each analysis."""
