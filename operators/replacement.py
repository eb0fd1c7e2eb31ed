"""Replacement: who of parents and offspring makes the next generation."""

from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from evograft.operators.ranked_selection import Ties, pool_combined, sel_distinct, sel_top
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


def replace_steady_state(
    parents: Sequence[T],
    offspring: Sequence[T],
    *,
    kept: int,
    distinct: int = 10,
    ties: Ties = "later",
) -> list[T]:
    """Keep :func:`steady_state_survivors` of the parents, and fill up with offspring.

    The result is as long as *parents*: the survivors, then the offspring in their order whatever
    their fitness, as many as there is room for. If they are too few, more of the best parents
    survive.

    Parameters
    ----------
    parents : sequence
        Individuals with a valid ``fitness``.
    offspring : sequence
    kept, distinct, ties
        As :func:`steady_state_survivors` takes them.

    Raises
    ------
    TypeError, ValueError
        Where *kept* and *distinct* are no counts, or more than there are parents.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785): of 2000, 10 distinct and 1790 kept.

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, value):
    ...         self.fitness = ObjectiveFitness((1.0,), (value,))
    >>> old, new = list(map(Individual, (3, 9, 9, 5, 1))), list(map(Individual, (2, 0)))
    >>> survivors = replace_steady_state(old, new, distinct=2, kept=1)
    >>> [individual.fitness.values[0] for individual in survivors]
    [9.0, 5.0, 9.0, 2.0, 0.0]
    """
    n = len(parents)
    survivors = steady_state_survivors(parents, kept=kept, distinct=distinct, ties=ties)
    if (missing := n - len(survivors) - len(offspring)) > 0:
        kept += missing
        survivors = _distinct_and_top(parents, kept, distinct, ties)
    return survivors + list(offspring[: n - len(survivors)])


def steady_state_survivors(
    individuals: Sequence[T], *, kept: int, distinct: int = 10, ties: Ties = "later"
) -> list[T]:
    """Return the best *distinct* that differ in fitness, then the best *kept* of the others.

    Parameters
    ----------
    individuals : sequence
        Each with a valid ``fitness``.
    kept, distinct : int, at least 0, together at most the number of individuals
    ties : str
        As :func:`evograft.operators.sel_top` takes it.

    Returns
    -------
    list
        Of ``distinct + kept``, fewer where fewer than *distinct* values of fitness occur: the
        places left are those for which a method breeds.

    Raises
    ------
    TypeError, ValueError
        Where *kept* and *distinct* are no counts, or more than there are individuals.

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, value):
    ...         self.fitness = ObjectiveFitness((1.0,), (value,))
    >>> crowd = [Individual(value) for value in (3, 9, 9, 5, 1)]
    >>> survivors = steady_state_survivors(crowd, distinct=2, kept=1)
    >>> [individual.fitness.values[0] for individual in survivors]
    [9.0, 5.0, 9.0]
    """
    n = len(individuals)
    _check.integer("distinct", distinct, minimum=0, maximum=n)
    _check.integer("kept", kept, minimum=0, maximum=n - distinct)
    return _distinct_and_top(individuals, kept, distinct, ties)


def _distinct_and_top(individuals: Sequence[T], kept: int, distinct: int, ties: Ties) -> list[T]:
    selections = [
        partial(sel_distinct, k=distinct, ties=ties),
        partial(sel_top, k=kept, ties=ties),
    ]
    return pool_combined(individuals, selections, exclude_chosen=True)


def _best(individuals: Sequence[T]) -> list[T]:
    return sorted(individuals, key=lambda i: i.fitness.wvalues, reverse=True)  # type: ignore[attr-defined]
