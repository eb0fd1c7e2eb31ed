"""What a network decides on the test part of a classification problem, class by class."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evograft.problems.classification import ClassificationProblem
from evograft.problems.metrics import Phenotype

if TYPE_CHECKING:
    import pandas as pd

Counts = npt.NDArray[np.int64]


def confusion_matrix(problem: ClassificationProblem, phenotype: Phenotype) -> Counts:
    """Count the samples of the test part by their class and by the class decided for them.

    Returns
    -------
    ndarray of int64, shape (n_classes, n_classes)
        One row per true class and one column per decision. A class without samples, or one that is
        never decided for, has zeros.

    Raises
    ------
    ValueError
        If the phenotype returns a wrong shape or a value that is not finite.

    Examples
    --------
    >>> from evograft import problems
    >>> class Undecided:
    ...     def forward(self, X):
    ...         return np.full((len(X), 3), 1 / 3)
    >>> confusion_matrix(problems.load("wine"), Undecided())
    array([[18,  0,  0],
           [24,  0,  0],
           [12,  0,  0]])
    """
    from sklearn import metrics

    decisions = problem.predict(phenotype, problem.X_test)
    counts = metrics.confusion_matrix(
        problem.y_test, decisions, labels=np.arange(problem.n_classes)
    )
    return np.asarray(counts, dtype=np.int64)


def class_accuracies(problem: ClassificationProblem, phenotype: Phenotype) -> "pd.DataFrame":
    """Tell how many samples of each class of the test part are decided right.

    Returns
    -------
    DataFrame
        One row per class number, with its name (``class``), its samples (``images``), how many of
        them are ``right``, and ``accuracy``, their share from 0 to 1, NaN for a class without
        samples.

    Raises
    ------
    ValueError
        If the phenotype returns a wrong shape or a value that is not finite.

    Examples
    --------
    >>> from evograft import problems
    >>> class Undecided:
    ...     def forward(self, X):
    ...         return np.full((len(X), 1), 0.5)
    >>> class_accuracies(problems.load("wdbc"), Undecided())
           class  images  right  accuracy
    0     benign     104    104       1.0
    1  malignant      67      0       0.0
    """
    import pandas as pd

    matrix = confusion_matrix(problem, phenotype)
    images, right = matrix.sum(axis=1), np.diag(matrix)
    table = {"class": list(problem.class_names), "images": images, "right": right}
    frame = pd.DataFrame(table)
    frame["accuracy"] = frame["right"] / frame["images"]
    return frame
