"""The loop that the grammatical methods share: a tournament, variation, and an elite."""

from dataclasses import dataclass

from evograft import operators
from evograft.plugins._state import register_state
from evograft.plugins.registry import Defaults, Graft
from evograft.representations import _check

LARGEST = 1_000_000
"""Of any count: beyond, it is a slip of the hand that would fill the memory."""


@dataclass(frozen=True)
class LoopParameters:
    """Parameters of the loop.

    Attributes
    ----------
    population : int, at least 1
    generations : int, at least 0, or None for what the method takes for the problem
    cxpb, mutpb : float, 0 to 1
        Rates of crossover and of mutation; mutation has rates of its own, so it is always on.
    tournament : int, at least 1
        Size, drawn with replacement.
    elite : float, 0 to 1
        Share of the population that survives; the best offspring fill it up.
    """

    population: int = 200
    generations: int | None = None
    cxpb: float = 0.9
    mutpb: float = 1.0
    tournament: int = 7
    elite: float = 0.05

    def __post_init__(self) -> None:
        for name in ("population", "tournament"):
            _check.integer(name, getattr(self, name), minimum=1, maximum=LARGEST)
        if self.generations is not None:
            _check.integer("generations", self.generations, minimum=0)
        for name in ("cxpb", "mutpb", "elite"):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)

    def defaults(self, otherwise: int = 0) -> Defaults:
        """The settings of the loop; *otherwise* are the generations where None are given."""
        generations = otherwise if self.generations is None else self.generations
        return Defaults(self.cxpb, self.mutpb, self.population, generations)


def register_loop(graft: Graft) -> None:
    """Register ``select`` and ``replace``, and the state of operators that share a Generator."""
    toolbox, parameters = graft.toolbox, graft.parameters
    size, elite = parameters.tournament, parameters.elite
    toolbox.register("select", operators.sel_tournament, tournsize=size, rng=graft.rng)
    toolbox.register("replace", operators.replace_elitist, elite=elite)
    register_state(toolbox, graft.rng)
