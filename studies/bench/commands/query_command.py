"""``evograft bench query``."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evograft.studies.bench.commands.named_tasks import NAMES, named_tasks

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.dataset import Bench
    from evograft.representations.morphogenesis import Genome

    Subparsers = argparse._SubParsersAction[Any]
    Command = Callable[..., argparse.ArgumentParser]


def add(subparsers: "Subparsers", name: str, command: "Command") -> None:
    """Add the command as *name*; *command* makes its parser."""
    parser = command(
        subparsers,
        name,
        query,
        "show an entry of a benchmark, or its score in a task and what that costs",
        "evograft bench query bench 17 --task cartpole --fidelity low --seed 2",
    )
    parser.add_argument("directory", metavar="DIR")
    parser.add_argument(
        "genome", metavar="NUMBER_OR_GENOME.json", help="number of an entry, or a genome's file"
    )
    parser.add_argument("--task", metavar="TASK", help=f"of {', '.join(NAMES)}")
    parser.add_argument(
        "--fidelity", metavar="FIDELITY", default="high", help="low, medium or high (default)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the evaluation (default: 0)"
    )
    parser.add_argument(
        "--evaluate",
        action="store_true",
        help="where the benchmark has no answer, grow the genome and evaluate it now",
    )


def query(options: argparse.Namespace) -> None:
    """``evograft bench query``."""
    from evograft.problems.benchmark_generation.dataset import Bench

    bench = Bench.open(options.directory)
    asked = _genome(options.genome)
    if options.task is None:
        _show(bench, asked)
        return
    if options.evaluate:
        lookup = bench.lookup(named_tasks([options.task]), on_missing="evaluate")
    else:
        lookup = bench.lookup()
    answer = lookup.query(asked, task=options.task, fidelity=options.fidelity, seed=options.seed)
    origin = "of the table" if answer.known else "evaluated now"
    print(f"{answer.value:.6g} ({origin}), {answer.cost:.3g} floating-point operations")


def _genome(text: str) -> "int | Genome":
    from evograft.representations.morphogenesis import Genome

    return int(text) if text.isdecimal() else Genome.load(text)


def _show(bench: "Bench", asked: "int | Genome") -> None:
    number = asked if isinstance(asked, int) else bench.number(asked)
    genome = bench.genome(number)
    print(f"entry {number}: {genome!r}")
    width = max(map(len, bench.measured), default=0)
    for name, value in bench.row(number, bench.measured).items():
        print(f"  {name:<{width}}  {value:.6g}")
