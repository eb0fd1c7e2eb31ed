"""The published findings about the two modes, each as something that can be tested.

The findings are those that the readme of MorphoNAS-Bench states in words (S. Medvid, "MorphoNAS-
Bench: a benchmark suite for morphogenetic neural network generation", NaUKMA Research Papers,
Computer Science 8, 2025). Their definitions are not published; these readings are ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evograft.problems.benchmark_generation.storage.stamps import RULES
from evograft.studies.bench.analysis.mode_tests import (
    Floats,
    Outcome,
    compare_effects,
    compare_locations,
    compare_shares,
    compare_spreads,
    compare_to_half,
    fences,
)
from evograft.studies.bench.analysis.mode_values import ASPECTS, MODES, ModeValues
from evograft.studies.bench.analysis.size_terciles import PARTS

RANDOM, STRATIFIED = MODES

MODERATE_MODULARITY = (0.3, 0.7)
"""Where Newman and Girvan (2004) say that networks with communities typically lie."""

MOST_MODERATE_HIERARCHY = 2 / 3
"""The upper end of the middle third of a scale from 0 to 1."""

Test = Callable[[ModeValues, str, str], Outcome]


@dataclass(frozen=True)
class Claim:
    """A published finding, as it is tested here.

    Attributes
    ----------
    name, statement : str
    metrics : tuple of str
        What it is tested on, one after the other.
    test : callable
        Takes the values, a metric and a part. The first set of what it returns is the mode that is
        said to be ahead.
    modes : tuple of str
        Modes whose metric is needed; the first is ahead.
    by_size : bool
        Whether there is a test for each third of the networks by size.
    of : "metric", "parts", "axes" or "attempts"
        What it needs: a column of entries, such a column and the thirds by size, two columns for
        the space of metrics, or the number of attempts.
    """

    name: str
    statement: str
    metrics: tuple[str, ...]
    test: Test
    modes: tuple[str, ...]
    by_size: bool = True
    of: str = "metric"


def _location(values: ModeValues, metric: str, part: str) -> Outcome:
    return compare_locations(*(values.values(mode, metric, part) for mode in MODES))


def _more_in_large(values: ModeValues, metric: str, part: str) -> Outcome:
    def both(names: Sequence[str]) -> list[Floats]:
        return [
            np.concatenate([values.values(mode, metric, name) for name in names]) for mode in MODES
        ]

    return compare_effects(*both(PARTS[2:]), *both(PARTS[:2]))


def _stable(values: ModeValues, metric: str, part: str) -> Outcome:
    """Whether the stratified mode spreads wider."""
    return compare_spreads(*(values.values(mode, metric, part) for mode in (STRATIFIED, RANDOM)))


def _high_outliers(values: ModeValues, metric: str, part: str) -> Outcome:
    return _outliers(values, metric, part, MODES, lambda x, _, above: x > above)


def _low_outliers(values: ModeValues, metric: str, part: str) -> Outcome:
    return _outliers(values, metric, part, MODES[::-1], lambda x, below, _: x < below)


def _outliers(
    values: ModeValues,
    metric: str,
    part: str,
    modes: Sequence[str],
    outlying: Callable[[Floats, float, float], Any],
) -> Outcome:
    samples = [values.values(mode, metric, part) for mode in modes]
    if min(sample.size for sample in samples) < 2:
        return Outcome.nothing("Fisher", "h", (samples[0].size, samples[1].size), 2)
    ends = fences(*samples)
    first, second = (int(np.count_nonzero(outlying(sample, *ends))) for sample in samples)
    return compare_shares(first, samples[0].size, second, samples[1].size)


def _yield(values: ModeValues, metric: str, part: str) -> Outcome:
    a, b = (values.attempts[mode] for mode in MODES)
    return compare_shares(a.accepted, a.made, b.accepted, b.made)


def _rejected_less(values: ModeValues, metric: str, part: str) -> Outcome:
    """Whether the stratified mode loses more."""
    a, b = (values.attempts[mode] for mode in (STRATIFIED, RANDOM))
    return compare_shares(a.rejected.get(metric, 0), a.made, b.rejected.get(metric, 0), b.made)


def _broader(values: ModeValues, metric: str, part: str) -> Outcome:
    found = values.coverage[part]
    return found._replace(
        effect=1 / found.effect,
        first=found.second,
        second=found.first,
        sizes=found.sizes[::-1],
    )


def _moderate(values: ModeValues, metric: str, part: str) -> Outcome:
    x = values.values(STRATIFIED, metric, part)
    low, high = MODERATE_MODULARITY
    return compare_to_half(int(np.count_nonzero((x >= low) & (x <= high))), x.size)


def _low_to_moderate(values: ModeValues, metric: str, part: str) -> Outcome:
    x = values.values(STRATIFIED, metric, part)
    return compare_to_half(int(np.count_nonzero(x <= MOST_MODERATE_HIERARCHY)), x.size)


_ENTROPY, _MODULARITY = ASPECTS["entropy"], ASPECTS["modularity"]
_HIERARCHY, _BALANCE = ASPECTS["hierarchy"], ASPECTS["balance"]
_LHS = (STRATIFIED, RANDOM)

CLAIMS = (
    Claim("entropy", "random has higher graph entropy", _ENTROPY, _location, MODES),
    Claim("modularity", "random has higher modularity", _MODULARITY, _location, MODES),
    Claim(
        "modularity of large networks",
        "random is ahead in modularity above all in large networks",
        _MODULARITY,
        _more_in_large,
        MODES,
        by_size=False,
        of="parts",
    ),
    Claim(
        "high hierarchy",
        "random has more high-hierarchy outliers",
        _HIERARCHY,
        _high_outliers,
        MODES,
    ),
    Claim("stable balance", "random has stable balance: it spreads less", _BALANCE, _stable, _LHS),
    Claim(
        "yield",
        "random has higher yield, and so lower rejection in all",
        ("accepted",),
        _yield,
        MODES,
        by_size=False,
        of="attempts",
    ),
    Claim(
        "rejection by rule",
        "random has lower rejection, rule by rule",
        RULES,
        _rejected_less,
        _LHS,
        by_size=False,
        of="attempts",
    ),
    Claim("coverage", "stratified covers more", ("cells",), _broader, _LHS, of="axes"),
    Claim("low entropy", "stratified has more low-entropy outliers", _ENTROPY, _low_outliers, _LHS),
    Claim(
        "moderate modularity",
        "most of stratified has moderate modularity",
        _MODULARITY,
        _moderate,
        (STRATIFIED,),
    ),
    Claim(
        "moderate hierarchy",
        "most of stratified has low to moderate hierarchy",
        _HIERARCHY,
        _low_to_moderate,
        (STRATIFIED,),
    ),
)
"""In the order of the readme."""
