"""The analysis of a trained classifier, written to a directory."""

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evograft.problems.classification import ClassificationProblem
from evograft.problems.metrics import Phenotype
from evograft.representations import _check
from evograft.representations.dense_network import DenseNetwork
from evograft.representations.files import replacing
from evograft.studies._figure import figure_of
from evograft.studies.classifier_drawing import draw_confusion, draw_weights
from evograft.studies.classifier_measures import class_accuracies, confusion_matrix
from evograft.studies.embedding_drawing import draw_embedding
from evograft.studies.hidden_embedding import METHODS, hidden_embedding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SMALLEST_SIDE = 8
"""Fewer inputs than 8 x 8 are taken for columns of a table, and not for the pixels of an image."""

TITLES = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}


def save_analysis(
    directory: str | os.PathLike[str],
    problem: ClassificationProblem,
    network: Phenotype,
    *,
    embedding: str = "pca",
    images: int = 2000,
) -> list[Path]:
    """Write what the test part tells of a network, and pictures of the network.

    Always ``classes.csv`` (`class_accuracies`) and ``confusion.png`` (`draw_confusion`); of a
    `DenseNetwork` also ``weights.png`` (`draw_weights`) where its inputs make a square of 8 x 8 or
    more, and ``embedding-METHOD.png`` (`draw_embedding`) where its last hidden layer has two
    neurons or more and the test part two samples. Everything is made before anything is written,
    every file whole or not at all.

    Parameters
    ----------
    directory : path
        Made where it is missing. Files of these names are replaced.
    problem : ClassificationProblem
        Its test part is what is analysed.
    network : Phenotype
    embedding : {"pca", "tsne", "umap"}
        The method of `hidden_embedding`, seed 42.
    images : int
        Samples in the embedding at most, 2 or more: the first of the test part, as many of each
        class, and more of the others where a class has too few.

    Returns
    -------
    list of Path
        The files, in the order above.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks its rule, or an embedding that is to be drawn lacks samples or its
        package.
    OSError
        Where a file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from evograft import problems
    >>> class Undecided:
    ...     def forward(self, X):
    ...         return np.full((len(X), 1), 0.5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in save_analysis(folder, problems.load("wdbc"), Undecided())]
    ['classes.csv', 'confusion.png']
    """
    _check.choice("embedding", embedding, METHODS)
    images = _check.integer("images", images, minimum=2)
    table = class_accuracies(problem, network)
    pictures = {"confusion.png": _confusion(problem, network)}
    if isinstance(network, DenseNetwork):
        side = math.isqrt(network.n_inputs)
        if side >= SMALLEST_SIDE and side * side == network.n_inputs:
            pictures["weights.png"] = draw_weights(network)
        if len(network.weights) > 1 and network.sizes[-2] > 1 and len(problem.y_test) > 1:
            picture = _embedding(problem, network, embedding, images)
            pictures[f"embedding-{embedding}.png"] = picture
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / "classes.csv") as file:
        table.to_csv(file, index=False)
    for name, figure in pictures.items():
        with replacing(folder / name, binary=True) as file:
            figure.savefig(file, format="png", dpi=150)
    return [folder / name for name in ("classes.csv", *pictures)]


def _confusion(problem: ClassificationProblem, network: Phenotype) -> "Figure":
    return figure_of(draw_confusion(confusion_matrix(problem, network), problem.class_names))


def _embedding(
    problem: ClassificationProblem, network: DenseNetwork, method: str, images: int
) -> "Figure":
    chosen = _balanced(problem.y_test, images)
    points = hidden_embedding(network, problem.X_test[chosen], method)
    ax = draw_embedding(points, problem.y_test[chosen], problem.class_names)
    ax.set_title(
        f"{TITLES[method]} of {network.sizes[-2]} hidden neurons, {len(chosen)} test samples",
        fontsize=11,
    )
    return figure_of(ax)


def _balanced(y: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.intp]:
    """Indices of the first *n* samples when the classes take turns, in ascending order."""
    import pandas as pd

    turns = pd.Series(y).groupby(y).cumcount().to_numpy()
    return np.sort(np.argsort(turns, kind="stable")[:n])
