"""Argument checks with one voice: the argument's name, the rule, and the value that broke it."""

import difflib
import math
from collections.abc import Iterable
from numbers import Integral, Real


def integer(
    name: str, value: object, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return *value* as an int, or raise where it is none or lies outside the bounds.

    >>> integer("n", 3, minimum=1)
    3
    >>> integer("n", 0, minimum=1)
    Traceback (most recent call last):
    ValueError: n must be an integer of at least 1, got 0
    """
    rule = "an integer" + _bounds(minimum, maximum)
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name} must be {rule}, got {value!r}")
    number = int(value)
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        raise ValueError(f"{name} must be {rule}, got {value!r}")
    return number


def real(
    name: str, value: object, *, minimum: float | None = None, maximum: float | None = None
) -> float:
    """Return *value* as a finite float, or raise where it is none or lies outside the bounds.

    >>> real("cxpb", 1.5, minimum=0, maximum=1)
    Traceback (most recent call last):
    ValueError: cxpb must be a number from 0 to 1, got 1.5
    """
    rule = "a number" + _bounds(minimum, maximum)
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be {rule}, got {value!r}")
    number = float(value)
    outside = (minimum is not None and number < minimum) or (
        maximum is not None and number > maximum
    )
    if outside or not math.isfinite(number):
        raise ValueError(f"{name} must be {rule}, got {value!r}")
    return number


def above_zero(name: str, value: object, *, maximum: float | None = None) -> float:
    """Return *value* as a finite float above 0, or raise where it is none or above *maximum*.

    >>> above_zero("cutoff", 0, maximum=1)
    Traceback (most recent call last):
    ValueError: cutoff must be a number above 0 and up to 1, got 0
    """
    rule = "a number above 0" + ("" if maximum is None else f" and up to {maximum}")
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be {rule}, got {value!r}")
    number = float(value)
    if not (0 < number < math.inf) or (maximum is not None and number > maximum):
        raise ValueError(f"{name} must be {rule}, got {value!r}")
    return number


def choice(name: str, value: object, options: Iterable[object]) -> None:
    """Raise where *value* is not one of *options*.

    >>> choice("number", "huge", ("wide", "unit"))
    Traceback (most recent call last):
    ValueError: number must be one of 'wide', 'unit', got 'huge'
    """
    allowed = tuple(options)
    if value not in allowed:
        listed = ", ".join(repr(option) for option in allowed)
        raise ValueError(f"{name} must be one of {listed}, got {value!r}")


def known(kind: str, name: str, names: Iterable[str]) -> None:
    """Raise where *name* is not one of *names*, and offer the nearest ones.

    >>> known("method", "mgee", ["mge", "neat"])
    Traceback (most recent call last):
    ValueError: unknown method 'mgee': did you mean 'mge'?
    """
    allowed = sorted(names)
    if name in allowed:
        return
    near = difflib.get_close_matches(str(name), allowed, n=3, cutoff=0.6)
    if near:
        hint = "did you mean " + " or ".join(repr(option) for option in near) + "?"
    else:
        hint = "there are " + (", ".join(allowed) or "none")
    raise ValueError(f"unknown {kind} {name!r}: {hint}")


def _bounds(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}"
    if minimum is not None:
        return f" of at least {minimum}"
    if maximum is not None:
        return f" of at most {maximum}"
    return ""
