"""Mutation and crossover of weight vectors."""

import math
from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _random
from evograft.representations import _weight_kernels as kernels
from evograft.representations.dense_layout import LARGEST, DenseLayout


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
    _require_row("individual", individual)
    kernels.add_noise(individual.values, rate, scale, _random.seed64(rng))
    return (individual,)


def mut_gaussian_patches(
    individual: W,
    *,
    rate: float,
    scale: float,
    sizes: Sequence[int],
    patch: int,
    rng: np.random.Generator | None = None,
) -> tuple[W]:
    """Mutate a dense network on images, in place: neighbouring pixels of a neuron together.

    To the weights that a neuron of the first layer has at a square of *patch* x *patch* pixels,
    cut at the edge of the image, the same normal number is added. Every pixel is the middle of such
    a square (one of its middles, if *patch* is even) with probability *rate* / *patch* squared: as
    many weights change as by :func:`mut_gaussian_weights`, which is what the other weights and
    biases go through, less what is cut off and what two squares share.

    Parameters
    ----------
    individual : WeightVector, or anything with such ``values``
        A network laid out as by ``DenseLayout``.
    rate : float, 0 to 1
    scale : float, at least 0
        Standard deviation of the noise.
    sizes : sequence of int
        Numbers of inputs, a square, of neurons in each hidden layer, and of outputs.
    patch : int, at least 1
        Side of the square, in pixels.
    rng : Generator, optional
        Source of one 64-bit seed per call, else Python's ``random``.

    Returns
    -------
    (individual,)

    Raises
    ------
    TypeError, ValueError
        Where an argument is out of its range, or *sizes* do not fit the individual.

    Examples
    --------
    >>> import random; random.seed(1)
    >>> from evograft.representations.weight_vector import WeightVector
    >>> vector = WeightVector(np.zeros(7 * 7 + 1))
    >>> vector, = mut_gaussian_patches(vector, rate=0.3, scale=1.0, sizes=(49, 1), patch=3)
    >>> (vector.values[:49].reshape(7, 7) != 0).astype(int)
    array([[0, 0, 0, 0, 0, 1, 1],
           [0, 0, 0, 0, 0, 1, 1],
           [0, 0, 0, 1, 1, 1, 0],
           [0, 0, 0, 1, 1, 1, 0],
           [0, 0, 0, 1, 1, 1, 0],
           [0, 0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0, 0]])
    """
    _check.real("rate", rate, minimum=0, maximum=1)
    _check.real("scale", scale, minimum=0)
    _check.integer("patch", patch, minimum=1, maximum=LARGEST)
    _require_weights("individual", individual, sizes)
    if math.isqrt(sizes[0]) ** 2 != sizes[0]:
        raise ValueError(f"inputs must be the pixels of square images, got {sizes[0]}")
    seed = _random.seed64(rng)
    kernels.add_patches(individual.values, rate, scale, np.array(sizes), patch, seed)
    return (individual,)


def _require_row(name: str, individual: Weighted) -> None:
    """Raise where the values are nothing that a kernel can write to."""
    values = individual.values
    if not (
        isinstance(values, np.ndarray)
        and values.dtype == np.float32
        and values.ndim == 1
        and values.flags.carray
    ):
        raise TypeError(
            f"{name}.values must be a contiguous, writeable row of float32, got {values!r:.60}"
        )


def _require_weights(name: str, individual: Weighted, sizes: Sequence[int]) -> None:
    _require_row(name, individual)
    n_weights = DenseLayout(sizes).n_weights
    if individual.values.size != n_weights:
        raise ValueError(f"{name} must have {n_weights} weights, got {individual.values.size}")


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
    _require_row("a", a)
    _require_row("b", b)
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
    _require_weights("a", a, sizes)
    _require_weights("b", b, sizes)
    kernels.exchange_neurons(a.values, b.values, np.array(sizes), _random.seed64(rng))
    return a, b
