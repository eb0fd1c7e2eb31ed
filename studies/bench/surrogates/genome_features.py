"""A genome as a vector of features of fixed length, whatever its number of morphogens."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis import Genome
from evograft.representations.morphogenesis.genome_fields import SCALARS

Floats = npt.NDArray[np.float64]

ROLES = ("division", "differentiation", "guidance")
"""What the first three morphogens govern; further ones only inhibit, and are alike."""

THRESHOLDS = ("division_threshold", "cell_differentiation_threshold", "axon_growth_threshold")
"""What the morphogens of :data:`ROLES` have to exceed."""

_R = len(ROLES)


def _names() -> tuple[str, ...]:
    roles = range(_R)
    rates = ("progenitor_secretion_rates", "neuron_secretion_rates")
    return (
        *SCALARS,
        "num_morphogens",
        *(f"{name}[{i}]" for name in rates for i in roles),
        *(f"inhibition_matrix[{i},{j}]" for i in roles for j in roles if i != j),
        *(f"diffusion_patterns[{i}][{y},{x}]" for i in roles for y in range(3) for x in range(3)),
        *(f"{name}[{i}]/threshold" for name in rates for i in roles),
        *(f"inhibition_of[{i}]" for i in roles),
        *(f"inhibition_by[{i}]" for i in roles),
        *(f"further_{name}" for name in rates),
        *(f"inhibition_of[{i}]_by_further" for i in roles),
        *(f"inhibition_by[{i}]_of_further" for i in roles),
        "inhibition_among_further",
        "further_kernel_centre",
    )


FEATURES = _names()
"""Names of the features, in the order of :func:`genome_features`."""


def genome_features(genome: Genome) -> Floats:
    """Features of a genome, for models that predict what it grows into.

    Parameters
    ----------
    genome : Genome
        With 3 x 3 kernels.

    Returns
    -------
    (len(FEATURES),) float64
        In this order:

        - the twelve scalars, unscaled, and the number of morphogens K;
        - of the three morphogens that have a role in growth (0 division, 1 differentiation, 2 axon
          guidance): secretion rates of progenitors and of neurons, inhibition among them by rows
          without the diagonal, which growth ignores, and kernels by rows; then, as quotients and
          sums are hard to learn, r / (r + t) for each of these rates r and the threshold t that the
          morphogen has to exceed (0 where both are), and how much each is inhibited and inhibits in
          the whole matrix, the sums of its row and of its column;
        - of the K - 3 further ones, which have none and may be renumbered without a change of these
          features: sums of their two secretion rates, of their inhibition of each morphogen with a
          role and by it, of the inhibition among them, and the mean weight in the middle of their
          kernels. All are 0 for K = 3.

    Raises
    ------
    ValueError
        Where a kernel is not 3 x 3.

    Examples
    --------
    >>> found = genome_features(Genome.random(np.random.default_rng(1), num_morphogens=5))
    >>> found.shape, found[FEATURES.index("num_morphogens")].item()
    ((74,), 5.0)
    """
    for i, pattern in enumerate(genome.diffusion_patterns):
        if pattern.shape != (3, 3):
            raise ValueError(f"diffusion_patterns[{i}] must be 3 x 3, got shape {pattern.shape}")
    kernels = np.array(genome.diffusion_patterns, np.float64)
    inhibition = genome.inhibition_matrix * ~np.eye(genome.num_morphogens, dtype=bool)
    rates = (genome.progenitor_secretion_rates, genome.neuron_secretion_rates)
    thresholds = np.array([getattr(genome, name) for name in THRESHOLDS])
    further = kernels[_R:, 1, 1]
    return np.concatenate(
        [
            [getattr(genome, name) for name in (*SCALARS, "num_morphogens")],
            *(rate[:_R] for rate in rates),
            inhibition[:_R, :_R][~np.eye(_R, dtype=bool)],
            kernels[:_R].ravel(),
            *(_share(rate[:_R], thresholds) for rate in rates),
            inhibition[:_R].sum(axis=1),
            inhibition[:, :_R].sum(axis=0),
            [rate[_R:].sum() for rate in rates],
            inhibition[:_R, _R:].sum(axis=1),
            inhibition[_R:, :_R].sum(axis=0),
            [inhibition[_R:, _R:].sum(), further.mean() if len(further) else 0.0],
        ]
    ).astype(np.float64)


def feature_table(genomes: Iterable[Genome]) -> Floats:
    """:func:`genome_features` of each genome, as rows: (n, len(FEATURES))."""
    rows = [genome_features(genome) for genome in genomes]
    return np.array(rows, np.float64).reshape(-1, len(FEATURES))


def _share(rates: Floats, thresholds: Floats) -> Floats:
    total = rates + thresholds
    share: Floats = rates / np.where(total > 0, total, 1)
    return share
