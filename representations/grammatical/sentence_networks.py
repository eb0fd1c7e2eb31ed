"""From genotypes of any grammatical encoding to networks, by way of their sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations.grammatical.network_reader import NetworkReader
from evograft.representations.grammatical.sentences import Sentences
from evograft.representations.network import Network
from evograft.representations.neuron_mapper import MappedGenes

Derive = Callable[[Sequence[Any]], tuple[Sentences, npt.NDArray[np.int64]]]
"""Takes n genotypes; returns sentences, and limits (n + 1,) of those of each."""


@dataclass(frozen=True)
class SentenceNetworks:
    """Maps genotypes to the networks that their sentences are.

    Parameters
    ----------
    derive : callable
        ``derive(individuals)`` gives the sentences of all, and limits (n + 1,) of those of each.
    mapper : NetworkReader
    output : str
        One of :data:`~evograft.representations.network.OUTPUTS`.
    """

    derive: Derive
    mapper: NetworkReader
    output: str = "linear_softmax"

    def map(self, individuals: Sequence[Any]) -> tuple[MappedGenes, npt.NDArray[np.int64]]:
        """Return the neurons of all *individuals*, and limits (n + 1,) of those of each."""
        sentences, limits = self.derive(individuals)
        neurons, rows = self.mapper.read(sentences)
        return neurons, rows[limits]

    def develop(self, individual: Any) -> Network:
        """Return the network of one genotype, without any neuron where it is invalid."""
        neurons, _ = self.map([individual])
        return neurons.network(self.mapper.n_features, self.mapper.n_outputs, self.output)
