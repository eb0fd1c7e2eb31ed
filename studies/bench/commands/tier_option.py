"""The option ``--tier`` of ``evograft bench generate``."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evograft.problems.benchmark_generation.generation import Report

FIXED = (
    "accepted",
    "attempts",
    "mode",
    "seed",
    "size",
    "steps",
    "morphogens",
    "neurons",
    "edges",
    "coverage",
    "connected",
)
"""Options that a tier leaves no choice of."""


def tier_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `generate` that the tier fixes.

    Raises
    ------
    ValueError
        Where there is no such tier, or an option would change it.
    """
    from evograft.problems.benchmark_generation.tiers import tier

    found = tier(options.tier)
    for name in FIXED:
        if getattr(options, name) is not None:
            raise ValueError(
                f"--{name} must not be given with --tier, which fixes it, "
                f"got {getattr(options, name)!r}"
            )
    return {
        "sampler": found.sampler(),
        "quality": found.quality,
        "accepted": found.accepted,
        "attempts": None,
    }


def check_tier_hash(name: str, report: "Report") -> None:
    """Say that the tier's hash was found; ValueError where it was another."""
    from evograft.problems.benchmark_generation.tiers import tier

    expected = tier(name).content_hash
    if expected is None:
        print(f"tier {name} has no published hash yet")
    elif expected == report.content_hash:
        print(f"this is the published hash of tier {name}")
    else:
        raise ValueError(
            f"tier {name} must have the content hash {expected}, got {report.content_hash}: "
            "other versions of numpy or scipy may draw otherwise"
        )
