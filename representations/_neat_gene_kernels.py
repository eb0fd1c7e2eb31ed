"""Genes of NEAT: distances between genomes, species, inheritance and mutation of weights.

Genes come in ascending order of their innovation numbers. Those of genome i of a population are
``limits[i]`` to ``limits[i + 1]``.
"""

import numpy as np

from evograft.representations._jit import kernel
from evograft.representations._xoshiro_kernels import fill_state, next_unit

SMALL = 20
"""Genes below which the distance is not divided by the size of the genome."""


@kernel
def distance(innovations, weights, a, a_end, b, b_end, c1, c2, c3):
    """Compatibility distance of the genomes whose genes are *a* to *a_end* and *b* to *b_end*."""
    size = max(a_end - a, b_end - b)
    matching, disjoint, difference = 0, 0, 0.0
    while a < a_end and b < b_end:
        if innovations[a] == innovations[b]:
            difference += abs(weights[a] - weights[b])
            matching += 1
            a += 1
            b += 1
        elif innovations[a] < innovations[b]:
            disjoint += 1
            a += 1
        else:
            disjoint += 1
            b += 1
    excess = a_end - a + b_end - b
    genes = size if size >= SMALL else 1
    mean = difference / matching if matching else 0.0
    return (c1 * excess + c2 * disjoint) / genes + c3 * mean


@kernel
def assign_species(innovations, weights, limits, n_known, c1, c2, c3, threshold, species):
    """species[i] = the first species whose representative is nearer than *threshold*.

    The first *n_known* genomes are the representatives of known species, 0 … n_known - 1; who is
    near to none founds the next one. Returns how many species there are.
    """
    n = limits.size - 1
    founders = np.empty(n, np.int64)
    for s in range(n_known):
        founders[s] = s
    n_species = n_known
    for i in range(n_known, n):
        s = 0
        while s < n_species:
            f = founders[s]
            if distance(
                innovations, weights, limits[i], limits[i + 1], limits[f], limits[f + 1], c1, c2, c3
            ) < threshold:  # fmt: skip
                break
            s += 1
        if s == n_species:
            founders[s] = i
            n_species += 1
        species[i - n_known] = s
    return n_species


@kernel
def inherit(innovations, others, weights, enabled, other_weights, other_enabled, disabling, seed):
    """Weights and flags of a child that has the genes *innovations* of one parent.

    A gene that the other parent has too brings the weight of either, evenly. Disabled in either
    parent, a gene is disabled in the child with probability *disabling*, else enabled.
    """
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    own, flags = weights.copy(), enabled.copy()
    j = 0
    for k in range(innovations.size):
        while j < others.size and others[j] < innovations[k]:
            j += 1
        both = enabled[k]
        if j < others.size and others[j] == innovations[k]:
            both = both and other_enabled[j]
            if next_unit(state) <= 0.5:
                own[k] = other_weights[j]
        flags[k] = both or next_unit(state) > disabling
    return own, flags


@kernel
def mutate_weights(weights, perturbed, step, redrawn, bound, seed):
    """Perturb each weight with probability *perturbed* by up to *step*, else redraw it, in place.

    Redrawn ones are uniform in [-redrawn, redrawn]; all are held within [-bound, bound].
    """
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    for k in range(weights.size):
        if next_unit(state) <= perturbed:
            weight = weights[k] + step * (2.0 * next_unit(state) - 1.0)
        else:
            weight = redrawn * (2.0 * next_unit(state) - 1.0)
        weights[k] = min(max(weight, -bound), bound)
