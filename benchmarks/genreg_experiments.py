"""Train by trust, and by low-rank evolution strategies, under the conditions of GENREG's findings.

    python benchmarks/genreg_experiments.py published --seeds 5 --results genreg.jsonl
    python benchmarks/genreg_tables.py genreg.jsonl

Each experiment has several conditions; every condition is run once per seed, from 1 on. Test
accuracy (of the individual with the most trust in the last generation, or of the recommended one)
is measured every ``--every`` generations, and with it the seconds since the start, measuring
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
    """What a run is made of: method, its settings, generations or seconds, and the problem."""

    method: str = "genreg"
    settings: dict[str, Any] = field(default_factory=dict)
    generations: int | None = 600
    seconds: float | None = None
    problem: str = "mnist"
    options: dict[str, Any] = field(default_factory=dict)


def _trust(generations: int | None = 600, **settings: Any) -> Condition:
    return Condition(settings=settings, generations=generations)


MINUTE = 60.0
FOREVER = 10**7

EXPERIMENTS: dict[str, dict[str, Condition]] = {
    "published": {"64 hidden": _trust(), "32 hidden": _trust(565, hidden=(32,))},
    "readings": {
        "readme": _trust(preset="readme"),
        "readme, two parents": _trust(preset="readme", parents=2),
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
    "improved": {"improved": _trust(None, preset="improved")},
    "lowrank": {
        "lowrank-es": Condition("lowrank-es", generations=FOREVER, seconds=10 * MINUTE),
    },
    "lowrank-long": {
        "lowrank-es, 40 minutes": Condition("lowrank-es", generations=FOREVER, seconds=40 * MINUTE),
    },
    "fashion": {
        "published": Condition(problem="fashion_mnist"),
        "improved": Condition(
            problem="fashion_mnist", settings={"preset": "improved"}, generations=None
        ),
        "lowrank-es": Condition(
            "lowrank-es", generations=FOREVER, seconds=10 * MINUTE, problem="fashion_mnist"
        ),
    },
}


def run_one(condition: Condition, seed: int, every: int, threads: int | None) -> dict[str, Any]:
    """One run: its seconds, and what was measured on the way."""
    problem = problems.load(condition.problem, **condition.options)
    began = time.perf_counter()
    random.seed(seed)
    settings = dict(condition.settings)
    toolbox = plugins.graft(base.Toolbox(), condition.method, problem, threads=threads, **settings)
    toolbox.measured_every = FOREVER  # the callback measures, and only the test part
    generations = condition.generations or toolbox.defaults.generations
    history: list[dict[str, Any]] = []

    def measure(run: Any) -> None:
        if run.generation % every == 0 or run.generation == generations:
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

    def over(run: Any) -> bool:
        return condition.seconds is not None and time.perf_counter() - began >= condition.seconds

    run = studies.evolve(
        toolbox,
        population=settings.get("population"),
        generations=generations,
        callbacks=[measure],
        stop=over,
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
    parser.add_argument("--every", type=int, default=10)
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
            found = run_one(condition, seed, options.every, options.threads)
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
