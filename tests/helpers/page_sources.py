"""Sources of the page that shows a benchmark, small ones."""

from typing import Any

import numpy as np

from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.view.source import ArraySource

GROWN = 89
"""An entry's number whose genome grows into some hundred neurons."""


def small_source(entries: int = 60) -> ArraySource:
    """Entries 80, 81, … on a line: column ``across`` is 0, 1, …; ``up`` its square."""
    places = np.arange(entries)
    columns = {
        "across": places,
        "up": places**2,
        "half_missing": np.where(places % 2, np.nan, places),
        "max_growth_steps": np.full(entries, 60),
    }

    def genome(number: int) -> dict[str, Any]:
        return Genome.random(np.random.default_rng(number), max_growth_steps=60).to_dict()

    return ArraySource("small", 80 + places, columns, genome, {"seed": 7}, {"up": "the square"})


SCRIPT = "</script><script>window.hacked = 1</script>"
IMAGE = "<img src=x onerror='window.hacked = 1'>"


def nested(levels: int) -> list[Any]:
    """So many lists in each other, the innermost empty."""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def hostile_source() -> ArraySource:
    """Where every text is hostile, and many a number is none."""
    columns = {
        f"a{SCRIPT}": np.array([1.0, np.nan, np.inf, 3.0]),
        f"b{IMAGE}": np.array([1.0, 2.0, -np.inf, 1e300]),
        "<!--": np.array([2**62, 0, 1, 2]),
    }

    def genome(number: int) -> dict[str, Any]:
        scalars: dict[str, Any] = {
            "size_x": 10**400,
            "size_y": float("nan"),
            "rate": 10**20,
            IMAGE: SCRIPT,
        }
        arrays: dict[str, Any] = {
            "inhibition_matrix": [[IMAGE, float("inf")], SCRIPT, None],
            "progenitor_secretion_rates": [SCRIPT],
            "diffusion_patterns": [SCRIPT, [[10**400]], {"x": IMAGE}],
        }
        return scalars | arrays | {"more": [[IMAGE]]}

    about = {SCRIPT: {IMAGE: [SCRIPT, float("nan"), 10**5000]}, "deep": nested(5000)}
    numbers = np.array([1, 2, 2**40, 2**53])
    return ArraySource(SCRIPT, numbers, columns, genome, about, dict.fromkeys(columns, IMAGE))
