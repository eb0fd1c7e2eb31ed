"""The map's own time for 200 individuals on each engine, beside the time of their evaluation.

Run ``python benchmarks/engine_overhead.py [--rounds 15]`` with ``EVOGRAFT_DATA`` set to a folder
with ``mnist.npz`` and the extra ``distributed`` installed.

The map's own time is the wall time of a map whose evaluation does nothing but return stored values,
for the same individuals and with the same data: pickling, scheduling, sending, and answers on their
way back. It is better defined than wall time less what workers have computed, which counts waiting
for the slowest worker too. The data is sent as arrays, as those of a user's own problem are; a
problem that ``problems.load`` made would travel as its name.

A round is one generation: every engine maps it, in a random order, and its real evaluation is timed
in this process on one thread. Before the rounds, ten generations load kernels, start workers and
send the data. Generations of MGE come from an evolution, whose genes are in its cache as they are
in any run; populations of MorphoNAS are drawn anew. Cells are medians in milliseconds with the
least and the largest.
"""

import argparse
import multiprocessing
import random
import statistics
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from typing import Any

from engine_workloads import Stored, Workload, in_arrays, local_client, mge, morphonas, seconds

from evograft.studies import engines

POPULATION, WORKERS, WARM_UP = 200, 2, 10
EVALUATION = "the evaluation, one thread"


def open_engines(stack: ExitStack) -> dict[str, Any]:
    """All engines with two workers, until *stack* is closed."""
    pool = ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn"))
    contexts = {
        "serial": engines.serial(),
        "2 threads": engines.threads(WORKERS),
        "2 processes": engines.processes(WORKERS),
        "ProcessPoolExecutor": engines.executor(stack.enter_context(pool), workers=WORKERS),
        "joblib, 2 processes": engines.joblib(WORKERS),
        "Dask, 2 processes": engines.dask(local_client(stack, WORKERS)),
    }
    return {name: stack.enter_context(context) for name, context in contexts.items()}


def measure(workload: Workload, maps: dict[str, Any], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each round, by engine and for the evaluation."""
    evaluate = workload.toolbox.evaluate
    times: dict[str, list[float]] = {name: [] for name in [*maps, EVALUATION]}
    order = random.Random(1)
    stored = None
    for turn in range(WARM_UP + rounds):
        individuals = next(workload.generations)
        stored = stored or Stored(
            in_arrays(workload.toolbox.problem), evaluate.batch(individuals)
        )  # fmt: skip
        for name in order.sample(sorted(times), len(times)):
            if name == EVALUATION:
                spent = seconds(evaluate.batch, individuals)
            else:
                spent = seconds(maps[name], stored, individuals)
            if turn >= WARM_UP:
                times[name].append(1e3 * spent)
    return times


def cell(values: Sequence[float]) -> str:
    """Median and range, to three digits."""
    middle, low, high = (
        f"{value:.3g}" if value < 100 else f"{value:.0f}"
        for value in (statistics.median(values), min(values), max(values))
    )
    return f"{middle} ({low} to {high})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    workloads = [
        mge("wine", POPULATION),
        mge("mnist", POPULATION),
        morphonas("cartpole", POPULATION),
    ]
    with ExitStack() as stack:
        maps = open_engines(stack)
        columns = [measure(workload, maps, rounds) for workload in workloads]
    print(f"The map's own time, ms for {POPULATION} individuals, {rounds} rounds:\n")
    print("| engine |" + "".join(f" {workload.name} |" for workload in workloads))
    print("|---" * (len(workloads) + 1) + "|")
    for name in columns[0]:
        print(f"| {name} |" + "".join(f" {cell(column[name])} |" for column in columns))


if __name__ == "__main__":
    main()
