"""How much of the space of some metrics a set of networks covers: cells of a grid, rarefied."""

import numpy as np
import numpy.typing as npt

from evograft.studies.bench.analysis.mode_tests import Outcome

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

BINS = 10
"""Of each axis."""

PERMUTATIONS = 4999

SEED = 0
"""Of the permutations."""

_AT_A_TIME = 250


def grid_cells(points: Floats, low: Floats, high: Floats) -> Integers:
    """Return the cell of each point in a grid of :data:`BINS` equal bins per axis.

    Parameters
    ----------
    points : ndarray of float64, shape (n, axes)
        From *low* to *high*; what is equal to *high* is in the last bin.
    low, high : ndarray of float64, shape (axes,)
        Ends of the axes; an axis without extent has one bin.

    Examples
    --------
    >>> grid_cells(np.array([[0.0, 0.0], [0.95, 0.0], [1.0, 0.1]]), np.zeros(2), np.ones(2))
    array([ 0, 90, 91])
    """
    extent = np.where(high > low, high - low, 1.0)
    bins = np.minimum((BINS * (points - low) / extent).astype(np.int64), BINS - 1)
    powers = BINS ** np.arange(points.shape[1])[::-1]
    return np.asarray(bins @ powers, np.int64)


def rarefied(counts: npt.NDArray[np.int64], size: int) -> Floats:
    """Return how many cells *size* entries are expected to occupy, drawn without replacement.

    After S. H. Hurlbert, "The Nonconcept of Species Diversity", Ecology 52 (1971): exact, nothing
    is drawn.

    Parameters
    ----------
    counts : ndarray of int, shape (..., cells)
        Entries in each cell, with the same sum n along the last axis.
    size : int, from 1 to n

    Returns
    -------
    ndarray of float64, shape (...)

    Examples
    --------
    >>> rarefied(np.array([2, 2]), 2)  # of 6 pairs 4 are of two cells
    array(1.66666667)
    """
    from scipy.special import gammaln

    n = int(counts.reshape(-1, counts.shape[-1])[0].sum())
    # Cells with c entries are left out in C(n - c, size) of C(n, size) draws.
    c = np.arange(n - size + 1)
    left_out = np.zeros(int(counts.max(initial=0)) + 1)
    logarithms = gammaln(n - c + 1) - gammaln(n - c - size + 1) - gammaln(n + 1)
    chances = np.exp(logarithms + gammaln(n - size + 1))
    known = min(len(left_out), len(chances))
    left_out[:known] = chances[:known]
    left_out[0] = 1.0
    return np.asarray((1.0 - left_out[counts]).sum(axis=-1))


def compare_coverage(first: Integers, second: Integers) -> Outcome:
    """Compare how many cells two sets of networks occupy at equal sample size.

    The larger set is rarefied to the size of the smaller one. The p-value is the share of random
    divisions of all networks into sets of these sizes with a difference that is as large or larger
    in either direction, the observed one among them (Phipson and Smyth 2010).

    Parameters
    ----------
    first, second : ndarray of int64
        The cell of each network.

    Returns
    -------
    Outcome
        The effect is the ratio of the numbers of cells, of the first set to the second. NaN where
        a set has fewer than two networks.

    Notes
    -----
    Randomness: :data:`PERMUTATIONS` divisions from a numpy Generator of seed :data:`SEED`.
    """
    sizes = (len(first), len(second))
    size = min(sizes)
    if size < 2:
        return Outcome.nothing("permutation", "ratio", sizes, 2)
    _, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    pooled = np.bincount(places)
    counts = np.bincount(places[: len(first)], minlength=len(pooled))

    def cells(of_first: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        return rarefied(of_first, size), rarefied(pooled - of_first, size)

    ours, theirs = cells(counts)
    observed = abs(ours - theirs)
    rng = np.random.default_rng(SEED)
    as_large = 1
    for start in range(0, PERMUTATIONS, _AT_A_TIME):
        n = min(_AT_A_TIME, PERMUTATIONS - start)
        drawn = rng.multivariate_hypergeometric(pooled, len(first), size=n, method="marginals")
        a, b = cells(drawn)
        # Sums of the same terms in another order are equal.
        as_large += int(np.count_nonzero(np.abs(a - b) >= observed - 1e-9 * size))
    p = as_large / (PERMUTATIONS + 1)
    return Outcome(
        "permutation", p, "ratio", float(ours / theirs), float(ours), float(theirs), sizes
    )
