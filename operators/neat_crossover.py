"""Crossover of NEAT's genomes: genes are matched by their innovation numbers."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _neat_gene_kernels, _random
from evograft.representations.neat_genome import NeatGenome, check_same_ends

T = TypeVar("T", bound=NeatGenome)

Standing = Callable[[Any], Any]
"""What the fitter of two individuals is the greater of."""


def wvalues(individual: Any) -> Any:
    """The weighted values of an individual's fitness: of objectives, the first decides."""
    return individual.fitness.wvalues


def cx_neat(
    a: T,
    b: T,
    *,
    disabling: float = 0.75,
    standing: Standing = wvalues,
    rng: np.random.Generator | None = None,
) -> tuple[T, T]:
    """Make two children of two parents, in place; each is drawn as :func:`cross_neat` says.

    Parameters
    ----------
    a, b : NeatGenome
        With a ``fitness``; where one is invalid, or there is none, both count as equally fit.
    disabling : float, 0 to 1
        Probability that a gene that is disabled in either parent is disabled in a child.
    standing : callable
        Gives what the fitter has more of; by default the weighted values.
    rng : Generator, optional
        Source of 64 bits per child, else Python's ``random``.

    Raises
    ------
    TypeError, ValueError
        Where *disabling* is no probability, or the parents have other inputs or outputs.

    References
    ----------
    Stanley and Miikkulainen 2002, section 3.2.

    Examples
    --------
    >>> import random; random.seed(2)
    >>> a = NeatGenome.fully_connected(3, 1, [1.0, 1.0, 1.0, 1.0])
    >>> b = NeatGenome.fully_connected(3, 1, [2.0, 2.0, 2.0, 2.0])
    >>> one, other = cx_neat(a, b)
    >>> one.weights, other.weights
    (array([1., 2., 1., 2.]), array([1., 1., 2., 1.]))
    """
    fitter, other = fitter_first(a, b, standing)
    first = cross_neat(fitter, other, disabling=disabling, rng=rng)
    second = cross_neat(fitter, other, disabling=disabling, rng=rng)
    a.inherit(fitter, *first)
    b.inherit(fitter, *second)
    return a, b


def fitter_first(a: T, b: T, standing: Standing = wvalues) -> tuple[T, T]:
    """Return the fitter of two parents and the other; of equals the smaller, or else *a*, is it.

    Equals are told apart so that the genes of a child are always those of one parent: then it is
    feed-forward where its parents are.
    """
    if all(hasattr(each, "fitness") and each.fitness.valid for each in (a, b)):
        one, other = standing(a), standing(b)
        if one != other:
            return (a, b) if one > other else (b, a)
    return (b, a) if len(b) < len(a) else (a, b)


def cross_neat(
    fitter: NeatGenome,
    other: NeatGenome,
    *,
    disabling: float = 0.75,
    rng: np.random.Generator | None = None,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return weights and flags of one child, whose genes are those of the *fitter* parent.

    A gene with the same number in both parents brings the weight of either, evenly; disjoint and
    excess genes are the fitter's. A gene that is disabled in either parent is so in the child with
    probability *disabling*, and enabled otherwise.
    """
    if not 0.0 <= disabling <= 1.0:
        _check.real("disabling", disabling, minimum=0, maximum=1)
    check_same_ends("parents", fitter, other)
    inherited: tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]] = _neat_gene_kernels.inherit(
        fitter.innovations, other.innovations, fitter.weights, fitter.enabled,
        other.weights, other.enabled, disabling, _random.seed64(rng),
    )  # fmt: skip
    return inherited
