"""A generation of NEAT on WDBC and XOR beside neat-python (PyPI ``neat-python``).

Run ``python benchmarks/neat_generation.py [--rounds 5] [--generations 50]`` with the extra
``bench`` installed. Everything runs on one thread. In each round all evolve one after the other, in
a random order and with the same seed, so that they see the same moods of the machine; generations
after the first ten count. A round gives each the median of its generations, and its ratio to ours;
cells are medians over the rounds with the least and the largest. Connections (enabled, the mean of
the population) and species are those of the last generation, the loss is the least of the run.

All: population 150, feed-forward, one output, all inputs connected to it at the start, mean
cross-entropy on the training part, 398 rows of WDBC (scikit-learn) by min-max to [-1, 1], or XOR's
four. Ours: ``breed``, evaluation and ``replace``, all defaults. neat-python: its own loop, see
``peer_neat.py``, which also evaluates again the members that survive, by a call of its network for
every row. Log and measurements of ``studies.evolve`` are not among the figures, and neither are
reporters of neat-python.

The networks of neat-python keep fewer enabled connections, on XOR often hardly any: its generations
do less work there than ours.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import peer_neat
from deap import base

from evograft import plugins, problems

POPULATION, WARM_UP = 150, 10
XOR = ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


def load(name: str) -> Any:
    """WDBC, or XOR with its inputs as they are."""
    if name == "wdbc":
        return problems.load("wdbc")
    X, y = XOR
    return problems.from_arrays(X, y, X_test=X, y_test=y, scaling="none", name="xor")


def evolve(problem: Any, *, generations: int, seed: int) -> peer_neat.Result:
    """Evolve with our plug-in; a generation breeds, evaluates and replaces."""
    random.seed(seed)
    toolbox = plugins.graft(base.Toolbox(), "neat", problem, threads=1)
    population = toolbox.population(n=POPULATION)
    evaluate(toolbox, population)
    seconds, evaluating, loss = [], [], np.inf
    for _ in range(generations):
        start = time.perf_counter()
        offspring = toolbox.breed(population, POPULATION)
        bred = time.perf_counter()
        evaluate(toolbox, [one for one in offspring if not one.fitness.valid])
        evaluating.append(time.perf_counter() - bred)
        population = toolbox.replace(population, offspring)
        seconds.append(time.perf_counter() - start)
        loss = min(loss, *(one.fitness.values[0] for one in population))
    connections = sum(int(one.enabled.sum()) for one in population) / POPULATION
    species = len(toolbox.state()["species"]["species"])
    return peer_neat.Result(seconds, evaluating, connections, species, loss)


def evaluate(toolbox: Any, individuals: list[Any]) -> None:
    """Give *individuals* their fitness in one call, as the loops do."""
    fitnesses = toolbox.evaluate.batch(individuals)
    for individual, values in zip(individuals, fitnesses, strict=True):
        individual.fitness.values = values


def evolve_peer(problem: Any, *, generations: int, seed: int, rates: str) -> peer_neat.Result:
    """Evolve with neat-python, which gets the rows as tuples of Python's numbers."""
    rows, labels = [tuple(row) for row in problem.X_train.tolist()], problem.y_train.tolist()
    return peer_neat.evolve(
        rows, labels, population=POPULATION, generations=generations, seed=seed, rates=rates
    )


METHODS: dict[str, Callable[..., peer_neat.Result]] = {
    "ours": evolve,
    "neat-python, the paper's rates": partial(evolve_peer, rates="paper"),
    "neat-python, its own rates": partial(evolve_peer, rates="own"),
}


def measure(problem: Any, rounds: int, generations: int) -> dict[str, list[peer_neat.Result]]:
    """What each has in every round."""
    found: dict[str, list[peer_neat.Result]] = {name: [] for name in METHODS}
    order = random.Random(1)
    for seed in range(1, rounds + 1):
        for name in order.sample(sorted(METHODS), len(METHODS)):
            found[name].append(METHODS[name](problem, generations=generations, seed=seed))
    return found


def cell(values: Sequence[float]) -> str:
    """Median and range, to three digits."""
    middle, low, high = (
        f"{value:.3g}" if value < 100 else f"{value:.0f}"
        for value in (statistics.median(values), min(values), max(values))
    )
    return f"{middle} ({low} to {high})"


def steady(seconds: Sequence[float]) -> float:
    """Median of the generations that count, in milliseconds."""
    return 1e3 * statistics.median(seconds[WARM_UP:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--generations", type=int, default=50, help="those that count")
    options = parser.parse_args()
    loaded = {name: load(name) for name in ("wdbc", "xor")}
    for problem in loaded.values():
        evolve(problem, generations=5, seed=0)  # compiles the kernels
    print(f"A generation of {POPULATION}, {options.rounds} rounds of {options.generations}:\n")
    print("| data | | ms/generation | of these evaluation | ratio | connections | species | loss |")
    print("|---" * 8 + "|")
    for name, problem in loaded.items():
        found = measure(problem, options.rounds, WARM_UP + options.generations)
        ours = [steady(result.seconds) for result in found["ours"]]
        for method, results in found.items():
            seconds, evaluating, connections, species, loss = zip(*results, strict=True)
            times = [*map(steady, seconds)]
            ratios = [theirs / own for own, theirs in zip(ours, times, strict=True)]
            print(
                f"| {name} | {method} | {cell(times)} | {cell([*map(steady, evaluating)])} "
                f"| {'1' if method == 'ours' else cell(ratios)} | {cell(connections)} "
                f"| {cell(species)} | {cell(loss)} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
