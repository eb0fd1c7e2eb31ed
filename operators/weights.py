"""Mutation and crossover of weight vectors."""

import itertools
from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _random
from evograft.representations import _weight_kernels as kernels


class Weighted(Protocol):
    """What these operators work on: a row of float32, C-contiguous, in the attribute ``values``.

    >>> from evograft.representations.weight_vector import WeightVector
    >>> vector: Weighted = WeightVector([0.5])
    """

    values: npt.NDArray[np.float32]


W = TypeVar("W", bound=Weighted)


def mut_gaussian_weights(
    individual: W, *, rate: float, scale: float, rng: np.random.Generator | None = None
) -> tuple[W]:
    """Add normal noise to each weight with probability *rate*, in place.

    Parameters
    ----------
    individual : WeightVector, or anything with such ``values``
    rate : float, 0 to 1
    scale : float, at least 0
        Standard deviation of the noise.
    rng : Generator, optional
        Source of one 64-bit seed per call, else Python's ``random``.

    Returns
    -------
    (individual,)

    Raises
    ------
    TypeError, ValueError
        Where *rate* or *scale* is out of range.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST): rate 0.07, scale 0.1.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> from evograft.representations.weight_vector import WeightVector
    >>> vector, = mut_gaussian_weights(WeightVector(np.zeros(1000)), rate=0.07, scale=0.1)
    >>> int(np.count_nonzero(vector.values))
    83
    """
    _check.real("rate", rate, minimum=0, maximum=1)
    _check.real("scale", scale, minimum=0)
    kernels.add_noise(individual.values, rate, scale, _random.seed64(rng))
    return (individual,)


def cx_uniform_weights(a: W, b: W, *, rng: np.random.Generator | None = None) -> tuple[W, W]:
    """Exchange each weight of *a* and *b* with probability one half, in place.

    Parameters
    ----------
    a, b : WeightVector, or anything with such ``values``
        Of the same length.
    rng : Generator, optional
        Source of one 64-bit seed per call, else Python's ``random``.

    Raises
    ------
    ValueError
        Where their lengths differ.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> from evograft.representations.weight_vector import WeightVector
    >>> a, b = cx_uniform_weights(WeightVector(np.zeros(8)), WeightVector(np.ones(8)))
    >>> (a.values + b.values).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    """
    if a.values.size != b.values.size:
        raise ValueError(
            f"a and b must have as many weights, got {a.values.size} and {b.values.size}"
        )
    kernels.exchange(a.values, b.values, _random.seed64(rng))
    return a, b


def cx_whole_neurons(
    a: W, b: W, *, sizes: Sequence[int], rng: np.random.Generator | None = None
) -> tuple[W, W]:
    """Exchange each neuron of two dense networks with probability one half, in place.

    A neuron is the weights of its inputs and its bias, and in the last hidden layer its weights at
    the outputs too: so what it computes keeps its effect. Biases of outputs are exchanged one by
    one.

    Parameters
    ----------
    a, b : WeightVector, or anything with such ``values``
        Networks of the same sizes, laid out as by ``DenseLayout``.
    sizes : sequence of int
        Numbers of inputs, of neurons in each hidden layer, and of outputs.
    rng : Generator, optional
        Source of one 64-bit seed per call, else Python's ``random``.

    Raises
    ------
    ValueError
        Where a or b has another number of weights.

    Examples
    --------
    >>> import random; random.seed(2)
    >>> from evograft.representations.weight_vector import WeightVector
    >>> a, b = WeightVector(np.zeros(7)), WeightVector(np.ones(7))
    >>> a, b = cx_whole_neurons(a, b, sizes=(1, 2, 1))
    >>> a.values.reshape(-1).tolist()  # weights and biases of two neurons, then of the output
    [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    """
    n_weights = sum((n + 1) * m for n, m in itertools.pairwise(sizes))
    for name, individual in (("a", a), ("b", b)):
        if individual.values.size != n_weights:
            raise ValueError(f"{name} must have {n_weights} weights, got {individual.values.size}")
    kernels.exchange_neurons(a.values, b.values, np.array(sizes), _random.seed64(rng))
    return a, b
