"""One class of a classification problem against all others, as a problem of two classes."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from evograft.problems.classification import ClassificationProblem
from evograft.representations import _check


@dataclass(frozen=True, eq=False, repr=False)
class OneVsRestProblem(ClassificationProblem):
    """What :func:`one_vs_rest` makes; it pickles as the *whole* problem and the *number*.

    Parameters
    ----------
    whole : ClassificationProblem
    number : int
        Of the class that is class 1 here.
    """

    whole: ClassificationProblem | None = None
    number: int = 0

    def __reduce__(self) -> tuple[object, ...]:
        return one_vs_rest, (self.whole, self.number)


def one_vs_rest(problem: ClassificationProblem, number: int) -> OneVsRestProblem:
    """Return the problem of telling class *number* of *problem* from all others.

    Rows, features, split and scaling are those of *problem*, whose arrays of features are shared
    and not copied. Class 1 is that class, class 0 is the rest, and a network has one output.

    Parameters
    ----------
    problem : ClassificationProblem
    number : int, 0 to n_classes - 1

    Raises
    ------
    TypeError, ValueError
        Where there is no such class.

    Examples
    --------
    >>> from evograft import problems
    >>> wine = problems.load("wine")
    >>> binary = one_vs_rest(wine, 2)
    >>> binary.class_names, binary.n_outputs, np.shares_memory(binary.X_train, wine.X_train)
    (('rest', 'class_2'), 1, True)
    """
    number = _check.integer("number", number, minimum=0, maximum=problem.n_classes - 1)
    parts = {field.name: getattr(problem, field.name) for field in dataclasses.fields(problem)}
    own = problem.class_names[number]
    parts |= {
        "name": f"{problem.name}: {own}",
        "y_train": (problem.y_train == number).astype(np.int64),
        "y_test": (problem.y_test == number).astype(np.int64),
        "class_names": ("rest" if own != "rest" else "all others", own),
        "options": None,
        "whole": problem,
        "number": number,
    }
    return OneVsRestProblem(**parts)
