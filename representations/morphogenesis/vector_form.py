"""A genome as a vector of numbers from 0 to 1, for optimisers of vectors, and back."""

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.representations.morphogenesis.genome_fields import SCALARS

if TYPE_CHECKING:
    from evograft.representations.morphogenesis.genome import Genome

_SCALES = {
    "max_growth_steps": (0, 200, 500),
    "size_x": (10, 40, 200),
    "size_y": (10, 40, 200),
    "max_axon_length": (1, 3, 10),
}
"""Minimum, what becomes 0.9, and what becomes 1: small values get most of the range."""


def to_vector(genome: "Genome") -> npt.NDArray[np.float64]:
    """The vector form of *genome*: see :meth:`Genome.to_vector`."""
    for i, pattern in enumerate(genome.diffusion_patterns):
        if pattern.shape != (3, 3):
            raise ValueError(f"diffusion_patterns[{i}] must be 3 x 3, got shape {pattern.shape}")
    scalars = [
        _scaled(name, getattr(genome, name)) if name in _SCALES else getattr(genome, name)
        for name in SCALARS
    ]
    arrays = (
        genome.progenitor_secretion_rates,
        genome.neuron_secretion_rates,
        genome.inhibition_matrix,
        *genome.diffusion_patterns,
    )
    return np.concatenate([np.array(scalars), *(array.ravel() for array in arrays)]).astype(float)


def fields_of_vector(vector: npt.ArrayLike) -> dict[str, Any]:
    """The fields of the genome nearest to *vector*: see :meth:`Genome.from_vector`."""
    values = np.asarray(vector, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError("vector must be one row of numbers from 0 to 1, got others among them")
    k = math.trunc((-11 + math.sqrt(max(0, 121 - 4 * (12 - values.size)))) / 2)
    if k < 3 or values.size != 12 + 11 * k + k * k:
        raise ValueError(
            f"vector must have 12 + 11 K + K² entries with K of at least 3, got {values.size}"
        )
    fields: dict[str, Any] = dict(zip(SCALARS, values[:12].tolist(), strict=True))
    for name in _SCALES:
        fields[name] = _unscaled(name, fields[name])
    ends = np.cumsum([12, k, k, k * k])
    progenitors, neurons, inhibition = (
        values[start:end] for start, end in itertools.pairwise(ends)
    )
    kernels = values[ends[-1] :].reshape(k, 3, 3)
    sums = np.array([kernel.sum() for kernel in kernels])
    if not sums.all():
        raise ValueError(f"vector must have kernels of positive sum, got sums {sums.tolist()}")
    return fields | {
        "num_morphogens": k,
        "progenitor_secretion_rates": progenitors,
        "neuron_secretion_rates": neurons,
        "inhibition_matrix": inhibition.reshape(k, k),
        "diffusion_patterns": [kernel / total for kernel, total in zip(kernels, sums, strict=True)],
    }


def _scaled(name: str, value: int) -> float:
    low, middle, high = _SCALES[name]
    if value <= middle:
        return 0.9 * (value - low) / (middle - low)
    return 0.9 + 0.1 * (value - middle) / (high - middle)


def _unscaled(name: str, value: float) -> int:
    low, middle, high = _SCALES[name]
    if np.isclose(value, 1.0):
        return high
    if value < 0.9:
        exact = low + value * (middle - low) / 0.9
    else:
        exact = middle + (value - 0.9) * (high - middle) / 0.1
    return min(max(round(exact), 1), high)
