"""The bar of a generation."""

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from evograft.studies._waiting import said_if_slow

if TYPE_CHECKING:
    from tqdm import tqdm

PATIENCE = 5
"""Seconds without a network after which a line says why."""


class GenerationBar:
    """A bar over entries, with their rate and their share of the attempts.

    It is there from the first :meth:`show` on, with what an earlier generation has made out of
    the rate. A context manager.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._bar: tqdm[Any] | None = None
        self._began = 0
        self._waiting = ExitStack()

    def __enter__(self) -> "GenerationBar":
        self._waiting.enter_context(
            said_if_slow(
                "getting ready: kernels that are not compiled yet take about a minute, once",
                PATIENCE,
            )
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.close()
        if self._bar is not None:
            self._bar.close()

    def show(self, accepted: int, attempts: int) -> None:
        """Show how many there are now."""
        if self._bar is None:
            self._began = attempts
            self._bar = self._new_bar(accepted)
        if attempts > self._began:
            self._waiting.close()
        share = accepted / attempts if attempts else 0.0
        self._bar.set_postfix({"attempts": attempts, "yield": f"{share:.2%}"}, refresh=False)
        self._bar.update(accepted - self._bar.n)

    def _new_bar(self, initial: int) -> "tqdm[Any]":
        from tqdm import tqdm

        tqdm.set_lock(threading.RLock())  # its own has semaphores, which a killed process leaves
        # Without a least step it is drawn anew when no attempt was accepted too.
        return tqdm(total=self._total, initial=initial, unit="net", miniters=0)
