"""Variation of a learning rule that is inherited beside a genome (MorphoNAS)."""

from typing import Protocol, TypeVar

import numpy as np

from evograft.representations import _check, _random


class Plastic(Protocol):
    """What the operators change: the rule's learning rate *eta* and its *decay*."""

    eta: float
    decay: float


P = TypeVar("P", bound=Plastic)


def mut_plasticity(
    individual: P,
    *,
    probability: float = 0.3,
    eta_sd: float = 0.05,
    decay_sd: float = 0.005,
    eta_range: tuple[float, float] = (-0.5, 0.5),
    decay_range: tuple[float, float] = (0.0, 0.1),
    rng: np.random.Generator | None = None,
) -> tuple[P]:
    """Move *eta* and *decay*, each with *probability*, by a normal step, in place.

    Parameters
    ----------
    individual : any object with the attributes ``eta`` and ``decay``
    probability : float, 0 to 1
    eta_sd, decay_sd : float, at least 0
        Standard deviations of the steps.
    eta_range, decay_range : pair of float
        What is moved is clipped to it.
    rng : Generator, optional
        Source of randomness: for *eta* and then for *decay* one number for the coin, and one for
        the step if it is made. Else a Generator seeded with 64 bits from Python's ``random``.

    Raises
    ------
    TypeError, ValueError
        Where a number is out of range.

    References
    ----------
    The MorphoNAS authors' co-evolution of genomes and Hebbian plasticity (arXiv 2507.13785 is the
    method's paper).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rule = SimpleNamespace(eta=-0.01, decay=0.01)
    >>> rule, = mut_plasticity(rule, probability=1.0, rng=np.random.default_rng(1))
    >>> round(rule.eta, 4), round(rule.decay, 4)
    (0.0311, 0.0035)
    """
    _check.real("probability", probability, minimum=0, maximum=1)
    rng = _random.generator(rng)
    individual.eta = _moved("eta", individual.eta, probability, eta_sd, eta_range, rng)
    individual.decay = _moved("decay", individual.decay, probability, decay_sd, decay_range, rng)
    return (individual,)


def cx_plasticity(a: P, b: P, *, rng: np.random.Generator | None = None) -> tuple[P, P]:
    """Exchange *eta* and *decay* between *a* and *b*, each with probability 0.5, in place.

    A number below 0.5 leaves *a* its own, so that *a* is the child that has *a* as parent 1.

    Parameters
    ----------
    a, b : any objects with the attributes ``eta`` and ``decay``
    rng : Generator, optional
        Source of randomness, two numbers; else Python's ``random``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> a, b = SimpleNamespace(eta=0.1, decay=0.01), SimpleNamespace(eta=0.2, decay=0.02)
    >>> cx_plasticity(a, b, rng=np.random.default_rng(0))
    (namespace(eta=0.2, decay=0.01), namespace(eta=0.1, decay=0.02))
    """
    draw = _random.source(rng).random
    if draw() >= 0.5:
        a.eta, b.eta = b.eta, a.eta
    if draw() >= 0.5:
        a.decay, b.decay = b.decay, a.decay
    return a, b


def _moved(
    name: str,
    value: float,
    probability: float,
    sd: float,
    bounds: tuple[float, float],
    rng: np.random.Generator,
) -> float:
    _check.real(f"{name}_sd", sd, minimum=0)
    low, high = bounds
    if not low <= high:
        raise ValueError(f"{name}_range must be two ascending numbers, got {bounds!r}")
    if rng.random() >= probability:
        return value
    return min(max(value + rng.normal(0.0, sd), low), high)
