"""What growing a genome costs, as a number of floating-point operations.

A function of the arguments, so that costs in a table are the same on every machine. One addition,
multiplication, division, root, power or trigonometric function counts as one operation; of a
network, a neuron's activation counts as 4 (see `evograft.representations.complexity`).
Comparisons, copies and drawing random numbers are free.
"""

import numpy as np

from evograft.representations.morphogenesis import Genome


def growth_operations(genome: Genome) -> int:
    """Count the operations on the morphogens of a tissue, over all steps of its growth.

    Per step and site these are 1 per morphogen for secretion, 3 per pair of different morphogens
    of which one inhibits the other, and per morphogen 2 per entry of its kernel and 3 for the
    mixing of diffusion. Cells and axons are free: they look at far fewer sites.

    Examples
    --------
    >>> growth_operations(Genome(size_x=10, size_y=10, max_growth_steps=200))
    1320000
    """
    inhibiting = np.array(genome.inhibition_matrix)
    np.fill_diagonal(inhibiting, 0)
    kernels = sum(2 * kernel.size for kernel in genome.diffusion_patterns)
    per_site = 4 * genome.num_morphogens + 3 * int(np.count_nonzero(inhibiting)) + kernels
    return genome.max_growth_steps * genome.size_x * genome.size_y * per_site
