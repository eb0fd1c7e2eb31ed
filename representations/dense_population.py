"""Class probabilities of many dense networks over the same samples."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _threads
from evograft.representations import _dense_kernels as kernels
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.dense_network import ACTIVATIONS

Floats32 = npt.NDArray[np.float32]

THREADED_WORK = 5_000_000
"""Multiplications below which threads would cost more than they bring."""


class Samples:
    """Samples that many networks will see, without the inputs that are zero in all of them.

    Parameters
    ----------
    X : (n_samples, n_inputs) float32

    Attributes
    ----------
    n_inputs : int
    X : (n_samples, n_live) float32
    live : (n_live,) int64
        The numbers of the inputs that are left.

    Examples
    --------
    >>> Samples(np.float32([[0, 1, 0], [0, 2, 3]])).live
    array([1, 2])
    """

    def __init__(self, X: Floats32) -> None:
        self.n_inputs = X.shape[1]
        self.live = np.flatnonzero((X != 0).any(axis=0))
        if self.live.size == 0:  # the product of nothing is left to nobody
            self.live = np.arange(1)
        # A copy, as kernels are compiled for arrays that may be written to.
        self.X = np.array(X[:, self.live], dtype=np.float32, order="C")

    def __len__(self) -> int:
        return len(self.X)


def population_probabilities(
    layout: DenseLayout, values: Sequence[Floats32], samples: Samples, threads: int | None = None
) -> Floats32:
    """Return the class probabilities (n_individuals, n_classes, n_samples) of every network.

    Each network has products of its own, whose shapes depend on the samples alone: results
    depend neither on the other individuals nor on *threads*.

    Parameters
    ----------
    layout : DenseLayout
    values : sequence of (n_weights,) float32
    samples : Samples
    threads : int, at least 1, or None
        Most threads to use; None means as many as there are processors.

    Raises
    ------
    ValueError
        Where vectors or samples are not those of the layout.

    Examples
    --------
    >>> layout = DenseLayout((1, 2))
    >>> values = [np.float32([0, 0, 0, 0]), np.float32([9, 0, 0, 0])]
    >>> population_probabilities(layout, values, Samples(np.float32([[1.0]]))).round(3)
    array([[[0.5], [0.5]],
           [[1. ], [0. ]]], dtype=float32)
    """
    if threads is not None:
        _check.integer("threads", threads, minimum=1)
    if samples.n_inputs != layout.sizes[0]:
        raise ValueError(f"samples must have {layout.sizes[0]} inputs, got {samples.n_inputs}")
    for row in values:
        if row.shape != (layout.n_weights,) or row.dtype != np.float32:
            raise ValueError(
                f"values must be {layout.n_weights} float32 each, got {row.dtype} of {row.shape}"
            )
    n_classes = max(2, layout.sizes[-1])
    P = np.empty((len(values), n_classes, len(samples)), np.float32)
    sizes = np.array(layout.sizes)
    activation = ACTIVATIONS.index(layout.activation)

    def run(i: int) -> None:
        kernels.probabilities(values[i], samples.X, samples.live, sizes, activation, P[i])

    work = len(values) * len(samples) * layout.n_connections
    in_threads(run, len(values), _threads.count(threads) if work > THREADED_WORK else 1)
    return P


def in_threads(run: Callable[[int], None], n: int, threads: int) -> None:
    """Call ``run(i)`` for every i below *n*, with BLAS held to the thread that calls it.

    BLAS would else start threads of its own in each of ours, and all of them would wait for each
    other.
    """

    def run_some(numbers: Iterable[int]) -> None:
        for i in numbers:
            run(i)

    with one_blas_thread():
        if threads == 1 or n < 2:
            run_some(range(n))
            return
        # More parts than threads, as processors are not equally free.
        parts = min(n, 8 * threads)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run_some, (range(part, n, parts) for part in range(parts))))


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """A context in which a product of matrices runs in the thread that asks for it.

    The limit holds for the process: it is lifted when the last of several threads leaves.
    """
    with _lock:
        _inside.append(None if _inside else _controller().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _lock:
            # The first entry holds the limit, and goes last.
            last = _inside.pop()
            if last is not None:
                last.restore_original_limits()


_lock = threading.Lock()
_inside: list[Any] = []


@cache
def _controller() -> Any:
    import scipy.linalg  # noqa: F401 (its BLAS is the one that kernels call, so it has to be there)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
