"""What may befall a chunk elsewhere, and how often it is sent again."""

import pickle
import traceback
import warnings
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

from evograft.representations import _check

RETRIES = 2
"""How often a chunk whose worker was lost is sent again, where nothing else is said."""


class EngineError(ValueError):
    """What an engine cannot send, or what it was given back is not what it must be."""


class WorkerError(RuntimeError):
    """Workers that had a chunk died or hung, more often than it is sent again."""


@dataclass(frozen=True)
class Lost:
    """The answer for a chunk whose worker gave none.

    Attributes
    ----------
    how : str
        What the worker did, such as "hung for 3 s".
    given_up : bool
        The engine has sent the chunk again by itself, and often enough.
    """

    how: str
    given_up: bool = False


@dataclass(frozen=True)
class Raised:
    """The answer of a worker in which an evaluation has raised.

    Attributes
    ----------
    what : str
        Its type and message.
    pickled : bytes or None
        The exception, None where it does not pickle.
    traceback : str
        Which does not pickle.
    """

    what: str
    pickled: bytes | None
    traceback: str

    @classmethod
    def of(cls, error: Exception) -> "Raised":
        """What tells another process of *error*."""
        try:
            pickled = pickle.dumps(error)
        except Exception:  # whatever an exception of others holds
            pickled = None
        text = "".join(traceback.format_exception(error))
        return cls(f"{type(error).__name__}: {error}", pickled, text)

    def error(self) -> Exception:
        """The exception, with the traceback as a note; a RuntimeError for one that is lost."""
        error: Exception = RuntimeError(f"the function raised {self.what}")
        if self.pickled is not None:
            # An exception that is made with other arguments than it passes on does not unpickle.
            with suppress(Exception):
                error = pickle.loads(self.pickled)
        error.add_note(f"In a worker:\n{self.traceback}")
        return error


class Faults:
    """What has befallen the chunks of one map so far.

    Parameters
    ----------
    sizes : list of int
        Individuals in each chunk.
    retries : int, at least 0
        How often a chunk whose worker was lost is sent again. One whose evaluation raises is sent
        again once: what raises may have had a reason that is gone, such as full memory.
    """

    def __init__(self, sizes: list[int], retries: int) -> None:
        self._sizes = sizes
        self._retries = retries
        self._losses: defaultdict[int, list[str]] = defaultdict(list)
        self._raised: dict[int, str] = {}

    def note(self, number: int, fault: Lost | Raised) -> None:
        """Chunk *number* met with *fault*; it is to be sent again unless this raises.

        Raises
        ------
        WorkerError
            Where its workers were lost too often.
        Exception
            What its evaluation has raised for the second time.
        """
        if isinstance(fault, Raised):
            if number in self._raised:
                raise fault.error()
            self._raised[number] = fault.what
            return
        losses = self._losses[number]
        losses.append(fault.how)
        chunk = f"a chunk of {self._sizes[number]} of {sum(self._sizes)} individuals"
        if fault.given_up or len(losses) > self._retries:
            raise WorkerError(f"{chunk} was not evaluated: its worker {', then '.join(losses)}")
        _warn(f"a worker {fault.how}; {chunk} is sent again")

    def note_answer(self, number: int) -> None:
        """Chunk *number* was evaluated."""
        if number in self._raised:
            _warn(
                f"an evaluation raised {self._raised[number]}; it did not when its chunk was sent "
                "again"
            )


def check_timeout(timeout: float | None) -> float | None:
    """Return *timeout*, or raise where it is neither None nor above 0."""
    return None if timeout is None else _check.above_zero("timeout", timeout)


def _warn(message: str) -> None:
    warnings.warn(message, RuntimeWarning, stacklevel=5)  # the caller of the map
