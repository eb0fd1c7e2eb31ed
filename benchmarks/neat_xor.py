"""Evaluations that NEAT needs to solve XOR, beside those of its paper.

Run ``python benchmarks/neat_xor.py --results FILE [--seeds 50]``. Every finished run is a line of
the CSV file, and runs that it has are not made again. Population 150, all defaults, the inputs 0
and 1 as they are; solved is when all four outputs are within 0.5 of the right class. The fitness is
the cross-entropy, or the mean squared error; the paper's is the square of four less the four
absolute errors. A run without a solution after 300 generations has failed.

``evaluations`` are those made until the first solution, that one included; ``networks`` also counts
the copies of champions, whose fitness is known, as the paper does. ``hidden`` and ``connections``
are the solution's hidden neurons and enabled genes, ``used`` its hidden neurons that lead to the
output. The paper's figures (Stanley and Miikkulainen 2002) are means over 100 runs.
"""

import argparse
import csv
import math
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deap import base

from evograft import plugins, problems

POPULATION, MOST = 150, 300
LOSSES = ("cross_entropy", "mse")
X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
COUNTS = ("evaluations", "networks", "hidden", "used", "connections")
COLUMNS = ("loss", "seed", "solved", "generations", *COUNTS, "seconds")


def solve(loss: str, seed: int) -> dict[str, Any]:
    """One run, as a line of the results."""
    random.seed(seed)
    problem = problems.from_arrays(X, Y, X_test=X, y_test=Y, scaling="none", loss=loss)
    toolbox = plugins.graft(base.Toolbox(), "neat", problem, threads=1)
    start = time.perf_counter()
    population, evaluations = toolbox.population(n=POPULATION), 0
    for generation in range(MOST + 1):
        if generation:
            population = toolbox.replace(population, toolbox.breed(population, POPULATION))
        new = [place for place, one in enumerate(population) if not one.fitness.valid]
        individuals = [population[place] for place in new]
        fitnesses = toolbox.evaluate.batch(individuals)
        for turn, (individual, values) in enumerate(zip(individuals, fitnesses, strict=True)):
            individual.fitness.values = values
            network = toolbox.develop(individual)
            if values[0] < math.log(2) and solves(problem, network):
                counts = (
                    evaluations + turn + 1,
                    generation * POPULATION + new[turn] + 1,
                    individual.hidden.size,
                    network.complexity().neurons,
                    int(individual.enabled.sum()),
                )
                return line(loss, seed, generation, counts, time.perf_counter() - start)
        evaluations += len(individuals)
    return line(loss, seed, MOST, (), time.perf_counter() - start)


def solves(problem: Any, network: Any) -> bool:
    """Whether all four outputs are within 0.5 of the right class."""
    outputs = network.forward(problem.X_train)[:, 0]
    return bool((abs(outputs - problem.y_train) < 0.5).all())


def line(
    loss: str, seed: int, generations: int, counts: Sequence[int], seconds: float
) -> dict[str, Any]:
    """A line of the results, with empty counts where there was no solution."""
    cells: Sequence[int | str] = counts or [""] * len(COUNTS)
    found = dict(zip(COUNTS, cells, strict=True))
    run = {"loss": loss, "seed": seed, "solved": int(bool(counts)), "generations": generations}
    return {**run, **found, "seconds": f"{seconds:.2f}"}


def finished(path: Path, columns: Sequence[str] = COLUMNS) -> list[dict[str, str]]:
    """The runs that *path* has; a line that a kill has cut is removed."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    lines = csv.DictReader(whole.splitlines())
    if whole and tuple(lines.fieldnames or ()) != tuple(columns):
        raise ValueError(f"{path} must have the columns {columns}, got {lines.fieldnames}")
    return [*lines]


def make_missing(path: Path, seeds: int) -> None:
    """Make the runs that *path* lacks, and append each when it is finished."""
    there = {(run["loss"], int(run["seed"])) for run in finished(path)}
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if not file.tell():
            writer.writeheader()
        for loss in LOSSES:
            for seed in range(1, seeds + 1):
                if (loss, seed) not in there:
                    writer.writerow(solve(loss, seed))
                    file.flush()


def row(loss: str, runs: Sequence[Mapping[str, str]]) -> str:
    """A row of the table: mean and standard deviation over the runs that were solved."""
    solved = [run for run in runs if run["solved"] == "1"]
    cells = []
    for name in COUNTS:
        values = [int(run[name]) for run in solved]
        digits = 0 if name in ("evaluations", "networks") else 2
        cells.append(spread(values, digits))
    most = max((int(run["networks"]) for run in solved), default="")
    return f"| {loss} | {len(runs)} | {len(runs) - len(solved)} | {' | '.join(cells)} | {most} |"


def spread(values: Sequence[int], digits: int) -> str:
    """Mean and standard deviation, as far as there are values for them."""
    if not values:
        return ""
    deviation = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.{digits}f}{deviation}"


def main() -> None:
    """Make the runs and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=50)
    options = parser.parse_args()
    make_missing(options.results, options.seeds)
    runs = finished(options.results)
    print("| fitness | runs | failures | evaluations | networks | hidden | used | connections "
          "| most networks |")  # fmt: skip
    print("|---" * 9 + "|")
    for loss in LOSSES:
        print(row(loss, [run for run in runs if run["loss"] == loss]))
    print("| the paper's | 100 | 0 | | 4755 | 2.35 | | | |")


if __name__ == "__main__":
    main()
