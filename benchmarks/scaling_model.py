"""Evaluations a second from 1 to 1000 workers, by a model of a map over a population.

Run ``python benchmarks/scaling_model.py --measure scaling.json`` to measure the model's parameters
on this machine first (``EVOGRAFT_DATA`` set to a folder with ``mnist.npz``, the extra
``distributed`` installed), or ``python benchmarks/scaling_model.py scaling.json`` with parameters
that are given. ``--bandwidth`` (Gbit/s) and ``--latency`` (ms) are assumptions about the network.

The model: all individuals of a map are pickled; a scheduler handles its chunks one after the other;
a link from it, one for all workers, sends them one after the other; a chunk that has arrived is
taken by the first free worker, which unpickles and evaluates it; the map ends when the last answer
is back, and the next one begins when the next generation is bred. The times of all this are
measured on a Dask cluster of two processes by maps that evaluate nothing. What workers do for a
chunk beside unpickling cannot be told from what the scheduler does there, so all of it is the
scheduler's here. Times of individuals are drawn from measured ones. A worker that gets a small
share of each generation finds fewer genes in its cache: times are multiplied by what was measured
for such shares, whatever the size of chunks. Efficiency is the rate beside that of as many batches
in one process each, on one thread, without any of this and without breeding.

Left out: answers fill no link, as they are some ten bytes for each individual; workers do not die;
a worker always has its next chunk at hand, so latency counts at the ends of a map alone; memory,
the file system, and how long it takes to start the workers and to load data. The scheduler's time
for a chunk is the same for 1000 workers as for two.
"""

import argparse
import heapq
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

WORKERS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
SIZES = tuple(factor * 10**power for power in range(6) for factor in (1, 2, 5))
MOST_CHUNKS = 50_000
"""Of a map; smaller chunks are not tried."""
DRAWN = 20_000
"""Individuals at least in the maps that a rate is the mean of."""

NEAR = 0.98
"""Of the best rate; the largest chunks that come as near are recommended."""


@dataclass(frozen=True)
class Network:
    """What is between the scheduler and its workers: bytes/s of its link, seconds one way."""

    bandwidth: float = 1e9 / 8
    latency: float = 0.5e-3


@dataclass(frozen=True)
class Workload:
    """What is evaluated, and what a map of it costs beside that; times in seconds.

    Attributes
    ----------
    name : str
    population : int
        Individuals of a map.
    times : tuple of float
        Of evaluating an individual in one process; a sample of their distribution.
    slower : tuple of (int, float)
        Numbers of workers, and how many times as long an individual takes where each of them gets
        its share of every generation.
    per_map, per_chunk, per_individual : float
        The scheduler's.
    pickling, unpickling : float
        Of an individual: in the process that maps before anything is sent, and at a worker.
    chunk_bytes, individual_bytes : float
        Pickled.
    pause : float
        Between two maps, to breed a generation.
    """

    name: str
    population: int
    times: tuple[float, ...]
    per_map: float = 0.0
    per_chunk: float = 0.0
    per_individual: float = 0.0
    pickling: float = 0.0
    unpickling: float = 0.0
    chunk_bytes: float = 0.0
    individual_bytes: float = 0.0
    pause: float = 0.0
    slower: tuple[tuple[int, float], ...] = ((1, 1.0),)

    def factor(self, workers: int) -> float:
        """How many times as long an individual takes, interpolated over the logarithm."""
        n, factors = zip(*self.slower, strict=True)
        return float(np.interp(np.log(workers), np.log(n), factors))


@dataclass(frozen=True)
class Row:
    """Recommended chunk size and rates at a number of workers."""

    workers: int
    chunk: int
    rate: float
    efficiency: float
    default_chunk: int
    default_rate: float


def makespan(
    work: list[float], handled: list[float], sent: list[float], workers: int, latency: float
) -> float:
    """Seconds until the last answer, for chunks in order.

    Parameters
    ----------
    work : list of float
        Seconds of each chunk at a worker.
    handled, sent : list of float
        Seconds that the scheduler is busy with each chunk, then the link.
    workers : int, at least 1
    latency : float
        Seconds one way.
    """
    free = [0.0] * workers
    scheduler = link = 0.0
    for seconds, handling, sending in zip(work, handled, sent, strict=True):
        scheduler += handling
        link = max(link, scheduler) + sending
        heapq.heapreplace(free, max(free[0], link + latency) + seconds)
    return max(free) + latency


