"""Problems that are tried in episodes, each of which a seed decides."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evograft.problems.control.episodes import can_run
from evograft.representations import _check

FIRST_TEST_SEED = 2**31
"""Test episodes have the seeds from here on, episodes that fitness sees only smaller ones."""


class SeededEpisodes(ABC):
    """What such problems have in common; they are frozen dataclasses.

    Their first field is ``name``, others are ``episodes``, ``seed`` and ``test_episodes``.
    """

    kind: ClassVar[Literal["control"]] = "control"
    objective: ClassVar[Literal["reward"]] = "reward"
    decimals: ClassVar[int] = 2  # of a return that is told

    episodes: int
    seed: int
    test_episodes: int

    def _check_episodes(self) -> None:
        _check.integer("episodes", self.episodes, minimum=1)
        _check.integer("seed", self.seed, minimum=0, maximum=FIRST_TEST_SEED - self.episodes)
        _check.integer("test_episodes", self.test_episodes, minimum=1)

    @property
    @abstractmethod
    def pass_score(self) -> float:
        """Mean return from which the task counts as solved."""

    @abstractmethod
    def episode_rewards(
        self, phenotype: Any, seeds: Sequence[int] | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the sum of rewards of each episode, (n_seeds,) float64."""

    @abstractmethod
    def fitness(self, rewards: Sequence[float] | npt.NDArray[np.float64]) -> float:
        """Return what the returns of all episodes are worth, 0 to 1."""

    @property
    def options(self) -> dict[str, object]:
        """What `load` has to be given, beside the name, to make this problem again."""
        fields = dataclasses.fields(self)[1:]  # type: ignore[arg-type]
        return {field.name: getattr(self, field.name) for field in fields}

    @property
    def seeds(self) -> range:
        """Seeds of the training episodes."""
        return range(self.seed, self.seed + self.episodes)

    @property
    def test_seeds(self) -> range:
        """Seeds of the test episodes, which fitness never sees."""
        return range(FIRST_TEST_SEED, FIRST_TEST_SEED + self.test_episodes)

    def _checked(self, seeds: Sequence[int] | None) -> Sequence[int]:
        """*seeds*, by default those of the training episodes, one at least."""
        if seeds is None:
            seeds = self.seeds
        elif not isinstance(seeds, range):
            seeds = [_check.integer("seeds", seed, minimum=0) for seed in seeds]
        _check.integer("number of seeds", len(seeds), minimum=1)
        return seeds

    def measure(self, phenotypes: Sequence[Any]) -> npt.NDArray[np.float64]:
        """Return the fitness of each phenotype in the training episodes, shape (n,).

        It is 0 for None and for a phenotype whose ``big_enough`` is False. The GIL is released
        while compiled episodes run.

        Raises
        ------
        ValueError
            As for `episode_rewards`.
        """
        return np.array(
            [self.fitness(self.episode_rewards(p)) if can_run(p) else 0.0 for p in phenotypes],
            dtype=np.float64,
        )

    def score(self, phenotype: Any) -> float:
        """Return the mean return over the test episodes."""
        return float(self.episode_rewards(phenotype, self.test_seeds).mean())

    def describe_score(self, phenotype: Any) -> str:
        """Return `score` in a sentence."""
        told = f"{self.score(phenotype):.{self.decimals}f}"
        where = f"in {self.test_episodes} test episodes (passes at {self.pass_score:g})"
        return f"mean return {told} {where}"

    def report(self, phenotype: Any) -> dict[str, object]:
        """Return how the phenotype does, ready for JSON.

        Returns
        -------
        dict
            ``mean_return``, ``min_return`` and ``max_return`` with ``train_`` and ``test_`` before
            their names, `fitness`, `solved` (whether the mean test return reaches the pass score),
            and under `complexity` the fields of ``phenotype.complexity()`` where it has one.
        """
        train = self.episode_rewards(phenotype)
        test = self.episode_rewards(phenotype, self.test_seeds)
        report: dict[str, object] = {}
        for part, returns in (("train", train), ("test", test)):
            report[f"{part}_mean_return"] = float(returns.mean())
            report[f"{part}_min_return"] = float(returns.min())
            report[f"{part}_max_return"] = float(returns.max())
        report["fitness"] = self.fitness(train) if can_run(phenotype) else 0.0
        report["solved"] = bool(test.mean() >= self.pass_score)
        if hasattr(phenotype, "complexity"):
            report["complexity"] = dataclasses.asdict(phenotype.complexity())
        return report

    def progress(self, phenotype: Any) -> dict[str, float]:
        """Return what a run shows of its best phenotype: ``mean_reward`` per training episode."""
        return {"mean_reward": float(self.episode_rewards(phenotype).mean())}
