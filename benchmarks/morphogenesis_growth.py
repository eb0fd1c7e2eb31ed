"""How long the growth of a network takes, beside a plain implementation of the same method.

Run ``python benchmarks/morphogenesis_growth.py [--genomes 50] [--quick]``. The plain one is
``twin_growth.py``: NumPy, SciPy and Python loops. Both grow the same random genomes, 200 steps
each, on one thread, one after the other, so that both see the same moods of the machine; a time is
the best of several runs, and every pair of results must be equal, fields included. Genomes are
drawn from consecutive seeds and sorted by what they grow into: 5 neurons or more, or none.

Then: two threads against one, and the memory that a long stream of genomes needs. The latter comes
first, as a process keeps the record of its own peak.
"""

import argparse
import itertools
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from twin_growth import grow_slowly

from evograft.representations.morphogenesis import Genome, develop, develop_many

STEPS = 200
RUNS = 5
"""Of each genome with either implementation; the best counts."""


def random_genomes(size: int) -> Iterator[Genome]:
    """Draw genomes of a square torus without end, from consecutive seeds."""
    for seed in itertools.count():
        rng = np.random.default_rng(seed)
        yield Genome.random(rng, size_x=size, size_y=size, max_growth_steps=STEPS)


def genomes_growing(size: int, count: int, wanted: Callable[[int], bool]) -> list[Genome]:
    """The first *count* of the random genomes whose number of neurons is *wanted*."""
    grown = (genome for genome in random_genomes(size) if wanted(len(develop(genome).neuron_ids)))
    return list(itertools.islice(grown, count))


def best_time(function: Callable[[], object], runs: int) -> float:
    """The least seconds that *function* took."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def assert_equal(genome: Genome) -> None:
    """Raise where the two implementations grow different things from *genome*."""
    plain, organism = grow_slowly(genome), develop(genome)
    for name in ("neuron_ids", "positions", "edges", "weights", "fields", "progenitors"):
        ours = np.asarray(getattr(organism, name))
        if not np.array_equal(ours, np.asarray(plain[name]).reshape(ours.shape)):
            raise AssertionError(f"{name} of {genome!r} differ, seed {genome.development_seed()}")


def compare(name: str, genomes: list[Genome], runs: int) -> None:
    """Print the times of both, and how often ours goes into the other's."""
    plain, ours = [], []
    for genome in genomes:
        assert_equal(genome)
        plain.append(best_time(lambda genome=genome: grow_slowly(genome), runs))
        ours.append(best_time(lambda genome=genome: develop(genome), runs))
    ratios = [a / b for a, b in zip(plain, ours, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    a, b = statistics.median(plain), statistics.median(ours)
    print(f"{name}, {len(genomes)} genomes, all results equal")
    print(f"  plain {a * 1e3:.1f} ms, develop {b * 1e3:.3f} ms, ratio of medians {a / b:.0f}")
    print(f"  ratio genome by genome: {middle:.0f}, quartiles {low:.0f} and {high:.0f}")


def compare_threads(genomes: list[Genome], rounds: int) -> None:
    """Print what a second thread gains, beside what a second process does, which shares nothing."""
    rows = []
    for _ in range(rounds):
        one, two = stream_seconds(genomes, 1), stream_seconds(genomes, 2)
        rows.append((one, two, 2 * one / seconds_in_two_processes(genomes)))
    gains = sorted(one / two for one, two, _ in rows)
    processes = sorted(gain for *_, gain in rows)
    one, two, _ = (statistics.median(column) for column in zip(*rows, strict=True))
    print(
        f"20x20, {len(genomes)} random genomes, {rounds} rounds: {len(genomes) / one:.0f} a second "
        f"on one thread, {len(genomes) / two:.0f} on two"
    )
    for name, ratios in (("two threads", gains), ("two processes", processes)):
        middle = statistics.median(ratios)
        print(f"  {name} against one: {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def stream_seconds(genomes: list[Genome], threads: int) -> float:
    """Time to grow all *genomes*."""
    return best_time(lambda: sum(1 for _ in develop_many(genomes, threads=threads)), 1)


def seconds_in_two_processes(genomes: list[Genome]) -> float:
    """Time of the slower of two processes that grow all *genomes* each."""
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        return max(pool.starmap(stream_seconds, [(genomes, 1)] * 2, chunksize=1))


def measure_memory(count: int) -> None:
    """Print the peak memory before and after a stream of *count* genomes."""
    before = peak_megabytes()
    start = time.perf_counter()
    stream = itertools.islice(random_genomes(10), count)
    neurons = sum(len(organism.neuron_ids) for organism in develop_many(stream, threads=1))
    seconds = time.perf_counter() - start
    print(f"10x10, a stream of {count} genomes, {neurons} neurons: {seconds:.1f} s with drawing")
    print(f"  peak memory {before:.0f} MB before, {peak_megabytes():.0f} MB after")


def peak_megabytes() -> float:
    """The largest resident size that this process ever had (Linux counts it in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print times, ratios and memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--genomes", type=int, default=50, help="of each kind (default: 50)")
    parser.add_argument("--quick", action="store_true", help="few genomes, one run of each")
    options = parser.parse_args()
    count, runs = (6, 1) if options.quick else (options.genomes, RUNS)
    warm_up()
    measure_memory(2_000 if options.quick else 100_000)
    kinds: list[tuple[str, Any]] = [
        ("5 neurons or more", lambda neurons: neurons >= 5),
        ("no neuron", lambda neurons: neurons == 0),
    ]
    for kind, wanted in kinds:
        for size in (20, 10):
            name = f"{size}x{size}, {STEPS} steps, {kind}"
            compare(name, genomes_growing(size, count, wanted), runs)
    many = list(itertools.islice(random_genomes(20), 200 if options.quick else 4_000))
    compare_threads(many, rounds=1 if options.quick else 9)


def warm_up() -> None:
    """Compile the kernels, or read them from their cache."""
    genomes = list(itertools.islice(random_genomes(10), 20))
    for threads in (1, 2):
        list(develop_many(genomes, threads=threads))
    for genome in genomes:
        develop(genome)


if __name__ == "__main__":
    main()
