"""Evaluations until CartPole and the memory task are solved, by recurrent MGE and recurrent NEAT.

Run ``python benchmarks/recurrent_tasks.py [--seeds 10] [--evaluations 40000]``. All settings are
the defaults, of methods and problems; CartPole's is the protocol ``paper`` with 20 episodes, and
the memory task's 2 bits over 5 steps with noise. NEAT's connections may close cycles.

A run ends with the first generation in which somebody's mean return over the training episodes
reaches the pass score (195; all bits right), which is a solution, or after so many evaluations.
``evaluations`` is the median over the runs with a solution, of all evaluations up to that
generation; ``test`` is their mean score in 100 episodes that fitness never saw.
"""

import argparse
import random
import statistics
from dataclasses import dataclass
from typing import Any

from deap import base

from evograft import plugins, problems, studies

METHODS: dict[str, dict[str, Any]] = {"recurrent-mge": {}, "neat": {"recurrent": True}}
TASKS = {"cartpole": 0.5, "memory": 1.0}
"""The fitness that a mean return of the pass score gives."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    solved: bool
    evaluations: int
    test: float


def solve(method: str, task: str, seed: int, evaluations: int) -> Outcome:
    """Run *method* with its defaults until *task* is solved."""
    random.seed(seed)
    toolbox = plugins.graft(base.Toolbox(), method, problems.load(task), **METHODS[method])
    run = studies.evolve(
        toolbox,
        evaluations=evaluations,
        stop=studies.stopping.at_fitness(TASKS[task]),
        progress=False,
    )
    solved = run.best.fitness.values[0] >= TASKS[task]
    return Outcome(solved, run.evaluations, toolbox.problem.score(run.network))


def row(method: str, task: str, outcomes: list[Outcome]) -> str:
    """A row of the table."""
    solved = [outcome for outcome in outcomes if outcome.solved]
    cells = [method, task, f"{len(outcomes)}", f"{len(solved)}"]
    if solved:
        cells.append(f"{statistics.median(outcome.evaluations for outcome in solved):.0f}")
        cells.append(f"{statistics.mean(outcome.test for outcome in solved):.4g}")
    else:
        cells += ["", ""]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Make the runs and print the table, row by row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--evaluations", type=int, default=40_000)
    options = parser.parse_args()
    print("| method | task | runs | solved | evaluations | test |")
    print("|---" * 6 + "|")
    for task in TASKS:
        for method in METHODS:
            outcomes = [
                solve(method, task, seed, options.evaluations)
                for seed in range(1, options.seeds + 1)
            ]
            print(row(method, task, outcomes), flush=True)


if __name__ == "__main__":
    main()
