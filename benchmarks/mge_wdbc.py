"""MGE on WDBC beside GRAPE (PyPI ``grape-bds``): a whole generation, and the mapping of genes.

Run ``python benchmarks/mge_wdbc.py [--rounds 3] [--generations 150]`` with the extra ``bench``
installed. Everything runs on one thread (neither calls BLAS). In each round MGE and GRAPE evolve
one after the other with the same seed, so that both see the same moods of the machine; a figure is
the median over the generations after the first 100, and the ratio is taken round by round.

Both: WDBC (scikit-learn), 398 training rows of the default split, min-max to [-1, 1], population
200, cross-entropy, tournament 7, crossover 0.9. MGE: genes of 100 codons, all defaults, DEAP's
``varAnd`` and our ``replace``. GRAPE: its own loop, at most 200 codons per genome, see
``peer_grape.py``. Network sizes differ much, and are printed beside.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import peer_grape
from deap import algorithms, base

from evograft import plugins, problems
from evograft.representations.grammar import Grammar
from evograft.representations.modular import random_gene
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.representations.neuron_mapper import NeuronMapper

STEADY = 100
"""Generations before the first that counts."""


def mge_generations(problem: Any, generations: int, seed: int) -> tuple[list[float], str]:
    """Seconds of each generation, and the sizes at the end."""
    random.seed(seed)
    toolbox = plugins.graft(base.Toolbox(), "mge", problem, threads=1)
    population = toolbox.population(n=200)
    evaluate(toolbox, population)
    seconds = []
    for _ in range(generations):
        start = time.perf_counter()
        offspring = toolbox.select(population, len(population))
        offspring = algorithms.varAnd(offspring, toolbox, cxpb=0.9, mutpb=1.0)
        evaluate(toolbox, [one for one in offspring if not one.fitness.valid])
        population = toolbox.replace(population, offspring)
        seconds.append(time.perf_counter() - start)
    best = max(population, key=lambda one: one.fitness)
    genes = sum(map(len, population)) / len(population)
    return seconds, (
        f"{genes:.1f} genes a genotype, best loss {best.fitness.values[0]:.4f}, "
        f"{toolbox.develop(best).complexity().neurons} neurons"
    )


def evaluate(toolbox: Any, individuals: list[Any]) -> None:
    """Give *individuals* their fitness, as DEAP's loops do."""
    fitnesses = toolbox.map(toolbox.evaluate, individuals)
    for individual, values in zip(individuals, fitnesses, strict=True):
        individual.fitness.values = values


def grape_generations(problem: Any, generations: int, seed: int) -> tuple[list[float], str]:
    """Seconds of each generation, and the sizes at the end."""
    result = peer_grape.evolve(
        problem.X_train.astype(np.float64), problem.y_train, generations=generations, seed=seed
    )
    neurons = result.best.count("sigmoid(")
    return result.seconds, f"best loss {result.logbook[-1]['min']:.4f}, {neurons} neurons"


def mapping_rate(n_features: int) -> float:
    """Genes of 100 codons mapped a second, in the batches that a population makes."""
    mapper = NeuronMapper(Grammar.parse(neuron_bnf()), n_features, 1)
    random.seed(1)
    batches = [[random_gene(100) for _ in range(4000)] for _ in range(25)]
    mapper.map(batches[0])
    return statistics.median(
        4000 / timed(lambda batch=batch: mapper.map(batch)) for batch in batches
    )


def timed(function: Callable[[], object]) -> float:
    """Seconds that *function* takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    """Print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--generations", type=int, default=150)
    options = parser.parse_args()
    problem = problems.load("wdbc")
    mge_generations(problem, 2, seed=0)  # compiles the kernels
    ratios = []
    for seed in range(1, options.rounds + 1):
        ours, our_size = mge_generations(problem, options.generations, seed)
        theirs, their_size = grape_generations(problem, options.generations, seed)
        a, b = (statistics.median(seconds[STEADY:]) for seconds in (ours, theirs))
        ratios.append(b / a)
        print(f"seed {seed}: MGE {a * 1e3:.2f} ms a generation ({our_size})")
        print(f"        GRAPE {b * 1e3:.1f} ms a generation ({their_size}); ratio {b / a:.1f}")
    print(f"median ratio over {len(ratios)} rounds: {statistics.median(ratios):.1f}")
    rate, peer = mapping_rate(problem.n_features), peer_grape.map_rate(problem.X_train)
    print(f"mapping: {rate / 1e6:.2f} million genes/s; GRAPE {peer / 1e3:.1f} thousand; "
          f"ratio {rate / peer:.0f}")  # fmt: skip


if __name__ == "__main__":
    main()
