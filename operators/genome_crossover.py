"""Crossover of genomes that grow (MorphoNAS), draw for draw as the authors' code does it.

A coin is a uniform draw below 0.5, and then parent 1 gives. Drawing an array of them is the same
stream as drawing them one by one.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from evograft.representations import _random
from evograft.representations.morphogenesis.genome import Genome
from evograft.representations.morphogenesis.genome_fields import MORPHOGEN_ARRAYS, SCALARS

G = TypeVar("G", bound=Genome)

Fields = dict[str, Any]


_BLOCKS = (
    ("size_x", "size_y", "max_growth_steps"),
    ("diffusion_rate",),
    ("division_threshold", "cell_differentiation_threshold"),
    ("axon_growth_threshold", "max_axon_length", "axon_connect_threshold"),
    (
        "self_connect_isolated_neurons_fraction",
        "weight_adjustment_target",
        "weight_adjustment_rate",
    ),
)


def cross_genomes_default(parent1: G, parent2: Genome, rng: np.random.Generator) -> G:
    """Make one child; each field, rate, row of the inhibition matrix and kernel has its own coin.

    Where the parents' numbers of morphogens differ, one coin says who gives all that belongs to
    morphogens, and the other fields have a coin each.

    Parameters
    ----------
    parent1, parent2 : Genome
        Left as they are.
    rng : Generator
        12 + 4 K numbers are drawn, 13 where the numbers of morphogens differ.

    Returns
    -------
    Genome
        Of the class of *parent1*, made with the genome's fields as keywords.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> small, large = Genome(size_x=5, size_y=5), Genome(size_x=50, size_y=50)
    >>> cross_genomes_default(small, large, np.random.default_rng(2))
    <Genome 5x50, 3 morphogens, 500 steps>
    """
    return type(parent1)(**_default(parent1, parent2, rng))


def cross_genomes_block_preservation(parent1: G, parent2: Genome, rng: np.random.Generator) -> G:
    """Make one child; what works together comes from one parent.

    A coin each for sizes and steps, for diffusion rate and kernels, for the two thresholds of
    cells, for the three parameters of axons, for the other three scalars; and one per morphogen for
    its secretion rates and its row of the inhibition matrix. Where the parents' numbers of
    morphogens differ, a first coin says who gives all that belongs to morphogens, kernels too.

    Parameters
    ----------
    parent1, parent2 : Genome
        Left as they are.
    rng : Generator
        5 + K numbers are drawn, 6 where the numbers of morphogens differ.

    Returns
    -------
    Genome
        Of the class of *parent1*, made with the genome's fields as keywords.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785).

    Examples
    --------
    >>> small, large = Genome(size_x=5, size_y=5), Genome(size_x=50, size_y=50)
    >>> cross_genomes_block_preservation(small, large, np.random.default_rng(4))
    <Genome 50x50, 3 morphogens, 500 steps>
    """
    return type(parent1)(**_block_preservation(parent1, parent2, rng))


def cx_genome_default(a: G, b: G, *, rng: np.random.Generator | None = None) -> tuple[G, G]:
    """Replace *a* and *b* by their children under :func:`cross_genomes_default`, in place.

    Parameters
    ----------
    a, b : Genome
        Parent 1 of the first and of the second child.
    rng : Generator, optional
        Source of randomness, first for the child that goes to *a*; else a Generator seeded with
        64 bits from Python's ``random``.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785), which makes one child per two parents.

    Examples
    --------
    >>> small, large = Genome(size_x=5, size_y=5), Genome(size_x=50, size_y=50)
    >>> cx_genome_default(small, large, rng=np.random.default_rng(1))
    (<Genome 50x5, 3 morphogens, 500 steps>, <Genome 5x5, 3 morphogens, 500 steps>)
    """
    return _in_place(_default, a, b, rng)


def cx_genome_block_preservation(
    a: G, b: G, *, rng: np.random.Generator | None = None
) -> tuple[G, G]:
    """Replace *a* and *b* by their children that keep blocks together, in place.

    As :func:`cx_genome_default`, under :func:`cross_genomes_block_preservation`.

    Examples
    --------
    >>> small, large = Genome(size_x=5, size_y=5), Genome(size_x=50, size_y=50)
    >>> cx_genome_block_preservation(small, large, rng=np.random.default_rng(4))
    (<Genome 50x50, 3 morphogens, 500 steps>, <Genome 5x5, 3 morphogens, 500 steps>)
    """
    return _in_place(_block_preservation, a, b, rng)


def _in_place(
    cross: Callable[[Genome, Genome, np.random.Generator], Fields],
    a: G,
    b: G,
    rng: np.random.Generator | None,
) -> tuple[G, G]:
    rng = _random.generator(rng)
    first, second = cross(a, b, rng), cross(b, a, rng)
    a.update(**first)
    b.update(**second)
    return a, b


def _default(parent1: Genome, parent2: Genome, rng: np.random.Generator) -> Fields:
    k, n = parent1.num_morphogens, len(SCALARS)
    if k != parent2.num_morphogens:
        donor, *givers = _givers(parent1, parent2, rng.random(1 + n) < 0.5)
        morphogens = _morphogens(donor)
    else:
        coins = rng.random(n + 4 * k) < 0.5
        givers = _givers(parent1, parent2, coins[:n])
        progenitors, neurons, rows, kernels = coins[n:].reshape(4, k)
        morphogens = _mixed_morphogens(parent1, parent2, progenitors, neurons, rows)
        morphogens["diffusion_patterns"] = [
            giver.diffusion_patterns[i]
            for i, giver in enumerate(_givers(parent1, parent2, kernels))
        ]
    scalars = {name: getattr(giver, name) for name, giver in zip(SCALARS, givers, strict=True)}
    return scalars | morphogens


def _block_preservation(parent1: Genome, parent2: Genome, rng: np.random.Generator) -> Fields:
    k, n = parent1.num_morphogens, len(_BLOCKS)
    if k != parent2.num_morphogens:
        donor, *givers = _givers(parent1, parent2, rng.random(1 + n) < 0.5)
        morphogens = _morphogens(donor)
    else:
        coins = rng.random(n + k) < 0.5
        givers = _givers(parent1, parent2, coins[:n])
        own = coins[n:]
        morphogens = _mixed_morphogens(parent1, parent2, own, own, own)
        diffusion = givers[_BLOCKS.index(("diffusion_rate",))]
        morphogens["diffusion_patterns"] = diffusion.diffusion_patterns
    scalars = {
        name: getattr(giver, name)
        for block, giver in zip(_BLOCKS, givers, strict=True)
        for name in block
    }
    return scalars | morphogens


def _givers(parent1: Genome, parent2: Genome, coins: Any) -> list[Genome]:
    return [parent1 if coin else parent2 for coin in coins.tolist()]


def _morphogens(donor: Genome) -> Fields:
    return {name: getattr(donor, name) for name in ("num_morphogens", *MORPHOGEN_ARRAYS)}


def _mixed_morphogens(
    parent1: Genome, parent2: Genome, progenitors: Any, neurons: Any, rows: Any
) -> Fields:
    """Rates and inhibition, from *parent1* where the (K,) mask is true; no kernels yet."""
    masks = {
        "progenitor_secretion_rates": progenitors,
        "neuron_secretion_rates": neurons,
        "inhibition_matrix": rows[:, None],
    }
    return {"num_morphogens": parent1.num_morphogens} | {
        name: np.where(mask, getattr(parent1, name), getattr(parent2, name))
        for name, mask in masks.items()
    }
