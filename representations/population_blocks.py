"""Class probabilities of a whole population, one block of samples after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evograft.representations import _network_kernels as kernels

Consumer = Callable[[int, int, npt.NDArray[np.float32]], None]
"""Takes (start, stop, probabilities) of a block of samples; called from several threads."""

Score = Callable[[int, int, npt.NDArray[np.float32]], None]
"""Puts the outputs' sums of the samples from start to stop into (n, classes, BLOCK) float32."""

THREADED_WORK = 20_000_000
"""Multiplications below which threads would cost more than they bring."""


@dataclass(frozen=True)
class Sizes:
    """Of each individual's network, (n,) int64, as its ``complexity()`` counts them.

    Invalid is who has no connection.
    """

    neurons: npt.NDArray[np.int64]
    connections: npt.NDArray[np.int64]
    operations: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Blocks:
    """How the samples of a population's evaluation are gone through.

    Attributes
    ----------
    n_samples, n_outputs : int
    mode : int
        Of the outputs, as an index of :data:`~evograft.representations.network.OUTPUTS`.
    threads : int
        Most to use.
    """

    n_samples: int
    n_outputs: int
    mode: int
    threads: int

    def run(self, score: Score, individuals: int, rows: int, consume: Consumer) -> None:
        """Hand every block's probabilities (individuals, classes, samples) to *consume*.

        Blocks come in any order, from several threads where *rows* multiplications for each sample
        are work enough.
        """
        n = self.n_samples
        starts = range(0, n, kernels.BLOCK)

        def work(share: range) -> None:
            scores = np.empty((individuals, max(2, self.n_outputs), kernels.BLOCK), np.float32)
            for start in share:
                stop = min(start + kernels.BLOCK, n)
                score(start, stop, scores)
                kernels.to_probabilities(scores, self.n_outputs, self.mode, stop - start)
                consume(start, stop, scores[:, :, : stop - start])

        threads = min(self.threads, len(starts)) if rows * n > THREADED_WORK else 1
        if threads == 1:
            work(starts)
            return
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(work, starts[i::threads]) for i in range(threads)]:
                done.result()
