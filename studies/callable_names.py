"""Names of callables that say what they are, the same in every process."""

import hashlib
import sysconfig
from collections.abc import Iterable
from functools import partial
from types import CodeType
from typing import Any

INSTALLED = tuple(
    sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
"""Where what is installed is: the code of a version does not change."""


def describe_callable(function: Any) -> str:
    """A name for a callable that says where it comes from; of a string, the string.

    What is bound is named too. The name of a function that is not part of an installed package
    says little of what it does, as it may have been changed: a digest of its code stands beside it.

    Examples
    --------
    >>> from deap import tools
    >>> describe_callable(partial(tools.mutFlipBit, indpb=0.1))
    'deap.tools.mutation:mutFlipBit(indpb=0.1)'
    """
    if isinstance(function, str):
        return function
    if isinstance(function, partial):
        bound = [_describe(value) for value in function.args]
        bound += [f"{name}={_describe(value)}" for name, value in function.keywords.items()]
        return f"{describe_callable(function.func)}({', '.join(bound)})"
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    module = getattr(function, "__module__", None) or type(function).__module__
    code = getattr(function, "__code__", None)
    ours = str(module).startswith("evograft.")
    if code is not None and not ours and not code.co_filename.startswith(INSTALLED):
        return f"{module}:{name}#{_digest([code])}"
    return f"{module}:{name}"


def _describe(value: Any) -> str:
    if callable(value):
        return describe_callable(value)
    text = repr(value)
    # The default repr has an address, which another process does not.
    return f"{type(value).__module__}:{type(value).__qualname__}" if " at 0x" in text else text


def _digest(codes: Iterable[CodeType]) -> str:
    digest = hashlib.sha256()
    for code in codes:
        digest.update(code.co_code + repr(code.co_names).encode())
        inner = [each for each in code.co_consts if isinstance(each, CodeType)]
        plain = [each for each in code.co_consts if not isinstance(each, CodeType)]
        digest.update(repr(plain).encode())
        if inner:
            digest.update(_digest(inner).encode())
    return digest.hexdigest()[:8]
