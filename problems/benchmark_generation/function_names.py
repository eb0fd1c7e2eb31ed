"""What a function is called in the metadata of a benchmark."""

from functools import partial
from typing import Any


def function_name(function: Any) -> str:
    """Return module and name of a function or of a callable's class, with what a partial binds.

    Examples
    --------
    >>> function_name(function_name)
    'evograft.problems.benchmark_generation.function_names.function_name'
    >>> function_name(partial(sorted, reverse=True))
    'builtins.sorted(reverse=True)'
    """
    if isinstance(function, partial):
        bound = [*map(repr, function.args)]
        bound += [f"{name}={value!r}" for name, value in sorted(function.keywords.items())]
        return f"{function_name(function.func)}({', '.join(bound)})"
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"
