"""What is wrong with a part of a study, and with which."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class StudyError(ValueError):
    """Something is wrong with a part of a study; ``key`` says with which, as in a study file."""

    def __init__(self, key: Sequence[str], text: str) -> None:
        super().__init__(text)
        self.key = tuple(key)


@contextmanager
def at(*key: str) -> Iterator[None]:
    """A context in which errors are those of the part *key*, or of a part of it."""
    try:
        yield
    except StudyError as error:
        raise StudyError((*key, *error.key), str(error)) from error
    except (TypeError, ValueError, OSError) as error:
        raise StudyError(key, str(error)) from error
