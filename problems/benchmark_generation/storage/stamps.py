"""What a shard says of itself: its range of attempts, and what came of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evograft.representations import _check

RULES = ("neurons", "edges", "coverage", "disconnected")
"""What an attempt can break, in the order in which it is looked at."""

MAKES = "resuming (--resume) makes it again"
"""What becomes of a shard that is missing."""

REMEDY = f"once it is removed, {MAKES}"
"""What is to be done about a shard that is not as it was written."""


@dataclass(frozen=True)
class Stamp:
    """A shard's attempts, written with its entries.

    Attributes
    ----------
    start, stop : int
        Attempts that were made: from *start* up to, not including, *stop*.
    accepted : int
        Entries.
    rejected : dict of str to int
        Attempts that broke each of :data:`RULES` first.
    settings : str
        Digest of the settings of the generation.
    content : str
        `columns.content_hash` of the entries.
    """

    start: int
    stop: int
    accepted: int
    rejected: dict[str, int]
    settings: str
    content: str

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    def to_dict(self) -> dict[str, Any]:
        """Plain ints and texts."""
        return asdict(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Stamp":
        """Read what :meth:`to_json` has written.

        Raises
        ------
        ValueError
            Where it is something else, or its numbers do not add up.
        """
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, data: Any) -> "Stamp":
        """Read what :meth:`to_dict` gives; other keys are ignored.

        Raises
        ------
        ValueError
            Where it is something else, or its numbers do not add up.
        """
        try:
            stamp = cls(
                start=_check.integer("start", data["start"], minimum=0),
                stop=_check.integer("stop", data["stop"], minimum=0),
                accepted=_check.integer("accepted", data["accepted"], minimum=0),
                rejected={
                    rule: _check.integer(rule, data["rejected"][rule], minimum=0) for rule in RULES
                },
                settings=str(data["settings"]),
                content=str(data["content"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no stamp of a shard: {error}") from None
        if stamp.stop - stamp.start != stamp.accepted + sum(stamp.rejected.values()):
            raise ValueError(
                f"no stamp of a shard: {stamp.stop - stamp.start} attempts are not "
                f"{stamp.accepted} accepted ones and {sum(stamp.rejected.values())} rejected ones"
            )
        return stamp


def totals(stamps: Sequence[Stamp]) -> dict[str, Any]:
    """What shards in their order come to: ``accepted``, ``attempts``, and ``rejected`` by rule."""
    return {
        "accepted": sum(stamp.accepted for stamp in stamps),
        "attempts": stamps[-1].stop if stamps else 0,
        "rejected": {rule: sum(stamp.rejected[rule] for stamp in stamps) for rule in RULES},
    }


def shard_name(number: int, suffix: str) -> str:
    """The file name of a shard.

    >>> shard_name(7, ".parquet")
    'part-00007.parquet'
    """
    return f"part-{number:05d}{suffix}"


def check_order(stamps: Mapping[str, Stamp]) -> None:
    """Raise ValueError where *stamps*, by file, do not follow each other from attempt 0 on."""
    expected = 0
    for file, stamp in stamps.items():
        if stamp.start != expected:
            raise ValueError(
                f"{file} must begin with attempt {expected}, got one that begins with {stamp.start}"
            )
        expected = stamp.stop
