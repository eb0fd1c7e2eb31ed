"""Class probabilities of a whole population over the training set, block by block."""

from collections.abc import Sequence
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evograft.representations import _network_kernels as kernels
from evograft.representations import _threads
from evograft.representations._columns import by_columns
from evograft.representations.modular._cache import MAXIMAL_SLOTS, GeneCache
from evograft.representations.modular.mapping import ModularMapping
from evograft.representations.network import OUTPUTS
from evograft.representations.neuron_mapper import MappedGenes
from evograft.representations.population_blocks import Blocks, Consumer, Sizes


class Interface(Protocol):
    """How many features and outputs the networks of a mapping have."""

    @property
    def n_features(self) -> int: ...
    @property
    def n_outputs(self) -> int: ...


class NetworkMapping(Protocol):
    """What maps genotypes to neurons, and limits (n + 1,) of those of each."""

    @property
    def mapper(self) -> Interface: ...
    @property
    def output(self) -> str: ...
    def map(self, individuals: Sequence[Any]) -> tuple[MappedGenes, npt.NDArray[np.int64]]: ...


class PopulationForward:
    """Maps a population and runs it over samples *X*, with every row shared that can be.

    Parameters
    ----------
    mapping : NetworkMapping
    X : (n_samples, n_features) float32
        Held a second time, by columns, once for all that run over the same read-only samples.
    cache_bytes : int, at least 0
        Memory for the activations of genes in single-layer mappings; 0 computes every neuron of
        every individual anew.
    threads : int or None
        Most threads to use; None means as many as there are processors. Results do not depend
        on it.
    """

    def __init__(
        self,
        mapping: NetworkMapping,
        X: npt.NDArray[np.float32],
        *,
        cache_bytes: int,
        threads: int | None,
    ) -> None:
        self._mapping = mapping
        if X.ndim != 2 or X.shape[1] != mapping.mapper.n_features:
            expected = f"(n_samples, {mapping.mapper.n_features})"
            raise ValueError(f"X must have shape {expected}, got {X.shape}")
        self._columns = by_columns(X)
        self._blocks = Blocks(
            n_samples=len(X),
            n_outputs=mapping.mapper.n_outputs,
            mode=OUTPUTS.index(mapping.output),
            threads=_threads.count(threads),
        )
        capacity = min(cache_bytes // max(1, 4 * X.shape[0]), MAXIMAL_SLOTS)
        self._cache = None
        if isinstance(mapping, ModularMapping) and not mapping.multi_layer and capacity > 1:
            self._cache = GeneCache(mapping, self._columns, capacity)
        self._capacity = capacity

    def run(self, individuals: Sequence[Any], consume: Consumer) -> Sizes:
        """Hand every block's probabilities (individuals, classes, samples) to *consume*.

        The array is overwritten after the call; blocks come in any order.
        """
        if self._cache is None:
            return self._run_mapped(individuals, consume)
        genes = list(chain.from_iterable(individuals))
        limits = np.zeros(len(individuals) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, individuals), np.int64, len(individuals)), out=limits[1:])
        if len(genes) < self._capacity or len(set(genes)) < self._capacity:
            return self._run_cached(self._cache, genes, limits, consume)
        return self._run_mapped(individuals, consume)

    def _run_cached(
        self, cache: GeneCache, genes: list[bytes], limits: npt.NDArray[np.int64], consume: Consumer
    ) -> Sizes:
        slots = cache.slots(genes)
        pairs = (cache.begins, cache.ends, cache.targets, cache.out_weights)

        def score(start: int, stop: int, scores: npt.NDArray[np.float32]) -> None:
            kernels.cached_block(cache.activations, start, stop, limits, slots, pairs, scores)

        self._blocks.run(score, len(limits) - 1, len(genes), consume)
        fan = cache.fan_in[slots] + cache.ends[slots] - cache.begins[slots]
        return self._sizes(slots > 0, fan, limits)

    def _run_mapped(self, individuals: Sequence[Any], consume: Consumer) -> Sizes:
        mapped, limits = self._mapping.map(individuals)
        arrays = mapped.arrays()
        most = int(np.diff(limits).max(initial=0))

        def score(start: int, stop: int, scores: npt.NDArray[np.float32]) -> None:
            hidden = np.empty((most, kernels.BLOCK), np.float32)
            kernels.genotypes_block(self._columns, start, stop, limits, arrays, hidden, scores)

        self._blocks.run(score, len(individuals), 4 * mapped.valid.size, consume)
        fan = np.diff(mapped.inputs) + np.diff(mapped.outputs)
        return self._sizes(mapped.valid, fan, limits)

    def _sizes(
        self, valid: npt.NDArray[np.bool_], fan: npt.NDArray[Any], limits: npt.NDArray[np.int64]
    ) -> Sizes:
        """Sizes of the individuals whose genes, from and to *limits*, have so many connections."""
        neurons, connections = _sum_by(valid, limits), _sum_by(fan, limits)
        n_outputs = self._mapping.mapper.n_outputs
        return Sizes(neurons, connections, 2 * connections + 4 * (neurons + n_outputs))


def _sum_by(
    values: npt.NDArray[np.generic], limits: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Sums of *values* between consecutive *limits*."""
    total = np.zeros(values.size + 1, np.int64)
    np.cumsum(values, out=total[1:])
    sums: npt.NDArray[np.int64] = total[limits[1:]] - total[limits[:-1]]
    return sums
