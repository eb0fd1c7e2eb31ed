"""The one decorator under which every kernel of the house is compiled."""

from collections.abc import Callable
from typing import Any

import numba


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile *function* with numba: no Python objects, GIL released, cached on disk.

    Kernels take arrays and scalars only, and carry no annotations: numba infers their types.
    They are neither ``fastmath`` nor ``parallel``: the written order of additions is the result
    on every machine, and threads are the caller's.
    """
    compiled: Callable[..., Any] = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    return compiled


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """As :func:`kernel`, for what a kernel calls in its innermost loop: it becomes part of it.

    A call that hands on a dozen arrays costs more than most loop bodies.
    """
    compiled: Callable[..., Any] = numba.njit(
        nogil=True, cache=True, error_model="numpy", forceinline=True
    )(function)
    return compiled
