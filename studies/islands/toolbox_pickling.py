"""A whole toolbox on its way to a worker.

The aliases of a plug-in share what changes during a run: the sample of the generation, a
Generator, the toolbox itself. Pickled alone, each leaves that behind, as a worker that only
evaluates has no use for it. Here they are pickled together, and share it again where they arrive.
"""

import io
import pickle
import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from deap import base

from evograft.plugins._breeding import Breed
from evograft.plugins._evaluation import Evaluation, assemble, batch_map
from evograft.plugins._sampling import Sampling
from evograft.plugins._trust_breeding import BreedTrusted
from evograft.studies.engines._parcels import LARGE

Array = npt.NDArray[Any]

_GLOBAL: dict[str, Any] = {
    "random": random.random.__self__,  # type: ignore[attr-defined]
    "numpy": np.random.random.__self__,  # type: ignore[attr-defined]
}
"""The two global generators, whose methods an alias may be: ``random.random``, say."""


def pack_toolbox(toolbox: base.Toolbox) -> tuple[bytes, list[Array]]:
    """Pickle *toolbox* without its ``map``; return its large arrays beside it, as they are.

    Raises
    ------
    ValueError
        Where an alias does not pickle, naming it.
    """
    aliases = {name: value for name, value in vars(toolbox).items() if name != "map"}
    if "evaluate" in aliases:
        # First, as its module is often the one that makes the classes of DEAP's creator.
        aliases = {"evaluate": aliases["evaluate"], **aliases}
    try:
        return _pickled(toolbox, aliases)
    except (pickle.PicklingError, AttributeError, TypeError):
        for name, value in aliases.items():
            try:
                _pickled(toolbox, {name: value})
            except (pickle.PicklingError, AttributeError, TypeError) as error:
                raise ValueError(
                    "toolbox must pickle to reach a worker, as what a module defines does and a "
                    f"lambda does not, got {name}={value!r}: {error}"
                ) from error
        raise


def unpack_toolbox(pickled: bytes, arrays: Sequence[Array]) -> base.Toolbox:
    """The toolbox that :func:`pack_toolbox` has pickled; its ``map`` is a serial one."""
    toolbox: base.Toolbox = _ToolboxUnpickler(pickled, arrays).load()
    toolbox.register("map", batch_map)
    return toolbox


def _pickled(toolbox: base.Toolbox, aliases: Mapping[str, Any]) -> tuple[bytes, list[Array]]:
    file = io.BytesIO()
    pickler = _ToolboxPickler(file, toolbox, aliases)
    pickler.dump(toolbox)
    return file.getvalue(), pickler.arrays


def _empty(kind: type[base.Toolbox]) -> base.Toolbox:
    toolbox: base.Toolbox = object.__new__(kind)
    return toolbox


def _global_generator(name: str) -> Any:
    return _GLOBAL[name]


class _ToolboxPickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, toolbox: base.Toolbox, aliases: Mapping[str, Any]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._toolbox = toolbox
        self._aliases = aliases
        self.arrays: list[Array] = []
        self._places: dict[int, int] = {}

    def persistent_id(self, obj: Any) -> int | None:
        if type(obj) is not np.ndarray or obj.nbytes < LARGE or obj.dtype.kind not in "biufc":
            return None
        if id(obj) not in self._places:
            self._places[id(obj)] = len(self.arrays)
            self.arrays.append(obj)
        return self._places[id(obj)]

    def reducer_override(self, obj: Any) -> Any:
        if obj is self._toolbox:
            return _empty, (type(obj),), self._aliases
        for name, generator in _GLOBAL.items():
            if obj is generator:
                return _global_generator, (name,)
        if isinstance(obj, Sampling):
            return type(obj), (obj._rng,), vars(obj)
        if isinstance(obj, Evaluation):
            return assemble, obj.parts(), (None, {"_toolbox": obj._toolbox})
        if isinstance(obj, (Breed, BreedTrusted)):
            return *obj.__reduce__(), {"_toolbox": obj._toolbox}
        return NotImplemented


class _ToolboxUnpickler(pickle.Unpickler):
    def __init__(self, pickled: bytes, arrays: Sequence[Array]) -> None:
        super().__init__(io.BytesIO(pickled))
        self._arrays = arrays

    def persistent_load(self, pid: Any) -> Array:
        array: Array = self._arrays[pid]
        return array
