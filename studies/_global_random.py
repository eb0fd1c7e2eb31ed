"""The global generator of Python, for one run of this process alone."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_one_at_a_time = threading.RLock()


@contextmanager
def alone_with_random() -> Iterator[None]:
    """A context in which no other thread draws from Python's ``random``, or enters it.

    A worker of Dask does all the time: what these threads ask the module for, or its methods that
    they have imported before (but ``random.random`` and ``random.getrandbits``), comes from
    another generator. The main thread of a process, in which no such worker works, is taken to be
    alone.
    """
    with _one_at_a_time:
        if threading.current_thread() is threading.main_thread():
            yield
        else:
            with _hidden_from_others():
                yield


@contextmanager
def _hidden_from_others() -> Iterator[None]:
    shared, others = random.random.__self__, random.Random()  # type: ignore[attr-defined]
    ours = {
        name: function
        for name, function in vars(random).items()
        if getattr(function, "__self__", None) is shared
    }
    try:
        for name, function in ours.items():
            setattr(random, name, _by_thread(function, getattr(others, name)))
        # All other methods draw by these two.
        shared.random, shared.getrandbits = random.random, random.getrandbits
        yield
    finally:
        vars(shared).pop("random", None)
        vars(shared).pop("getrandbits", None)
        for name, function in ours.items():
            setattr(random, name, function)


def _by_thread(ours: Callable[..., Any], theirs: Callable[..., Any]) -> Callable[..., Any]:
    thread = threading.get_ident()

    def draw(*arguments: Any, **settings: Any) -> Any:
        return (ours if threading.get_ident() == thread else theirs)(*arguments, **settings)

    return draw
