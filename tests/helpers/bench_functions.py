"""Measures and a task for benchmarks, which workers can import; and benchmarks that are ready."""

import filecmp
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from evograft.problems.benchmark_generation.generation import Report, generate
from evograft.problems.benchmark_generation.samplers import RandomSampler
from evograft.problems.benchmark_generation.tasks import Score, Task
from evograft.representations.morphogenesis import Genome, Organism

if TYPE_CHECKING:
    import pytest

SAMPLER = RandomSampler(seed=1, size=(8, 8), max_growth_steps=100)


@dataclass(frozen=True)
class OwnSampler:
    """A sampler of the user's own: another one's genomes, backwards in their rates."""

    seed: int
    name: ClassVar[str] = "own"

    def genome(self, i: int) -> Genome:
        drawn = RandomSampler(self.seed, (8, 8), 100).genome(i)
        rates = drawn.progenitor_secretion_rates[::-1]
        return Genome.from_dict(drawn.to_dict() | {"progenitor_secretion_rates": rates.tolist()})

    def genomes(self, start: int, stop: int) -> Iterator[Genome]:
        return map(self.genome, range(start, stop))

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "seed": self.seed}


def sizes(organism: Organism) -> dict[str, float]:
    n, m = organism.n_neurons, len(organism.edges)
    return {"nodes": float(n), "density": m / n**2, "never": float("nan")}


def scaled(organism: Organism, *, scale: float) -> dict[str, float]:
    return {"scaled": scale * organism.n_neurons}


@dataclass(frozen=True)
class Scaled:
    """A measure that is no function, and tells of its settings."""

    scale: float

    def __call__(self, organism: Organism) -> dict[str, float]:
        return scaled(organism, scale=self.scale)

    def measured(self, organism: Organism) -> dict[str, float]:
        return self(organism)

    def describe(self) -> dict[str, Any]:
        return {"scale": self.scale}


def infinite(organism: Organism) -> dict[str, float]:
    return {"k": math.inf}


def called(organism: Organism, *, name: str) -> dict[str, float]:
    return {name: 1.0}


def slow_sizes(organism: Organism) -> dict[str, float]:
    time.sleep(0.01)
    return sizes(organism)


def fickle(organism: Organism) -> dict[str, float]:
    """Another name for large networks."""
    return {"nodes" if organism.n_neurons < 20 else "many": 1.0}


def failing(organism: Organism) -> dict[str, float]:
    if organism.n_neurons > 20:
        raise ZeroDivisionError
    return {}


@dataclass(frozen=True)
class EdgeTask(Task):
    """Scores that can be foretold."""

    unit: ClassVar[str] = "edges"
    name: str = "edges_of"

    @property
    def amounts(self) -> Mapping[str, int]:
        return {"low": 1, "medium": 2, "high": 3}

    def _score(self, organism: Organism, amount: int, seed: int) -> Score:
        return Score(len(organism.edges) + seed, 10.0 * amount * (seed + 1))


def make_bench(directory: Path, **settings: Any) -> Report:
    """A small benchmark: 30 entries, in shards of 60 attempts."""
    defaults: dict[str, Any] = {
        "sampler": SAMPLER,
        "accepted": 30,
        "attempts_per_shard": 60,
        "attempts_per_unit": 25,
    }
    return generate(directory, **defaults | settings)


def both_layouts(tmp_path_factory: "pytest.TempPathFactory") -> dict[str, Report]:
    """A small benchmark with the measure *sizes*, in each layout."""
    return {
        layout: make_bench(tmp_path_factory.mktemp(layout), layout=layout, measure=sizes)
        for layout in ("parquet", "json")
    }


class Stop(Exception):  # noqa: N818 (it is none of ours)
    pass


def files_of(directory: Path) -> list[str]:
    return sorted(
        str(path.relative_to(directory))
        for path in Path(directory).rglob("*")
        if path.is_file() and path.name != ".lock"
    )


def assert_same_files(one: Path, other: Path) -> None:
    assert files_of(one) == files_of(other)
    _, differing, errors = filecmp.cmpfiles(one, other, files_of(one), shallow=False)
    assert (differing, errors) == ([], [])


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(path: Path, edit: Callable[[Any], object]) -> None:
    """Edit a JSON file."""
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))
