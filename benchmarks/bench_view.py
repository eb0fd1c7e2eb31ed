"""How long a browser takes to open the page of a benchmark: 100 000 entries of 60 columns.

Run ``python benchmarks/bench_view.py``; it needs Chromium with its driver and selenium. The entries
are made up. Each figure is the median over ``--rounds`` (3) of the time from navigation to the page
saying that it is ready, in headless Chromium: the page as it is served, and as one file. Filtering
is the median of 20 moves of a filter's slider, each until all is drawn, two frames later at best.

Run ``python benchmarks/bench_view.py DIR`` for a real benchmark: the median time from the start of
the command ``evograft bench view DIR`` to the page being ready, how much of it the command took to
print its address, and the processor time of the command, which other load on the machine does not
change much; the browser runs already.
"""

import argparse
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.view.export import export_page
from evograft.studies.bench.view.server import PageServer
from evograft.studies.bench.view.source import GENOME_COLUMNS, ArraySource

READY = "return document.documentElement.dataset.ready === 'yes'"
FILTER = """
const [done] = arguments, picker = document.getElementById('new-filter'), times = [];
picker.value = 1;
document.getElementById('add-filter').click();
const slider = document.querySelector('#filters .range input');
const next = (i) => {
  if (i === 20) return done(times.sort((a, b) => a - b)[10]);
  slider.value = 10 * i;
  const start = performance.now();
  slider.dispatchEvent(new Event('input'));
  // It is applied in one frame, and drawn in the next one.
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
    times.push(performance.now() - start);
    next(i + 1);
  })));
};
next(0);
"""


def made_up(entries: int = 100_000, columns: int = 60) -> ArraySource:
    """Entries with columns that hang together as those of grown networks do, more or less."""
    rng = np.random.default_rng(7)
    full = rng.random(entries) < 0.62
    neurons = np.where(full, 400 - rng.geometric(0.08, entries), rng.integers(5, 400, entries))
    neurons = np.clip(neurons, 5, 400)
    degree = rng.gamma(9, 0.28, entries) + 0.6
    edges = np.maximum(3, neurons * degree + rng.normal(0, 12, entries)).astype(int)
    order = rng.beta(2, 3, entries)
    measured: dict[str, npt.NDArray[Any]] = {
        "neurons": neurons,
        "edges": edges,
        "degree_entropy": 1.1 + 0.75 * np.log2(degree + 0.4) + 0.5 * order
        + rng.normal(0, 0.16, entries),
        "modularity_undirected_greedy": np.clip(
            0.97 - 1.6 / np.sqrt(neurons) - 0.055 * degree - 0.06 * order
            + rng.normal(0, 0.014, entries), -0.1, 1,
        ),
        "global_reaching_centrality": np.clip(order * rng.beta(2, 5, entries), 0, 1),
        "density": edges / (neurons * (neurons - 1)),
        "transitivity": np.clip(0.42 - 0.03 * degree + rng.normal(0, 0.06, entries), 0, 1),
        "reciprocity": np.clip(rng.beta(2, 9, entries) + 0.1 * order, 0, 1),
        "degree_balance": np.clip(0.95 - 0.5 * order + rng.normal(0, 0.05, entries), 0, 1),
        "core_periphery_be": np.where(
            rng.random(entries) < 0.02, np.nan, rng.normal(0.14, 0.03, entries)
        ),
        "cartpole_0": np.minimum(500, 9 + rng.gamma(1.4, 40, entries)),
    }  # fmt: skip
    for i in range(columns - len(measured) - len(GENOME_COLUMNS)):
        measured[f"metric_{i}"] = rng.normal(size=entries) + order
    genomes: dict[str, npt.NDArray[Any]] = {name: rng.random(entries) for name in GENOME_COLUMNS}
    genomes |= {"size_x": np.full(entries, 20), "size_y": np.full(entries, 20)}
    genomes |= {"max_axon_length": rng.integers(2, 11, entries)}
    numbers = np.cumsum(rng.geometric(0.2, entries)).astype(np.int64)
    about = {"sampler": {"name": "made up", "seed": 7}, "accepted": entries}
    return ArraySource("made-up-100k", numbers, measured | genomes, _genome, about)


def _genome(number: int) -> Mapping[str, Any]:
    return Genome.random(np.random.default_rng(number), max_growth_steps=200).to_dict()


def browser() -> webdriver.Chrome:
    """Chromium without a window."""
    options = webdriver.ChromeOptions()
    for argument in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "window-size=1280,720"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options, Service(shutil.which("chromedriver")))


def seconds_to_open(driver: webdriver.Chrome, address: str) -> float:
    """From navigation to ready."""
    driver.get("about:blank")
    start = time.perf_counter()
    driver.get(address)
    WebDriverWait(driver, 60, poll_frequency=0.02).until(lambda d: d.execute_script(READY))
    return time.perf_counter() - start


def seconds_of_command(driver: webdriver.Chrome, directory: str) -> tuple[float, float, float]:
    """From the start of the command to its address, to the page being ready; processor time."""
    driver.get("about:blank")
    before = seconds_of_processor()
    start = time.perf_counter()
    command = [sys.executable, "-m", "evograft", "bench", "view", directory]
    with subprocess.Popen(
        [*command, "--port", "0", "--no-browser"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        if not said:  # its own error stands above
            raise SystemExit(process.wait())
        serving = time.perf_counter() - start
        seconds_to_open(driver, said[0])
        ready = time.perf_counter() - start
        process.send_signal(signal.SIGINT)
    return serving, ready, seconds_of_processor() - before


def seconds_of_processor() -> float:
    """Of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_directory(driver: webdriver.Chrome, directory: str, rounds: int) -> None:
    """Print the medians of the command on a real benchmark, and of filtering its entries."""
    times = [seconds_of_command(driver, directory) for _ in range(rounds)]
    serving, ready, processor = (statistics.median(column) for column in zip(*times, strict=True))
    moving = driver.execute_async_script(FILTER)
    print(
        f"command to page ready {ready:.2f} s, of which {serving:.2f} s to the address "
        f"({processor:.2f} s of processor time); filters in {moving:.0f} ms"
    )


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", nargs="?", help="of a real benchmark")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--entries", type=int, default=100_000)
    options = parser.parse_args()
    driver = browser()
    try:
        if options.directory is None:
            measure_made_up(driver, made_up(options.entries), options.rounds)
        else:
            measure_directory(driver, options.directory, options.rounds)
    finally:
        driver.quit()


def measure_made_up(driver: webdriver.Chrome, source: ArraySource, rounds: int) -> None:
    """Print the medians of the page as it is served, and as one file."""
    with tempfile.TemporaryDirectory() as folder, PageServer(source) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        start = time.perf_counter()
        file = export_page(source, Path(folder, "bench.html"), growths=200)
        exporting = time.perf_counter() - start
        for name, address in (("served", server.address), ("one file", file.as_uri())):
            times = [seconds_to_open(driver, address) for _ in range(rounds)]
            moving = driver.execute_async_script(FILTER)
            print(f"{name:9} opens in {statistics.median(times):.2f} s, filters in {moving:.0f} ms")
        print(f"the file has {file.stat().st_size / 1e6:.0f} MB, written in {exporting:.0f} s")
        server.shutdown()


if __name__ == "__main__":
    main()
