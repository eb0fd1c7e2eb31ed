"""Selection from a ranking, and the pools of parents and survivors made of it (MorphoNAS)."""

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import numpy as np

from evograft.representations import _check, _random

T = TypeVar("T")

Ties = Literal["later", "numpy"]


def sel_top(individuals: Sequence[T], k: int, *, ties: Ties = "later") -> list[T]:
    """Select the *k* best, the best first; all if there are fewer.

    Parameters
    ----------
    individuals : sequence
        Each with a valid ``fitness``; compared by ``fitness.wvalues``.
    k : int, at least 0
    ties : str
        Among equals the ``"later"`` goes first. ``"numpy"`` orders the first of the ``wvalues`` by
        a reversed ``np.argsort`` as the authors' code does, where the order of equals depends on
        numpy's version and on the processor.

    Returns
    -------
    list
        References.

    Raises
    ------
    TypeError, ValueError
        Where *k* is no integer or below 0, or *ties* is neither of the two.

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, name, value):
    ...         self.name, self.fitness = name, ObjectiveFitness((1.0,), (value,))
    >>> crowd = [Individual(name, value) for name, value in zip("abcd", (2, 5, 5, 1))]
    >>> [individual.name for individual in sel_top(crowd, 3)]
    ['c', 'b', 'a']
    """
    _check.integer("k", k, minimum=0)
    return [individuals[i] for i in _ranking(individuals, ties)[:k]]


def sel_distinct(individuals: Sequence[T], k: int, *, ties: Ties = "later") -> list[T]:
    """Select the *k* best that differ in fitness, the best first; fewer where there are fewer.

    Parameters
    ----------
    individuals, k, ties
        As :func:`sel_top` takes them. Of those with the same ``wvalues``, only the first in its
        order is selected.

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, name, value):
    ...         self.name, self.fitness = name, ObjectiveFitness((1.0,), (value,))
    >>> crowd = [Individual(name, value) for name, value in zip("abcd", (2, 5, 5, 1))]
    >>> [individual.name for individual in sel_distinct(crowd, 2)]
    ['c', 'a']
    """
    _check.integer("k", k, minimum=0)
    first: dict[tuple[float, ...], T] = {}
    for i in _ranking(individuals, ties):
        if len(first) == k:
            break
        first.setdefault(individuals[i].fitness.wvalues, individuals[i])  # type: ignore[attr-defined]
    return [*first.values()]


def sel_tournament_distinct(
    individuals: Sequence[T], k: int, tournsize: int, *, rng: np.random.Generator | None = None
) -> list[T]:
    """Select the best of *tournsize* different individuals, *k* times; who won may win again.

    Parameters
    ----------
    individuals : sequence
        Each with a valid ``fitness``; compared by ``fitness.wvalues``. Among equals, the one drawn
        first wins.
    k : int, at least 0
    tournsize : int, 1 to the number of individuals
    rng : Generator, optional
        Source of randomness, ``rng.choice`` without replacement per tournament; else a Generator
        seeded with 64 bits from Python's ``random``.

    Returns
    -------
    list
        References to the winners.

    Raises
    ------
    TypeError, ValueError
        Where *k* or *tournsize* is out of range.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785): 7.

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, value):
    ...         self.fitness = ObjectiveFitness((1.0,), (value,))
    >>> crowd = [Individual(i) for i in range(100)]
    >>> winners = sel_tournament_distinct(crowd, 4, tournsize=7, rng=np.random.default_rng(1))
    >>> [winner.fitness.values[0] for winner in winners]
    [92.0, 77.0, 97.0, 72.0]
    """
    _check.integer("k", k, minimum=0)
    n = len(individuals)
    if k > 0:
        _check.integer("tournsize", tournsize, minimum=1, maximum=n)
    rng = _random.generator(rng)
    values = [individual.fitness.wvalues for individual in individuals]  # type: ignore[attr-defined]
    winners = []
    for _ in range(k):
        drawn = rng.choice(n, size=tournsize, replace=False).tolist()
        winners.append(individuals[max(drawn, key=values.__getitem__)])
    return winners


def pool_top(individuals: Sequence[T], share: float, *, ties: Ties = "later") -> list[T]:
    """Return the best *share* of the individuals, rounded down, the best first.

    Parameters
    ----------
    individuals, ties
        As :func:`sel_top` takes them.
    share : float, 0 to 1

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, value):
    ...         self.fitness = ObjectiveFitness((1.0,), (value,))
    >>> crowd = [Individual(i) for i in range(10)]
    >>> [individual.fitness.values[0] for individual in pool_top(crowd, 0.29)]
    [9.0, 8.0]
    """
    return sel_top(individuals, _count(individuals, share), ties=ties)


def pool_tournament(
    individuals: Sequence[T],
    share: float,
    tournsize: int,
    *,
    rng: np.random.Generator | None = None,
) -> list[T]:
    """Return as many winners of tournaments as *share* of the individuals, rounded down.

    Parameters
    ----------
    individuals, tournsize, rng
        As :func:`sel_tournament_distinct` takes them.
    share : float, 0 to 1
        The MorphoNAS paper (arXiv 2507.13785) calls it selection pressure: 0.15.

    Examples
    --------
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, value):
    ...         self.fitness = ObjectiveFitness((1.0,), (value,))
    >>> crowd = [Individual(i) for i in range(10)]
    >>> pool = pool_tournament(crowd, 0.3, tournsize=10)
    >>> [individual.fitness.values[0] for individual in pool]
    [9.0, 9.0, 9.0]
    """
    return sel_tournament_distinct(individuals, _count(individuals, share), tournsize, rng=rng)


def pool_combined(
    individuals: Sequence[T],
    selections: Sequence[Callable[[Sequence[T]], list[T]]],
    *,
    exclude_chosen: bool = False,
) -> list[T]:
    """Return what each of the *selections* selects, one after the other.

    Parameters
    ----------
    individuals : sequence
    selections : sequence of functions
        Each takes individuals and returns some of them, such as
        ``functools.partial(sel_distinct, k=10)``.
    exclude_chosen : bool
        Whether a selection sees only those that none before it has selected.

    Examples
    --------
    >>> from functools import partial
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, name, value):
    ...         self.name, self.fitness = name, ObjectiveFitness((1.0,), (value,))
    >>> crowd = [Individual(name, value) for name, value in zip("abcd", (2, 5, 5, 1))]
    >>> selections = [partial(sel_distinct, k=2), partial(sel_top, k=1)]
    >>> "".join(individual.name for individual in pool_combined(crowd, selections))
    'cac'
    >>> chosen = pool_combined(crowd, selections, exclude_chosen=True)
    >>> "".join(individual.name for individual in chosen)
    'cab'
    """
    pool: list[T] = []
    left = individuals
    for select in selections:
        chosen = select(left)
        pool += chosen
        if exclude_chosen:
            gone = set(map(id, chosen))
            left = [individual for individual in left if id(individual) not in gone]
    return pool


def _count(individuals: Sequence[T], share: float) -> int:
    return int(len(individuals) * _check.real("share", share, minimum=0, maximum=1))


def _ranking(individuals: Sequence[T], ties: Ties) -> list[int]:
    """Indices, the best first."""
    _check.choice("ties", ties, ("later", "numpy"))
    values = [individual.fitness.wvalues for individual in individuals]  # type: ignore[attr-defined]
    if ties == "numpy":
        ascending: list[int] = np.argsort([value[0] for value in values]).tolist()
    else:
        ascending = sorted(range(len(values)), key=values.__getitem__)
    return ascending[::-1]
