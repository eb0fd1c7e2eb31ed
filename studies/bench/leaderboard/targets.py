"""What a search is run on: anything that has a value for a genome, at a cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@runtime_checkable
class Target(Protocol):
    """What searchers search, beside the problems that the ``morphonas`` plug-in solves.

    Attributes
    ----------
    name : str
    optimum : float or None
        The best value there is, at which a run ends; None where nobody knows.
    """

    name: str
    optimum: float | None

    def query(self, genomes: Sequence[Any]) -> tuple[Floats, Floats]:
        """Return the value of each genome, which is maximised, and its cost: two arrays (n,)."""


@dataclass(frozen=True)
class CallableTarget:
    """A target from a function of one genome, such as the query of a table of measured genomes.

    Parameters
    ----------
    objective : callable
        ``objective(genome)`` returns a value, which is maximised, and its cost, such as the seconds
        that a training would have taken. To reach other processes it has to pickle.
    name : str
    optimum : float, optional

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome
    >>> target = CallableTarget(lambda genome: (genome.size_x / 10, 2.5), "width")
    >>> target.query([Genome(size_x=5), Genome(size_x=10)])
    (array([0.5, 1. ]), array([2.5, 2.5]))
    """

    objective: Callable[[Any], tuple[float, float]]
    name: str
    optimum: float | None = None

    def query(self, genomes: Sequence[Any]) -> tuple[Floats, Floats]:
        """Return values and costs of *genomes*, each (n,)."""
        found = np.array([self.objective(genome) for genome in genomes], np.float64).reshape(-1, 2)
        return found[:, 0], found[:, 1]
