"""Evaluations that workers can import, for the tests of engines."""

import functools
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_info

from evograft.studies import engines


def total(individual: Sequence[float]) -> tuple[float]:
    return (float(sum(individual)),)


def total_and_noise(individual: Sequence[float]) -> tuple[float]:
    random.random()
    np.random.random()  # noqa: NPY002
    return total(individual)


def sum_with(data: npt.NDArray[Any], individual: Sequence[float]) -> tuple[float]:
    return (float(data.sum()) + sum(individual),)


def raising(individual: object) -> None:
    random.random()
    raise ArithmeticError(f"cannot evaluate {individual}")


def process_id(individual: object) -> int:
    return os.getpid()


def thread_counts(individual: object) -> tuple[set[int], str]:
    pools = {pool["num_threads"] for pool in threadpool_info()}
    return pools, os.environ["NUMBA_NUM_THREADS"]


class InBatches:
    """Evaluates to the number of individuals in the call; *short* of so many results."""

    def __init__(self, short: int = 0) -> None:
        self.short = short
        self.batch = self.evaluate_batch

    def __call__(self, individual: object) -> int:
        return 1

    def evaluate_batch(self, individuals: Sequence[object]) -> list[int]:
        return [len(individuals)] * (len(individuals) - self.short)


in_batches = InBatches()


@functools.wraps(in_batches)
def decorated(individual: object) -> int:
    return -in_batches(individual)


class Refreshed:
    """A new sample for each generation, drawn from Python's ``random``."""

    def __init__(self) -> None:
        self.sample: float | None = None

    def refresh(self) -> None:
        self.sample = random.random()

    def __call__(self, individual: object) -> tuple[float | None, int]:
        return self.sample, os.getpid()


class Identity:
    """Tells whether one object served two calls."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.calls = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Identity, (self.number,)

    def __call__(self, individual: object) -> int:
        self.calls += 1
        return self.calls


def sleep(seconds: float, folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(seconds)


if __name__ == "__main__":
    with engines.processes(1) as engine:
        engine(functools.partial(sleep, folder=sys.argv[1]), [600])
