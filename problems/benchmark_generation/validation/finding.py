"""One disagreement, and how values are told in it."""

import reprlib
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Finding:
    """Something in a benchmark that is not as it must be.

    Attributes
    ----------
    file : str
        Below the directory.
    number : int or None
        Of the entry or attempt, if it is about one.
    field : str
        A field of a genome, a column, a key of the metadata, or "shard", "file", "genome", "entry".
    expected, found : str
        Long values are shortened.
    """

    file: str
    number: int | None
    field: str
    expected: str
    found: str

    @classmethod
    def of(
        cls, file: str, field: str, expected: object, found: object, number: int | None = None
    ) -> "Finding":
        """Make one of any values; texts are taken as they are."""
        return cls(file, number, field, _told(expected), _told(found))

    def __str__(self) -> str:
        entry = "" if self.number is None else f", number {self.number}"
        return f"{self.file}{entry}: {self.field} must be {self.expected}, got {self.found}"


def _told(value: Any) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, tuple) and value and all(isinstance(one, np.ndarray) for one in value):
        value = np.array(value)
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist()
    if isinstance(value, float):
        return repr(value)  # to the last digit
    return reprlib.repr(value)
