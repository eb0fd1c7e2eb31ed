"""Trust: what right decisions earn, what children inherit of it, and whom it makes a parent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _random

T = TypeVar("T")
Floats = npt.NDArray[np.float64]

WEIGHTINGS = ("raw", "shifted", "uniform")

TINY = 1e-9
"""The least weight of a parent, and so that of all whose trust is not positive."""


@dataclass(frozen=True)
class TrustRule:
    """What a generation's decisions make of the trust that an individual has inherited.

    Parameters
    ----------
    reward : float
        Earned with every right decision.
    penalty : float
        Added for every wrong one; negative to take trust away.
    decay : float, 0 to 1
        Share of the trust that is lost each time.
    decay_per : {"generation", "image"}
        Whether trust decays once, before anything is earned, or before every decision.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST): reward 10, penalty -1.5; decay 0.2 a generation in
    its text, 0.001 an image in its code.

    Examples
    --------
    >>> TrustRule().earn([0.0, 100.0], np.array([[1.0, 0.0], [1.0, 1.0]]))
    array([  8.5, 100. ])
    """

    reward: float = 10.0
    penalty: float = -1.5
    decay: float = 0.2
    decay_per: str = "generation"

    def __post_init__(self) -> None:
        _check.real("reward", self.reward)
        _check.real("penalty", self.penalty)
        _check.real("decay", self.decay, minimum=0, maximum=1)
        _check.choice("decay_per", self.decay_per, ("generation", "image"))

    def earn(self, inherited: npt.ArrayLike, right: npt.ArrayLike) -> Floats:
        """Return the trust (n,) after decisions that were *right* (n, n_decisions).

        Each is 1 for a right one, 0 for a wrong one, or whatever else a score gives.
        *inherited* (n,) is the trust before.
        """
        rewards = self.penalty + (self.reward - self.penalty) * np.asarray(right, np.float64)
        before = np.asarray(inherited, np.float64)
        count = rewards.shape[1]
        if self.decay_per == "generation":
            return np.asarray((1.0 - self.decay) * before + rewards.sum(axis=1))
        # What was earned with the last decision has not decayed at all.
        kept = (1.0 - self.decay) ** np.arange(count - 1, -1, -1)
        return np.asarray((1.0 - self.decay) ** count * before + (rewards * kept).sum(axis=1))

    def earn_reward(self, inherited: npt.ArrayLike, rewards: npt.ArrayLike) -> Floats:
        """Return the trust (n,) after a problem's own *rewards* (n,), of which each earns once."""
        before, earned = np.asarray(inherited, np.float64), np.asarray(rewards, np.float64)
        return np.asarray((1.0 - self.decay) * before + self.reward * earned)


def trust_of(individual: Any, objective: int | None = 0) -> float:
    """The trust of *individual*: its fitness number *objective*, else what it has inherited.

    Trust is a value of the fitness, as nothing else comes back from a worker process. What is not
    evaluated has the trust that it started with: ``inherited_trust``, 0 where there is none.
    """
    if objective is not None and individual.fitness.valid:
        return float(individual.fitness.values[objective])
    return float(getattr(individual, "inherited_trust", 0.0))


def inherit_trust(children: Sequence[Any], trusts: Sequence[float], share: float) -> None:
    """Give each of *children* the *share* of the sum of its parents' *trusts*.

    It is kept on the child, as ``inherited_trust``.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST): share 0.03.
    """
    for child in children:
        child.inherited_trust = share * sum(trusts)