def rate(workload: Workload, network: Network, workers: int, chunk: int) -> float:
    """Evaluations a second; the same draws of times for all workers and chunk sizes."""
    n = workload.population
    maps = -(-DRAWN // n)
    rng = np.random.default_rng(1)
    starts = np.arange(0, n, chunk)
    sizes = np.diff(starts, append=n)
    handled = (workload.per_chunk + workload.per_individual * sizes).tolist()
    carried = workload.chunk_bytes + workload.individual_bytes * sizes
    sent = (carried / network.bandwidth).tolist()
    total = 0.0
    for _ in range(maps):
        times = rng.choice(workload.times, n) * workload.factor(workers) + workload.unpickling
        work = np.add.reduceat(times, starts).tolist()
        total += workload.per_map + workload.pickling * n + workload.pause
        total += makespan(work, handled, sent, workers, network.latency)
    return maps * n / total


def default_chunk(population: int, workers: int) -> int:
    """The engines' own choice: four chunks for each worker."""
    return -(-population // (4 * workers))


def recommend(workload: Workload, network: Network, workers: int) -> Row:
    """The largest chunks that come near the best rate."""
    n = workload.population
    usual = default_chunk(n, workers)
    sizes = {size for size in SIZES if size <= n} | {-(-n // workers), usual}
    rates = {
        size: rate(workload, network, workers, size)
        for size in sorted(sizes)
        if -(-n // size) <= MOST_CHUNKS or size == usual
    }
    best = max(rates.values())
    chunk = max(size for size, found in rates.items() if found >= NEAR * best)
    efficiency = rates[chunk] * float(np.mean(workload.times)) / workers
    return Row(workers, chunk, rates[chunk], efficiency, usual, rates[usual])


def table(workload: Workload, network: Network) -> str:
    """A Markdown table over the numbers of workers."""
    lines = [
        "| workers | chunk | evaluations/s | efficiency | default chunk | evaluations/s |",
        "|---|---|---|---|---|---|",
    ]
    for row in (recommend(workload, network, workers) for workers in WORKERS):
        percent = f"{100 * row.efficiency:.3g} %"
        lines.append(
            f"| {row.workers} | {row.chunk} | {thousands(row.rate)} | {percent} | "
            f"{row.default_chunk} | {thousands(row.default_rate)} |"
        )
    return "\n".join(lines)


def summary(workloads: Sequence[Workload], network: Network) -> str:
    """All workloads side by side at the recommended chunk sizes, as a Markdown table."""
    names = [workload.name for workload in workloads]
    lines = [f"| workers | {' | '.join(names)} |", "|---" * (1 + len(names)) + "|"]
    for workers in (1, 2, 5, 20, 100, 1000):
        rows = [recommend(workload, network, workers) for workload in workloads]
        cells = [f"{r.chunk}: {thousands(r.rate)}, {_percent(r.efficiency)}" for r in rows]
        lines.append(f"| {workers} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def thousands(number: float) -> str:
    """Three digits, in groups."""
    digits = max(0, int(np.floor(np.log10(number))) - 2)
    return f"{round(number, -digits):,.0f}".replace(",", " ")


def describe(workload: Workload) -> str:
    """The parameters, in a line of text."""
    mean, low, high = np.mean(workload.times), *np.quantile(workload.times, [0.05, 0.95])
    text = (
        f"{workload.population} individuals a map; an individual {1e3 * mean:.3g} ms "
        f"(5 to 95 %: {1e3 * low:.2g} to {1e3 * high:.2g}), {workload.individual_bytes:.0f} bytes; "
        f"the scheduler {1e3 * workload.per_map:.1f} ms a map, {1e3 * workload.per_chunk:.2f} ms a "
        f"chunk, {1e6 * workload.per_individual:.0f} µs an individual; pickling one takes "
        f"{1e6 * workload.pickling:.2g} µs, unpickling {1e6 * workload.unpickling:.2g} µs; "
        f"{1e3 * workload.pause:.1f} ms between maps"
    )
    if len(workload.slower) > 1:
        factors = ", ".join(f"{factor:.2f} with {n}" for n, factor in workload.slower)
        text += f"; times as long by the number of workers: {factors}"
    return text


def load(path: Path) -> list[Workload]:
    """Workloads from a file that :func:`save` has written."""
    return [
        Workload(
            **entry | {"times": tuple(entry["times"]), "slower": tuple(map(tuple, entry["slower"]))}
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def save(workloads: Sequence[Workload], path: Path) -> None:
    """Write all parameters as JSON."""
    path.write_text(json.dumps([asdict(workload) for workload in workloads]), encoding="utf-8")


def main() -> None:
    """Measure if asked to, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parameters", type=Path, help="JSON file of the workloads")
    parser.add_argument("--measure", action="store_true", help="measure and write it first")
    parser.add_argument("--rounds", type=int, default=9, help="of measuring (default: 9)")
    parser.add_argument("--bandwidth", type=float, default=1.0, help="Gbit/s (default: 1)")
    parser.add_argument("--latency", type=float, default=0.5, help="ms one way (default: 0.5)")
    options = parser.parse_args()
    if options.measure:
        from scaling_parameters import measure  # Dask and the methods, which the model does without

        workloads, report = measure(options.rounds)
        save(workloads, options.parameters)
        print(f"{report}\n")
    network = Network(options.bandwidth * 1e9 / 8, options.latency * 1e-3)
    print(f"Network assumed: {options.bandwidth:g} Gbit/s from the scheduler, "
          f"{options.latency:g} ms one way")  # fmt: skip
    workloads = load(options.parameters)
    for workload in workloads:
        print(f"\n{workload.name}: {describe(workload)}\n\n{table(workload, network)}")
    print(f"\n{summary(workloads, network)}")


if __name__ == "__main__":
    main()
