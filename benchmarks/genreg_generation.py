"""A generation of GENREG on MNIST, part by part, beside the bare products of its evaluation.

Run ``python benchmarks/genreg_generation.py [--rounds 30]`` with ``EVOGRAFT_DATA`` set to a folder
with ``mnist.npz``: population 200, 200 images, 784-64-10, all defaults, with as many threads as
processors. Every round times, in a random order: the products alone (float32, each network's own,
by numpy's BLAS in as many threads, on all 784 pixels), the first layers as one stacked product, a
generation's evaluation (which leaves out the pixels that no image of the sample has), selection,
breeding with and without mutation, and a whole generation of breeding and evaluation, fused and as
DEAP's ``eaSimple`` makes it, with a call of ``clone``, ``mate`` and ``mutate`` for every child. The
figures are medians over the rounds; log and measurements of ``studies.evolve`` are not among them.
At the end, the peak memory of the process with MNIST loaded.
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


def stacked_product(toolbox: Any, population: list[Any]) -> Callable[[], Any]:
    """All first layers as one product, in BLAS's own threads; it leaves out the second layer."""
    X = toolbox.evaluate.sample().X
    first = [toolbox.develop(individual).weights[0].T for individual in population]
    stacked = np.ascontiguousarray(np.hstack(first))
    sums = np.empty((len(X), stacked.shape[1]), np.float32)
    return lambda: np.dot(X, stacked, out=sums)


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
    stacked = stacked_product(toolbox, population)

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
    parts: dict[str, Callable[[], Any]] = {
        "bare products": products,
        "one stacked product": stacked,
        "evaluation": lambda: toolbox.map(toolbox.evaluate, list(population)),
        "selection": lambda: toolbox.select(population, 2 * POPULATION),
        "breeding, unmutated": lambda: unmutated.breed(population, POPULATION),
        "breeding": lambda: toolbox.breed(population, POPULATION),
        "generation": generation,
        "generation of eaSimple": generation_of_ea_simple,
    }
    times: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        # In another order each time: what runs after the evaluation finds the caches used.
        for name in random.sample(sorted(parts), len(parts)):
            times[name].append(milliseconds(parts[name]))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:23} {value:7.2f} ms, {value / medians['bare products']:.2f} times the bare")
    ratios = [g / b for g, b in zip(times["generation"], times["bare products"], strict=True)]
    quarters = statistics.quantiles(ratios, n=4)
    print(
        f"a generation takes {statistics.median(ratios):.2f} times the bare products "
        f"(quartiles {quarters[0]:.2f} to {quarters[2]:.2f}, {rounds} rounds, "
        f"{os.cpu_count()} processors), and "
        f"{medians['generation'] / medians['one stacked product']:.2f} times the stacked one"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB, MNIST included")


if __name__ == "__main__":
    main()
