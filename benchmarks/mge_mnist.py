"""MGE on MNIST: seconds a generation with and without the shared gene cache, and a lower bound.

Run ``python benchmarks/mge_mnist.py [--generations 12] [--threads N]`` with ``EVOGRAFT_DATA`` set
to a folder with ``mnist.npz``. Population 200, all 60 000 training images, all defaults. Both runs
have the same seed and so the same individuals; the median is over the second half of the
generations.

The bound is the arithmetic that no layout saves: for every individual and gene one multiply-add
per image, and for every individual one exponential per image and class. It is timed on rows that
stay in the first-level cache, on as many threads. What the cache saves is the neurons themselves:
new genes are computed once instead of every gene of every individual.
"""

import argparse
import os
import random
import resource
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from deap import algorithms, base

from evograft import plugins, problems
from evograft.representations import _math
from evograft.representations._jit import kernel

ROW = 1024
"""float32 numbers of a row that stays in the first-level cache, with a second one."""


def generations(problem: Any, count: int, **settings: Any) -> tuple[list[float], float, Any]:
    """Seconds of each generation, mean pairs of individual and gene, and the toolbox."""
    random.seed(1)
    toolbox = plugins.graft(base.Toolbox(), "mge", problem, **settings)
    population = toolbox.population(n=200)
    evaluate(toolbox, population)
    seconds, pairs = [], []
    for _ in range(count):
        start = time.perf_counter()
        offspring = toolbox.select(population, len(population))
        offspring = algorithms.varAnd(offspring, toolbox, cxpb=0.9, mutpb=1.0)
        evaluate(toolbox, offspring)
        pairs.append(sum(map(len, offspring)))
        population = toolbox.replace(population, offspring)
        seconds.append(time.perf_counter() - start)
    return seconds[count // 2 :], statistics.mean(pairs[count // 2 :]), population


def evaluate(toolbox: Any, individuals: list[Any]) -> None:
    """Give *individuals* their fitness, as DEAP's loops do."""
    fitnesses = toolbox.map(toolbox.evaluate, individuals)
    for individual, values in zip(individuals, fitnesses, strict=True):
        individual.fitness.values = values


@kernel
def multiply_add(rows, repeats):
    """Multiply-add one row to another, *repeats* times."""
    source, target = rows[0], rows[1]
    for r in range(repeats):
        w = np.float32(r)
        for i in range(source.size):
            target[i] += w * source[i]


@kernel
def exponential(rows, repeats):
    """Take the exponential of a row into another, *repeats* times."""
    source, target = rows[0], rows[1]
    for _ in range(repeats):
        for i in range(source.size):
            target[i] = _math.exp(source[i] - target[i])


def seconds_per_number(function: Any, threads: int) -> float:
    """The best of five timings of *function* on rows in the first-level cache."""
    repeats = 20_000

    def work(_: int) -> None:
        function(np.zeros((2, ROW), np.float32), repeats)

    work(0)
    best = float("inf")
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(5):
            start = time.perf_counter()
            list(pool.map(work, range(threads)))
            best = min(best, time.perf_counter() - start)
    return best / (threads * repeats * ROW)


def main() -> None:
    """Print medians, the bound, and the ratio to it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--generations", type=int, default=12)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    problem = problems.load("mnist")
    n, classes = len(problem.y_train), problem.n_classes
    generations(problems.load("wine"), 1)  # compiles the kernels
    print(f"MNIST, {n} images, population 200, {options.threads} threads")

    with_cache, pairs, population = generations(
        problem, options.generations, threads=options.threads
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    without, _, same = generations(
        problem, options.generations, threads=options.threads, cache_bytes=0
    )
    assert [list(one) for one in population] == [list(one) for one in same]
    a, b = statistics.median(with_cache), statistics.median(without)
    print(f"with the gene cache    {a:.3f} s a generation (peak memory {peak:.2f} GiB, of which")
    print("                       the cache is allowed 2 GiB and the images take 0.5)")
    print(f"without                {b:.3f} s a generation, ratio {b / a:.1f}")

    adding = pairs * n * seconds_per_number(multiply_add, options.threads)
    exponentials = 200 * n * classes * seconds_per_number(exponential, options.threads)
    bound = adding + exponentials
    print(f"lower bound            {bound:.3f} s: {pairs * n / 1e9:.2f} billion multiply-adds "
          f"{adding:.3f} s, {200 * n * classes / 1e9:.2f} billion exponentials "
          f"{exponentials:.3f} s")  # fmt: skip
    print(f"ratio to the bound     {a / bound:.2f} with the cache, {b / bound:.2f} without")


if __name__ == "__main__":
    main()
