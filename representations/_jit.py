"""The one decorator under which every kernel of the house is compiled."""

from collections.abc import Callable
from typing import TypeVar

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile *function* with numba: no Python objects, GIL released, cached on disk.

    Kernels take arrays and scalars only. They are neither ``fastmath`` nor ``parallel``: the
    written order of additions is the result on every machine, and threads are the caller's.
    """
    compiled: F = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    return compiled
