"""Classifiers of scikit-learn on the problems of a study, as runs that stand beside its own."""

import math
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from evograft.representations.files import replacing
from evograft.studies.ablation.study import Study

if TYPE_CHECKING:
    import pandas as pd

FOLDS = 5
"""Of the cross-validation within the training part that chooses the number of features."""

QUICK_SAMPLES = 1000
"""Training images of a quick request."""

MOST_CANDIDATES = 10
"""Numbers of features that are tried, from one to all, each larger by the same factor."""


@dataclass(frozen=True)
class Classifier:
    """A classifier, and what a prediction of it costs.

    Attributes
    ----------
    make : callable
        From a seed to an unfitted estimator of scikit-learn.
    operations : callable
        From the fitted estimator, the number of training samples and that of the features to the
        operations of one prediction, by the formulas of the MGE paper.
    selects : bool
        Whether features are selected first.
    """

    make: Callable[[int], Any]
    operations: Callable[[Any, int, int], float]
    selects: bool = False


def nearest_neighbours(seed: int) -> Any:
    """k-NN with scikit-learn's five neighbours; nothing is drawn."""
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier()


def tree(seed: int) -> Any:
    """CART, grown fully; the seed chooses among equally good cuts."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(random_state=seed)


def kernel_machine(seed: int) -> Any:
    """An SVM with radial basis functions and scikit-learn's C and gamma; nothing is drawn."""
    from sklearn.svm import SVC

    return SVC()


def linear_machine(seed: int) -> Any:
    """A linear SVM, fitted by stochastic gradients: on MNIST in seconds; the seed shuffles."""
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(loss="hinge", random_state=seed)


def dense_network(seed: int) -> Any:
    """One hidden layer of 300, 20 epochs of Adam; the seed draws its weights."""
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((300,), max_iter=20, random_state=seed)


def cost_of_neighbours(fitted: Any, n_train: int, n_features: int) -> float:
    """n · d."""
    return n_train * n_features


def cost_of_tree(fitted: Any, n_train: int, n_features: int) -> float:
    """log2 n."""
    return math.log2(n_train)


def cost_of_kernels(fitted: Any, n_train: int, n_features: int) -> float:
    """Support vectors · d; the paper takes all n for support vectors."""
    return int(fitted.n_support_.sum()) * n_features


def cost_of_lines(fitted: Any, n_train: int, n_features: int) -> float:
    """2 · weights."""
    return 2 * int(fitted.coef_.size)


def cost_of_layers(fitted: Any, n_train: int, n_features: int) -> float:
    """2 · connections + 4 · neurons, as of our networks."""
    connections = sum(int(layer.size) for layer in fitted.coefs_)
    return 2 * connections + 4 * sum(int(layer.size) for layer in fitted.intercepts_)


SMALL: dict[str, Classifier] = {
    name + ("-selected" if selects else ""): Classifier(make, cost, selects)
    for name, make, cost in (
        ("k-nn", nearest_neighbours, cost_of_neighbours),
        ("cart", tree, cost_of_tree),
        ("svm", kernel_machine, cost_of_kernels),
    )
    for selects in (False, True)
}
"""For data sets of some hundred rows, without and with selected features."""

IMAGES: dict[str, Classifier] = {
    "linear-svm": Classifier(linear_machine, cost_of_lines),
    "svm": Classifier(kernel_machine, cost_of_kernels),
    "dense-300": Classifier(dense_network, cost_of_layers),
}
"""For MNIST."""


