"""From NEAT genomes to feed-forward networks, one by one or a whole population at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _neat_kernels, _threads
from evograft.representations import _network_kernels as kernels
from evograft.representations._columns import by_columns
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.network import OUTPUTS, Network
from evograft.representations.population_blocks import Blocks, Consumer, Sizes

SLOPE = 4.9
"""Of the sigmoid 1 / (1 + e^(-4.9 x)) of all neurons."""


@dataclass(frozen=True)
class Decoded:
    """The networks of some genomes, as the kernels take them."""

    limits: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    arrays: tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True)
class NeatMapping:
    """How genomes become feed-forward networks.

    Every neuron is a sigmoid of *slope*, which the network has in its weights. Genes that are
    disabled, or do not lead to an output, have no part in it; a neuron without inputs gives 1/2.

    Parameters
    ----------
    n_inputs, n_outputs : int, at least 1
    slope : float, above 0
    output : str
        From the outputs' sums, times the slope, to class probabilities; one of
        :data:`evograft.representations.network.OUTPUTS`. A single output is its sigmoid.

    Examples
    --------
    >>> genome = NeatGenome.fully_connected(1, 1, weights=[2.0, -1.0])
    >>> network = NeatMapping(1, 1).develop(genome)
    >>> network.out_weights, network.out_bias
    (array([9.8]), array([-4.9]))
    """

    n_inputs: int
    n_outputs: int
    slope: float = SLOPE
    output: str = "linear_softmax"

    def __post_init__(self) -> None:
        for name in ("n_inputs", "n_outputs"):
            _check.integer(name, getattr(self, name), minimum=1)
        _check.above_zero("slope", self.slope)
        _check.choice("output", self.output, OUTPUTS)

    def decode(self, genomes: Sequence[NeatGenome]) -> Decoded:
        """Decode some genomes.

        Raises
        ------
        ValueError
            Where one has other inputs or outputs, or is not feed-forward.
        """
        sizes = (self.n_inputs, self.n_outputs)
        for genome in genomes:
            if (genome.n_inputs, genome.n_outputs) != sizes:
                found = (genome.n_inputs, genome.n_outputs)
                raise ValueError(f"genomes must have {sizes} inputs and outputs, got {found}")
        limits = limits_of(genomes)
        n, total = len(genomes), int(limits[-1])
        genes = tuple(
            np.concatenate([getattr(genome, name) for genome in genomes])
            for name in ("sources", "targets", "weights", "enabled")
        )
        counts = np.empty((n, 3), np.int64)
        arrays = (
            np.empty(total),
            np.empty(total + n, np.int32),
            np.empty(total, np.int32),
            np.empty(total),
            np.empty(total, np.int32),
            np.empty(total, np.int32),
            np.empty(total),
            np.empty((n, self.n_outputs)),
        )
        cyclic = _neat_kernels.decode(
            limits, self.n_inputs, self.n_outputs, genes, self.slope, counts, arrays
        )
        if cyclic >= 0:
            raise ValueError(f"genomes must be feed-forward, got {genomes[cyclic]!r}, which is not")
        return Decoded(limits, counts, arrays)

    def develop(self, genome: NeatGenome) -> Network:
        """Return the network of one genome; raises as :meth:`decode`."""
        decoded = self.decode([genome])
        h, inner, outer = decoded.counts[0].tolist()
        bias, indptr, sources, weights, out_sources, out_targets, out_weights, out_bias = (
            decoded.arrays
        )
        return Network(
            n_inputs=self.n_inputs,
            n_outputs=self.n_outputs,
            function=np.full(h, kernels.SIGMOID, np.int8),
            bias=bias[:h],
            indptr=indptr[: h + 1],
            sources=sources[:inner],
            weights=weights[:inner],
            out_sources=out_sources[:outer],
            out_targets=out_targets[:outer],
            out_weights=out_weights[:outer],
            out_bias=out_bias[0],
            output=self.output,
        )


class NeatForward:
    """Runs a population over samples *X*, the same numbers as each network's own ``forward``.

    Parameters
    ----------
    mapping : NeatMapping
    X : (n_samples, n_inputs) float32
        Held a second time, by columns, once for all that run over the same read-only samples.
    threads : int or None
        Most threads to use; None means as many as there are processors. Results do not depend
        on it.
    """

    def __init__(
        self, mapping: NeatMapping, X: npt.NDArray[np.float32], *, threads: int | None = None
    ) -> None:
        if X.ndim != 2 or X.shape[1] != mapping.n_inputs:
            raise ValueError(f"X must have shape (n_samples, {mapping.n_inputs}), got {X.shape}")
        self._mapping = mapping
        self._columns = by_columns(X)
        self._blocks = Blocks(
            n_samples=len(X),
            n_outputs=mapping.n_outputs,
            mode=OUTPUTS.index(mapping.output),
            threads=_threads.count(threads),
        )

    def run(self, individuals: Sequence[NeatGenome], consume: Consumer) -> Sizes:
        """Hand every block's probabilities (individuals, classes, samples) to *consume*.

        The array is overwritten after the call; blocks come in any order.
        """
        mapping, columns = self._mapping, self._columns
        decoded = mapping.decode(individuals)
        limits, counts, arrays = decoded.limits, decoded.counts, decoded.arrays
        most = int(counts[:, 0].max())

        def score(start: int, stop: int, scores: npt.NDArray[np.float32]) -> None:
            hidden = np.empty((most, kernels.BLOCK), np.float32)
            _neat_kernels.score_block(columns, start, stop, limits, counts, arrays, hidden, scores)

        connections = counts[:, 1] + counts[:, 2]
        operations = 2 * connections + 4 * (counts[:, 0] + mapping.n_outputs)
        self._blocks.run(score, len(individuals), int(connections.sum()), consume)
        return Sizes(counts[:, 0], connections, operations)


def limits_of(genomes: Sequence[NeatGenome]) -> npt.NDArray[np.int64]:
    """Where the genes of each genome begin and end among those of all, (n + 1,)."""
    limits = np.zeros(len(genomes) + 1, np.int64)
    np.cumsum([len(genome) for genome in genomes], out=limits[1:])
    return limits
