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


# Numba does not document _nrt: its type stubs do not know it, nor should anything but this file.
_BARE: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy", "_nrt": False}


def bare_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """As :func:`kernel`, but it counts no references and so cannot make arrays.

    Numba counts, atomically, who holds an array: with every slice, and with every array that a
    function hands on. In an inner loop that can cost twenty times what the loop does. What a bare
    kernel calls has to be bare too.
    """
    compiled: Callable[..., Any] = numba.njit(**_BARE)(function)
    return compiled


def inlined_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """As :func:`bare_kernel`, and becomes a part of the kernel that calls it.

    A call that hands on a dozen arrays costs more than most loop bodies.
    """
    compiled: Callable[..., Any] = numba.njit(**_BARE, forceinline=True)(function)
    return compiled
