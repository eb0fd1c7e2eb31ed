"""Repeat the experiments of the MorphoNAS paper (arXiv 2507.13785): target graphs, and CartPole.

``a`` evolves the twenty published target graphs, a run per seed: 2000 genomes of 20 x 20 sites,
200 children a generation, 1000 generations at most; a run succeeds with a match of exactly 1.
``b`` evolves controllers for CartPole, 500 genomes of 10 x 10 sites, fitness over 20 episodes,
without and with connection pressure; a run succeeds with a fitness of 0.9999999.

The paper's own run seeds are used, the first of them. Every finished run is added to the file
``--results``; runs that are there are not repeated, so that Ctrl-C loses one run at most. ``table``
prints what the file holds.

    python benchmarks/morphonas_experiments.py a --seeds 3 --results a.csv
    python benchmarks/morphonas_experiments.py b --seeds 10 --results b.csv
    python benchmarks/morphonas_experiments.py table --results a.csv b.csv
"""

import argparse
import csv
import random
import time
from pathlib import Path
from typing import Any

import pandas as pd
from deap import base

from evograft import plugins, problems, studies
from evograft.problems.graph_target import PUBLISHED

COLUMNS = ("experiment", "seed", "success", "generations", "evaluations", "best", "neurons",
           "connections", "seconds")  # fmt: skip
PAPER_RATES = dict(
    zip(
        PUBLISHED,
        (1, 1, 0.95, 0.95, 1, 0.25, 1, 1, 0.95, 1, 0.8, 0.6, 1, 1, 0.8, 1, 0.4, 1, 0.35, 1),
        strict=True,
    )
)
"""Success rates of 20 runs each, Experiment A of the paper."""

CONDITIONS: dict[str, dict[str, Any]] = {
    "B without pressure": {},
    "B with pressure": {"penalties": ("connections",)},
}


def run_seeds(n: int) -> list[int]:
    """The first *n* seeds of the published runs."""
    draw = random.Random(65420)
    return [draw.randint(1, 10**6) for _ in range(n)]


def settings_of(experiment: str, seed: int, generations: int) -> tuple[Any, dict[str, Any]]:
    """The problem of an experiment, and what the method is set to."""
    if experiment in CONDITIONS:
        problem = problems.load("cartpole", protocol="paper", episodes=20, seed=seed)
        return problem, {"preset": "experiment-b", **CONDITIONS[experiment]}
    return problems.load("graph_target", target=experiment), {"preset": "experiment-a"}


def run_one(experiment: str, seed: int, generations: int) -> dict[str, Any]:
    """One run, as a row of the results."""
    problem, settings = settings_of(experiment, seed, generations)
    toolbox = plugins.graft(base.Toolbox(), "morphonas", problem, seed=seed, **settings)
    began = time.perf_counter()
    run = studies.evolve(toolbox, generations=generations, progress=False)
    best = run.best.fitness.values[0]
    complexity = run.network.complexity()
    return {
        "experiment": experiment,
        "seed": seed,
        "success": int(best >= (0.9999999 if experiment in CONDITIONS else 1.0)),
        "generations": run.generation,
        "evaluations": sum(run.logbook.select("nevals")),
        "best": best,
        "neurons": complexity.neurons,
        "connections": complexity.connections,
        "seconds": round(time.perf_counter() - began, 1),
    }


def done(path: Path) -> set[tuple[str, int]]:
    """The runs that *path* holds."""
    if not path.exists():
        return set()
    with path.open(newline="") as file:
        return {(row["experiment"], int(row["seed"])) for row in csv.DictReader(file)}


def run_all(experiments: list[str], seeds: list[int], generations: int, path: Path) -> None:
    """Every run that *path* does not hold yet, seed by seed."""
    finished = done(path)
    for seed in seeds:
        for experiment in experiments:
            if (experiment, seed) in finished:
                continue
            row = run_one(experiment, seed, generations)
            new = not path.exists()
            with path.open("a", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS)
                if new:
                    writer.writeheader()
                writer.writerow(row)
            print(*row.values(), flush=True)


def print_tables(paths: list[Path]) -> None:
    """The results beside the paper's."""
    results = pd.concat([pd.read_csv(path) for path in paths])
    targets = results[results["experiment"].isin(PUBLISHED)]
    if len(targets):
        table = targets.groupby("experiment").agg(
            runs=("success", "size"),
            success=("success", "mean"),
            median_evaluations=("evaluations", "median"),
            median_seconds=("seconds", "median"),
        )
        table.insert(2, "paper", pd.Series(PAPER_RATES))
        table.insert(0, "target", pd.Series({name: str(PUBLISHED[name]) for name in table.index}))
        print(table.to_string())
        print(
            f"all: {int(targets['success'].sum())} of {len(targets)} runs = "
            f"{targets['success'].mean():.1%} (paper 341 of 400 = 85.3%), median evaluations of "
            f"the successful ones {targets[targets['success'] == 1]['evaluations'].median():.0f}"
        )
    control = results[results["experiment"].isin(CONDITIONS)]
    for condition, paper in zip(CONDITIONS, ("100/100", "97/100"), strict=True):
        runs = control[control["experiment"] == condition]
        if len(runs):
            solved = runs[runs["success"] == 1]
            print(
                f"{condition}: {len(solved)}/{len(runs)} (paper {paper}), of these "
                f"{int((solved['generations'] == 0).sum())} in the initial population; neurons "
                f"median {solved['neurons'].median():.0f}, "
                f"{sorted(solved['neurons'].astype(int))}; median generations "
                f"{solved['generations'].median():.0f}, median seconds "
                f"{runs['seconds'].median():.0f}"
            )


def main() -> None:
    """Run an experiment, or print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("a", "b", "table"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--generations", type=int, default=1000)
    parser.add_argument("--results", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    if options.what == "table":
        print_tables(options.results)
        return
    experiments = list(PUBLISHED if options.what == "a" else CONDITIONS)
    run_all(experiments, run_seeds(options.seeds), options.generations, options.results[0])


if __name__ == "__main__":
    main()
