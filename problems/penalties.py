"""Factors by which a fitness shrinks for large genomes and dense networks."""

import math
from dataclasses import dataclass
from typing import Protocol

from evograft.representations import _check


class Sized(Protocol):
    """What the penalties look at in a genome.

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome
    >>> genome: Sized = Genome()
    """

    @property
    def num_morphogens(self) -> int: ...
    @property
    def max_growth_steps(self) -> int: ...
    @property
    def size_x(self) -> int: ...
    @property
    def size_y(self) -> int: ...


def morphogen_factor(num_morphogens: int) -> float:
    """Return 1 up to 3 morphogens, then 0.01 less for each, 0 at least.

    >>> morphogen_factor(5)
    0.98
    """
    return max(0.0, 1 - 0.01 * max(0, num_morphogens - 3))


def step_factor(max_growth_steps: int) -> float:
    """Return 1 up to 100 steps of growth, then 0.0001 less for each, 0 at least.

    >>> step_factor(200)
    0.99
    """
    return max(0.0, 1 - 1e-4 * max(0, max_growth_steps - 100))


def dimension_factor(sites: int) -> float:
    """Return 1 up to 100 sites of the torus, then 0.000001 less for each, 0 at least.

    >>> dimension_factor(400)
    0.9997
    """
    return max(0.0, 1 - 1e-6 * max(0, sites - 100))


def connection_factor(
    connections: int, *, theta: float = 50, h: float = 1000, a: float = 0.8
) -> float:
    """Return 1 up to *theta* connections, then a fall to *a*, half of it done at *h*.

    >>> connection_factor(1000)
    0.9
    """
    if connections <= theta:
        return 1.0
    return a + (1 - a) * math.exp(-math.log(2) / (h - theta) * (connections - theta))


@dataclass(frozen=True)
class Penalties:
    """Which penalties a fitness gets, and how the one on connections falls.

    Parameters
    ----------
    morphogens, steps, dimensions, connections : bool
        Whether to use `morphogen_factor`, `step_factor`, `dimension_factor` (of the sites size_x ·
        size_y) and `connection_factor`.
    theta : float, at least 0
        Connections that are free.
    h : float, more than theta
        Connections that cost half of what can be lost.
    a : float, 0 to 1
        What is left of the fitness however many connections there are.

    Raises
    ------
    TypeError, ValueError
        Where a parameter breaks its rule.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785); only the penalty on connections is used there.

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome
    >>> Penalties(steps=True, connections=True).factor(Genome(max_growth_steps=200), 1000)
    0.891
    """

    morphogens: bool = False
    steps: bool = False
    dimensions: bool = False
    connections: bool = False
    theta: float = 50
    h: float = 1000
    a: float = 0.8

    def __post_init__(self) -> None:
        for name in ("morphogens", "steps", "dimensions", "connections"):
            _check.choice(name, getattr(self, name), (True, False))
        _check.real("theta", self.theta, minimum=0)
        _check.real("a", self.a, minimum=0, maximum=1)
        if _check.real("h", self.h) <= self.theta:
            raise ValueError(f"h must be a number above theta, {self.theta}, got {self.h!r}")

    def apply(self, fitness: float, genome: Sized, connections: int) -> float:
        """Return *fitness* times each factor that is used, in the order of the fields.

        Parameters
        ----------
        fitness : float
        genome : Genome
            Or anything with `num_morphogens`, `max_growth_steps`, `size_x` and `size_y`.
        connections : int, at least 0
            Edges of the grown network.
        """
        if self.morphogens:
            fitness *= morphogen_factor(genome.num_morphogens)
        if self.steps:
            fitness *= step_factor(genome.max_growth_steps)
        if self.dimensions:
            fitness *= dimension_factor(genome.size_x * genome.size_y)
        if self.connections:
            fitness *= connection_factor(connections, theta=self.theta, h=self.h, a=self.a)
        return fitness

    def factor(self, genome: Sized, connections: int) -> float:
        """Return the product of the factors that are used, 0 to 1: `apply` to a fitness of 1."""
        return self.apply(1.0, genome, connections)
