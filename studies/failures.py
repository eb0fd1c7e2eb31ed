"""Individuals whose evaluation raised, and what is kept of them."""

import pickle
import traceback
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
    individual : object
    error : Exception
        With its traceback.
    """

    generation: int
    individual: Any
    error: Exception


def save_failures(folder: Path, failures: Iterable[Failure]) -> None:
    """Write each individual, pickled, and beside it the traceback of its error.

    The files are called after the generation and a number: ``3-1.pickle`` and ``3-1.txt``. An
    individual that does not pickle is kept as its ``repr``, in the text.
    """
    for failure in failures:
        folder.mkdir(exist_ok=True)
        number = 1
        while (path := folder / f"{failure.generation}-{number}.txt").exists():
            number += 1
        text = "".join(traceback.format_exception(failure.error))
        try:
            pickled = pickle.dumps(failure.individual)
        except Exception:  # whatever a foreign class raises when it is pickled
            text += f"\n{failure.individual!r}\n"
        else:
            with replacing(path.with_suffix(".pickle"), binary=True) as file:
                file.write(pickled)
        with replacing(path) as file:
            file.write(text)
