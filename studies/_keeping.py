"""What a run leaves in its directory when it ends, in time or before."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

from evograft.representations.dense_network import DenseNetwork
from evograft.studies.checkpoint import Snapshot
from evograft.studies.failures import FOLDER, save_failures
from evograft.studies.run import Run
from evograft.studies.run_directory import RunDirectory


class Keeper:
    """Saves a run in its directory while it goes on and when it ends; without one, nowhere.

    Parameters
    ----------
    directory : RunDirectory, optional
    seconds : float, at least 0
        See ``checkpoint_seconds`` of :func:`evograft.studies.evolve`.
    """

    def __init__(self, directory: RunDirectory | None, seconds: float) -> None:
        self._directory = directory
        self._seconds = seconds
        self._due = time.monotonic() + seconds
        self._failures = 0

    def save_if_due(self, run: Run, snapshot: Snapshot) -> None:
        """Keep who has failed, and write a checkpoint if it is time."""
        if self._directory is None:
            return
        save_failures(self._directory.path / FOLDER, run.failures[self._failures :])
        self._failures = len(run.failures)
        if (began := time.monotonic()) >= self._due:
            self._directory.save(snapshot, run.model())
            done = time.monotonic()
            pause = max(self._seconds, 20 * (done - began))
            self._due = done + (pause if self._seconds else 0)

    def finish(self, run: Run, *, pictures: bool) -> None:
        """Write everything a finished run leaves behind."""
        if self._directory is None:
            return
        self._directory.save(run.snapshot(), run.model())
        problem: Any = getattr(run.toolbox, "problem", None)
        if hasattr(problem, "report") and run.network is not None:  # None: nothing has grown
            self._directory.write_report(problem.report(run.network))
        if pictures:
            _draw(self._directory, run)

    def rescue(self, run: Run) -> None:
        """Save what a run that ends before its time has found, or leave nothing behind."""
        if self._directory is None:
            return
        with contextlib.suppress(OSError):  # a full disk, say: what ended the run is told instead
            if run.logbook:
                try:
                    model = run.model()
                except ValueError:  # a phenotype that cannot be: the checkpoint can still be kept
                    model = None
                self._directory.save(run.snapshot(), model)
            else:
                self._directory.discard()


def _draw(directory: RunDirectory, run: Run) -> None:
    if directory.has_result():
        from evograft.studies.pictures import save_pictures

        # The picture ends with what the last generation has reached, measured or not.
        rows = [*run.logbook[:-1], run.logbook[-1] | run.measures()]
        save_pictures(directory.path, rows, **directory.drawable())
    problem: Any = getattr(run.toolbox, "problem", None)
    if getattr(problem, "kind", None) == "classification" and isinstance(run.network, DenseNetwork):
        from evograft.studies.classifier_analysis import save_analysis

        save_analysis(directory.path, problem, run.network)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a second Ctrl-C wait while the first one is dealt with."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
