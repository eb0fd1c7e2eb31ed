"""CMA-ES over the vector form of genomes, with DEAP's strategy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from deap import base, cma

from evograft.plugins.registry import Defaults
from evograft.representations import _check
from evograft.representations.morphogenesis import Genome
from evograft.representations.morphogenesis.genome_fields import SCALARS
from evograft.studies.bench.leaderboard.ground import add_state, make_ground
from evograft.studies.bench.leaderboard.meter import Meter

Floats = npt.NDArray[np.float64]

HELD = (
    "max_growth_steps",
    "size_x",
    "size_y",
    "weight_adjustment_target",
    "weight_adjustment_rate",
)
"""Scalars that stay those of the genome that a search starts from: what tissue and growth cost,
and what only seeds the growth."""

LARGEST_STEP = 1.0
"""Beyond, a step size is that of the whole cube."""

LARGEST_CONDITION = 1e14


class Point(list[float]):
    """A point of the strategy, not folded, with the fitness of its genome."""

    def __init__(self, values: Sequence[float], fitness: base.Fitness) -> None:
        super().__init__(values)
        self.fitness = fitness


class CovarianceSearch:
    """A sample of random genomes, then CMA-ES from the best of them; again when it has converged.

    Its coordinates are those of :meth:`Genome.to_vector`, but for :data:`HELD` and the diagonal of
    the inhibition matrix, which is not used. They are from 0 to 1: a point outside stands for the
    one that reflection at the bounds gives, so that the strategy itself knows no bounds.

    Parameters
    ----------
    toolbox : deap.base.Toolbox
        With ``population``, which draws the genomes.
    meter : Meter
        Says how many evaluations are left.
    initial : int, at least 1
        Genomes in the sample.
    sigma : float, above 0
        Initial step size.
    tolerance : float, above 0
        It starts anew when the largest standard deviation of a step falls below.
    """

    def __init__(
        self, toolbox: base.Toolbox, meter: Meter, initial: int, sigma: float, tolerance: float
    ) -> None:
        self._toolbox, self._meter = toolbox, meter
        self._initial, self._sigma, self._tolerance = initial, sigma, tolerance
        self._strategy: Any = None
        self._start: Any = None
        self._points: list[Point] = []

    def generate(self) -> list[Any]:
        """Return the next genomes to evaluate, as many as the budget suffices for."""
        if self._strategy is None:
            return self._toolbox.population(n=min(self._initial, self._meter.left))  # type: ignore[no-any-return]
        drawn = self._strategy.generate(np.asarray)[: self._meter.left]
        genomes = [self._genome(values) for values in drawn]
        self._points = [
            Point(values.tolist(), genome.fitness)
            for values, genome in zip(drawn, genomes, strict=True)
        ]
        return genomes

    def update(self, genomes: Sequence[Any]) -> None:
        """Learn from the evaluated *genomes*, those of the latest :meth:`generate`."""
        if self._strategy is None:
            self._begin(max(genomes, key=lambda genome: genome.fitness))
        elif len(self._points) == self._strategy.lambda_:  # else the budget is spent
            self._strategy.update(self._points)
            if self._has_converged():
                self._strategy = self._start = None

    def _begin(self, start: Any) -> None:
        self._start = start
        centroid = start.to_vector()[free_coordinates(start.num_morphogens)]
        self._strategy = cma.Strategy(centroid=centroid, sigma=self._sigma)

    def _has_converged(self) -> bool:
        strategy = self._strategy
        # Eigenvalues, which are squares of deviations, may be negative by rounding: NaN.
        largest = strategy.sigma * np.max(strategy.diagD)
        return not (
            largest > self._tolerance
            and strategy.sigma < LARGEST_STEP
            and strategy.cond < LARGEST_CONDITION
        )

    def _genome(self, values: Floats) -> Any:
        start = self._start
        vector = np.clip(start.to_vector(), 0, 1)  # a size below 10, held, is outside
        vector[free_coordinates(start.num_morphogens)] = reflected(values)
        genome = self._toolbox.clone(start)
        del genome.fitness.values
        near = Genome.from_vector(vector)
        changed = {name: getattr(near, name) for name in SCALARS if name not in HELD}
        arrays = ("progenitor_secretion_rates", "neuron_secretion_rates")
        for name in (*arrays, "inhibition_matrix", "diffusion_patterns"):
            changed[name] = getattr(near, name)
        genome.update(**changed)
        return genome

    def state(self) -> dict[str, Any]:
        """What changes during a run, to be pickled."""
        strategy = self._strategy
        # The strategy never changes an array in place.
        return {
            "strategy": None if strategy is None else dict(vars(strategy)),
            "start": self._start,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to *state*."""
        self._start, self._strategy = state["start"], None
        if state["strategy"] is not None:
            self._strategy = cma.Strategy.__new__(cma.Strategy)
            vars(self._strategy).update(state["strategy"])


