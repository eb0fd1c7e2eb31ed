"""Double pole balancing: two poles of different length on one cart."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evograft.problems.control._double_pole_kernels import RECENT
from evograft.problems.control.double_pole_task import (
    LONG,
    SHORT,
    balanced_steps,
    other_starts,
    recent_movement,
    usual_start,
)
from evograft.problems.control.episodes import can_run
from evograft.representations import _check

ENOUGH_STARTS = 200


@dataclass(frozen=True)
class DoublePoleProblem:
    """Balance two poles on a cart, with or without seeing velocities.

    `evograft.problems.load` makes it as ``"double_pole"``. The set-up is that of Wieland 1991, the
    conditions without velocities are those of Gruau et al. 1996. The force, at most 10 N, is 10 (2
    sigmoid(s) - 1) for the one output s: a NEAT or dense controller's output is the sum at a
    sigmoid neuron, so that its answer of 0 to 1 becomes -10 to 10 N. A controller whose outputs are
    already within -1 and 1 pushes with 4.6 N at most. An action is held for 0.02 s; an episode ends
    when the cart is beyond 2.4 m or a pole beyond 36 degrees, which are 1 in an observation, as
    2 m/s and 2 rad/s are.

    Parameters
    ----------
    name : str
    velocities : bool
        True: six inputs, cart, long pole and short pole, each its position and then its velocity.
        The task is solved by 100 000 steps from the usual start, the long pole at 1 degree and all
        else 0. False: three inputs, the positions. It is solved by the same and by 1000 steps
        from each of 200 starts at least, of 625 others.

    Attributes
    ----------
    n_inputs, n_outputs : int
        Numbers of an observation, and 1.
    pass_score : float
        What `score` is at least when the task is solved.
    objective : str
        ``reward``: what `measure` gives is maximised.

    Raises
    ------
    ValueError
        If *velocities* is neither True nor False.

    References
    ----------
    Wieland, "Evolving neural network controllers for unstable systems", IJCNN 1991. Gruau, Whitley
    and Pyeatt, "A comparison between cellular encoding and direct encoding for genetic neural
    networks", Genetic Programming 1996. Stanley and Miikkulainen 2002 (NEAT), section 4.

    Examples
    --------
    >>> class Idle:
    ...     def forward(self, X):
    ...         return np.zeros((1, 1))
    >>> DoublePoleProblem().measure([Idle(), None])
    array([0.00028, 0.     ])
    """

    kind: ClassVar[Literal["control"]] = "control"
    objective: ClassVar[Literal["reward"]] = "reward"
    n_outputs: ClassVar[int] = 1

    name: str = "double_pole"
    velocities: bool = True

    def __post_init__(self) -> None:
        _check.choice("velocities", self.velocities, (True, False))

    @property
    def n_inputs(self) -> int:
        """Numbers of an observation."""
        return 6 if self.velocities else 3

    @property
    def pass_score(self) -> float:
        """What `score` is at least when the task is solved."""
        return float(LONG if self.velocities else ENOUGH_STARTS)

    @property
    def options(self) -> dict[str, object]:
        """What `load` has to be given, beside the name, to make this problem again."""
        return {"velocities": self.velocities}

    def measure(self, phenotypes: Sequence[Any]) -> npt.NDArray[np.float64]:
        """Return the fitness of each phenotype, shape (n,).

        With velocities: steps from the usual start, as a share of 100 000. Without: of t steps from
        there, 1000 at most, 0.1 t / 1000, and from 100 steps on also 0.9 (0.75 / m), where m is the
        sum of |x| + |x'| + |a| + |a'|, of the cart and the long pole, over the last 100 steps. So
        what stands still is better than what swings to and fro. It is 0 for None and for a
        phenotype whose ``big_enough`` is False.

        Parameters
        ----------
        phenotypes : sequence
            As `evograft.problems.control.ControlProblem` takes them, with one output.

        Raises
        ------
        ValueError
            If a phenotype takes or gives another number of values than the problem.
        """
        values = [self._fitness(p) if can_run(p) else 0.0 for p in phenotypes]
        return np.array(values, dtype=np.float64)

    def _fitness(self, phenotype: Any) -> float:
        if self.velocities:
            return self.steps(phenotype) / LONG
        states = usual_start(record=True)
        steps = float(balanced_steps(False, phenotype, states, SHORT)[0])
        still = 0.75 / recent_movement(states[0]) if steps >= RECENT else 0.0
        return 0.1 * steps / SHORT + 0.9 * still

    def steps(self, phenotype: Any) -> int:
        """Return after how many steps from the usual start all was balanced, 100 000 at most."""
        if not can_run(phenotype):
            return 0
        return int(balanced_steps(self.velocities, phenotype, usual_start(), LONG)[0])

    def generalisation(self, phenotype: Any) -> int:
        """Return from how many of the 625 other starts all was balanced for 1000 steps."""
        if not can_run(phenotype):
            return 0
        steps = balanced_steps(self.velocities, phenotype, other_starts(), SHORT)
        return int((steps == SHORT).sum())

    def score(self, phenotype: Any) -> float:
        """Return `steps`, or without velocities `generalisation`.

        The latter is 0 for a phenotype that does not last 100 000 steps from the usual start.

        Examples
        --------
        >>> DoublePoleProblem().score(None)
        0.0
        """
        steps = self.steps(phenotype)
        if self.velocities:
            return float(steps)
        return float(self.generalisation(phenotype)) if steps == LONG else 0.0

    def solves(self, phenotype: Any) -> bool:
        """Return whether the phenotype solves the task."""
        return self.score(phenotype) >= self.pass_score

    def describe_score(self, phenotype: Any) -> str:
        """Return `score`, and what it is made of, in a sentence.

        Examples
        --------
        >>> DoublePoleProblem(velocities=False).describe_score(None)
        'balanced for 0 of 100000 steps, and from 0 of 625 other starts (passes at 200)'
        """
        steps = f"balanced for {self.steps(phenotype)} of {LONG} steps"
        if self.velocities:
            return steps
        starts = f"from {self.generalisation(phenotype)} of {len(other_starts())} other starts"
        return f"{steps}, and {starts} (passes at {ENOUGH_STARTS})"

    def report(self, phenotype: Any) -> dict[str, object]:
        """Return how the phenotype does, ready for JSON.

        Returns
        -------
        dict
            `fitness`, `steps`, without velocities `generalisation`, `solved`, and under
            `complexity` the fields of ``phenotype.complexity()`` where it has one.
        """
        report: dict[str, object] = {
            "fitness": float(self.measure([phenotype])[0]),
            "steps": self.steps(phenotype),
        }
        if not self.velocities:
            report["generalisation"] = self.generalisation(phenotype)
        report["solved"] = self.solves(phenotype)
        if hasattr(phenotype, "complexity"):
            report["complexity"] = dataclasses.asdict(phenotype.complexity())
        return report

    def progress(self, phenotype: Any) -> dict[str, float]:
        """Return what a run shows of its best phenotype: ``steps`` from the usual start.

        There are 1000 at most without velocities.
        """
        if not can_run(phenotype):
            return {"steps": 0.0}
        limit = LONG if self.velocities else SHORT
        return {"steps": float(balanced_steps(self.velocities, phenotype, usual_start(), limit)[0])}
