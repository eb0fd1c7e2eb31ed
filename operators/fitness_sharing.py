"""Explicit fitness sharing: positive scores of any fitness, and offspring in proportion."""

import math
from collections.abc import Sequence
from typing import Any

from evograft.representations import _check
from evograft.representations.fitness import WORST

SHARINGS = ("rank", "value")
"""How a fitness becomes a positive number that can be shared."""


def shared_scores(fitness: Sequence[Any], sharing: str = "rank") -> list[float]:
    """Return positive fitness to share, of values of which the greater is the better.

    Parameters
    ----------
    fitness : sequence
        Numbers or tuples of numbers, such as a DEAP fitness's ``wvalues``: a loss is negative
        there.
    sharing : "rank" or "value"
        ``rank``: the mean rank among all, from 1 for the worst, divided by their number. So it
        depends neither on the sign nor on the scale, and one that has failed harms nobody.
        ``value``: the number, or the first of a tuple, as it is where none is below 0, as in the
        paper; else what it exceeds the worst by. One that has failed, which is worth -1e8, has 0
        and does not count as the worst.

    Examples
    --------
    >>> shared_scores([-0.7, -0.2, -1e8, -0.2])
    [0.5, 0.875, 0.25, 0.875]
    >>> shared_scores([-3.0, -1.0, -1e8], "value")
    [0.0, 2.0, 0.0]
    """
    _check.choice("sharing", sharing, SHARINGS)
    n = len(fitness)
    if sharing == "value":
        values = [float(f[0] if isinstance(f, tuple) else f) for f in fitness]
        if any(math.isnan(value) for value in values):
            raise ValueError(f"fitness must be numbers, got {values}")
        worst = min([0.0, *(value for value in values if value > -WORST)])
        return [max(value - worst, 0.0) for value in values]
    order = sorted(range(n), key=fitness.__getitem__)
    scores = [0.0] * n
    begin = 0
    while begin < n:
        end = begin
        while end < n and fitness[order[end]] == fitness[order[begin]]:
            end += 1
        for place in order[begin:end]:
            scores[place] = (begin + 1 + end) / (2 * n)
        begin = end
    return scores


def offspring_quotas(shares: Sequence[float], n: int) -> list[int]:
    """Divide *n* offspring in proportion to *shares*, by the largest remainders.

    They always add up to *n*. Of equal remainders the earlier share is rounded up; where no share
    is above 0, all are taken as equal.

    Examples
    --------
    >>> offspring_quotas([1.0, 1.0, 2.0], 10), offspring_quotas([0.0, 0.0], 3)
    ([3, 2, 5], [2, 1])
    """
    _check.integer("n", n, minimum=0)
    if any(not 0.0 <= share < math.inf for share in shares) or not shares:
        raise ValueError(f"shares must be finite and at least 0, got {list(shares)}")
    largest = max(shares)
    # Divided first, as a sum of numbers near the largest float would be infinite.
    parts = [share / largest for share in shares] if largest > 0 else [1.0] * len(shares)
    total = math.fsum(parts)
    exact = [n * part / total for part in parts]
    quotas = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda s: quotas[s] - exact[s])
    for s in by_remainder[: n - sum(quotas)]:
        quotas[s] += 1
    return quotas
