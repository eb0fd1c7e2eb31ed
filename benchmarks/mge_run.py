"""How long a run of the MGE paper's Table 3 takes, beside its authors' Java.

Run ``python benchmarks/mge_run.py [--rounds 5]``. One thread, default splits and scaling. A run of
Wine is whole, 500 generations of 200, with ``studies.evolve`` as a user calls it, without a
directory. Of WDBC, with 20 genes in every initial genotype, 100 generations are timed, to stand
beside what was measured for the Java on a quiet machine of the same kind: 0.095 to 0.125 s a
generation of 200 with 20 genes, the start of its machine included; it measures the test set too.
"""

import argparse
import random
import statistics
import time
from typing import Any

from deap import base

from evograft import plugins, problems, studies

JAVA = (0.095, 0.125)
"""Seconds of a generation of the authors' program."""


def seconds_of(name: str, seed: int, generations: int, **parameters: Any) -> float:
    """Seconds of one run on the data set *name*."""
    random.seed(seed)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load(name), threads=1, **parameters)
    began = time.perf_counter()
    studies.evolve(toolbox, generations=generations, progress=False)
    return time.perf_counter() - began


def main() -> None:
    """Print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = range(1, parser.parse_args().rounds + 1)
    seconds_of("wine", 0, 2)  # compiles the kernels
    wine = [seconds_of("wine", seed, 500) for seed in rounds]
    print(f"wine, 200 x 500: {statistics.median(wine):.2f} s ({min(wine):.2f} to {max(wine):.2f})")
    wdbc = [seconds_of("wdbc", seed, 100, initial_genes=(20, 20)) / 100 for seed in rounds]
    generation = statistics.median(wdbc)
    print(
        f"wdbc: {generation * 1e3:.2f} ms a generation ({min(wdbc) * 1e3:.2f} to "
        f"{max(wdbc) * 1e3:.2f}); the Java takes {JAVA[0] / generation:.0f} to "
        f"{JAVA[1] / generation:.0f} times as long"
    )


if __name__ == "__main__":
    main()