def parent_weights(trusts: npt.ArrayLike, weighting: str) -> Floats:
    """Return how probable each survivor is as a parent, (n,), summing to 1.

    Parameters
    ----------
    trusts : (n,) array of finite numbers, n at least 1
    weighting : {"raw", "shifted", "uniform"}
        `raw`: the trust itself, but at least `TINY`, so that survivors of whom none is trusted
        are equals. `shifted`: 0.7 times what the trust exceeds the lowest one's by, plus 0.7.
        `uniform`: all alike.

    Raises
    ------
    ValueError
        Where a trust is not finite, there is none, or the weighting is unknown.

    References
    ----------
    GENREG: the text has trust as it is, later code the shifted weights.

    Examples
    --------
    >>> parent_weights([30.0, 10.0], "raw")
    array([0.75, 0.25])
    >>> parent_weights([2.0, -1.0], "shifted")
    array([0.8, 0.2])
    >>> parent_weights([-2.0, -3.0], "raw")
    array([0.5, 0.5])
    """
    _check.choice("weighting", weighting, WEIGHTINGS)
    values = np.asarray(trusts, np.float64)
    if values.ndim != 1 or values.size == 0 or not np.isfinite(values).all():
        raise ValueError(f"trusts must be finite numbers, one at least, got {trusts!r}")
    if weighting == "raw":
        weights = np.maximum(values, TINY)
    elif weighting == "shifted":
        # Halved, so that the difference of huge ones is finite; a factor does not matter.
        weights = 0.7 * (values / 2 - values.min() / 2 + 0.5)
    else:
        weights = np.ones(values.size)
    weights /= weights.max()  # so that the sum of huge ones is finite
    return np.asarray(weights / weights.sum())


def surviving_share(individuals: Sequence[T], cutoff: float) -> list[T]:
    """Return the best *cutoff* of *individuals*, rounded down, but one at least; the best first.

    Of equals the earlier one is better.

    Raises
    ------
    TypeError, ValueError
        Where *cutoff* is not above 0 and up to 1, or there is nobody.
    """
    _check.above_zero("cutoff", cutoff, maximum=1)
    if not individuals:
        raise ValueError("individuals must not be empty, got none to select from")
    # A share such as 0.29 of 100 is a hair below 29 in binary, and means 29.
    count = max(1, int(cutoff * len(individuals) + 1e-9))
    ranked: list[Any] = list(individuals)
    if not all(individual.fitness.valid for individual in ranked):
        raise ValueError("individuals must be evaluated, got some that are not")
    ranked.sort(key=lambda individual: individual.fitness, reverse=True)
    return ranked[:count]


def sel_trusted(
    individuals: Sequence[T],
    k: int,
    *,
    cutoff: float = 0.2,
    weighting: str = "raw",
    objective: int | None = 0,
    rng: np.random.Generator | None = None,
) -> list[T]:
    """Select *k* parents from the best *cutoff*, with replacement, the trusted more often.

    Parameters
    ----------
    individuals : sequence
        Each with a valid ``fitness``, by which the best are chosen.
    k : int, at least 0
    cutoff : float, above 0 and up to 1
        Share of the individuals that survives.
    weighting : {"raw", "shifted", "uniform"}
        See :func:`parent_weights`.
    objective : int or None
        Which number of the fitness is the trust; None makes all survivors alike.
    rng : Generator, optional
        Source of *k* uniform numbers, else Python's ``random``.

    Returns
    -------
    list
        References to the parents.

    Raises
    ------
    TypeError, ValueError
        Where an argument is out of its range, or there is nobody to select from.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST).

    Examples
    --------
    >>> import random; random.seed(1)
    >>> from evograft.representations.fitness import ObjectiveFitness
    >>> class Individual:
    ...     def __init__(self, trust):
    ...         self.fitness = ObjectiveFitness((1.0,), (trust,))
    >>> crowd = [Individual(trust) for trust in (1.0, 5.0, 4.0, 2.0, 3.0)]
    >>> [parent.fitness.values[0] for parent in sel_trusted(crowd, 6, cutoff=0.6)]
    [5.0, 3.0, 3.0, 5.0, 4.0, 4.0]
    """
    _check.integer("k", k, minimum=0)
    _check.choice("weighting", weighting, WEIGHTINGS)
    survivors = surviving_share(individuals, cutoff)
    if objective is None:
        weighting = "uniform"
    weights = parent_weights([trust_of(survivor, objective) for survivor in survivors], weighting)
    draw = _random.source(rng).random
    limits = weights.cumsum()
    limits[-1] = 1.0  # a sum of shares may fall short of 1 by rounding
    drawn = [draw() for _ in range(k)]
    return [survivors[place] for place in np.searchsorted(limits, drawn, side="right").tolist()]
