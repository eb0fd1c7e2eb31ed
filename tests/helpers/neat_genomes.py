"""Random genomes of NEAT, and what they compute in plain Python."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.operators.neat_mutation import mut_neat_add_connection, mut_neat_add_node
from evograft.representations.innovations import Innovations
from evograft.representations.neat_genome import NeatGenome


def grown(
    rng: np.random.Generator,
    *,
    n_inputs: int = 3,
    n_outputs: int = 2,
    mutations: int = 12,
    disabled: float = 0.2,
    recurrent: bool = False,
    numbers: Innovations | None = None,
) -> NeatGenome:
    """A genome after some structural mutations, with some of its genes disabled."""
    numbers = numbers or Innovations(n_inputs, n_outputs)
    weights = rng.uniform(-1, 1, (n_inputs + 1) * n_outputs)
    genome = NeatGenome.fully_connected(n_inputs, n_outputs, weights)
    for _ in range(mutations):
        if rng.random() < 0.5:
            mut_neat_add_node(genome, numbers, rng=rng)
        else:
            mut_neat_add_connection(genome, numbers, recurrent=recurrent, rng=rng)
    genome.weights[:] = rng.normal(size=len(genome))
    genome.enabled &= rng.random(len(genome)) >= disabled
    return genome


def enabled_genes(genome: NeatGenome) -> list[tuple[int, int, float]]:
    genes = zip(genome.sources, genome.targets, genome.weights, genome.enabled, strict=True)
    return [(int(s), int(t), float(w)) for s, t, w, on in genes if on]


def sigmoid(x: float, slope: float = 4.9) -> float:
    return 1 / (1 + math.exp(-slope * x))


def output_sums(genome: NeatGenome, x: npt.NDArray[Any]) -> list[float]:
    """Sums at the outputs of a feed-forward genome for one sample, node by node, recursively."""
    genes = enabled_genes(genome)

    def total(node: int) -> float:
        return sum(weight * activity(source) for source, target, weight in genes if target == node)

    def activity(node: int) -> float:
        if node < genome.n_inputs:
            return float(x[node])
        return 1.0 if node == genome.n_inputs else sigmoid(total(node))

    first = genome.n_inputs + 1
    return [total(node) for node in range(first, first + genome.n_outputs)]


def is_acyclic(genome: NeatGenome) -> bool:
    """Whether all genes together, enabled or not, have no cycle."""
    waiting = set(zip(genome.sources.tolist(), genome.targets.tolist(), strict=True))
    while waiting:
        targets = {target for _, target in waiting}
        kept = {(source, target) for source, target in waiting if source in targets}
        if kept == waiting:
            return False
        waiting = kept
    return True


def state_of(numbers: Innovations) -> npt.NDArray[np.int64]:
    """The next innovation number and the next node."""
    return np.array([numbers.next_number, numbers.next_node])
