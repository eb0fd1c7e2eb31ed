"""From NEAT genomes to the networks that are asked step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evograft.representations._network_kernels import BLOCK
from evograft.representations.neat_forward import NeatMapping
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.population_blocks import Consumer, Sizes


@dataclass(frozen=True)
class NeatStepper:
    """How genomes become :class:`NeatNetwork`, with the slope of *mapping* in the weights.

    Genes that are disabled, or do not lead to an output, have no part in it.

    Parameters
    ----------
    mapping : NeatMapping
    recurrent : bool
    rounds : int, at least 1
        As :class:`NeatNetwork` takes them.

    Examples
    --------
    >>> genome = NeatGenome.fully_connected(1, 1, weights=[2.0, -1.0])
    >>> NeatStepper(NeatMapping(1, 1)).develop(genome).step([1.0])
    array([4.9], dtype=float32)
    """

    mapping: NeatMapping
    recurrent: bool = False
    rounds: int = 1

    def develop(self, genome: NeatGenome) -> NeatNetwork:
        """Return the network of one genome.

        Raises
        ------
        ValueError
            Where it has other inputs or outputs, or is not feed-forward and has to be.
        """
        rows = self._any_order(genome) if self.recurrent else self._in_order(genome)
        return NeatNetwork(
            n_inputs=genome.n_inputs,
            n_outputs=genome.n_outputs,
            indptr=np.cumsum([0, *(len(row) for row in rows)]),
            sources=np.array([source for row in rows for source, _ in row], np.int32),
            weights=np.array([weight for row in rows for _, weight in row], np.float32),
            recurrent=self.recurrent,
            rounds=self.rounds,
            output=self.mapping.output,
        )

    def _in_order(self, genome: NeatGenome) -> list[list[tuple[int, float]]]:
        """Sources and weights of each neuron, hidden ones before those that read them."""
        network = self.mapping.develop(genome)
        bias = network.n_inputs
        values = [*network.bias.tolist(), *network.out_bias.tolist()]
        rows: list[list[tuple[int, float]]] = [[(bias, v)] if v else [] for v in values]
        h = network.function.size
        inner = np.repeat(np.arange(h), np.diff(network.indptr)).tolist()
        outer = (h + network.out_targets).tolist()
        sources = [*network.sources.tolist(), *network.out_sources.tolist()]
        weights = [*network.weights.tolist(), *network.out_weights.tolist()]
        for row, source, weight in zip(inner + outer, sources, weights, strict=True):
            rows[row].append((source + (source >= bias), weight))
        return rows

    def _any_order(self, genome: NeatGenome) -> list[list[tuple[int, float]]]:
        """Sources and weights of each neuron, hidden ones by their numbers."""
        expected = (self.mapping.n_inputs, self.mapping.n_outputs)
        if (genome.n_inputs, genome.n_outputs) != expected:
            found = (genome.n_inputs, genome.n_outputs)
            raise ValueError(f"genomes must have {expected} inputs and outputs, got {found}")
        bias = genome.n_inputs
        outputs = range(bias + 1, bias + 1 + genome.n_outputs)
        read: dict[int, list[tuple[int, float]]] = {node: [] for node in outputs}
        on = genome.enabled
        ends = (genome.sources[on].tolist(), genome.targets[on].tolist())
        weights = (self.mapping.slope * genome.weights[on]).tolist()
        for source, target, weight in zip(*ends, weights, strict=True):
            read.setdefault(target, []).append((source, weight))
        reached, waiting = set(outputs), list(outputs)
        while waiting:
            for source, _ in read.get(waiting.pop(), ()):
                if source > bias and source not in reached:
                    reached.add(source)
                    waiting.append(source)
        nodes = [*sorted(reached - set(outputs)), *outputs]
        place = {node: bias + 1 + j for j, node in enumerate(nodes)}
        return [
            [(place.get(source, source), weight) for source, weight in read.get(node, ())]
            for node in nodes
        ]


class Stepper(Protocol):
    """What makes networks of individuals that are asked step by step."""

    def develop(self, individual: Any, /) -> Any: ...


class SteppedForward:
    """Runs a population over samples *X*, each of them the first step of an episode.

    Parameters
    ----------
    stepper : Stepper
    X : (n_samples, n_inputs) float32
    """

    def __init__(self, stepper: Stepper, X: npt.NDArray[np.float32]) -> None:
        self._stepper = stepper
        self._X = X

    def run(self, individuals: Sequence[Any], consume: Consumer) -> Sizes:
        """Hand every block's probabilities (individuals, classes, samples) to *consume*."""
        networks = [*map(self._stepper.develop, individuals)]
        for start in range(0, len(self._X), BLOCK):
            part = self._X[start : start + BLOCK]
            P = np.stack([network.forward(part).T for network in networks])
            if P.shape[1] == 1:
                P = np.concatenate((1 - P, P), axis=1)
            consume(start, start + len(part), np.ascontiguousarray(P))
        sizes = [network.complexity() for network in networks]
        return Sizes(
            np.array([size.neurons for size in sizes]),
            np.array([size.connections for size in sizes]),
            np.array([size.operations for size in sizes]),
        )
