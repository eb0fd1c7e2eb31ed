"""The fields of a genome: their names, ranges and checks."""

import reprlib
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check

LARGEST_INTEGER = 2**31 - 1
"""Of any integer field: the byte form holds 32 bits."""

MOST_MORPHOGENS = 1024
"""Beyond, it is a slip of the hand that would fill the memory."""

INTEGERS = ("max_growth_steps", "size_x", "size_y", "max_axon_length")
FLOATS = (
    "diffusion_rate",
    "division_threshold",
    "cell_differentiation_threshold",
    "axon_growth_threshold",
    "axon_connect_threshold",
    "self_connect_isolated_neurons_fraction",
    "weight_adjustment_target",
    "weight_adjustment_rate",
)
"""The eight real scalars, each from 0 to 1, in the order of the byte form and of mutation."""

MORPHOGEN_ARRAYS = (
    "progenitor_secretion_rates",
    "neuron_secretion_rates",
    "inhibition_matrix",
    "diffusion_patterns",
)
"""What has one entry, row or kernel per morphogen."""

FIELDS = (
    "max_growth_steps",
    "size_x",
    "size_y",
    "diffusion_rate",
    "num_morphogens",
    "division_threshold",
    "cell_differentiation_threshold",
    "axon_growth_threshold",
    "max_axon_length",
    "axon_connect_threshold",
    "self_connect_isolated_neurons_fraction",
    "weight_adjustment_target",
    "weight_adjustment_rate",
    *MORPHOGEN_ARRAYS,
)
"""All fields, in the order in which the JSON form has them."""

SCALARS = tuple(name for name in FIELDS if name not in ("num_morphogens", *MORPHOGEN_ARRAYS))
"""The twelve numbers that do not depend on the morphogens."""

DEFAULTS: dict[str, Any] = {
    "max_growth_steps": 500,
    "size_x": 200,
    "size_y": 200,
    "diffusion_rate": 0.1,
    "num_morphogens": 3,
    "division_threshold": 0.5,
    "cell_differentiation_threshold": 0.5,
    "axon_growth_threshold": 0.3,
    "max_axon_length": 5,
    "axon_connect_threshold": 0.6,
    "self_connect_isolated_neurons_fraction": 0.0,
    "weight_adjustment_target": 0.5,
    "weight_adjustment_rate": 0.01,
}
"""Of the scalars, where none is given."""


def checked(name: str, value: Any, k: int) -> Any:
    """Return *value* as the field *name* of a genome of *k* morphogens, or raise."""
    if name in FLOATS:
        return _check.real(name, value, minimum=0, maximum=1)
    if name in INTEGERS or name == "num_morphogens":
        minimum, maximum = (
            (3, MOST_MORPHOGENS) if name == "num_morphogens" else (1, LARGEST_INTEGER)
        )
        return _check.integer(name, value, minimum=minimum, maximum=maximum)
    if name == "diffusion_patterns":
        return _kernels(value, k)
    shape = (k, k) if name == "inhibition_matrix" else (k,)
    array = _array(name, value)
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    return array


def _kernels(value: Any, k: int) -> tuple[npt.NDArray[Any], ...]:
    try:
        kernels = tuple(
            _array(f"diffusion_patterns[{i}]", kernel) for i, kernel in enumerate(value)
        )
    except TypeError as error:
        rule = "diffusion_patterns must be a sequence of 2-D arrays of numbers"
        raise TypeError(f"{rule}, got {reprlib.repr(value)}") from error
    if len(kernels) != k:
        raise ValueError(f"diffusion_patterns must be {k}, one per morphogen, got {len(kernels)}")
    for i, kernel in enumerate(kernels):
        name = f"diffusion_patterns[{i}]"
        if kernel.ndim != 2 or kernel.size == 0:
            raise ValueError(f"{name} must be a 2-D array with entries, got shape {kernel.shape}")
        if not kernel.any():
            raise ValueError(
                f"{name} must have a positive sum, got {reprlib.repr(kernel.tolist())}"
            )
    return kernels


def _array(name: str, value: Any) -> npt.NDArray[Any]:
    """A copy of *value*, int64 if it holds integers only, else float64; each from 0 to 1.

    It cannot be written into, whoever has it. What is such a copy already is not copied again, so
    that genomes share arrays.
    """
    if _is_frozen(value):
        array: npt.NDArray[Any] = value
    else:
        try:
            array = np.array(value)
        except ValueError as error:  # ragged
            raise ValueError(
                f"{name} must be an array of numbers, got {reprlib.repr(value)}"
            ) from error
        if array.dtype.kind not in "iuf" and array.size:
            raise TypeError(f"{name} must be an array of numbers, got {reprlib.repr(value)}")
        array = array.astype(np.int64 if array.dtype.kind in "iu" else np.float64)
        # Nobody can make an array over bytes writeable again.
        array = np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape)
    if array.size and not (array.min() >= 0 and array.max() <= 1):  # also where it is NaN
        raise ValueError(f"{name} must hold numbers from 0 to 1, got {reprlib.repr(value)}")
    return array


def _is_frozen(value: Any) -> bool:
    if not isinstance(value, np.ndarray) or not value.flags.c_contiguous:
        return False
    base: Any = value
    while isinstance(base, np.ndarray):
        base = base.base
    return type(base) is bytes and value.dtype in (np.float64, np.int64)
