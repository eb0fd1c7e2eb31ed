"""How long a user waits: importing, and ``evolve mge wine --generations 5`` cold and warm.

Run ``python benchmarks/startup.py``. Each figure is a whole process; cold means an empty cache of
compiled kernels (a fresh folder as ``NUMBA_CACHE_DIR``), warm the run after it. Medians of
``--rounds`` (3).
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EVOLVE = "from evograft.studies.cli import main; main(['evolve', 'mge', 'wine', "
EVOLVE += "'--generations', '5'])"


def seconds(code: str, folder: str) -> float:
    """Wall seconds of a process that runs *code* in *folder*, its kernels cached there."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(Path(folder, "kernels"))}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - start


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = []
    for _ in range(parser.parse_args().rounds):
        with tempfile.TemporaryDirectory() as folder:
            codes = ("pass", "import evograft.plugins", EVOLVE, EVOLVE)
            rounds.append([seconds(code, folder) for code in codes])
    python, importing, cold, warm = map(statistics.median, zip(*rounds, strict=True))
    print(f"python alone                            {python:.2f} s")
    print(f"import evograft.plugins                 {importing:.2f} s")
    print(f"evolve mge wine --generations 5, cold   {cold:.2f} s")
    print(f"evolve mge wine --generations 5, warm   {warm:.2f} s")


if __name__ == "__main__":
    main()
