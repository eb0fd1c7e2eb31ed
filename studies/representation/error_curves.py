"""The error of the best network over the generations."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.studies.ablation.arms import Arm
from evograft.studies.ablation.study import Study
from evograft.studies.budget import Budget
from evograft.studies.problem_source import Source
from evograft.studies.representation.evolved_curves import draw_curves, seeds_of, study_curves
from evograft.studies.representation.method_settings import Settings, check_settings
from evograft.studies.representation.random_pairs import METHODS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

BINARY = ("flame", "wdbc", "ionosphere", "sonar", "credit", "heart")
"""The paper's data sets of two classes."""


def run_error_curves(
    methods: Sequence[str] = METHODS,
    *,
    problems: Sequence[str] = BINARY,
    runs: int = 30,
    generations: int = 500,
    population: int = 1000,
    settings: Settings | None = None,
    seed: int = 0,
    out: Path | None = None,
    resume: bool = False,
    workers: int | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Evolve networks for the mean squared error on the training part.

    Every run has a split of its own, the same for all methods.

    Parameters
    ----------
    methods : sequence of str
        Of :func:`evograft.plugins.names`.
    problems : sequence of str
        Names of classification problems.
    runs, generations : int, at least 1
    population : int, at least 2
    settings : mapping of mappings, optional
        Parameters of each method, by its name.
    seed : int, at least 0
        Of the first run and its split, that of the next is one more.
    out : Path, optional
        Where the runs are kept, a new or empty directory unless *resume*.
    resume, workers, progress
        As in :func:`~evograft.studies.run_study`.

    Returns
    -------
    DataFrame
        Columns ``method``, ``problem``, ``run``, ``generation``, ``evaluations`` and ``mse``, that
        of the best individual.

    References
    ----------
    The MGE paper (arXiv 2208.02787), Appendix A and Figure 11.

    Examples
    --------
    >>> frame = run_error_curves(
    ...     ["mge"], problems=["wdbc"], runs=1, generations=3, population=10, progress=False)
    >>> bool(frame["mse"].is_monotonic_decreasing), len(frame)
    (True, 4)
    """
    parameters = check_settings(methods, settings)
    options = {"loss": "mse", "split_seed": "seed"}
    study = Study(
        arms={method: Arm(method, parameters=parameters[method]) for method in methods},
        problems={name: Source(name, options=options) for name in problems},
        seeds=seeds_of(runs, seed),
        budget=Budget(generations=generations),
        population=population,
        name="error-curves",
    )
    curves = study_curves(study, out, resume=resume, workers=workers, progress=progress)
    return curves.rename(
        columns={"arm": "method", "seed": "run", "gen": "generation", "best": "mse"}
    )


def draw_error_curves(curves: "pd.DataFrame") -> "Figure":
    """Draw the error over generations: the median of the runs and its quartiles, per problem.

    Parameters
    ----------
    curves : DataFrame
        From :func:`run_error_curves`.
    """
    return draw_curves(curves, "mse", larger_is_better=False, label="mean squared error")
