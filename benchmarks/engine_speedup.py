"""Two worker processes against one, and against the batch in this process, on the same individuals.

Run ``python benchmarks/engine_speedup.py [--rounds 15]`` with ``EVOGRAFT_DATA`` set to a folder
with ``mnist.npz``: 200 individuals of MGE on MNIST (60 000 images, generation after generation of
an evolution), and 1000 random default genomes of MorphoNAS (20 x 20 sites, 200 steps, a graph as
target). In each round the same individuals are evaluated by one batch in this process, on one
thread and on two, and by one and by two spawned processes, whose evaluation has one thread each,
in a random order. Speed-ups are taken round by round. Before the rounds, six generations
load kernels and data and fill the caches of genes.

A virtual machine may not have two processors all the time. So every round also lets one process
spin twice, and two processes once each, without any data: the bound, which is what the machine can
give. Every process has the evaluation's own cache of genes; what one process computes, the other
does not have.
"""

import argparse
import random
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from engine_workloads import SPIN, Workload, mge, morphonas, seconds, spin

from evograft.studies import engines

WARM_UP = 6
COMPARED = {
    "two processes against one": ("1 process", "2 processes"),
    "two threads against one": ("1 thread", "2 threads"),
    "one process against one thread": ("1 thread", "1 process"),
    "two processes against one thread": ("1 thread", "2 processes"),
    "two processes against two threads": ("2 threads", "2 processes"),
    "bound: two spinning processes against one": ("1 spinning", "2 spinning"),
}
"""What is named second is how many times as fast as what is named first."""

Rounds = dict[str, list[float]]


def measure(one: Workload, two: Workload, maps: dict[str, Any], rounds: int) -> Rounds:
    """Seconds of each round; *two* is *one* with two threads."""
    single, double = one.toolbox.evaluate, two.toolbox.evaluate
    ways: dict[str, Callable[[list[Any]], object]] = {
        "1 thread": lambda individuals: maps["serial"](single, individuals),
        "2 threads": lambda individuals: maps["serial"](double, individuals),
        "1 process": lambda individuals: maps["1"](single, individuals),
        "2 processes": lambda individuals: maps["2"](single, individuals),
        "1 spinning": lambda _: maps["1"](spin, [SPIN, SPIN]),
        "2 spinning": lambda _: maps["2"](spin, [SPIN, SPIN]),
    }
    times: Rounds = {name: [] for name in ways}
    order = random.Random(1)
    for turn in range(WARM_UP + rounds):
        individuals = next(one.generations)
        for name in order.sample(sorted(ways), len(ways)):
            spent = seconds(ways[name], individuals)
            if turn >= WARM_UP:
                times[name].append(spent)
    return times


def cell(times: Rounds, slow: str, fast: str) -> str:
    """The speed-up, median and range; for a second worker also the efficiency."""
    gains = [a / b for a, b in zip(times[slow], times[fast], strict=True)]
    middle = statistics.median(gains)
    text = f"{middle:.2f} ({min(gains):.2f} to {max(gains):.2f})"
    if (slow[0], fast[0]) == ("1", "2"):
        text += f", {middle / 2:.0%}"
    return text


def of_bound(times: Rounds) -> str:
    """The speed-up by a second process as a share of the bound in the same round."""
    columns = (times[name] for name in ("1 process", "2 processes", "1 spinning", "2 spinning"))
    shares = [(a / b) / (c / d) for a, b, c, d in zip(*columns, strict=True)]
    return f"{statistics.median(shares):.0%} ({min(shares):.0%} to {max(shares):.0%})"


def main() -> None:
    """Print speed-ups and seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    pairs = [
        [mge("mnist", threads=threads) for threads in (1, 2)],
        [morphonas(target="K06", threads=threads) for threads in (1, 2)],
    ]
    columns = []
    for one, two in pairs:
        with ExitStack() as stack:
            contexts = {"serial": engines.serial()}
            contexts |= {str(n): engines.processes(n) for n in (1, 2)}
            maps = {name: stack.enter_context(context) for name, context in contexts.items()}
            columns.append(measure(one, two, maps, rounds))
    heads = "".join(f" {one.name} |" for one, _ in pairs)
    rule = "|---" * (len(pairs) + 1) + "|"
    print(f"Times as fast, median and range of {rounds} rounds, and efficiency of two:\n")
    print(f"| compared |{heads}\n{rule}")
    for name, (slow, fast) in COMPARED.items():
        print(f"| {name} |" + "".join(f" {cell(times, slow, fast)} |" for times in columns))
    print("| two processes, share of the bound |" + "".join(f" {of_bound(t)} |" for t in columns))
    print(f"\nMedian seconds:\n\n| |{heads}\n{rule}")
    for name in columns[0]:
        medians = "".join(f" {statistics.median(times[name]):.3f} |" for times in columns)
        print(f"| {name} |{medians}")


if __name__ == "__main__":
    main()
