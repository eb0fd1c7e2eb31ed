"""How long a browser takes to open the page of a benchmark: 100 000 entries of 60 columns.

Run ``python benchmarks/bench_view.py``; it needs Chromium with its driver and selenium. The entries
are made up. Each figure is the median over ``--rounds`` (3) of the time from navigation to the page
saying that it is ready, in headless Chromium: the page as it is served, and as one file. Filtering
is the median of 20 moves of a filter's slider, each until all is drawn, two frames later at best.
"""

import argparse
import shutil
import statistics
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
picker.dispatchEvent(new Event('change'));
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


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--entries", type=int, default=100_000)
    options = parser.parse_args()
    source = made_up(options.entries)
    driver = browser()
    with tempfile.TemporaryDirectory() as folder, PageServer(source) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        start = time.perf_counter()
        file = export_page(source, Path(folder, "bench.html"), growths=200)
        exporting = time.perf_counter() - start
        for name, address in (("served", server.address), ("one file", file.as_uri())):
            times = [seconds_to_open(driver, address) for _ in range(options.rounds)]
            moving = driver.execute_async_script(FILTER)
            print(f"{name:9} opens in {statistics.median(times):.2f} s, filters in {moving:.0f} ms")
        print(f"the file has {file.stat().st_size / 1e6:.0f} MB, written in {exporting:.0f} s")
        server.shutdown()
    driver.quit()


if __name__ == "__main__":
    main()
