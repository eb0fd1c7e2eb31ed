"""Made-up metrics of the two modes, in which nothing differs until a test makes it."""

import numpy as np
import pandas as pd

from evograft.studies.bench.mode_findings import judge_claims
from evograft.studies.bench.mode_values import ALL, ASPECTS, MODES, Attempts, join_modes
from evograft.studies.bench.size_terciles import PARTS

METRICS = tuple(metric for metrics in ASPECTS.values() for metric in metrics)
N = 240


def frame(n=N, **changed):
    """A third of the networks are small, middle and large; all metrics go evenly over their range.

    Arguments replace columns; a number shifts one.
    """
    # 0.5 and all that is between 0.4 and 0.6, in an order that is the same in every third.
    even = 0.4 + 0.2 * (np.arange(n) // 3 + 0.5) / (n / 3)
    table = pd.DataFrame({"n": np.array([50.0, 200.0, 400.0])[np.arange(n) % 3], "m": 900.0})
    for metric in METRICS:
        table[metric] = even
    for name, value in changed.items():
        table[name] = table[name] + value if np.isscalar(value) else value
    return table


def attempts(accepted, rejected=(0, 0, 0, 0)):
    names = ("neurons", "edges", "coverage", "disconnected")
    counts = dict(zip(names, rejected, strict=True))
    return Attempts(accepted + sum(rejected), accepted, counts)


def values(random=None, stratified=None, made=None):
    """The values of both modes, alike if not given."""
    frames = dict(zip(MODES, (frame(), frame()), strict=True))
    frames |= {} if random is None else {"random": random}
    frames |= {} if stratified is None else {"stratified": stratified}
    alike = attempts(N, (500, 100, 50, 50))
    return join_modes(frames, dict.fromkeys(MODES, alike) if made is None else made)


def judged(found, finding, metric=None):
    """The verdict on a finding by part, which is that on all of its metrics if none is named."""
    rows = judge_claims(found, 0.05)
    rows = rows[rows["finding"] == finding]
    if metric is not None:
        rows = rows[rows["metric"] == metric]
    verdicts = {part: group["verdict"].unique().tolist() for part, group in rows.groupby("part")}
    assert all(len(words) == 1 for words in verdicts.values())
    return {part: words[0] for part, words in verdicts.items()}


def everywhere(word):
    """The verdict *word* on every part."""
    return dict.fromkeys((ALL, *PARTS), word)
