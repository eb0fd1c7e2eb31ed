"""Symbolic regression: find the expression behind samples of a function."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evograft.problems.objectives import WORST
from evograft.problems.real_arrays import real_array
from evograft.representations import _check
from evograft.representations.expressions import (
    PROTECTIONS,
    Expression,
    ExpressionError,
    evaluate_many,
    parse,
)

Table = npt.NDArray[np.float64]
Phenotype = Callable[[Table], npt.ArrayLike]
"""Takes X (n_samples, n_features) and returns (n_samples,); an `Expression`, or any function."""

GRAMMAR = """\
<expr>     ::= <expr> <op> <expr> | "(" <expr> <op> <expr> ")" | <function> "(" <expr> ")" | <leaf>
<op>       ::= + | - | * | /
<function> ::= sin | cos | exp | log
<leaf>     ::= {variables} | 1.0
"""
"""The grammar of O'Neill and Ryan 2001 with the operators and functions of Uy et al. 2011."""


@dataclass(frozen=True, eq=False, repr=False)
class SymbolicRegressionProblem:
    """Samples of a function of real numbers, for training and for testing.

    `evograft.problems.load` makes it as ``"symbolic_regression"``, and
    `evograft.problems.regression_build.regression_from_arrays` from arrays. A problem made by
    `load` pickles as its options, any other as its arrays.

    Parameters
    ----------
    name : str
    X_train, X_test : array_like, shape (n_samples, n_features)
        Finite numbers; frozen as float64.
    y_train, y_test : array_like, shape (n_samples,)
    protection : {"offset", "koza", "none"}
        How `interpret` reads sentences; see `evograft.representations.expressions.parse`.
    options : mapping, optional
        What `load` has to be given to make this problem again.

    Attributes
    ----------
    objective : str
        ``error``: what `measure` gives is minimised.
    loss : str
        ``rmse``, the root mean square error; there is no other.

    Raises
    ------
    TypeError, ValueError
        If an array has a wrong shape, no row, or a value that is not a finite number, or the
        protection is unknown.

    Examples
    --------
    >>> from evograft import problems
    >>> problem = problems.load("symbolic_regression", function="nguyen-1")
    >>> expression = problem.interpret("x1*x1*x1 + x1*x1 + x1")
    >>> bool(problem.score(expression) < 1e-12)
    True
    """

    kind: ClassVar[Literal["regression"]] = "regression"
    objective: ClassVar[Literal["error"]] = "error"
    loss: ClassVar[Literal["rmse"]] = "rmse"

    name: str
    X_train: Table
    y_train: Table
    X_test: Table
    y_test: Table
    protection: str = "offset"
    options: Mapping[str, object] | None = None

    def __post_init__(self) -> None:
        _check.choice("protection", self.protection, PROTECTIONS)
        for X, y in (("X_train", "y_train"), ("X_test", "y_test")):
            self._freeze(X, 2)
            self._freeze(y, 1)
            rows = len(getattr(self, X))
            if len(getattr(self, y)) != rows:
                raise ValueError(
                    f"{y} must have shape ({rows},), one value per row of {X}, "
                    f"got {getattr(self, y).shape}"
                )
        if self.X_test.shape[1] != self.n_features:
            raise ValueError(
                f"X_test must have {self.n_features} columns as X_train has, "
                f"got {self.X_test.shape[1]}"
            )

    def _freeze(self, name: str, n_dimensions: int) -> None:
        copy = real_array(name, getattr(self, name), n_dimensions)
        copy.flags.writeable = False
        object.__setattr__(self, name, copy)

    @property
    def n_features(self) -> int:
        """Number of variables."""
        return int(self.X_train.shape[1])

    @property
    def grammar(self) -> str:
        """BNF of the expressions over x1, x2, … of this problem; see `GRAMMAR`."""
        names = (f"x{number}" for number in range(1, self.n_features + 1))
        return GRAMMAR.format(variables=" | ".join(names))

    def interpret(self, sentence: str | Sequence[str]) -> Expression:
        """Read a sentence, or its terminals, as a phenotype.

        Raises
        ------
        TypeError, ValueError
            As `evograft.representations.expressions.parse`, or where there is no such variable.
        """
        expression = parse(sentence, protection=self.protection)
        if expression.n_variables > self.n_features:
            raise ExpressionError(
                f"expression: expected variables up to x{self.n_features}, "
                f"got x{expression.n_variables} in {str(expression)!r:.200}"
            )
        return expression

    def combine(self, sentences: Iterable[str]) -> str:
        """Return the sentence of the sum of what *sentences* say, one or more."""
        return "+".join(f"({sentence})" for sentence in sentences)

    def measure(self, phenotypes: Iterable[Phenotype | None]) -> Table:
        """Return the error of each phenotype on the training part, (n,), at least 0.

        It is `evograft.problems.objectives.WORST` for None, where an output is not finite, and
        where the error would be larger. Expressions are evaluated together, without the GIL.

        Raises
        ------
        TypeError, ValueError
            If a phenotype returns a wrong shape, or has a variable that is not there.
        """
        everything = list(phenotypes)
        valid = {i: p for i, p in enumerate(everything) if p is not None}
        errors = np.full(len(everything), WORST)
        if valid:
            found = _errors(list(valid.values()), self.X_train, self.y_train)
            errors[list(valid)] = np.fmin(found, WORST)  # WORST, not NaN, of the two
        return errors

    def cases(self, phenotypes: Iterable[Phenotype | None]) -> Table:
        """Return the absolute error of each phenotype at each training sample, (n, n_train).

        Lexicase selections choose by them. `evograft.problems.objectives.WORST` as for `measure`,
        sample by sample.

        Raises
        ------
        TypeError, ValueError
            As `measure`.

        Examples
        --------
        >>> from evograft import problems
        >>> problem = problems.load("symbolic_regression", function="nguyen-1")
        >>> errors = problem.cases([problem.interpret("x1 + x1*x1"), None])
        >>> errors.shape, float(errors[1, 0])
        ((2, 20), 100000000.0)
        """
        everything = list(phenotypes)
        valid = {i: p for i, p in enumerate(everything) if p is not None}
        errors = np.full((len(everything), len(self.y_train)), WORST)
        if valid:
            found = np.abs(_outputs(list(valid.values()), self.X_train) - self.y_train)
            errors[list(valid)] = np.fmin(found, WORST)  # WORST, not NaN, of the two
        return errors

    def score(self, phenotype: Phenotype) -> float:
        """Return the error on the test part; infinite or NaN where an output is.

        Raises
        ------
        TypeError, ValueError
            As `measure`.
        """
        return float(_errors([phenotype], self.X_test, self.y_test)[0])

    def report(self, phenotype: Phenotype) -> dict[str, object]:
        """Return how well the phenotype fits both parts, ready for JSON.

        Returns
        -------
        dict
            For ``train_`` and ``test_``: `rmse`; `r2`, the coefficient of determination, 1 at best
            and 0 for the mean; either is None where it is not finite, as the second is where y is
            constant. Of an `Expression` also `expression`, its text, and `size` and `depth`.

        Raises
        ------
        TypeError, ValueError
            As `measure`.
        """
        report: dict[str, object] = {}
        parts = (("train", self.X_train, self.y_train), ("test", self.X_test, self.y_test))
        for part, X, y in parts:
            error = float(_errors([phenotype], X, y)[0])
            report[f"{part}_rmse"] = error if np.isfinite(error) else None
            report[f"{part}_r2"] = _determination(error, y)
        if isinstance(phenotype, Expression):
            report["expression"] = str(phenotype)
            report["size"] = phenotype.size
            report["depth"] = phenotype.depth
        return report

    def progress(self, phenotype: Phenotype) -> dict[str, float]:
        """Return what a run shows of its best phenotype: ``train_rmse`` and ``test_rmse``.

        Fitness never sees the test part; this is for the eyes only.
        """
        train = float(_errors([phenotype], self.X_train, self.y_train)[0])
        return {"train_rmse": train, "test_rmse": self.score(phenotype)}

    def __repr__(self) -> str:
        return (
            f"<SymbolicRegressionProblem {self.name!r}: {self.n_features} features, "
            f"{len(self.y_train)} train, {len(self.y_test)} test>"
        )

    def __reduce__(self) -> tuple[object, ...]:
        if self.options is not None:
            return _reload, (self.name, dict(self.options))
        values = (getattr(self, field.name) for field in dataclasses.fields(self))
        return type(self), tuple(values)


