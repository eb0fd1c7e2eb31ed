"""Made-up metrics of the two modes, in which nothing differs until a test makes it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from evograft.studies.bench.analysis.mode_findings import judge_claims
from evograft.studies.bench.analysis.mode_values import (
    ALL,
    ASPECTS,
    MODES,
    Attempts,
    ModeValues,
    join_modes,
)
from evograft.studies.bench.analysis.size_terciles import PARTS

METRICS = tuple(metric for metrics in ASPECTS.values() for metric in metrics)
N = 240


def frame(n: int = N, **changed: Any) -> pd.DataFrame:
    """A third of the networks are small, middle and large; all metrics go evenly over their range.

    Arguments replace columns; a number shifts one.
    """
    # 0.5 and all that is between 0.4 and 0.6, in an order that is the same in every third.
    even = 0.4 + 0.2 * (np.arange(n) // 3 + 0.5) / (n / 3)
    table = pd.DataFrame({"n": np.array([50.0, 200.0, 400.0])[np.arange(n) % 3], "m": 900.0})
    for metric in METRICS:
        table[metric] = even
    for name, value in changed.items():
        table[name] = table[name].to_numpy() + value if np.isscalar(value) else value
    return table


def attempts(accepted: int, rejected: Sequence[int] = (0, 0, 0, 0)) -> Attempts:
    """Accepted ones, and those that broke each rule."""
    names = ("neurons", "edges", "coverage", "disconnected")
    counts = dict(zip(names, rejected, strict=True))
    return Attempts(accepted + sum(rejected), accepted, counts)


def values(
    random: pd.DataFrame | None = None,
    stratified: pd.DataFrame | None = None,
    made: dict[str, Attempts | None] | None = None,
) -> ModeValues:
    """The values of both modes, alike if not given."""
    frames = dict(zip(MODES, (frame(), frame()), strict=True))
    frames |= {} if random is None else {"random": random}
    frames |= {} if stratified is None else {"stratified": stratified}
    alike: dict[str, Attempts | None] = dict.fromkeys(MODES, attempts(N, (500, 100, 50, 50)))
    return join_modes(frames, alike if made is None else made)


def judged(found: ModeValues, finding: str, metric: str | None = None) -> dict[str, str]:
    """The verdict on a finding by part, which is that on all of its metrics if none is named."""
    rows = judge_claims(found, 0.05)
    rows = rows[rows["finding"] == finding]
    if metric is not None:
        rows = rows[rows["metric"] == metric]
    verdicts = {part: group["verdict"].unique().tolist() for part, group in rows.groupby("part")}
    assert all(len(words) == 1 for words in verdicts.values())
    return {str(part): words[0] for part, words in verdicts.items()}


def everywhere(word: str) -> dict[str, str]:
    """The verdict *word* on every part."""
    return dict.fromkeys((ALL, *PARTS), word)
