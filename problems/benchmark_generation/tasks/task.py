"""What an evaluation task is: a score of a grown network, and what it costs to have it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from evograft.representations import _check

FIDELITIES = ("low", "medium", "high")

LARGEST_SEED = 100_000_000 - 1
"""Of an evaluation: 20 episodes of each such seed have different seeds below 2**31."""


@dataclass(frozen=True)
class Score:
    """How a network does in a task.

    Attributes
    ----------
    value : float
        Finite; larger is better.
    cost : float
        Floating-point operations: see `evograft.problems.benchmark_generation.operation_counts`.
        Those of the network's own growth are not among them.
    details : mapping of str to float
        What else was seen on the way.
    """

    value: float
    cost: float
    details: Mapping[str, float] = field(default_factory=dict)


class Task(ABC):
    """An evaluation of grown networks, at several fidelities.

    Attributes
    ----------
    name : str
        As columns of a table begin.
    fidelities : tuple of str
        Their names, the cheapest first, the full one last.
    amounts : mapping of str to int
        How many of its :attr:`unit` each fidelity takes.
    unit : str
        What amounts are numbers of.
    details : tuple of str
        Names of the details of every score.
    needs_genome : bool
        Whether the network has to be one that grew, an ``Organism``. Otherwise anything with its
        ``neuron_ids``, ``edges`` and ``weights`` will do.
    """

    name: str
    fidelities: ClassVar[tuple[str, ...]] = FIDELITIES
    unit: ClassVar[str]
    needs_genome: ClassVar[bool] = False

    @property
    @abstractmethod
    def amounts(self) -> Mapping[str, int]:
        """Number of :attr:`unit` of each fidelity, ascending."""

    @property
    def details(self) -> tuple[str, ...]:
        """Names of the details of every score."""
        return ()

    def score(self, organism: Any, fidelity: str = "high", seed: int = 0) -> Score:
        """Evaluate a network; the same for the same arguments, wherever and whenever.

        Parameters
        ----------
        organism : Organism
            It may have no neurons at all.
        fidelity : str
            One of :attr:`fidelities`.
        seed : int, 0 to `LARGEST_SEED`
            Of the evaluation. What is drawn for a fidelity is the beginning of what is drawn for
            the next one with the same seed.

        Raises
        ------
        TypeError, ValueError
            Where an argument breaks its rule.
        """
        _check.choice("fidelity", fidelity, self.fidelities)
        _check.integer("seed", seed, minimum=0, maximum=LARGEST_SEED)
        return self._score(organism, self.amounts[fidelity], seed)

    @abstractmethod
    def _score(self, organism: Any, amount: int, seed: int) -> Score:
        """Evaluate with *amount* of :attr:`unit`."""

    def describe(self) -> dict[str, object]:
        """Return what has to be known to score alike, ready for JSON."""
        return {
            "name": self.name,
            "unit": self.unit,
            "fidelities": dict(self.amounts),
            "cost": "floating-point operations",
        }
