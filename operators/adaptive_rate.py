"""A mutation rate that rises as a population converges."""

from collections.abc import Iterable

import numpy as np

from evograft.representations import _check


class AdaptiveRate:
    """Multiplies a mutation rate by ``lo + (hi - lo) · ratio``, ratio = mean / best fitness.

    The closer the population is to its best, the higher is the rate. The ratio is 1 before the
    first update and where the best is not positive. It is not clipped: a negative mean lowers the
    rate below ``lo``, and a rate may come out above 1, which then means always.

    Parameters
    ----------
    lo, hi : float, at least 0
        Multipliers at ratio 0 and 1.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785): 1 to 2.5.

    Examples
    --------
    >>> rate = AdaptiveRate()
    >>> rate.update([0.2, 0.4, 0.0])
    >>> round(rate(0.4), 9)
    0.7
    """

    def __init__(self, lo: float = 1.0, hi: float = 2.5) -> None:
        self.lo = _check.real("lo", lo, minimum=0)
        self.hi = _check.real("hi", hi, minimum=0)
        self.ratio = 1.0

    def __call__(self, base: float) -> float:
        """Return *base* times the multiplier of the present ratio."""
        return base * (self.lo + (self.hi - self.lo) * self.ratio)

    def update(self, fitnesses: Iterable[float]) -> None:
        """Take the ratio from the *fitnesses* of a generation, the higher the better.

        Raises
        ------
        ValueError
            Where there are none.
        """
        values = np.array([*fitnesses], dtype=np.float64)
        if values.size == 0:
            raise ValueError("fitnesses must not be empty, got none to average")
        best = float(values.max())
        self.ratio = float(values.mean()) / best if best > 0 else 1.0

    def state(self) -> float:
        """Return what changes during a run: the ratio."""
        return self.ratio

    def restore(self, state: float) -> None:
        """Go on where :meth:`state` was taken."""
        self.ratio = _check.real("state", state)
