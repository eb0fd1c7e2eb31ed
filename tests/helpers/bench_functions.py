"""Measures and a task for benchmarks, which workers can import; and benchmarks that are ready."""

import time
from dataclasses import dataclass

from evograft.problems.benchmark_generation.generation import Report, generate
from evograft.problems.benchmark_generation.samplers import RandomSampler

SAMPLER = RandomSampler(seed=1, size=(8, 8), max_growth_steps=100)


def sizes(organism):
    n, m = organism.n_neurons, len(organism.edges)
    return {"nodes": float(n), "density": m / n**2, "never": float("nan")}


def slow_sizes(organism):
    time.sleep(0.01)
    return sizes(organism)


def fickle(organism):
    """Another name for large networks."""
    return {"nodes" if organism.n_neurons < 20 else "many": 1.0}


@dataclass(frozen=True)
class Score:
    value: float
    cost: float


@dataclass(frozen=True)
class EdgeTask:
    """Scores that can be foretold."""

    name: str = "edges_of"
    fidelities: tuple[str, ...] = ("low", "full")

    def score(self, organism, fidelity, seed):
        assert fidelity == "full"
        return Score(len(organism.edges) + seed, 10.0 * (seed + 1))


def make_bench(directory, **settings) -> Report:
    """A small benchmark: 30 entries, in shards of 60 attempts."""
    return generate(
        directory,
        **{"sampler": SAMPLER, "accepted": 30, "attempts_per_shard": 60, "attempts_per_unit": 25}
        | settings,
    )
