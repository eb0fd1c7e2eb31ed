"""The last hidden layer of a network seen as points: in two dimensions, and how classes part."""

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.dense_network import DenseNetwork

METHODS = ("pca", "tsne", "umap")

# Of GENREG's pictures, and the defaults of scikit-learn and umap-learn.
PERPLEXITY, ITERATIONS = 30, 1000
NEIGHBOURS, MIN_DISTANCE = 15, 0.1

LARGEST_SEED = 2**32 - 1

SILHOUETTE_SAMPLES = 5000
FOLDS, NEAREST = 5, 10

Floats = npt.NDArray[np.float64]


def hidden_embedding(
    network: DenseNetwork, X: npt.ArrayLike, method: str = "pca", seed: int = 42
) -> Floats:
    """Place samples in the plane by the activations of the last hidden layer.

    Parameters
    ----------
    network : DenseNetwork
        With two neurons or more in the last hidden layer.
    X : array_like, shape (n_samples, n_inputs)
        Scaled features of two samples or more, of more than 30 for ``"tsne"`` and more than 15 for
        ``"umap"``.
    method : {"pca", "tsne", "umap"}
        The first two principal components; t-SNE with perplexity 30 and 1000 iterations from the
        principal components; or UMAP with 15 neighbours and a minimum distance of 0.1, which
        ``pip install "evograft[embedding]"`` brings.
    seed : int
        Seed of the method, 0 to 2**32 - 1. PCA draws from it only where scikit-learn chooses its
        randomised solver, for more than 1000 neurons.

    Returns
    -------
    ndarray of float64, shape (n_samples, 2)
        All zero where the samples have the same activations.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks its rule, or the package that a method needs is not installed.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST).

    Examples
    --------
    >>> network = DenseNetwork(
    ...     weights=[[[1.0], [2.0]], [[1.0, 1.0]]], biases=[[0.0, 0.0], [0.0]], activation="relu")
    >>> abs(hidden_embedding(network, [[0.0], [1.0], [2.0]])).round(3)
    array([[2.236, 0.   ],
           [0.   , 0.   ],
           [2.236, 0.   ]])
    """
    _check.choice("method", method, METHODS)
    seed = _check.integer("seed", seed, minimum=0, maximum=LARGEST_SEED)
    activations = network.hidden(X).astype(np.float64)
    n, neurons = activations.shape
    least = {"pca": 2, "tsne": PERPLEXITY + 1, "umap": NEIGHBOURS + 1}[method]
    if n < least:
        why = f" (its perplexity is {PERPLEXITY})" if method == "tsne" else ""
        raise ValueError(f"X must have at least {least} samples for {method!r}{why}, got {n}")
    if neurons < 2:
        raise ValueError(
            f"network must have at least 2 neurons in its last hidden layer, got {neurons}"
        )
    mapping = _mapping(method, seed)
    spread = np.ptp(activations, axis=0).max()
    if spread == 0:
        return np.zeros((n, 2))  # t-SNE would divide by it and crash
    if method != "pca":
        # Neither method depends on place and scale, but t-SNE squares in float32 on its way.
        activations = (activations - activations.mean(axis=0)) / spread
    return np.asarray(mapping.fit_transform(activations), dtype=np.float64)


def _mapping(method: str, seed: int) -> Any:
    if method == "pca":
        from sklearn.decomposition import PCA

        return PCA(n_components=2, random_state=seed)
    if method == "tsne":
        from sklearn.manifold import TSNE

        return TSNE(perplexity=PERPLEXITY, max_iter=ITERATIONS, init="pca", random_state=seed)
    try:
        umap = importlib.import_module("umap").UMAP
    except (ImportError, AttributeError) as error:  # another package on PyPI is called umap
        raise ValueError(
            "method must be 'pca' or 'tsne' where umap-learn is not installed "
            "(pip install \"evograft[embedding]\"), got 'umap'"
        ) from error
    # One job is what a seed allows; umap-learn warns where it has to see to that itself.
    return umap(n_neighbors=NEIGHBOURS, min_dist=MIN_DISTANCE, random_state=seed, n_jobs=1)


def embedding_quality(
    hidden_activations: npt.ArrayLike, labels: npt.ArrayLike, seed: int
) -> dict[str, float]:
    """Measure how well the classes part among hidden activations, to compare two networks.

    Parameters
    ----------
    hidden_activations : array_like, shape (n_samples, n_neurons)
        Finite, such as ``network.hidden(X)``, or points of :func:`hidden_embedding`.
    labels : array_like, shape (n_samples,)
        Class numbers: of two classes or more, with five samples each at least, 13 in all.
    seed : int
        Seed of what is drawn, 0 to 2**32 - 1: the samples of the silhouette where there are more
        than 5000, and the folds.

    Returns
    -------
    dict
        `silhouette`
            scikit-learn's mean silhouette coefficient with Euclidean distances, -1 to 1, of at
            most 5000 samples.
        `knn_accuracy`
            Mean accuracy, 0 to 1, of the majority of the 10 nearest neighbours in a stratified
            5-fold cross-validation.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks its rule.

    Examples
    --------
    >>> activations = np.repeat([[0.0, 0.0], [0.0, 1.0]], 10, axis=0)
    >>> embedding_quality(activations, [0] * 10 + [1] * 10, seed=0)
    {'silhouette': 1.0, 'knn_accuracy': 1.0}
    """
    from sklearn.metrics import silhouette_score
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    seed = _check.integer("seed", seed, minimum=0, maximum=LARGEST_SEED)
    X, y = _points("hidden_activations", hidden_activations), np.asarray(labels)
    if y.shape != (len(X),):
        raise ValueError(f"labels must have shape ({len(X)},), got {y.shape}")
    counts = np.unique(y, return_counts=True)[1]
    # The smallest training part must still hold ten neighbours.
    enough = len(X) - -(-len(X) // FOLDS) >= NEAREST
    if len(counts) < 2 or counts.min() < FOLDS or not enough:
        raise ValueError(
            f"labels must be of at least 2 classes with at least {FOLDS} samples each and 13 in "
            f"all, got classes of {counts.tolist()}"
        )
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    right = cross_val_score(KNeighborsClassifier(NEAREST), X, y, cv=folds)
    size = SILHOUETTE_SAMPLES if len(X) > SILHOUETTE_SAMPLES else None
    silhouette = silhouette_score(X, y, sample_size=size, random_state=seed)
    return {"silhouette": float(silhouette), "knn_accuracy": float(np.mean(right))}


def _points(name: str, values: npt.ArrayLike) -> Floats:
    points = np.asarray(values, dtype=np.float64)
    if points.ndim != 2 or 0 in points.shape:
        raise ValueError(f"{name} must have shape (n_samples, n_neurons), got {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError(f"{name} must be finite, got others among its entries")
    return points
