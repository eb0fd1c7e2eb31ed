"""The bar of a run."""

import threading
from collections.abc import Mapping
from typing import Any

from evograft.studies.run import Run


class Bar:
    """A bar over generations, or over evaluations where no generations are set.

    A context manager; one that is not wanted shows nothing.
    """

    def __init__(self, wanted: bool, settings: Mapping[str, Any], run: Run) -> None:
        from tqdm import tqdm

        tqdm.set_lock(threading.RLock())  # its own has semaphores, which a killed process leaves
        self._by_generation = "generations" in settings
        unit = "generations" if self._by_generation else "evaluations"
        self._bar = tqdm(
            total=settings[unit], initial=self._done(run), disable=not wanted, unit=unit[:3]
        )

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, run: Run) -> None:
        """Show the run as it is now."""
        row = run.logbook[-1]
        shown = {
            "best": row.get("best"),
            "train": row.get("train_accuracy"),
            "test": row.get("test_accuracy"),
            "neurons": row.get("neurons"),
            "connections": row.get("connections"),
        }
        self._bar.set_postfix(
            {
                name: f"{value:.4g}" if isinstance(value, float) else value
                for name, value in shown.items()
                if value is not None
            },
            refresh=False,
        )
        self._bar.update(self._done(run) - self._bar.n)

    def _done(self, run: Run) -> int:
        return run.generation if self._by_generation else run.evaluations
