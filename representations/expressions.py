"""Arithmetic expressions: read from sentences of a grammar, evaluated over the rows of a table.

Nothing is ever executed as Python: a sentence becomes a postfix program, which a stack machine
runs over all samples at once.

The syntax is infix: ``+ - * /``, ``^`` or ``**`` for powers, signs, parentheses, the functions
``sin``, ``cos``, ``exp``, ``log``, ``sqrt`` and ``tanh``, decimal numbers, and the variables
``x1``, ``x2``, … or, for the same columns, ``x[0]``, ``x[1]``, … (there is no ``x0``). Blanks
between symbols mean nothing. Powers bind most tightly and from the right, then signs, then
``* /``, then ``+ -``, these from the left: ``-x1^2`` is -(x1^2), as in Python.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations import _expression_kernels as kernels
from evograft.representations._expression_syntax import (
    ATOM,
    BINDING,
    PROTECTED,
    SIGN,
    SYMBOLS,
    ExpressionError,
    postfix,
)

__all__ = ["PROTECTIONS", "Expression", "ExpressionError", "evaluate_many", "parse"]

PROTECTIONS = tuple(PROTECTED)
"""How division, logarithm and square root may stay defined; see `parse`."""

_BLOCK = 128
"""Samples at a time: the few rows of a usual stack stay in the cache."""


@dataclass(frozen=True, eq=False, repr=False)
class Expression:
    """An arithmetic expression as a postfix program. Make one with `parse`.

    Its text, ``str(expression)``, has no needless parentheses, and parses to the same program.

    Attributes
    ----------
    codes : (size,) int32
        What each step does, in the numbers of the stack machine.
    operands : (size,) float64
        Column of a variable, counted from 0; value of a number; 0 for other steps.
    protection : str
        What it was parsed with.

    Examples
    --------
    >>> expression = parse("(x1 + 2) * ((x2))")
    >>> str(expression), expression.size, expression.depth, expression.n_variables
    ('(x1 + 2) * x2', 5, 3, 2)
    >>> expression(np.array([[1.0, 10.0], [2.0, 0.5]]))
    array([30.,  2.])
    """

    codes: npt.NDArray[np.int32]
    operands: npt.NDArray[np.float64]
    protection: str = "offset"

    @property
    def size(self) -> int:
        """Number of variables, numbers, minus signs, operators and functions."""
        return self.codes.size

    @property
    def depth(self) -> int:
        """Nodes on the longest path from the root to a leaf; 1 for a variable alone."""
        depths: list[int] = []
        for code in self.codes.tolist():
            below = [depths.pop() for _ in range(_arity(code))]
            depths.append(1 + max(below, default=0))
        return depths[0]

    @property
    def n_variables(self) -> int:
        """Number of the last variable that is used, counted from 1; 0 where there is none."""
        columns = self.operands[self.codes == kernels.VARIABLE]
        return int(columns.max()) + 1 if columns.size else 0

    def __call__(self, X: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the value for each row of *X*, (n_samples,); see `evaluate_many`."""
        values: npt.NDArray[np.float64] = evaluate_many([self], X)[0]
        return values

    def __str__(self) -> str:
        done: list[tuple[str, int]] = []  # text, and how tightly its outermost symbol binds
        for code, operand in zip(self.codes.tolist(), self.operands.tolist(), strict=True):
            if code == kernels.VARIABLE:
                done.append((f"x{int(operand) + 1}", ATOM))
            elif code == kernels.NUMBER:
                done.append((repr(operand).removesuffix(".0"), ATOM))
            elif code == kernels.NEGATE:
                done.append(("-" + _enclosed(*done.pop(), SIGN), SIGN))
            elif code < kernels.FIRST_BINARY:
                done.append((f"{SYMBOLS[code]}({done.pop()[0]})", ATOM))
            else:
                right, left, binding = done.pop(), done.pop(), BINDING[code]
                is_power = code == kernels.POWER
                before = _enclosed(*left, binding + is_power)
                after = _enclosed(*right, binding + (not is_power))
                done.append((f"{before} {SYMBOLS[code]} {after}", binding))
        return done[0][0]

    def to_dict(self) -> dict[str, str]:
        """Return text and protection; the inverse of :meth:`from_dict`."""
        return {"text": str(self), "protection": self.protection}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Expression":
        """Parse what :meth:`to_dict` returned.

        Raises
        ------
        TypeError, ValueError
            Where an entry is missing, or as :func:`parse`.

        Examples
        --------
        >>> Expression.from_dict({"text": "x1 + 1", "protection": "koza"})
        <Expression x1 + 1>
        """
        if missing := [name for name in ("text", "protection") if name not in data]:
            raise ValueError(f"an expression needs {', '.join(missing)}, got {sorted(data)}")
        return parse(data["text"], protection=data["protection"])

    def __repr__(self) -> str:
        return f"<Expression {self}>"


