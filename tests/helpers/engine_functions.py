"""Evaluations that workers can import, for the tests of engines."""

import ctypes
import functools
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

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

    def __init__(self, short: int = 0, *, undivided: bool = False) -> None:
        self.short = short
        self.undivided = undivided
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


class CountThreads:
    """Evaluates to the number of threads that a batch of *evaluate* makes."""

    def __init__(self, evaluate: Any) -> None:
        self.evaluate = evaluate

    def __call__(self, individual: object) -> int:
        return self.batch([individual])[0]

    def batch(self, individuals: Sequence[object]) -> list[int]:
        with mock.patch.object(threading.Thread, "start", autospec=True) as start:
            start.side_effect = START
            self.evaluate.batch(individuals)
        return [start.call_count] * len(individuals)


START = threading.Thread.start


class Fault:
    """Evaluates to the individual itself, but does what *name* says with that one.

    Parameters
    ----------
    name : "kill", "exit", "crash", "hang" or "raise"
    individual
        With whom it happens.
    folder : path, optional
        Where it leaves a file, and then does not happen again; without it happens every time.
    log : path, optional
        A file for who is evaluated.
    data : ndarray, optional
        To travel with it.
    """

    def __init__(
        self,
        name: str,
        individual: object,
        folder: Path | None = None,
        *,
        log: Path | None = None,
        data: npt.NDArray[Any] | None = None,
    ) -> None:
        self.name = name
        self.individual = individual
        self.file = None if folder is None else folder / "happened"
        self.log = log
        self.data = data

    def __call__(self, individual: object) -> object:
        if individual == self.individual and not (self.file and self.file.exists()):
            if self.file:
                self.file.touch()
            getattr(self, f"_{self.name}")()
        if self.log:
            with self.log.open("a") as file:
                file.write(f"{individual}\n")
        return individual

    def _kill(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def _exit(self) -> None:
        os._exit(3)

    def _crash(self) -> None:
        ctypes.string_at(0)

    def _hang(self) -> None:
        time.sleep(60)

    def _raise(self) -> None:
        raise TwoPartError("no memory", 5)

    def _raise_arithmetic(self) -> None:
        raise ArithmeticError(f"cannot evaluate {self.individual}")


class TwoPartError(Exception):
    """Does not unpickle: it is made with other arguments than it passes on."""

    def __init__(self, what: str, code: int, held: object = None) -> None:
        super().__init__(f"{what} ({code})")
        self.held = held


class Traced:
    """Takes its time, and also tells the process in which *function* was called."""

    def __init__(self, function: Any, seconds: float) -> None:
        self.function = function
        self.seconds = seconds

    def __call__(self, individual: object) -> tuple[int, Any]:
        time.sleep(self.seconds)
        return os.getpid(), self.function(individual)


def sum_after(seconds: float, individual: Sequence[float]) -> tuple[float]:
    time.sleep(seconds)
    return total(individual)


def sleep(seconds: float, folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(seconds)


if __name__ == "__main__":
    with engines.processes(1) as engine:
        engine(functools.partial(sleep, folder=sys.argv[1]), [600])
