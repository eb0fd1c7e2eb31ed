"""From options or arrays to a problem of symbolic regression."""

import numpy.typing as npt

from evograft.problems.real_arrays import real_array
from evograft.problems.regression_functions import FUNCTIONS, sample_function
from evograft.problems.splits import SplitOptions, plan_split
from evograft.problems.symbolic_regression import SymbolicRegressionProblem
from evograft.representations import _check


def load_symbolic_regression(
    name: str = "symbolic_regression",
    *,
    function: str = "pagie-1",
    seed: int = 0,
    protection: str = "offset",
) -> SymbolicRegressionProblem:
    """Make the problem of finding a function of the literature again.

    Parameters
    ----------
    name : str
        Name of the problem.
    function : str
        ``pagie-1``, ``vladislavleva-4``, ``keijzer-6``, or ``nguyen-1`` to ``nguyen-10``; see
        `evograft.problems.regression_functions.FUNCTIONS`.
    seed : int, at least 0
        Of the samples, where they are random.
    protection : {"offset", "koza", "none"}
        See `evograft.representations.expressions.parse`.

    Raises
    ------
    TypeError, ValueError
        If an option breaks its rule.

    Examples
    --------
    >>> load_symbolic_regression(function="vladislavleva-4")
    <SymbolicRegressionProblem 'symbolic_regression': 5 features, 1024 train, 5000 test>
    """
    _check.known("function", function, FUNCTIONS)
    seed = _check.integer("seed", seed, minimum=0)
    train, test = sample_function(FUNCTIONS[function], seed)
    options = {"function": function, "seed": seed, "protection": protection}
    return SymbolicRegressionProblem(name, *train, *test, protection, options)


def regression_from_arrays(
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    name: str = "arrays",
    X_test: npt.ArrayLike | None = None,
    y_test: npt.ArrayLike | None = None,
    test_size: float | None = None,
    split_seed: int | None = None,
    folds: int | None = None,
    fold: int | None = None,
    protection: str = "offset",
) -> SymbolicRegressionProblem:
    """Make a problem of symbolic regression from arrays; they are copied and not scaled.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_features)
        Finite numbers; the columns are x1, x2, ….
    y : array_like, shape (n_samples,)
        Finite numbers.
    name : str
        Name of the problem.
    X_test, y_test : array_like, optional
        A test part made already; *X* and *y* then train, and no option of a split may be given.
    test_size : float, optional
        Share of the test part, more than 0 and less than 1; 0.3 if None.
    split_seed, folds, fold : int, optional
        See `evograft.problems.splits.SplitOptions`.
    protection : {"offset", "koza", "none"}
        See `evograft.representations.expressions.parse`.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks a rule above, or two arguments contradict each other.

    Notes
    -----
    Randomness: that of `evograft.problems.splits.plan_split`.

    Examples
    --------
    >>> problem = regression_from_arrays([[0], [1], [2], [3]], [0, 1, 4, 9], test_size=0.5)
    >>> problem.score(problem.interpret("x1 * x1"))
    0.0
    """
    options = SplitOptions(test_size, split_seed, folds, fold)
    if (X_test is None) != (y_test is None):
        raise ValueError("X_test and y_test must be given together, got only one of them")
    if X_test is not None and y_test is not None:
        if options != SplitOptions():
            raise ValueError(
                f"X_test must not be given together with the options of a split: {options}"
            )
        return SymbolicRegressionProblem(
            name,
            real_array("X", X, 2),
            real_array("y", y, 1),
            real_array("X_test", X_test, 2),
            real_array("y_test", y_test, 1),
            protection,
        )
    # Checked whole first, so that an error names the caller's arguments and rows.
    values, targets = real_array("X", X, 2), real_array("y", y, 1)
    if len(targets) != len(values):
        raise ValueError(
            f"y must have shape ({len(values)},), one value per row of X, got {targets.shape}"
        )
    split = plan_split(len(values), options)
    return SymbolicRegressionProblem(
        name,
        values[split.train],
        targets[split.train],
        values[split.test],
        targets[split.test],
        protection,
    )
