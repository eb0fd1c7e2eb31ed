"""What travels to a worker: a function, its data, and the individuals to evaluate.

A function is pickled without its large arrays, its data, which travel beside it under their
digests: a worker keeps them, and asks for those it lacks. Everything is pickled by the standard
library, whatever the engine's own way: that of others copies DEAP's ``creator`` classes by value,
and fails where they have been made anew since.
"""

import hashlib
import io
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.plugins._evaluation import Evaluation, assemble
from evograft.studies.engines._faults import EngineError

LARGE = 65_536
"""Bytes from which on an array travels beside its function."""

Array = npt.NDArray[Any]
Arrays = Mapping[str, Array]


@dataclass(frozen=True)
class Parcel:
    """A chunk of individuals with the function that evaluates them.

    Attributes
    ----------
    function : bytes
        Pickled without its large arrays.
    digests : frozenset of str
        Of these arrays.
    rows : bytes
        A pickled list of arguments, a tuple for each call.
    arrays : mapping of str to ndarray
        By digest; empty where the worker should have them already.
    """

    function: bytes
    digests: frozenset[str]
    rows: bytes
    arrays: Arrays = field(default_factory=dict)


class Packer:
    """Pickles functions; the digests of an unchanged function's arrays are taken once."""

    def __init__(self) -> None:
        # By identity, with the array so that the identity stays its own.
        self._known: dict[int, tuple[Array, str]] = {}

    def pack(self, function: Callable[..., Any]) -> tuple[bytes, dict[str, Array]]:
        """Return *function* without its large arrays, and these by digest.

        Raises
        ------
        ValueError
            Where it cannot be pickled.
        """
        file = io.BytesIO()
        pickler = _FunctionPickler(file, self._known)
        try:
            pickler.dump(function)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise EngineError(
                "function must pickle to reach a worker, as what a module defines does and a "
                f"lambda does not, got {function!r}: {error}"
            ) from error
        self._known = pickler.seen
        return file.getvalue(), {digest: array for array, digest in pickler.seen.values()}


class _FunctionPickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, known: Mapping[int, tuple[Array, str]]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._earlier = known
        self.seen: dict[int, tuple[Array, str]] = {}

    def persistent_id(self, obj: Any) -> str | None:
        if type(obj) is not np.ndarray or obj.nbytes < LARGE or obj.dtype.kind not in "biufc":
            return None
        if id(obj) not in self.seen:
            # What can be written to may have changed since.
            known = None if obj.flags.writeable else self._earlier.get(id(obj))
            self.seen[id(obj)] = known or (obj, _digest(obj))
        return self.seen[id(obj)][1]

    def reducer_override(self, obj: Any) -> Any:
        # An evaluation pickles as bytes, in which its arrays would go unseen.
        if isinstance(obj, Evaluation):
            return assemble, obj.parts()
        return NotImplemented


def _digest(array: Array) -> str:
    # The order in memory belongs to it: sums of floats may depend on it.
    about = (array.dtype.str, array.shape, array.flags.fnc)
    digest = hashlib.blake2b(repr(about).encode(), digest_size=16)
    digest.update(array.data if array.flags.c_contiguous else array.tobytes(order="A"))
    return digest.hexdigest()


def pack_rows(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Pickle the arguments of several calls."""
    try:
        return pickle.dumps(rows, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise EngineError(
            f"individuals must pickle to reach a worker, got {type(rows[0][0]).__name__}: {error}"
        ) from error


def unpack_rows(pickled: bytes) -> list[tuple[Any, ...]]:
    """What :func:`pack_rows` has pickled."""
    with _importing("individuals"):
        rows: list[tuple[Any, ...]] = pickle.loads(pickled)
    return rows


def unpack_function(pickled: bytes, arrays: Arrays) -> Callable[..., Any]:
    """The function that a :class:`Packer` has pickled, with its *arrays*."""
    with _importing("function"):
        function: Callable[..., Any] = _FunctionUnpickler(pickled, arrays).load()
    return function


class _FunctionUnpickler(pickle.Unpickler):
    def __init__(self, pickled: bytes, arrays: Arrays) -> None:
        super().__init__(io.BytesIO(pickled))
        self._arrays = arrays

    def persistent_load(self, pid: Any) -> Array:
        return self._arrays[pid]


@contextmanager
def _importing(what: str) -> Iterator[None]:
    try:
        yield
    except (ImportError, AttributeError) as error:
        raise EngineError(
            f"{what} must be defined in a module that a worker can import, got: {error}"
        ) from error
