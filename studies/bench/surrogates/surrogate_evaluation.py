"""How well genomes foretell metrics and scores: cross-validated rank correlations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.splits import FOLDS, folds_of
from evograft.representations import _check
from evograft.studies.bench.surrogates.surrogate_data import Examples, examples
from evograft.studies.bench.surrogates.surrogate_models import make_model

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

MEASURES = ("spearman", "kendall", "r2")
LEAST = 2
"""Entries of a fold with which a correlation can be told."""


def evaluate(
    bench: Bench,
    targets: Sequence[str],
    model: str = "boosting",
    folds: int = FOLDS,
    *,
    seeds: Sequence[int] = (0,),
    entries: int | None = None,
) -> "pd.DataFrame":
    """Cross-validate a model on the published folds.

    Entries of the test part are left out: no figure has seen them.

    Parameters
    ----------
    bench : Bench
    targets : sequence of str
        Metrics and scores to predict from genomes.
    model : str
        Of `surrogate_models.MODELS`.
    folds : int, at least 2
    seeds : sequence of int
        Of the model; each fold is fitted once with each.
    entries : int, optional
        Use only so many entries, always the same ones.

    Returns
    -------
    DataFrame
        A row for each target: ``target``, ``model``, ``entries`` with a value, of all folds,
        ``undefined`` (those without one, left out), and the mean and the standard deviation (with
        n - 1) over the folds of Spearman's rho, Kendall's tau-b and R²: ``spearman``,
        ``spearman_sd``, …; of several seeds the mean is taken first. Then ``folds``, ``runs``
        (fits) and ``seeds``, a text. NaN where predictions or values of a fold are all the same,
        or it has less than two.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule, or the benchmark has no such metric or score.
    """
    import pandas as pd

    _check.integer("folds", folds, minimum=2)
    if not seeds:
        raise ValueError(f"seeds must be at least one integer, got {seeds!r}")
    for seed in seeds:
        make_model(model, seed)
    data = examples(bench, targets, entries)
    fold = folds_of(data.numbers, folds)
    rows = [_row(data, fold, target, model, folds, seeds) for target in targets]
    return pd.DataFrame(rows)


def prediction_scores(values: Floats, predicted: Floats) -> dict[str, float]:
    """Spearman's rho, Kendall's tau-b and R² of predictions; NaN where they are undefined.

    >>> found = prediction_scores(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0]))
    >>> {name: round(value, 6) for name, value in found.items()}
    {'spearman': 1.0, 'kendall': 1.0, 'r2': -19.0}
    """
    from scipy.stats import kendalltau, spearmanr
    from sklearn.metrics import r2_score

    if len(values) < LEAST or np.ptp(values) == 0:
        return dict.fromkeys(MEASURES, float("nan"))
    r2 = float(r2_score(values, predicted))
    if np.ptp(predicted) == 0:
        return {"spearman": float("nan"), "kendall": float("nan"), "r2": r2}
    return {
        "spearman": float(spearmanr(values, predicted).statistic),
        "kendall": float(kendalltau(values, predicted).statistic),
        "r2": r2,
    }


def _row(
    data: Examples,
    fold: npt.NDArray[np.int64],
    target: str,
    model: str,
    folds: int,
    seeds: Sequence[int],
) -> dict[str, Any]:
    defined = data.defined(target)
    found = np.array(
        [
            [_one(data, target, defined & (fold >= 0), fold == k, model, seed) for seed in seeds]
            for k in range(folds)
        ]
    )  # (folds, seeds, measures)
    of_fold = found.mean(axis=1)
    row: dict[str, Any] = {
        "target": target,
        "model": model,
        "entries": int((defined & (fold >= 0)).sum()),
        "undefined": int((~defined & (fold >= 0)).sum()),
    }
    for i, name in enumerate(MEASURES):
        row[name] = float(of_fold[:, i].mean())
        row[f"{name}_sd"] = float(of_fold[:, i].std(ddof=1))
    return row | {"folds": folds, "runs": folds * len(seeds), "seeds": " ".join(map(str, seeds))}


def _one(
    data: Examples,
    target: str,
    used: npt.NDArray[np.bool_],
    held_out: npt.NDArray[np.bool_],
    model: str,
    seed: int,
) -> list[float]:
    """Fit without a fold, and compare on it."""
    learned, compared = used & ~held_out, used & held_out
    if learned.sum() < LEAST or compared.sum() < LEAST:
        return [float("nan")] * len(MEASURES)
    values = data.targets[target].to_numpy()
    fitted = make_model(model, seed).fit(data.features[learned], values[learned])
    predicted = np.asarray(fitted.predict(data.features[compared]), np.float64)
    return [*prediction_scores(values[compared], predicted).values()]
