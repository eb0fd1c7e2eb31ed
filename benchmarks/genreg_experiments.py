"""Train by trust, and by low-rank evolution strategies, under the conditions of GENREG's findings.

    python benchmarks/genreg_experiments.py published --seeds 5 --results genreg.jsonl
    python benchmarks/genreg_tables.py genreg.jsonl

Each experiment has several conditions; every condition is run once per seed, from 1 on. Test
accuracy (of the individual with the most trust in the last generation, or of the recommended one)
is measured every so many generations, and with it the seconds since the start, measuring
included. Every finished run is added to the file ``--results`` as a line of JSON; runs that are
there are not repeated, so that Ctrl-C loses one run at most. ``EVOGRAFT_DATA`` names a folder with
``mnist.npz`` and ``fashion_mnist.npz``.
"""

import argparse
import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deap import base

from evograft import plugins, problems, studies


@dataclass(frozen=True)
class Condition:
    """What a run is made of: method, its settings, problem, and how often it is measured."""

    method: str = "genreg"
    settings: dict[str, Any] = field(default_factory=dict)
    generations: int | None = 600
    problem: str = "mnist"
    options: dict[str, Any] = field(default_factory=dict)
    every: int = 10


def _trust(generations: int | None = 600, **settings: Any) -> Condition:
    return Condition(settings=settings, generations=generations)


def _improved(problem: str = "mnist", **settings: Any) -> Condition:
    return Condition("genreg", {"preset": "improved", **settings}, None, problem, every=100)


def _lowrank(generations: int, problem: str = "mnist", **settings: Any) -> Condition:
    settings = {"preset": "images", "generations": generations, **settings}
    return Condition("lowrank-es", settings, generations, problem, every=500)


NEVER = 10**9

EXPERIMENTS: dict[str, dict[str, Condition]] = {
    "published": {"64 hidden": _trust(), "32 hidden": _trust(565, hidden=(32,))},
    "readings": {
        "readme": _trust(preset="readme"),
        "later-code": _trust(preset="later-code"),
        "uniform weights": _trust(weighting="uniform"),
        "argmax": _trust(decision="argmax"),
        "expected": _trust(decision="expected"),
    },
    "images": {f"{n} per digit": _trust(images_per_class=n) for n in (1, 5, 20)},
    "rates": {
        f"child {child}, base {base_rate}": _trust(rate=child, base_rate=base_rate)
        for child in (0.0, 0.02, 0.07, 0.15)
        for base_rate in (0.0, 0.02, 0.08)
    },
    "population": {f"population {n}": _trust(population=n) for n in (50, 100, 200, 400, 800)},
    "capacity": {f"{n} hidden": _trust(hidden=(n,)) for n in (16, 32, 64, 128, 256)},
    "improved": {"improved": _improved()},
    "improvements": {
        "improved, 1500 generations": _improved(generations=1500),
        "weight by weight": _improved(generations=1500, crossover="weights"),
        "no patches": _improved(generations=1500, patch=1),
        "two parents": _improved(generations=1500, parents=2, inheritance=0.03),
        "constant scale": _improved(generations=1500, scale=0.03, final_scale=None),
        "large initial weights": _improved(generations=1500, initial_weights=0.5),
        "expected reward": _improved(generations=1500, decision="expected"),
        "sampled decisions": _improved(generations=1500, decision="sampled"),
    },
    "lowrank": {"lowrank-es": _lowrank(30_000)},
    "lowrank-plain": {
        "raw pixels as features": _lowrank(30_000, components=None),
        "no shifts": _lowrank(30_000, max_shift=0),
    },
    "lowrank-long": {"lowrank-es, long": _lowrank(100_000)},
    "fashion": {
        "published": Condition(problem="fashion_mnist"),
        "improved": _improved("fashion_mnist"),
    },
    "fashion-lowrank": {"lowrank-es": _lowrank(30_000, "fashion_mnist")},
    "alphabet": {
        "one rendering": Condition(
            settings={"preset": "improved", "generations": 600, "population": 100},
            problem="alphabet",
        ),
    },
    "fonts": {
        "improved": Condition(
            settings={"preset": "improved", "generations": 3000},
            generations=3000,
            problem="alphabet",
            options={"variations": 300, "size": 32},
            every=100,
        ),
        "lowrank-es": Condition(
            "lowrank-es",
            {"preset": "images", "generations": 10_000},
            10_000,
            "alphabet",
            {"variations": 300, "size": 32},
            every=500,
        ),
    },
}


def run_one(condition: Condition, seed: int, threads: int | None) -> dict[str, Any]:
    """One run: its seconds, and what was measured on the way."""
    problem = problems.load(condition.problem, **condition.options)
    began = time.perf_counter()
    random.seed(seed)
    settings = dict(condition.settings)
    toolbox = plugins.graft(base.Toolbox(), condition.method, problem, threads=threads, **settings)
    toolbox.measured_every = NEVER  # the callback measures, and only the test part
    generations = condition.generations or settings.get("generations", toolbox.defaults.generations)
    history: list[dict[str, Any]] = []

    def measure(run: Any) -> None:
        if run.generation % condition.every == 0 or run.generation == generations:
            decisions = problem.predict(run.network, problem.X_test)
            right = decisions == problem.y_test
            row = run.logbook[-1]
            history.append(
                {
                    "generation": run.generation,
                    "seconds": round(time.perf_counter() - began, 2),
                    "accuracy": float(right.mean()),
                    "classes": [
                        float(right[problem.y_test == c].mean()) for c in range(problem.n_classes)
                    ],
                    "best": row["best"],
                    "mean": row["mean"],
                }
            )

    run = studies.evolve(
        toolbox,
        population=settings.get("population"),
        generations=generations,
        callbacks=[measure],
        progress=False,
    )
    seconds = round(time.perf_counter() - began, 2)
    return {"generations": run.generation, "seconds": seconds, "history": history}


def main() -> None:
    """Run what the results do not hold yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("experiment", choices=EXPERIMENTS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--results", type=Path, required=True)
    options = parser.parse_args()
    path: Path = options.results
    lines = path.read_text().splitlines() if path.exists() else []
    done = {(row["experiment"], row["condition"], row["seed"]) for row in map(json.loads, lines)}
    for seed in range(1, options.seeds + 1):
        for name, condition in EXPERIMENTS[options.experiment].items():
            if (options.experiment, name, seed) in done:
                continue
            found = run_one(condition, seed, options.threads)
            row = {"experiment": options.experiment, "condition": name, "seed": seed, **found}
            with path.open("a") as file:
                file.write(json.dumps(row) + "\n")
            last = found["history"][-1]
            print(
                f"{name}, seed {seed}: {last['accuracy']:.4f} after {found['generations']} "
                f"generations, {found['seconds']:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
