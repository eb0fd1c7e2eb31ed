"""What an encoding offers to the analyses: genotypes of lists of integers, and their networks."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evograft.representations.grammatical import Sentences
from evograft.studies.representation.bit_flips import Genotype
from evograft.studies.representation.expression_tree import Network
from evograft.studies.representation.network_grammars import read_network


@dataclass(frozen=True)
class Expressed:
    """What genotypes are mapped to.

    Attributes
    ----------
    networks : list of tuple of Neuron, or None
        None where a genotype is invalid.
    used : list of list of int
        How many integers of each gene, from the front, were read.
    failed_genes : int
        Of all genotypes together; other than in MGE a gene fails with its genotype or not at all.
    """

    networks: list[Network | None]
    used: list[list[int]]
    failed_genes: int = 0


class Encoding(ABC):
    """A genotype of lists of integers and its mapping to single-layer networks."""

    @abstractmethod
    def draw(self, n: int, rng: np.random.Generator) -> list[Genotype]:
        """Draw *n* random genotypes as the method's initial population has them."""

    @abstractmethod
    def draw_networks(self, n: int, neurons: int, rng: np.random.Generator) -> list[Genotype]:
        """Draw *n* random genotypes, all valid and of so many neurons, uniform among these."""

    @abstractmethod
    def express(self, genotypes: Sequence[Genotype], rng: np.random.Generator) -> Expressed:
        """Map *genotypes*; those that grow on demand are repaired in place, from *rng*."""

    @abstractmethod
    def counts(self, genotype: Genotype) -> Sequence[int]:
        """Return how many values the integers of each gene can take."""


def read_networks(sentences: Sentences) -> list[Network | None]:
    """Return the network of each sentence, None where there is none."""
    texts = map(sentences.text, range(len(sentences)))
    return [None if text is None else read_network(text) for text in texts]
