"""MGE on the seven small data sets of its paper, beside the paper's figures.

Run ``python benchmarks/mge_accuracy.py [--seeds 5] [--preset literal]`` with ``EVOGRAFT_DATA`` set
to a folder with the data sets that scikit-learn does not ship. Every run has the paper's settings
(population 200, 500 generations), a 70/30 split and random numbers of its own by its seed, and
the default scaling (``minmax11``; ``none`` with the preset ``literal``). Figures are means and
standard deviations over the seeds; the paper's (arXiv 2208.02787, Table 3) are over 30 runs. RMSE
is that of the true class's probability, on the test part. Two processes share the runs.
"""

import argparse
import multiprocessing
import random
import statistics
import time
from functools import partial

from deap import base

from evograft import plugins, problems, studies

PAPER = {  # accuracy, RMSE on the test part, neurons, features
    "flame": ("0.982±0.01", "0.11±0.02", "7.13±1.63", "2.00±0.00"),
    "wdbc": ("0.967±0.02", "0.18±0.03", "8.00±1.86", "13.57±2.5"),
    "ionosphere": ("0.917±0.02", "0.27±0.03", "9.53±1.87", "14.40±3.7"),
    "sonar": ("0.793±0.03", "0.39±0.02", "11.50±2.59", "17.07±3.5"),
    "heart": ("0.827±0.03", "0.36±0.02", "7.40±2.00", "6.93±1.23"),
    "credit": ("0.754±0.02", "0.41±0.02", "10.53±2.91", "15.10±2.7"),
    "wine": ("0.934±0.04", "0.31±0.02", "10.67±1.27", "8.06±1.26"),
}


def measure(task: tuple[str, int], preset: str | None) -> tuple[float, ...]:
    """Accuracy, RMSE, neurons, features, connections and seconds of one run."""
    name, seed = task
    scaling = {"scaling": "none"} if preset == "literal" else {}
    problem = problems.load(name, split_seed=seed, **scaling)
    random.seed(seed)
    toolbox = plugins.graft(base.Toolbox(), "mge", problem, preset=preset, threads=1)
    began = time.perf_counter()
    run = studies.evolve(toolbox, progress=False)
    seconds = time.perf_counter() - began
    report, complexity = problem.report(run.network), run.network.complexity()
    return (
        float(report["test_accuracy"]),
        float(report["test_rmse_true_class_probability"]),
        complexity.neurons,
        complexity.features,
        complexity.connections,
        seconds,
    )


def main() -> None:
    """Print the table, a row as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--preset")
    options = parser.parse_args()
    print("| data | test accuracy | paper | RMSE | paper | neurons | paper | features | paper "
          "| connections | s/run |")  # fmt: skip
    print("|---" * 11 + "|")
    tasks = [(name, seed) for name in PAPER for seed in range(options.seeds)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        results = pool.imap(partial(measure, preset=options.preset), tasks)
        for name, paper in PAPER.items():
            rows = [next(results) for _ in range(options.seeds)]
            accuracy, rmse, neurons, features, connections, seconds = zip(*rows, strict=True)
            print(
                f"| {name} | {_spread(accuracy, 3)} | {paper[0]} | {_spread(rmse, 2)} | {paper[1]} "
                f"| {_spread(neurons, 1)} | {paper[2]} | {_spread(features, 1)} | {paper[3]} "
                f"| {_spread(connections, 1)} | {statistics.median(seconds):.1f} |",
                flush=True,
            )


def _spread(values: tuple[float, ...], digits: int) -> str:
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):.{digits}f}±{deviation:.{digits}f}"


if __name__ == "__main__":
    main()
