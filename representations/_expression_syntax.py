"""The symbols of arithmetic expressions, and the way from infix text to postfix steps."""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from evograft.representations import _expression_kernels as kernels

Steps = list[tuple[int, float]]

FUNCTIONS = {
    "sin": kernels.SIN,
    "cos": kernels.COS,
    "exp": kernels.EXP,
    "log": kernels.LOG,
    "sqrt": kernels.SQRT,
    "tanh": kernels.TANH,
}

_OPERATORS = {
    "+": kernels.ADD,
    "-": kernels.SUBTRACT,
    "*": kernels.MULTIPLY,
    "/": kernels.DIVIDE,
    "^": kernels.POWER,
    "**": kernels.POWER,
}

PROTECTED: dict[str, dict[int, int]] = {
    "offset": {
        kernels.LOG: kernels.LOG_OFFSET,
        kernels.SQRT: kernels.SQRT_ABSOLUTE,
        kernels.DIVIDE: kernels.DIVIDE_OR_ONE,
    },
    "koza": {
        kernels.LOG: kernels.LOG_KOZA,
        kernels.SQRT: kernels.SQRT_ABSOLUTE,
        kernels.DIVIDE: kernels.DIVIDE_OR_ONE,
    },
    "none": {},
}
"""The protected code that each of them puts in the place of a plain one."""

SYMBOLS = {code: name for name, code in (FUNCTIONS | _OPERATORS).items() if name != "**"}
SYMBOLS[kernels.NEGATE] = "-"
SYMBOLS |= {
    protected: SYMBOLS[plain] for codes in PROTECTED.values() for plain, protected in codes.items()
}
"""How each code of an operator or function is written."""

SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)

BINDING = {
    kernels.ADD: SUM,
    kernels.SUBTRACT: SUM,
    kernels.MULTIPLY: PRODUCT,
    kernels.DIVIDE: PRODUCT,
    kernels.DIVIDE_OR_ONE: PRODUCT,
    kernels.NEGATE: SIGN,
    kernels.POWER: POWER,
}
"""How tightly operators bind."""

_FUNCTION_CODES = set(SYMBOLS) - set(BINDING)

_OPEN = -1

_TOKEN = re.compile(
    r"""
    (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |x\[\ *(?P<column>[0-9]+)\ *\]
    |x(?P<variable>[1-9][0-9]*)(?!\w)
    |(?P<word>[A-Za-z_]\w*)
    |\*\*|[-+*/^()]
    """,
    re.VERBOSE | re.ASCII,
)

_MOST_COLUMNS = 2**31


class ExpressionError(ValueError):
    """A sentence that is no expression."""


class _Token(NamedTuple):
    text: str
    position: int
    step: tuple[int, float] | None  # of a variable or a number


def postfix(text: str, protection: str) -> Steps:
    """Return code and operand of each step of the expression *text*, in postfix order.

    It is Dijkstra's shunting yard, without recursion: nested parentheses have no limit.

    Raises
    ------
    ExpressionError
        Where the text is no expression.
    """
    protected = PROTECTED[protection]
    steps: Steps = []
    pending: list[tuple[int, int]] = []  # operators that still lack an operand, with positions
    complete = False  # whether an operand has just ended

    def emit_down_to(binding: int) -> None:
        """Emit the pending operators of at least this binding, up to an open parenthesis."""
        while pending and BINDING.get(pending[-1][0], 0) >= binding:
            steps.append((pending.pop()[0], 0.0))

    tokens = _tokens(text)
    for token in tokens:
        if complete and token.text in _OPERATORS:
            code = _OPERATORS[token.text]
            # A power waits for the powers on its right.
            emit_down_to(BINDING[code] + (code == kernels.POWER))
            pending.append((protected.get(code, code), token.position))
            complete = False
        elif complete and token.text == ")":
            emit_down_to(SUM)
            if not pending:
                raise _unexpected("an operator or the end", token, text)
            pending.pop()
            if pending and pending[-1][0] in _FUNCTION_CODES:
                steps.append((pending.pop()[0], 0.0))
        elif complete:
            raise _unexpected("an operator or ')'" if pending else "an operator", token, text)
        elif token.step is not None:
            steps.append(token.step)
            complete = True
        elif token.text == "(":
            pending.append((_OPEN, token.position))
        elif token.text in FUNCTIONS:
            code = FUNCTIONS[token.text]
            parenthesis = next(tokens, None)
            if parenthesis is None or parenthesis.text != "(":
                raise _unexpected(f"'(' after {token.text}", parenthesis, text)
            pending.append((protected.get(code, code), token.position))
            pending.append((_OPEN, parenthesis.position))
        elif token.text == "-":
            pending.append((kernels.NEGATE, token.position))
        elif token.text != "+":
            raise _unexpected("a number, a variable, a function or '('", token, text)
    if not complete:
        raise _unexpected("a number, a variable, a function or '('", None, text)
    emit_down_to(SUM)
    if pending:
        position = pending[-1][1] + 1
        raise ExpressionError(
            f"expression: expected ')' for the '(' at position {position}, got the end of {text!r}"
        )
    return steps


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unexpected(
                "a symbol of arithmetic", _Token(text[position], position, None), text
            )
        yield _Token(match[0], position, _step(match, text))
        position = match.end()


def _step(match: re.Match[str], text: str) -> tuple[int, float] | None:
    """Return the step of a variable or a number, None for other tokens."""
    kind = match.lastgroup
    if kind is None:
        return None
    token = match[0]
    if kind == "word":
        if token in FUNCTIONS:
            return None
        names = f"a variable (x1, x2, … or x[0], x[1], …) or one of {', '.join(FUNCTIONS)}"
        raise _unexpected(names, _Token(token, match.start(), None), text)
    if kind == "number":
        value = float(token)
        if not math.isfinite(value):
            raise _unexpected("a finite number", _Token(token, match.start(), None), text)
        return kernels.NUMBER, value
    # int() refuses thousands of digits; eleven tell that there are too many.
    digits = match[kind].lstrip("0")[:11] or "0"
    column = int(digits) - (kind == "variable")
    if column >= _MOST_COLUMNS:
        wrong = _Token(token, match.start(), None)
        raise _unexpected(f"one of {_MOST_COLUMNS} variables", wrong, text)
    return kernels.VARIABLE, float(column)


def _unexpected(expected: str, token: _Token | None, text: str) -> ExpressionError:
    got = "the end" if token is None else f"{token.text!r:.60} at position {token.position + 1}"
    return ExpressionError(f"expression: expected {expected}, got {got} of {text!r:.200}")
