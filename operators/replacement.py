"""Replacement: who of parents and offspring makes the next generation."""

from collections.abc import Sequence
from typing import TypeVar

from evograft.representations import _check

T = TypeVar("T")


def replace_elitist(
    parents: Sequence[T], offspring: Sequence[T], *, elite: float = 0.05
) -> list[T]:
    """Keep the best share *elite* of the parents, and fill up with the best offspring.

    The result is as long as *parents*. The share is rounded, but keeps at least one parent
    unless it is 0; if the offspring are too few, more parents stay.

    Parameters
    ----------
    parents, offspring : sequences
        Individuals with a valid ``fitness``. Among equals, the earlier goes first.
    elite : float, 0 to 1

    Raises
    ------
    ValueError
        Where *elite* is no share.

    References
    ----------
    The MGE paper (arXiv 2208.02787), Table 2: 5 %.

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, value):
    ...         self.fitness = ObjectiveFitness((-1.0,), (value,))
    >>> old, new = map(Individual, (3, 1, 2)), map(Individual, (9, 0, 5))
    >>> [i.fitness.values[0] for i in replace_elitist(list(old), list(new), elite=0.3)]
    [1.0, 0.0, 5.0]
    """
    _check.real("elite", elite, minimum=0, maximum=1)
    n = len(parents)
    kept = min(n, max(round(elite * n), 1 if elite > 0 else 0, n - len(offspring)))
    return _best(parents)[:kept] + _best(offspring)[: n - kept]


def _best(individuals: Sequence[T]) -> list[T]:
    return sorted(individuals, key=lambda i: i.fitness.wvalues, reverse=True)  # type: ignore[attr-defined]
