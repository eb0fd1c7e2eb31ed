"""A generation of GENREG on MNIST, part by part, beside the bare products of its evaluation.

Run ``python benchmarks/genreg_generation.py [--rounds 30]`` with ``EVOGRAFT_DATA`` set to a folder
with ``mnist.npz``: population 200, 200 images, 784-64-10, all defaults, with as many threads as
processors. Every round times, one after the other, the products alone (float32, each network's own,
by numpy's BLAS in as many threads, on all 784 pixels), then a generation's evaluation, its
breeding without mutation, its breeding, a whole generation as ``studies.evolve`` makes it, and one
as DEAP's ``eaSimple`` does, with a call of ``clone``, ``mate`` and ``mutate`` for every child. The
figures are medians over the rounds. At the end, the peak memory of the process with MNIST loaded.
"""

import argparse
import os
import random
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from deap import algorithms, base

from evograft import plugins, problems
from evograft.representations.dense_population import in_threads

POPULATION, HIDDEN = 200, 64


def milliseconds(function: Callable[[], Any]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def evaluate(toolbox: Any, individuals: list[Any]) -> None:
    """Give *individuals* their fitness, as the loops do."""
    for individual, values in zip(
        individuals, toolbox.map(toolbox.evaluate, individuals), strict=True
    ):
        individual.fitness.values = values


def bare_products(toolbox: Any, population: list[Any]) -> Callable[[], None]:
    """The two products of every network on the generation's images, and nothing else."""
    X = toolbox.evaluate.sample().X
    networks = [toolbox.develop(individual) for individual in population]
    first = [np.ascontiguousarray(network.weights[0].T) for network in networks]
    second = [np.ascontiguousarray(network.weights[1].T) for network in networks]
    hidden = np.empty((POPULATION, len(X), HIDDEN), np.float32)
    outputs = np.empty((POPULATION, len(X), 10), np.float32)

    def product(i: int) -> None:
        np.dot(X, first[i], out=hidden[i])
        np.dot(hidden[i], second[i], out=outputs[i])

    return lambda: in_threads(product, POPULATION, os.cpu_count() or 1)


def main() -> None:
    """Time all parts and print them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    problem = problems.load("mnist")
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "genreg", problem)
    unmutated = plugins.graft(base.Toolbox(), "genreg", problem, rate=0.0)
    population = toolbox.population(n=POPULATION)
    evaluate(toolbox, population)
    products = bare_products(toolbox, population)
    names = (
        "bare products",
        "evaluation",
        "crossover",
        "crossover and mutation",
        "generation",
        "generation of eaSimple",
    )
    times: dict[str, list[float]] = {name: [] for name in names}

    def generation() -> None:
        nonlocal population
        offspring = toolbox.breed(population, POPULATION)
        evaluate(toolbox, offspring)
        population = toolbox.replace(population, offspring)

    def generation_of_ea_simple() -> None:
        nonlocal population
        offspring = toolbox.select(population, POPULATION)
        offspring = algorithms.varAnd(offspring, toolbox, cxpb=1.0, mutpb=1.0)
        evaluate(toolbox, offspring)
        population = offspring

    for _ in range(3):
        generation()
        generation_of_ea_simple()
    for _ in range(rounds):
        times["bare products"].append(milliseconds(products))
        evaluated = list(population)
        times["evaluation"].append(
            milliseconds(lambda: toolbox.map(toolbox.evaluate, evaluated))  # noqa: B023
        )
        times["crossover"].append(milliseconds(lambda: unmutated.breed(evaluated, POPULATION)))  # noqa: B023
        times["crossover and mutation"].append(
            milliseconds(lambda: toolbox.breed(evaluated, POPULATION))  # noqa: B023
        )
        times["generation"].append(milliseconds(generation))
        times["generation of eaSimple"].append(milliseconds(generation_of_ea_simple))
    medians = {name: statistics.median(values) for name, values in times.items()}
    bound = medians["bare products"]
    for name, value in medians.items():
        print(f"{name:23} {value:7.2f} ms, {value / bound:.2f} times the bare products")
    loop = medians["generation"] - medians["evaluation"] - medians["crossover and mutation"]
    print(f"{'loop and selection':23} {loop:7.2f} ms")
    ratios = [g / b for g, b in zip(times["generation"], times["bare products"], strict=True)]
    quarters = statistics.quantiles(ratios, n=4)
    print(
        f"a generation takes {statistics.median(ratios):.2f} times the bare products "
        f"(quartiles {quarters[0]:.2f} to {quarters[2]:.2f}, {rounds} rounds, "
        f"{os.cpu_count()} processors)"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB, MNIST included")


if __name__ == "__main__":
    main()
