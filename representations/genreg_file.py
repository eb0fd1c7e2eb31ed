"""Reading the published genomes of GENREG, which are pickles, without running what is in them."""

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from evograft.representations.dense_network import DenseNetwork


def load_genreg(path: str | Path) -> DenseNetwork:
    """Read the controller of a published genome: inputs, one layer of tanh neurons, outputs.

    Such a file is a pickle, and a pickle can name any code to run. This one is read by an unpickler
    that admits no name at all: only numbers, texts, lists and mappings come out of it.

    Parameters
    ----------
    path : path
        A genome that the authors' extractor wrote: a mapping with ``controller``, and in that
        ``w1``, ``b1``, ``w2``, ``b2``.

    Returns
    -------
    DenseNetwork
        On MNIST it takes pixels divided by 255, by rows (scaling ``unit``).

    Raises
    ------
    FileNotFoundError, ValueError
        Where there is no such file, it names code, or holds no controller.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST).
    """
    path = Path(path)
    try:
        content = _NoCode(io.BytesIO(path.read_bytes())).load()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} must be a genome of GENREG, got no file") from None
    except _CodeError as error:
        raise ValueError(f"{path} must hold plain values only, got {error}") from None
    except Exception as error:  # a damaged pickle can raise anything
        raise ValueError(f"{path} must be a genome of GENREG, got no pickle: {error}") from None
    controller: Any = content.get("controller") if isinstance(content, Mapping) else None
    names = ("w1", "b1", "w2", "b2")
    if not isinstance(controller, Mapping) or not set(names) <= controller.keys():
        raise ValueError(f"{path} must hold a controller with {', '.join(names)}, got none")
    w1, b1, w2, b2 = (controller[name] for name in names)
    try:
        return DenseNetwork(weights=(w1, w2), biases=(b1, b2), activation="tanh")
    except ValueError as error:
        raise ValueError(f"{path} must hold a controller that fits together: {error}") from None


class _CodeError(Exception):
    pass


class _NoCode(pickle.Unpickler):
    """Raises where a pickle names a class or a function, before it is imported."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise _CodeError(f"{module}.{name}")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise _CodeError(f"an object kept elsewhere, {pid!r}")
