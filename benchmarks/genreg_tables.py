"""Tables of what ``genreg_experiments.py`` found.

Run ``python benchmarks/genreg_tables.py RESULTS.jsonl …``. Accuracies are those of the official
10 000 test images (or of the problem's test part), mean and standard deviation over the seeds, in
per cent; ``seconds`` is the median of whole runs, measuring included, and ``s to X %`` the median
time until two measurements in a row were at least that good, of the runs that got there.
"""

import argparse
import itertools
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

Row = dict[str, Any]

README = (87.1, 94.5, 80.7, 73.4, 78.2, 70.9, 86.3, 82.2, 76.7, 79.3)
"""Per cent of each digit by GENREG's published genome of generation 600."""

GOAL = 0.8147
"""Its best published accuracy, of generation 500."""


def spread(values: list[float]) -> str:
    """Mean and standard deviation, in per cent."""
    mean = 100 * statistics.mean(values)
    if len(values) == 1:
        return f"{mean:.2f}"
    return f"{mean:.2f} ± {100 * statistics.stdev(values):.2f}"


def at(run: Row, generation: int) -> float | None:
    """Accuracy at a generation, if it was measured."""
    found = [entry["accuracy"] for entry in run["history"] if entry["generation"] == generation]
    return found[0] if found else None


def seconds_to(run: Row, accuracy: float) -> float | None:
    """When an accuracy was first measured twice in a row."""
    entries = run["history"]
    for entry, following in itertools.pairwise(entries):
        if min(entry["accuracy"], following["accuracy"]) >= accuracy:
            seconds: float = following["seconds"]
            return seconds
    return None


def summary(runs: list[Row]) -> Row:
    """One condition."""
    finals = [run["history"][-1]["accuracy"] for run in runs]
    row: Row = {
        "runs": len(runs),
        "generations": int(statistics.median(run["generations"] for run in runs)),
        "test accuracy": spread(finals),
        "worst": f"{100 * min(finals):.2f}",
        "best": f"{100 * max(finals):.2f}",
        "seconds": f"{statistics.median(run['seconds'] for run in runs):.0f}",
    }
    at_500 = [accuracy for run in runs if (accuracy := at(run, 500)) is not None]
    if len(at_500) == len(runs) and row["generations"] <= 600:
        row["at 500"] = spread(at_500)
    for goal in (GOAL, 0.9, 0.965, 0.975, 1.0):
        times = [seconds for run in runs if (seconds := seconds_to(run, goal)) is not None]
        if times:
            some = "" if len(times) == len(runs) else f" ({len(times)} of {len(runs)})"
            row[f"s to {100 * goal:g} %"] = f"{statistics.median(times):.1f}{some}"
    return row


def print_experiments(runs: list[Row]) -> None:
    """A table per experiment, a line per condition."""
    for experiment in dict.fromkeys(run["experiment"] for run in runs):
        mine = [run for run in runs if run["experiment"] == experiment]
        rows = {
            condition: summary([run for run in mine if run["condition"] == condition])
            for condition in dict.fromkeys(run["condition"] for run in mine)
        }
        print(f"\n{experiment}\n{pd.DataFrame.from_dict(rows, orient='index').fillna('')}")


def print_classes(runs: list[Row]) -> None:
    """Per digit: final accuracy, when half of it was right, and the largest fall on the way."""

    def mean(measure: Callable[[list[Row], int], float]) -> list[float]:
        return [statistics.mean(measure(run["history"], c) for run in runs) for c in range(10)]

    def half(history: list[Row], c: int) -> float:
        reached = [entry["generation"] for entry in history if entry["classes"][c] >= 0.5]
        return float(reached[0] if reached else "nan")

    def fall(history: list[Row], c: int) -> float:
        series = [entry["classes"][c] for entry in history]
        return 100 * max(max(series[: i + 1]) - value for i, value in enumerate(series))

    table = pd.DataFrame(
        {
            "final %": mean(lambda history, c: 100 * history[-1]["classes"][c]),
            "GENREG's text %": README,
            "half right at generation": mean(half),
            "largest fall, points": mean(fall),
        }
    ).round(1)
    print(f"\nper digit, {len(runs)} runs of the preset published, 64 hidden\n{table}")


def print_equilibrium(runs: list[Row]) -> None:
    """Trust at the end beside what performance / decay would be."""
    for run in runs:
        best, mean = run["history"][-1]["best"], run["history"][-1]["mean"]
        # What a child starts with, 0.8 * 0.06 of the mean trust of its parents, is no performance.
        print(
            f"seed {run['seed']}: mean trust {mean:.0f}, best {best:.0f} (1764 is published); the "
            f"mean performance / decay would be about {mean * (1 - 0.8 * 0.06) / 0.2:.0f}"
        )


def main() -> None:
    """Print everything that the files hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", type=Path, nargs="+")
    lines = [line for path in parser.parse_args().results for line in path.read_text().splitlines()]
    runs: list[Row] = [json.loads(line) for line in lines]
    pd.set_option("display.width", 200)
    pd.set_option("display.max_columns", 20)
    print_experiments(runs)
    published = [
        run for run in runs if (run["experiment"], run["condition"]) == ("published", "64 hidden")
    ]
    if published:
        print_classes(published)
        print_equilibrium(published)


if __name__ == "__main__":
    main()