def cma_es(
    problem: Any,
    *,
    initial: int = 100,
    sigma: float = 0.05,
    tolerance: float = 1e-3,
    **ground: Any,
) -> base.Toolbox:
    """CMA-ES (Hansen 2001, as DEAP has it) over what is continuous in a genome, with restarts.

    See :class:`CovarianceSearch`. Numbers of morphogens, sizes and steps stay as they were drawn.

    Parameters
    ----------
    problem, **ground
        See :func:`make_ground`.
    initial : int, at least 2
    sigma, tolerance : float, above 0
        The tolerance has to be below the step size, whose default did best of 0.02 to 0.3 on the
        target K06 of the MorphoNAS paper, on 10 x 10 sites, in three runs each.

    Notes
    -----
    Randomness: DEAP's strategy draws from ``numpy.random``, the sample from Python's ``random``.

    Examples
    --------
    >>> import random
    >>> from evograft import problems, studies
    >>> random.seed(1)
    >>> np.random.seed(1)
    >>> target = problems.load("graph_target", target="K06")
    >>> toolbox = cma_es(target, initial=10, evaluations=30, size_x=8, size_y=8)
    >>> studies.evolve(toolbox, evaluations=30, progress=False).evaluations
    30
    """
    toolbox, meter = make_ground(problem, **ground)
    _check.integer("initial", initial, minimum=2)
    _check.above_zero("sigma", sigma)
    _check.above_zero("tolerance", tolerance)
    if tolerance >= sigma:
        raise ValueError(f"tolerance must be below sigma, {sigma}, got {tolerance}")
    search = CovarianceSearch(toolbox, meter, initial, sigma, tolerance)
    toolbox.register("generate", search.generate)
    toolbox.register("update", search.update)
    add_state(toolbox, "search", search.state, search.restore)
    own = {"population": initial, "sigma": sigma, "tolerance": tolerance}
    parameters = toolbox.method["parameters"] | own
    toolbox.method = toolbox.method | {"name": "cma-es", "parameters": parameters}
    old = toolbox.defaults
    toolbox.defaults = Defaults(old.cxpb, old.mutpb, initial, old.generations)
    return toolbox


def free_coordinates(num_morphogens: int) -> npt.NDArray[np.bool_]:
    """Which entries of the vector form are searched, (12 + 11 K + K²,) for K morphogens.

    >>> int(free_coordinates(3).sum())
    46
    """
    k = num_morphogens
    scalars = np.array([name not in HELD for name in SCALARS])
    parts = (scalars, np.ones(2 * k, bool), ~np.eye(k, dtype=bool).ravel(), np.ones(9 * k, bool))
    return np.concatenate(parts)


def reflected(values: Floats) -> Floats:
    """Fold *values* into 0 to 1 by reflection at both bounds.

    >>> reflected(np.array([0.25, -0.25, 1.25, 2.25])).tolist()
    [0.25, 0.25, 0.75, 0.25]
    """
    folded: Floats = 1.0 - np.abs(1.0 - np.mod(values, 2.0))
    return folded
