"""Targets that are known without growing anything, and searchers that are run on them."""

import random
from typing import Any

import numpy as np
from deap import base

from evograft import studies
from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.leaderboard.searchers import searcher
from evograft.studies.bench.leaderboard.targets import CallableTarget

SMALL = {"size_x": 12, "size_y": 12, "max_growth_steps": 40}
"""Genomes of all searchers in these tests."""

OWN: dict[str, dict[str, Any]] = {
    "random": {},
    "regularised-evolution": {"population": 12, "sample": 4},
    "cma-es": {"initial": 12},
    "morphonas": {"population": 20, "pressure": 0.5},
    "morphonas:experiment-a": {"population": 20, "pressure": 0.5},
}
"""Settings of searchers for small budgets."""


class Recorded:
    """An objective that keeps what it is asked for: the nearer numbers to 0.3, the better."""

    def __init__(self) -> None:
        self.asked: list[Genome] = []

    def __call__(self, genome: Genome) -> tuple[float, float]:
        self.asked.append(genome.snapshot())
        return nearness(genome), 2.0


def nearness(genome: Genome) -> float:
    """Minus the squared distance of eight numbers of a genome of three morphogens from 0.3."""
    distance = ((genome.progenitor_secretion_rates - 0.3) ** 2).sum()
    distance += ((genome.neuron_secretion_rates - 0.3) ** 2).sum()
    distance += (genome.diffusion_rate - 0.3) ** 2 + (genome.division_threshold - 0.3) ** 2
    return -float(distance)


def priced_nearness(genome: Genome) -> tuple[float, float]:
    """Nearness at a cost of 1."""
    return nearness(genome), 1.0


def recorded() -> tuple[CallableTarget, list[Genome]]:
    """A target, and the list that its genomes are kept in."""
    objective = Recorded()
    return CallableTarget(objective, "nearness"), objective.asked


def made(name: str, target: Any, evaluations: int, **settings: Any) -> base.Toolbox:
    """The toolbox of a searcher."""
    return searcher(name, evaluations=evaluations, **SMALL, **(OWN[name] | settings))(target)


def run_searcher(
    name: str, evaluations: int, seed: int = 1, **options: Any
) -> tuple[list[Genome], dict[str, Any]]:
    """The genomes that a searcher has asked for, and what its meter has booked."""
    target, asked = recorded()
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (DEAP's strategy draws from it)
    toolbox = made(name, target, evaluations)
    options = {"progress": False, "pictures": False, **options}
    studies.evolve(toolbox, evaluations=evaluations, **options)
    return asked, toolbox.state()["meter"]
