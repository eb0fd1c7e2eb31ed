"""Mutation of NEAT's genomes: weights, and structure that grows."""

from math import inf
from typing import TypeVar

import numpy as np

from evograft.representations import _check, _neat_gene_kernels, _random
from evograft.representations.innovations import Innovations
from evograft.representations.neat_genome import NeatGenome

T = TypeVar("T", bound=NeatGenome)


def mut_neat_weights(
    individual: T,
    *,
    perturbed: float = 0.9,
    step: float = 0.5,
    redrawn: float = 1.0,
    max_weight: float = 8.0,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Perturb each weight by up to *step*, or draw it anew, in place.

    Parameters
    ----------
    individual : NeatGenome
    perturbed : float, 0 to 1
        Probability that a weight is perturbed and not redrawn.
    step : float, at least 0
        A perturbation is uniform in [-step, step].
    redrawn : float, at least 0
        A new weight is uniform in [-redrawn, redrawn].
    max_weight : float, above 0
        Weights are held within [-max_weight, max_weight].
    rng : Generator, optional
        Source of 64 bits, else Python's ``random``.

    Raises
    ------
    TypeError, ValueError
        Where an argument is out of range.

    References
    ----------
    Stanley and Miikkulainen 2002, section 4.1.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> genome = NeatGenome.fully_connected(1, 1, [0.0, 0.0])
    >>> mut_neat_weights(genome)[0].weights.round(2)
    array([0.03, 0.18])
    """
    if not (0.0 <= perturbed <= 1.0 and 0.0 <= step < inf and 0.0 <= redrawn < inf):
        _check.real("perturbed", perturbed, minimum=0, maximum=1)
        _check.real("step", step, minimum=0)
        _check.real("redrawn", redrawn, minimum=0)
    if not 0.0 < max_weight < inf:
        _check.above_zero("max_weight", max_weight)
    _neat_gene_kernels.mutate_weights(
        individual.weights, perturbed, step, redrawn, max_weight, _random.seed64(rng)
    )
    return (individual,)


def mut_neat_add_node(
    individual: T, innovations: Innovations, *, rng: np.random.Generator | None = None
) -> tuple[T]:
    """Split a random enabled connection by a neuron, in place.

    The connection is disabled; the one into the neuron has the weight 1, the one out of it the old
    weight. A connection from the bias is not split, as in the authors' program: it would make one
    more constant. Where no other is enabled, nothing happens.

    Parameters
    ----------
    individual : NeatGenome
    innovations : Innovations
        Gives the numbers.
    rng : Generator, optional
        Source of one number, else Python's ``random``.

    References
    ----------
    Stanley and Miikkulainen 2002, section 3.1.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> genome = NeatGenome.fully_connected(1, 1, [0.5, 0.25])
    >>> mutant, = mut_neat_add_node(genome, Innovations(1, 1))
    >>> mutant.sources.tolist(), mutant.targets.tolist(), mutant.weights.tolist()
    ([0, 1, 0, 3], [2, 2, 3, 2], [0.5, 0.25, 1.0, 0.5])
    >>> mutant.enabled.tolist()
    [False, True, True, True]
    """
    genome = individual
    able = np.flatnonzero(genome.enabled & (genome.sources != genome.n_inputs))
    if able.size:
        place = int(able[_random.below(_random.source(rng), able.size)])
        split = innovations.split(genome, int(genome.innovations[place]))
        source, target = int(genome.sources[place]), int(genome.targets[place])
        weight = float(genome.weights[place])
        genome.enabled[place] = False
        genome.add_gene(split.into, source, split.node, 1.0)
        genome.add_gene(split.out_of, split.node, target, weight)
    return (individual,)


def mut_neat_add_connection(
    individual: T,
    innovations: Innovations,
    *,
    scale: float = 1.0,
    recurrent: bool = False,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Join two nodes that no gene joins yet, all such pairs alike probable, in place.

    A connection leads from an input, the bias or a hidden neuron to a hidden neuron or an output,
    and closes no cycle, also none through disabled genes, which may be enabled again. In a
    *recurrent* network outputs are sources too, and cycles are allowed. Where all are joined,
    nothing happens.

    Parameters
    ----------
    individual : NeatGenome
    innovations : Innovations
        Gives the number.
    scale : float, at least 0
        The weight is uniform in [-scale, scale].
    recurrent : bool
    rng : Generator, optional
        Source of randomness, else Python's ``random``: a number for each pair that is tried, and
        one for the weight.

    References
    ----------
    Stanley and Miikkulainen 2002, section 3.1.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> genome = NeatGenome(2, 1, [0], [0], [3], [0.5], [True])
    >>> mutant, = mut_neat_add_connection(genome, Innovations(2, 1))
    >>> mutant.sources.tolist(), mutant.innovations.tolist()
    ([0, 1], [0, 3])
    """
    _check.real("scale", scale, minimum=0)
    draw = _random.source(rng)
    genome, hidden = individual, individual.hidden
    first = genome.n_inputs + 1
    outputs = np.arange(first, first + genome.n_outputs)
    sources = np.concatenate((np.arange(first), outputs if recurrent else outputs[:0], hidden))
    targets = np.concatenate((outputs, hidden))
    joined = np.zeros((sources.size, targets.size), np.bool_)
    known = np.ones(len(genome), np.bool_)
    if not recurrent:  # an output is a source where cycles were allowed before
        known = (genome.sources < first) | (genome.sources >= first + genome.n_outputs)
    joined[
        np.searchsorted(sources, genome.sources[known]),
        np.searchsorted(targets, genome.targets[known]),
    ] = True
    free = np.flatnonzero(~joined)
    while free.size:
        place = _random.below(draw, free.size)
        at, to = divmod(int(free[place]), targets.size)
        source, target = int(sources[at]), int(targets[to])
        if recurrent or not _leads_to(genome, target, source):
            number = innovations.join(genome, source, target)
            genome.add_gene(number, source, target, scale * (2.0 * draw.random() - 1.0))
            break
        free = np.delete(free, place)
    return (individual,)


def _leads_to(genome: NeatGenome, start: int, end: int) -> bool:
    """Whether genes, enabled or not, lead from the node *start* to the node *end*."""
    if start == end:
        return True
    if end <= genome.n_inputs or not (genome.targets == end).any():
        return False
    reached, newest = {start}, [start]
    while newest and end not in reached:
        nodes = genome.targets[genome.sources == newest.pop()].tolist()
        newest += [node for node in nodes if node not in reached]
        reached.update(nodes)
    return end in reached


def mut_neat(
    individual: T,
    innovations: Innovations,
    *,
    weights: float = 0.8,
    perturbed: float = 0.9,
    step: float = 0.5,
    redrawn: float = 1.0,
    max_weight: float = 8.0,
    add_node: float = 0.03,
    add_connection: float = 0.05,
    recurrent: bool = False,
    rng: np.random.Generator | None = None,
) -> tuple[T]:
    """Mutate as NEAT does, in place: weights, then perhaps a new neuron, perhaps a new connection.

    Parameters
    ----------
    individual : NeatGenome
    innovations : Innovations
        Gives the numbers of new structure.
    weights : float, 0 to 1
        Probability of :func:`mut_neat_weights`.
    perturbed, step, redrawn, max_weight
        As :func:`mut_neat_weights` takes them; a new connection's weight is drawn as a redrawn one.
    add_node, add_connection : float, 0 to 1
        Probabilities of :func:`mut_neat_add_node` and :func:`mut_neat_add_connection`.
    recurrent : bool
        Whether new connections may close cycles.
    rng : Generator, optional
        Source of randomness, else Python's ``random``: three numbers, and those of what happens.

    Raises
    ------
    TypeError, ValueError
        Where an argument is out of range.

    References
    ----------
    Stanley and Miikkulainen 2002, section 4.1.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> genome = NeatGenome.fully_connected(1, 1, [0.0, 0.0])
    >>> len(mut_neat(genome, Innovations(1, 1), add_node=1.0)[0])
    4
    """
    rates = {"weights": weights, "add_node": add_node, "add_connection": add_connection}
    for name, value in rates.items():
        if not 0.0 <= value <= 1.0:
            _check.real(name, value, minimum=0, maximum=1)
    draw = _random.source(rng).random
    if draw() < weights:
        mut_neat_weights(
            individual, perturbed=perturbed, step=step, redrawn=redrawn, max_weight=max_weight,
            rng=rng,
        )  # fmt: skip
    if draw() < add_node:
        mut_neat_add_node(individual, innovations, rng=rng)
    if draw() < add_connection:
        mut_neat_add_connection(
            individual, innovations, scale=min(redrawn, max_weight), recurrent=recurrent, rng=rng
        )
    return (individual,)
