"""Disagreements, and how values are told in them."""

import reprlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from evograft.problems.benchmark_generation.tiers import Tier


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
        A field of a genome, a column, a key of the metadata, or "shard", "file", "genome", "entry",
        "sha256".
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


@dataclass
class Validation:
    """What a validation has looked at, and found.

    Attributes
    ----------
    findings : list of Finding
        Disagreements, in the order of the files.
    entries : int
        Whose numbers and genomes were compared with the sampler.
    regrown : int
        Entries that were grown and measured again.
    redrawn : int
        Attempts that were made again.
    attempts : int
        That there are, as the shards have it; 0 where nothing tells.
    tier : Tier or None
        The tier that the benchmark was compared with.
    unchecked : list of str
        What could not be compared, and why.
    complete : bool
        False where it ended at the limit of findings.
    lacking : str or None
        Why this is no finished benchmark, of which only some things could be compared.
    """

    findings: list[Finding]
    entries: int = 0
    regrown: int = 0
    redrawn: int = 0
    attempts: int = 0
    tier: Tier | None = None
    unchecked: list[str] = field(default_factory=list)
    complete: bool = True
    lacking: str | None = None

    @property
    def whole(self) -> bool:
        """Whether everything was compared: all entries were grown and all attempts made again."""
        partly = self.unchecked or self.lacking or not self.complete
        return not partly and (self.regrown, self.redrawn) == (self.entries, self.attempts)


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
