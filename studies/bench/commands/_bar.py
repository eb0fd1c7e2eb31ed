"""The bar of a generation."""

import threading


class GenerationBar:
    """A bar over entries, with their rate and their share of the attempts.

    A context manager.
    """

    def __init__(self, total: int) -> None:
        from tqdm import tqdm

        tqdm.set_lock(threading.RLock())  # its own has semaphores, which a killed process leaves
        self._bar = tqdm(total=total, unit="net")

    def __enter__(self) -> "GenerationBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, accepted: int, attempts: int) -> None:
        """Show how many there are now."""
        share = accepted / attempts if attempts else 0.0
        self._bar.set_postfix({"attempts": attempts, "yield": f"{share:.2%}"}, refresh=False)
        self._bar.update(accepted - self._bar.n)
