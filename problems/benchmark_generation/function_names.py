"""What a function is called in the metadata of a benchmark."""

import json
import sys
from functools import partial, reduce
from typing import Any


def function_name(name: str, function: Any) -> str:
    """Return a text that tells a function from others which may do something else.

    Parameters
    ----------
    name : str
        What the argument is called, for errors.
    function : callable
        A function of a module, named by both; a `functools.partial` of one that binds such
        functions, numbers, texts, None, or lists, tuples and dictionaries of them; or an instance
        of a module's class with a method ``describe()`` that gives all its settings, ready for
        JSON.

    Raises
    ------
    TypeError
        Where it is something else, such as a lambda: that cannot be told from another one.

    Examples
    --------
    >>> function_name("measure", function_name)
    'evograft.problems.benchmark_generation.function_names.function_name'
    >>> function_name("measure", partial(sorted, reverse=True))
    'builtins.sorted(reverse=True)'
    """
    if isinstance(function, partial):
        bound = [_value(name, value) for value in function.args]
        bound += [
            f"{key}={_value(name, value)}" for key, value in sorted(function.keywords.items())
        ]
        return f"{function_name(name, function.func)}({', '.join(bound)})"
    if _is_found(function):
        return f"{function.__module__}.{function.__qualname__}"
    kind = type(function)
    if callable(getattr(kind, "describe", None)) and _is_found(kind):
        told = json.dumps(function.describe(), sort_keys=True)
        return f"{kind.__module__}.{kind.__qualname__}({told})"
    raise TypeError(
        f"{name} must be a function of a module, a partial of one with plain values, or an "
        f"instance of a module's class with describe(), got {function!r}"
    )


def _is_found(named: Any) -> bool:
    """Whether module and name lead to this very object."""
    module = sys.modules.get(getattr(named, "__module__", None) or "")
    path = getattr(named, "__qualname__", "").split(".")
    try:
        return reduce(getattr, path, module) is named
    except AttributeError:
        return False


def _value(name: str, value: Any) -> str:
    """A bound value, as it is written in Python."""
    return repr(value) if _is_plain(value) else function_name(name, value)


def _is_plain(value: Any) -> bool:
    """Whether a value's ``repr`` has all of it."""
    if isinstance(value, dict):
        return all(map(_is_plain, (*value.keys(), *value.values())))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, bool | int | float | str | None)
