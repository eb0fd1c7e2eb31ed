"""The models that predict a number from the features of a genome."""

from collections.abc import Callable
from typing import Any

from evograft.representations import _check


def _ridge(seed: int) -> Any:
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), Ridge(alpha=1.0))


def _forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        n_estimators=100,
        max_features=1 / 3,
        min_samples_leaf=3,
        random_state=seed,
    )


def _boosting(seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(random_state=seed)


MODELS: dict[str, Callable[[int], Any]] = {
    "ridge": _ridge,
    "forest": _forest,
    "boosting": _boosting,
}
"""By name: ridge regression of standardised features (alpha 1), without randomness; a random forest
of 100 trees, with a third of the features at a split and at least 3 entries in a leaf; histogram
gradient boosting with scikit-learn's settings (100 rounds of at most 31 leaves, rate 0.1; with more
than 10 000 entries a tenth of them decides when to stop)."""


def make_model(name: str, seed: int = 0) -> Any:
    """Make a model that is not fitted yet, for scikit-learn's `fit` and `predict`.

    Parameters
    ----------
    name : str
        Of :data:`MODELS`.
    seed : int
        Of its own randomness.

    Raises
    ------
    ValueError
        Where there is none of that name.
    """
    _check.known("model", name, MODELS)
    return MODELS[name](_check.integer("seed", seed, minimum=0, maximum=2**32 - 1))