def fit_classifier(
    classifier: Classifier, problem: Any, seed: int, training_samples: int | None = None
) -> dict[str, float]:
    """Fit a classifier on the scaled training part of a problem and measure it on the test part.

    Selected features are those with the largest F statistic. How many of them, is chosen by
    cross-validation within the training part, which decides nothing else.

    Returns
    -------
    dict
        ``test_accuracy``, ``operations``, ``features`` and ``seconds`` (of fitting and measuring).

    Examples
    --------
    >>> from evograft import problems
    >>> fit_classifier(SMALL["cart"], problems.load("wine"), 0)["features"]
    13.0
    """
    began = time.perf_counter()
    X, y = problem.X_train[:training_samples], problem.y_train[:training_samples]
    estimator, kept = classifier.make(seed), problem.n_features
    if classifier.selects:
        estimator = _selecting(estimator, seed, problem.n_features)
    with warnings.catch_warnings():
        # Features that are constant in a part, and networks whose epochs end first, are expected.
        warnings.simplefilter("ignore")
        fitted = estimator.fit(X, y)
    accuracy = float(np.mean(fitted.predict(problem.X_test) == problem.y_test))
    if classifier.selects:
        kept = int(fitted.best_params_["select__k"])
        fitted = fitted.best_estimator_["classify"]
    return {
        "test_accuracy": accuracy,
        "operations": float(classifier.operations(fitted, len(X), kept)),
        "features": float(kept),
        "seconds": round(time.perf_counter() - began, 3),
    }


def _selecting(estimator: Any, seed: int, n_features: int) -> Any:
    from sklearn.feature_selection import SelectKBest, f_classif
    from sklearn.model_selection import GridSearchCV, StratifiedKFold
    from sklearn.pipeline import Pipeline

    steps = Pipeline([("select", SelectKBest(f_classif)), ("classify", estimator)])
    numbers = np.unique(np.geomspace(1, n_features, MOST_CANDIDATES).round().astype(int))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return GridSearchCV(steps, {"select__k": numbers.tolist()}, cv=folds)


def classifier_runs(
    classifiers: Mapping[str, Classifier],
    study: Study,
    file: Path,
    *,
    training_samples: int | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Run classifiers on every problem of a study with every seed of it.

    Rows that are in *file* already are not made again; it is written after every split.

    Parameters
    ----------
    classifiers : mapping of str to Classifier
    study : Study
        For its problems, which the classifiers get split and scaled as its arms do, and its seeds.
    file : Path
        A CSV file.
    training_samples : int, optional
        Only so many of the first training rows are fitted, all if not given.
    progress : bool
        Show a bar.

    Returns
    -------
    DataFrame
        Rows as of a study: arm, problem, seed, status, and what `fit_classifier` measures.
    """
    import pandas as pd
    from tqdm import tqdm

    tqdm.set_lock(threading.RLock())  # its own has semaphores, which a killed process leaves
    rows = _kept(file)
    splits = [(name, seed) for name in study.problems for seed in study.seeds]
    for name, seed in tqdm(splits, unit="split", disable=not progress):
        sample = training_samples or 0
        missing = [arm for arm in classifiers if (arm, name, seed, sample) not in rows]
        if not missing:
            continue
        problem = study.problems[name].load(seed)
        for arm in missing:
            found = fit_classifier(classifiers[arm], problem, seed, training_samples)
            row = {"arm": arm, "problem": name, "seed": seed, "training_samples": sample}
            rows[arm, name, seed, sample] = row | {"status": "finished"} | found
        with replacing(file) as opened:
            pd.DataFrame(rows.values()).to_csv(opened, index=False)
    wanted = [
        rows[arm, name, seed, training_samples or 0] for name, seed in splits for arm in classifiers
    ]
    return pd.DataFrame(wanted)


def _kept(file: Path) -> dict[tuple[str, str, int, int], dict[str, Any]]:
    """The rows that are in *file*, by classifier, problem, seed and sample."""
    import pandas as pd

    if not file.exists():
        return {}
    try:
        rows = pd.read_csv(file).to_dict("records")
        return {
            (row["arm"], row["problem"], row["seed"], row["training_samples"]): {
                str(name): value for name, value in row.items()
            }
            for row in rows
        }
    except (ValueError, KeyError) as error:
        raise ValueError(f"{file} is no table of classifiers: {error}") from error
