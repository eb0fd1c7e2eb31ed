"""A genome as a vector of features of fixed length, whatever its number of morphogens."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis import Genome
from evograft.representations.morphogenesis.genome_fields import SCALARS

Floats = npt.NDArray[np.float64]

ROLES = ("division", "differentiation", "guidance")
"""What the first three morphogens govern; further ones only inhibit, and are alike."""

_R = len(ROLES)


def _names() -> tuple[str, ...]:
    roles = range(_R)
    rates = ("progenitor_secretion_rates", "neuron_secretion_rates")
    return (
        *SCALARS,
        "num_morphogens",
        *(f"{name}[{i}]" for name in rates for i in roles),
        *(f"inhibition_matrix[{i},{j}]" for i in roles for j in roles),
        *(f"diffusion_patterns[{i}][{y},{x}]" for i in roles for y in range(3) for x in range(3)),
        *(f"further_{name}" for name in rates),
        *(f"inhibition_of_further_by[{i}]" for i in roles),
        *(f"inhibition_by_further_of[{i}]" for i in roles),
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
          and kernels by rows;
        - of the K - 3 further ones, which have none and may be renumbered without a change of these
          features: sums of their two secretion rates, of each row and each column of the inhibition
          between a morphogen with a role and them, of the inhibition among them, and the mean
          weight in the middle of their kernels. All are 0 for K = 3.

    Raises
    ------
    ValueError
        Where a kernel is not 3 x 3.

    Examples
    --------
    >>> found = genome_features(Genome.random(np.random.default_rng(1), num_morphogens=5))
    >>> found.shape, found[FEATURES.index("num_morphogens")].item()
    ((65,), 5.0)
    """
    for i, pattern in enumerate(genome.diffusion_patterns):
        if pattern.shape != (3, 3):
            raise ValueError(f"diffusion_patterns[{i}] must be 3 x 3, got shape {pattern.shape}")
    kernels = np.array(genome.diffusion_patterns, np.float64)
    inhibition = genome.inhibition_matrix
    rates = (genome.progenitor_secretion_rates, genome.neuron_secretion_rates)
    further = kernels[_R:, 1, 1]
    return np.concatenate(
        [
            [getattr(genome, name) for name in (*SCALARS, "num_morphogens")],
            *(rate[:_R] for rate in rates),
            inhibition[:_R, :_R].ravel(),
            kernels[:_R].ravel(),
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