def parse(sentence: str | Sequence[str], *, protection: str = "offset") -> Expression:
    """Read an expression; its syntax is described in this module.

    Parameters
    ----------
    sentence : str or sequence of str
        A text, or the terminals of a derivation. These are joined, as
        `evograft.representations.grammatical.Sentences.text` does: digits in a row are one number.
    protection : {"offset", "koza", "none"}
        How division, logarithm and square root stay defined. `offset`, as in GRAPE and PonyGE2:
        a / b is 1 where b is 0, log x is ln(1 + abs(x)), sqrt x the root of abs(x). `koza`, as in
        Koza 1992: the same, but log x is ln(abs(x)), and 0 where x is 0. `none`: IEEE 754, where
        1 / 0 is infinite and the logarithm of -1 not a number. Powers and exponentials are never
        protected.

    Raises
    ------
    TypeError
        If the sentence is neither text nor a sequence of texts.
    ExpressionError
        If it is no expression; the error names token and position, counted from 1 in the text.
    ValueError
        If the protection is unknown.

    References
    ----------
    Koza, "Genetic Programming", MIT Press, 1992. Fenton et al., "PonyGE2: grammatical evolution in
    Python", GECCO Companion, 2017. De Lima et al., "GRAPE: grammatical algorithms in Python for
    evolution", Signals 3(3), 2022.

    Examples
    --------
    >>> parse(["x1", "+", "sin", "(", "1", "2", ")"])
    <Expression x1 + sin(12)>
    >>> parse("1 / x1")([[0.0], [2.0]]), parse("1 / x1", protection="none")([[0.0], [2.0]])
    (array([1. , 0.5]), array([inf, 0.5]))
    >>> parse("x1 + * x2")
    Traceback (most recent call last):
    evograft.representations._expression_syntax.ExpressionError: expression: expected a number, a
    variable, a function or '(', got '*' at position 6 of 'x1 + * x2'
    """
    _check.choice("protection", protection, PROTECTIONS)
    if not isinstance(sentence, str):
        is_sequence = isinstance(sentence, Sequence) and not isinstance(sentence, bytes)
        if not is_sequence or not all(isinstance(token, str) for token in sentence):
            raise TypeError(
                f"sentence must be a text or a sequence of texts, got {sentence!r:.100}"
            )
        sentence = "".join(sentence)
    codes, operands = zip(*postfix(sentence, protection), strict=True)
    return Expression(np.array(codes, np.int32), np.array(operands, np.float64), protection)


def evaluate_many(expressions: Sequence[Expression], X: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the value of every expression for every row of *X*, (n, n_samples) float64.

    All arithmetic is float64. What is infinite or not a number stays so. The GIL is released.

    Parameters
    ----------
    expressions : sequence of Expression
    X : array_like of real numbers, shape (n_samples, n_features)
        Its columns are x1, x2, ….

    Raises
    ------
    TypeError
        If a member of *expressions* is no `Expression`, or *X* does not hold real numbers.
    ValueError
        If *X* is no table, or has fewer columns than an expression has variables.

    Examples
    --------
    >>> evaluate_many([parse("x1 * x2"), parse("x1 ^ 2")], [[2, 3], [4, 5]])
    array([[ 6., 20.],
           [ 4., 16.]])
    """
    for expression in expressions:
        if not isinstance(expression, Expression):
            raise TypeError(f"expressions must be made by parse, got {expression!r:.100}")
    table = np.asarray(X)
    if table.dtype.kind not in "biuf":
        raise TypeError(f"X must hold real numbers, got dtype {table.dtype}")
    if table.ndim != 2:
        raise ValueError(f"X must have shape (n_samples, n_features), got {table.shape}")
    columns = np.ascontiguousarray(table.T, dtype=np.float64)
    out = np.empty((len(expressions), len(table)))
    if not out.size:
        return out
    codes = np.concatenate([expression.codes for expression in expressions])
    operands = np.concatenate([expression.operands for expression in expressions])
    limits = np.cumsum([0, *(expression.size for expression in expressions)], dtype=np.int64)
    _check_columns(codes, operands, limits, expressions, len(columns))
    pushes = 1 - (codes >= kernels.FIRST_UNARY) - (codes >= kernels.FIRST_BINARY).astype(np.int64)
    # Every program leaves one value, so program i begins on a pile of i.
    heights = np.cumsum(pushes) - np.repeat(np.arange(len(expressions)), np.diff(limits))
    stack = np.empty((int(heights.max()), _BLOCK))
    kernels.run_programs(codes, operands, limits, columns, stack, out)
    return out


def _check_columns(
    codes: npt.NDArray[np.int32],
    operands: npt.NDArray[np.float64],
    limits: npt.NDArray[np.int64],
    expressions: Sequence[Expression],
    n_columns: int,
) -> None:
    beyond = np.flatnonzero((codes == kernels.VARIABLE) & (operands >= n_columns))
    if beyond.size:
        wrong = expressions[int(np.searchsorted(limits, beyond[0], side="right")) - 1]
        raise ValueError(
            f"X must have a column for each variable of the expression, {wrong.n_variables} "
            f"for {str(wrong)!r:.100}, got {n_columns}"
        )


def _arity(code: int) -> int:
    return (code >= kernels.FIRST_UNARY) + (code >= kernels.FIRST_BINARY)


def _enclosed(text: str, binding: int, least: int) -> str:
    """Return *text* in parentheses where it binds less tightly than *least*."""
    return text if binding >= least else f"({text})"
