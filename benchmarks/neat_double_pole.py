"""Evaluations that NEAT needs to balance two poles, beside those of its paper.

Run ``python benchmarks/neat_double_pole.py [--velocities | --no-velocities] [--runs 50]
[--out FILE]``; without a choice both are run. Every finished run is a line of the CSV file, and
runs that it has are not made again.

With velocities: population 150, feed-forward, all defaults; solved by the first network that lasts
100 000 steps. Without: population 1000 and recurrent networks, with the settings of the paper for
it: c3 = 3.0, threshold 4.0, new connections with probability 0.3. After every generation its best
network is tested: 100 000 steps, and then 1000 from each of 625 other starts, of which 200 have to
be balanced. As published, these tests are no evaluations. Fitness is that of the problem, the
force comes from one sigmoid output. A run without a solution after 300 generations, 100 without
velocities, has failed.

What differs from the authors' program: the long pole starts at 1 degree, inputs are divided
by 2.4 m, 36 degrees, 2 m/s and 2 rad/s, the bias is 1, cart and hinges have friction.

``evaluations`` are those made until the solution, that one included; without velocities, until the
end of its generation. ``networks`` also counts the copies of champions, whose fitness is known, as
the paper does. ``hidden`` and ``connections`` are the solution's hidden neurons and enabled genes,
``used`` its hidden neurons that lead to the output, ``starts`` the other starts that it balances
from. The paper's figures (Stanley and Miikkulainen 2002) are means over 120 runs with velocities
and 20 without.
"""

import argparse
import csv
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deap import base
from neat_xor import finished, spread

from evograft import plugins, problems

PAPER = {True: 3600, False: 33184}
SETTINGS: Mapping[bool, Mapping[str, Any]] = {
    True: {"population": 150},
    False: {
        "population": 1000,
        "recurrent": True,
        "c3": 3.0,
        "threshold": 4.0,
        "add_connection": 0.3,
    },
}
MOST = {True: 300, False: 100}
"""Generations after the first, by whether velocities are seen."""

COUNTS = ("evaluations", "networks", "hidden", "used", "connections", "starts")
COLUMNS = ("velocities", "seed", "solved", "generations", *COUNTS, "seconds")
OUT = Path("benchmarks/results/neat_double_pole.csv")


def solve(velocities: bool, seed: int) -> dict[str, Any]:
    """One run, as a line of the results."""
    random.seed(seed)
    problem = problems.load("double_pole", velocities=velocities)
    toolbox = plugins.graft(base.Toolbox(), "neat", problem, **SETTINGS[velocities])
    run: dict[str, Any] = {"velocities": int(velocities), "seed": seed, "solved": 0}
    start, size = time.perf_counter(), toolbox.defaults.population
    population, evaluations = toolbox.population(n=size), 0
    for generation in range(MOST[velocities] + 1):
        if generation:
            population = toolbox.replace(population, toolbox.breed(population, size))
        new = [place for place, one in enumerate(population) if not one.fitness.valid]
        fitnesses = toolbox.evaluate.batch([population[place] for place in new])
        for place, values in zip(new, fitnesses, strict=True):
            population[place].fitness.values = values
        place = max(range(size), key=lambda k: population[k].fitness.values)
        best = population[place]
        network = toolbox.develop(best)
        if problem.solves(network):
            made, seen = len(new), size
            if velocities:
                made, seen = new.index(place) + 1, place + 1
            counts = (
                evaluations + made,
                generation * size + seen,
                best.hidden.size,
                network.complexity().neurons,
                int(best.enabled.sum()),
                problem.generalisation(network),
            )
            run |= {"solved": 1} | dict(zip(COUNTS, counts, strict=True))
            break
        evaluations += len(new)
    return run | {"generations": generation, "seconds": f"{time.perf_counter() - start:.2f}"}


def make_missing(path: Path, kinds: Sequence[bool], runs: int) -> None:
    """Make the runs that *path* lacks, and append each when it is finished."""
    there = {(run["velocities"], int(run["seed"])) for run in finished(path, COLUMNS)}
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if not file.tell():
            writer.writeheader()
        for velocities in kinds:
            for seed in range(1, runs + 1):
                if (str(int(velocities)), seed) not in there:
                    writer.writerow(solve(velocities, seed))
                    file.flush()


def row(velocities: bool, runs: Sequence[Mapping[str, str]]) -> str:
    """A row of the table: mean and standard deviation over the runs that were solved."""
    solved = [run for run in runs if run["solved"] == "1"]
    cells = [
        spread([int(run[name]) for run in solved], 0 if name in ("evaluations", "networks") else 1)
        for name in COUNTS
    ]
    seconds = sum(float(run["seconds"]) for run in runs) / max(len(runs), 1)
    return (
        f"| {'with' if velocities else 'without'} | {len(runs)} | {len(runs) - len(solved)} "
        f"| {PAPER[velocities]} | {' | '.join(cells)} | {seconds:.1f} |"
    )


def main() -> None:
    """Make the runs and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--velocities", action=argparse.BooleanOptionalAction)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    kinds = (True, False) if options.velocities is None else (options.velocities,)
    make_missing(options.out, kinds, options.runs)
    runs = finished(options.out, COLUMNS)
    print("| velocities | runs | failures | paper's evaluations | evaluations | networks | hidden "
          "| used | connections | other starts | seconds a run |")  # fmt: skip
    print("|---" * 11 + "|")
    for velocities in kinds:
        kind = str(int(velocities))
        print(row(velocities, [run for run in runs if run["velocities"] == kind]))


if __name__ == "__main__":
    main()
