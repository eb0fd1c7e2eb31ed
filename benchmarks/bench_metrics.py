"""Metrics of grown graphs: our kernels beside the networkx way.

Run ``python benchmarks/bench_metrics.py [--graphs 20]``. Everything runs on one thread, in one run,
on the same graphs: genomes of ``Genome.random`` (20x20, 200 steps) that grow into at least 5
neurons and 3 connections, 70 % of the neurons with an outgoing one, all in one weak component. Each
side measures a graph `ROUNDS` times, the least of which counts; figures are medians over graphs.

Each side begins with what it works on: ours with the organism's arrays, networkx with a ``DiGraph``
that is already built. To look up the neighbours, and to make the undirected projection, are rows of
their own. That both sides find the same values is checked. Ours measures in *all* the wiring too.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import networkx_metrics
import numpy as np

from evograft.problems.benchmark_generation.metrics import adjacency, measure, wiring
from evograft.problems.benchmark_generation.metrics.measure import FAMILIES
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.graph_target import tally
from evograft.representations.morphogenesis import Genome, Organism, develop

ROUNDS = 3


def accepted() -> Iterator[Organism]:
    """Grown networks that the benchmark takes, by seed."""
    quality = Quality()
    for seed in itertools.count():
        rng = np.random.default_rng(seed)
        organism = develop(Genome.random(rng, 20, 20, max_growth_steps=200))
        if quality.reasons(tally([organism])) == [None]:
            yield organism


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    """The least seconds of `ROUNDS` calls, and what the last one returned."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def compare(organism: Organism) -> dict[str, tuple[float, float]]:
    """Seconds of ours and of networkx, by family; NaN where it has none."""
    graph = organism.to_networkx()
    ours, found = timed(partial(adjacency, organism))
    theirs, pair = timed(partial(networkx_metrics.Pair.of, graph))
    rows = {"neighbours": (ours, theirs)}
    total = theirs
    for family in FAMILIES:
        ours, values = timed(partial(family, found))
        theirs, expected = timed(partial(networkx_metrics.FAMILIES[family.__name__], pair))
        np.testing.assert_allclose([values[name] for name in expected], list(expected.values()))
        rows[family.__name__] = ours, theirs
        total += theirs
    size = (organism.genome.size_x, organism.genome.size_y)
    rows["wiring"] = timed(partial(wiring, found, organism.positions, size))[0], np.nan
    rows["all"] = timed(partial(measure, organism))[0], total
    return rows


def main() -> None:
    """Print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", type=int, default=20)
    options = parser.parse_args()
    organisms = accepted()
    compare(next(organisms))  # compiles the kernels
    measured = [next(organisms) for _ in range(options.graphs)]
    rows = [compare(organism) for organism in measured]
    nodes = statistics.median(organism.n_neurons for organism in measured)
    edges = statistics.median(len(organism.edges) for organism in measured)
    print(f"{len(rows)} graphs, medians: {nodes:.0f} nodes, {edges:.0f} edges")
    for family in rows[0]:
        ours, theirs = (statistics.median(row[family][side] for row in rows) for side in (0, 1))
        line = f"{family:12} ours {ours * 1e6:8.1f} us"
        if theirs == theirs:
            ratios = [row[family][1] / row[family][0] for row in rows]
            line += (
                f", networkx {theirs * 1e3:7.2f} ms, {statistics.median(ratios):5.0f} times "
                f"({min(ratios):.0f} to {max(ratios):.0f})"
            )
        print(line)


if __name__ == "__main__":
    main()
