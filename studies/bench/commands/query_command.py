"""``evograft bench query``."""

import argparse
from typing import TYPE_CHECKING

from evograft.representations import _check
from evograft.studies.bench.named_tasks import NAMES, named_tasks
from evograft.studies.reports._markup import one_line

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.dataset import Bench
    from evograft.representations.morphogenesis import Genome
    from evograft.studies.bench.commands.parser_types import Command, Subparsers


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
        "--fidelity", metavar="FIDELITY", help="of the score: low, medium or high (default)"
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", help="of the evaluation of the score (default: 0)"
    )
    parser.add_argument(
        "--evaluate",
        action="store_true",
        default=None,
        help="where the benchmark has no answer, grow the genome and evaluate it now",
    )


def query(options: argparse.Namespace) -> None:
    """``evograft bench query``."""
    from evograft.problems.benchmark_generation.dataset import Bench

    for name in ("fidelity", "seed", "evaluate"):
        if options.task is None and getattr(options, name) is not None:
            raise ValueError(f"--{name} must be given with --task, which it is for, got none")
    bench = Bench.open(options.directory)
    asked = _genome(options.genome)
    if options.task is None:
        _show(bench, asked)
        return
    fidelity = "high" if options.fidelity is None else options.fidelity
    seed = 0 if options.seed is None else options.seed
    if options.evaluate:
        lookup = bench.lookup(named_tasks([options.task]), on_missing="evaluate")
    else:
        _check_scored(bench, options.task, fidelity, seed)
        lookup = bench.lookup()
    answer = lookup.query(asked, task=options.task, fidelity=fidelity, seed=seed)
    origin = "of the table" if answer.known else "evaluated now"
    print(f"{answer.value:.6g} ({origin}), {answer.cost:.3g} floating-point operations")


def _check_scored(bench: "Bench", task: str, fidelity: str, seed: int) -> None:
    """Refuse what entries were not scored in; the error says in what they were."""
    from evograft.problems.benchmark_generation.tasks.task import FIDELITIES

    scored = [of_task["name"] for of_task in bench.metadata.get("tasks", ())]
    _check.known("task", task, {*NAMES, *scored})
    _check.choice("fidelity", fidelity, FIDELITIES)
    _check.integer("seed", seed, minimum=0)
    fidelities = bench.metadata.get("fidelities", ())
    seeds = bench.metadata.get("task_seeds", 0)
    if task not in scored or fidelity not in fidelities or seed >= seeds:
        there = (
            f"those of {', '.join(scored)} at {', '.join(fidelities)} with seeds 0 to {seeds - 1}"
            if scored
            else "none at all"
        )
        raise ValueError(
            f"{bench.directory} must have the score of {task} at {fidelity} with seed {seed}, "
            f"got {there} (--evaluate evaluates it now)"
        )


def _genome(text: str) -> "int | Genome":
    from evograft.representations.morphogenesis import Genome

    try:
        return int(text)
    except ValueError:
        return Genome.load(text)


def _show(bench: "Bench", asked: "int | Genome") -> None:
    number = asked if isinstance(asked, int) else bench.number(asked)
    genome = bench.genome(number)
    print(f"entry {number}: {genome!r}")
    width = max(map(len, bench.measured), default=0)
    for name, value in bench.row(number, bench.measured).items():
        # Names may be of others' files: what controls a terminal stays out.
        print(f"  {one_line(name):<{width}}  {value:.6g}")
