"""How well genomes foretell the metrics and scores of a benchmark.

Run ``python benchmarks/bench_surrogates.py DIR [--entries 20000] [--targets m density …]
[--models ridge boosting] [--seeds 0 1]``. Targets are metrics, and scores by their columns, such as
cartpole_0. Each model is cross-validated on the published folds; entries of the test part are left
out. The sample is always the same. The table has means and standard deviations over the folds of
Spearman's and Kendall's rank correlations and of R². A fit of 16 000 entries takes ridge regression
0.1 s, gradient boosting some seconds, a forest half a minute.
"""

import argparse
import time

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.studies.bench.surrogates.surrogate_evaluation import MEASURES, evaluate
from evograft.studies.bench.surrogates.surrogate_models import MODELS

TARGETS = (
    "n",
    "m",
    "density",
    "degree_entropy",
    "modularity_undirected_greedy",
    "global_reaching_centrality",
    "flow_hierarchy",
    "transitivity",
    "reciprocity",
    "global_efficiency_directed",
    "wiring_mean",
)
"""Metrics to predict, those of them that the benchmark has; and the first score of each task."""


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory")
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--targets", nargs="+")
    parser.add_argument("--models", nargs="+", choices=[*MODELS], default=["ridge", "boosting"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    options = parser.parse_args()
    bench = Bench.open(options.directory)
    scores = [name for name in bench.metadata.get("scores", ()) if name.endswith("_0")]
    targets = options.targets or [*(name for name in TARGETS if name in bench.measured), *scores]
    heads = [name for measure in MEASURES for name in (measure, "sd")]
    print(f"| target | model | entries | undefined | {' | '.join(heads)} |")
    print(f"| --- | --- | --- | --- |{' --- |' * len(heads)}")
    for model in options.models:
        began = time.perf_counter()
        table = evaluate(bench, targets, model, seeds=options.seeds, entries=options.entries)
        for row in table.to_dict("records"):
            values = [row[name] for measure in MEASURES for name in (measure, f"{measure}_sd")]
            cells = " | ".join(f"{value:.3f}" for value in values)
            print(
                f"| {row['target']} | {model} | {row['entries']} | {row['undefined']} | {cells} |"
            )
        print(f"{model}: {time.perf_counter() - began:.0f} s, reading included", flush=True)


if __name__ == "__main__":
    main()
