"""Fixed tiers: benchmarks that everybody can make again, and tell by their content hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import (
    RandomSampler,
    Size,
    StratifiedSampler,
    sampler,
)
from evograft.representations import _check

_QUALITY = Quality()


@dataclass(frozen=True)
class Tier:
    """What decides on the entries of a published benchmark.

    Attributes
    ----------
    name : str
    mode : "random" or "stratified"
    seed : int
        Of the sampler; every tier has one of its own, so that none is the beginning of another.
    accepted : int
        Entries.
    size : (int, int)
        Sites of the torus.
    max_growth_steps : int
    quality : Quality
    content_hash : str or None
        That of its entries; None where it has not been made yet.
    """

    name: str
    mode: str
    seed: int
    accepted: int
    size: Size = (20, 20)
    max_growth_steps: int = 200
    quality: Quality = _QUALITY
    content_hash: str | None = None

    def sampler(self) -> RandomSampler | StratifiedSampler:
        """Where its genomes come from: 3 morphogens in mode random, else 3 to 6 in turn."""
        return sampler(
            self.mode, seed=self.seed, size=self.size, max_growth_steps=self.max_growth_steps
        )

    def settings(self) -> dict[str, Any]:
        """What the metadata of a benchmark says under the same keys if it is this tier."""
        return {
            "sampler": self.sampler().describe(),
            "quality": self.quality.describe(),
            "accepted": self.accepted,
        }


RANDOM_1K_HASH: str | None = "f8144534886bf153854cba7e1d1cf60915182fde81f57575e669eabd75ad9cf5"
RANDOM_10K_HASH: str | None = "afea0dd0a5bb3d6f886d4844d45d05f76a348e22080607051711c03a200f6c44"
RANDOM_100K_HASH: str | None = "ca1c7222bfdfb3e5c87803d8d8b2b769d7159dcf3adb6fc448d93843bf46979b"
STRATIFIED_1K_HASH: str | None = "152a5a16d5becd07a5d15b2fecf9b82fb4390164acecbea53c8aabb6e822fd25"
STRATIFIED_10K_HASH: str | None = "825a7dcecf0a4ea69010bd5779e837dfacff4cc3584a53488dd317e58e2019b0"
STRATIFIED_100K_HASH: str | None = None

TIERS: dict[str, Tier] = {
    tier.name: tier
    for tier in (
        Tier("random-1k", "random", 101, 1_000, content_hash=RANDOM_1K_HASH),
        Tier("random-10k", "random", 102, 10_000, content_hash=RANDOM_10K_HASH),
        Tier("random-100k", "random", 103, 100_000, content_hash=RANDOM_100K_HASH),
        Tier("stratified-1k", "stratified", 201, 1_000, content_hash=STRATIFIED_1K_HASH),
        Tier("stratified-10k", "stratified", 202, 10_000, content_hash=STRATIFIED_10K_HASH),
        # Some six million attempts.
        Tier("stratified-100k", "stratified", 203, 100_000, content_hash=STRATIFIED_100K_HASH),
    )
}


def tier(name: str) -> Tier:
    """Find a tier by its name.

    >>> tier("random-1k").sampler()
    RandomSampler(seed=101, size=(20, 20), max_growth_steps=200, num_morphogens=3)

    Raises
    ------
    ValueError
        Where there is none of that name.
    """
    _check.known("tier", name, TIERS)
    return TIERS[name]


def tier_of(metadata: Mapping[str, Any]) -> Tier | None:
    """The tier that a benchmark with this metadata is, if it is one."""
    for found in TIERS.values():
        settings = found.settings()
        if all(metadata.get(key) == value for key, value in settings.items()):
            return found
    return None
