"""Scalability: how many connections evolution makes when it is asked for nothing else."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from deap import base

from evograft import plugins, problems
from evograft.problems.objectives import WORST
from evograft.representations import _check
from evograft.studies.ablation.arms import Arm
from evograft.studies.ablation.study import Study
from evograft.studies.budget import Budget
from evograft.studies.representation.evolved_curves import draw_curves, seeds_of, study_curves
from evograft.studies.representation.method_settings import Settings, check_settings
from evograft.studies.representation.observed_evaluation import ObservedEvaluation
from evograft.studies.representation.random_pairs import METHODS
from evograft.studies.statistics.measure import Measure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def run_scalability(
    methods: Sequence[str] = METHODS,
    *,
    runs: int = 30,
    generations: int = 500,
    population: int = 500,
    n_features: int = 32,
    settings: Settings | None = None,
    seed: int = 0,
    out: Path | None = None,
    resume: bool = False,
    workers: int | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Evolve networks for as many connections as possible.

    The connections of an individual are its only objective; data play no part. What limits
    them is left to the methods, so that a genotype of fixed length has its ceiling.

    Parameters
    ----------
    methods : sequence of str
        Of :func:`evograft.plugins.names`, which have the objective ``connections``.
    runs, generations : int, at least 1
    population : int, at least 2
        The paper has none; this is that of the authors' Java, as is the number of features.
    n_features : int, at least 1
    settings : mapping of mappings, optional
        Parameters of each method, by its name.
    seed : int, at least 0
        Of the first run, that of the next is one more.
    out : Path, optional
        Where the runs are kept, a new or empty directory unless *resume*.
    resume, workers, progress
        As in :func:`~evograft.studies.run_study`.

    Returns
    -------
    DataFrame
        Columns ``method``, ``problem``, ``run``, ``generation``, ``evaluations`` and
        ``connections``, those of the best individual.

    References
    ----------
    The MGE paper (arXiv 2208.02787), Figure 10.

    Examples
    --------
    >>> frame = run_scalability(["mge"], runs=1, generations=3, population=10, progress=False)
    >>> frame["connections"].is_monotonic_increasing, len(frame)
    (True, 4)
    """
    parameters = check_settings(methods, settings)
    study = Study(
        arms={
            method: Arm(partial(connections_toolbox, method=method, parameters=parameters[method]))
            for method in methods
        },
        problems={"connections": _any_data(_check.integer("n_features", n_features, minimum=1))},
        seeds=seeds_of(runs, seed),
        budget=Budget(generations=generations),
        population=population,
        measures=[Measure("connections", larger_is_better=True)],
        name="scalability",
    )
    curves = study_curves(study, out, resume=resume, workers=workers, progress=progress)
    # An individual without a connection counts as none.
    curves["best"] = np.where(curves["best"] >= WORST, 0.0, -curves["best"])
    return curves.rename(
        columns={"arm": "method", "seed": "run", "gen": "generation", "best": "connections"}
    )


def connections_toolbox(
    problem: Any, *, method: str, parameters: Mapping[str, Any]
) -> base.Toolbox:
    """Graft *method* so that it maximises connections.

    The objective ``connections`` is minimised, so that fitness is their number times -1.
    """
    toolbox = plugins.graft(
        base.Toolbox(), method, problem, objectives=("connections",), **parameters
    )
    toolbox.register("evaluate", ObservedEvaluation(toolbox.evaluate, _negated))
    return toolbox


def _negated(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(value if value >= WORST else -value for value in values)


def _any_data(n_features: int) -> problems.ClassificationProblem:
    """Two classes and a handful of samples, for methods that want a problem."""
    features = np.arange(4 * n_features).reshape(4, n_features) % 7
    return problems.from_arrays(
        features[:2], [0, 1], X_test=features[2:], y_test=[0, 1], name="connections"
    )


def draw_scalability(curves: "pd.DataFrame") -> "Figure":
    """Draw connections over generations: the median of the runs and its quartiles.

    Parameters
    ----------
    curves : DataFrame
        From :func:`run_scalability`.
    """
    return draw_curves(curves, "connections", larger_is_better=True, label="connections")