def _errors(phenotypes: Sequence[Phenotype], X: Table, y: Table) -> Table:
    """Return the root mean square error of each phenotype; infinite or NaN where an output is."""
    with np.errstate(over="ignore", invalid="ignore"):
        errors: Table = np.sqrt(np.mean((_outputs(phenotypes, X) - y) ** 2, axis=1))
    return errors


def _outputs(phenotypes: Sequence[Phenotype], X: Table) -> Table:
    """Return what each phenotype gives for each row of *X*."""
    if all(isinstance(phenotype, Expression) for phenotype in phenotypes):
        return evaluate_many(phenotypes, X)  # type: ignore[arg-type]  # just looked
    return np.array([_called(phenotype, X) for phenotype in phenotypes])


def _called(phenotype: Phenotype, X: Table) -> Table:
    outputs = np.asarray(phenotype(X), dtype=np.float64)
    if outputs.shape != (len(X),):
        raise ValueError(f"phenotype must return shape ({len(X)},), got {outputs.shape}")
    return outputs


def _determination(error: float, y: Table) -> float | None:
    if not np.isfinite(error) or np.ptp(y) == 0:
        return None
    ratio = error / float(np.std(y))
    return 1 - ratio * ratio


def _reload(name: str, options: Mapping[str, object]) -> object:
    from evograft.problems.registry import load

    return load(name, **options)
