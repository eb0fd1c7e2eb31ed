"""Individuals whose evaluation raised, and what is kept of them."""

import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evograft.representations.files import replacing

FOLDER = "failed"
"""Where a run directory has them."""


@dataclass(frozen=True)
class Failure:
    """An individual that has the worst fitness because its evaluation raised.

    Attributes
    ----------
    generation : int
    number : int
        Its place among those that were evaluated in this generation.
    individual : object
    error : str
        Type and message of what was raised.
    traceback : str
    """

    generation: int
    number: int
    individual: Any
    error: str
    traceback: str


def save_failures(folder: Path, failures: Iterable[Failure]) -> None:
    """Write each individual, pickled, and beside it the traceback of its error.

    The files are called after generation and number: ``3-17.pickle`` and ``3-17.txt``. A generation
    that is repeated after a kill writes the same ones again. An individual that does not pickle is
    kept as its ``repr``, in the text.
    """
    for failure in failures:
        folder.mkdir(exist_ok=True)
        path = folder / f"{failure.generation}-{failure.number}.txt"
        text = failure.traceback
        try:
            pickled = pickle.dumps(failure.individual)
        except Exception:  # whatever a foreign class raises when it is pickled
            text += f"\n{failure.individual!r}\n"
        else:
            with replacing(path.with_suffix(".pickle"), binary=True) as file:
                file.write(pickled)
        with replacing(path) as file:
            file.write(text)
