"""Effect sizes, and p-values corrected for their number."""

import numpy as np
import numpy.typing as npt

from evograft.representations import _check

Floats = npt.NDArray[np.float64]


def holm(p_values: npt.ArrayLike) -> Floats:
    """Return p-values corrected for their number, after Holm (1979); NaN stay and do not count.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, 0.005])
    array([0.03, 0.06, 0.06, 0.02])
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or (p < 0).any() or (p > 1).any():
        raise ValueError(f"p_values must be a sequence of numbers from 0 to 1, got {p_values!r}")
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]
    factors = np.arange(len(order), 0, -1)
    corrected = np.full(len(p), np.nan)
    corrected[order] = np.minimum(np.maximum.accumulate(factors * p[order]), 1)
    return corrected


def vargha_delaney(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the effect size A: the chance that a value of *a* is larger than one of *b*.

    Ties count half. After A. Vargha and H. Delaney, "A Critique and Improvement of the CL Common
    Language Effect Size Statistics", Journal of Educational and Behavioral Statistics 25 (2000).

    Examples
    --------
    >>> vargha_delaney([3, 4, 5], [1, 3])
    0.9166666666666666
    """
    x, y = (np.asarray(values, dtype=np.float64) for values in (a, b))
    for name, values in (("a", x), ("b", y)):
        if values.ndim != 1 or not values.size or np.isnan(values).any():
            raise ValueError(f"{name} must be a sequence of at least one number, got {values}")
    pairs = x.size * y.size
    ordered = np.sort(y)
    below, not_above = (np.searchsorted(ordered, x, side).sum() for side in ("left", "right"))
    balance = int(below) - (pairs - int(not_above))
    return (pairs + balance) / (2 * pairs)


def effect_word(size: float) -> str:
    """Return the word of Vargha and Delaney for an effect size: from 0.56, 0.64, 0.71, or below.

    Examples
    --------
    >>> [effect_word(size) for size in (0.5, 0.56, 0.64, 0.29)]
    ['negligible', 'small', 'medium', 'large']
    """
    size = _check.real("size", size, minimum=0, maximum=1)
    words = ("negligible", "small", "medium", "large")
    return words[sum(max(size, 1 - size) >= least for least in (0.56, 0.64, 0.71))]
