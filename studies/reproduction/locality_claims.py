"""The MGE paper's claims of locality, decided from the means and the slopes of populations."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from evograft.studies.reports._numbers import written
from evograft.studies.reproduction.beside_paper import LEVEL, welch_p
from evograft.studies.reproduction.claims import counted
from evograft.studies.reproduction.section import CLAIMS, Section, text_grid
from evograft.studies.statistics.effect_sizes import holm

if TYPE_CHECKING:
    import pandas as pd

Summary = Mapping[Any, Any]
"""A row of `summarise_locality`."""

Z = 1.959964
"""Standard errors in half of a 95 % confidence interval."""


def smallest_distance(summary: "pd.DataFrame") -> Section:
    """Whether the distance of MGE is smaller than that of each other method."""
    return _decided(
        "MGE's distance is the smallest",
        "at one and at two bits",
        summary,
        "mean",
        p_of_means,
        "Welch's t-test of all distances",
    )


def flattest_course(summary: "pd.DataFrame") -> Section:
    """Whether the distance of MGE grows less with the size than that of each other method."""
    return _decided(
        "MGE's distance grows the least with the number of neurons",
        "flat, the others about linear",
        summary,
        "slope",
        p_of_slopes,
        "z-test of the slopes",
    )


def p_of_means(one: Summary, other: Summary) -> float:
    """Two-sided, by Welch's t-test."""
    return welch_p(*((row["mean"], row["sd"], row["distances"]) for row in (one, other)))


def p_of_slopes(one: Summary, other: Summary) -> float:
    """Two-sided, from the two confidence intervals.

    Examples
    --------
    >>> one, other = ({"slope": s, "slope_low": s - Z, "slope_high": s + Z} for s in (0.0, 1.0))
    >>> round(p_of_slopes(one, other), 4)  # a difference of 1 with an error of the root of 2
    0.4795
    """
    from scipy.stats import norm

    errors = [(row["slope_high"] - row["slope_low"]) / (2 * Z) for row in (one, other)]
    if not (error := math.hypot(*errors)):
        return math.nan
    return float(2 * norm.sf(abs(one["slope"] - other["slope"]) / error))


def _decided(
    text: str,
    found: str,
    summary: "pd.DataFrame",
    value: str,
    p_of: Callable[[Summary, Summary], float],
    test: str,
) -> Section:
    """Decide for each number of bits whether *value* is smaller of MGE than of each other."""
    import pandas as pd

    rows = []
    for bits, part in summary.groupby("bits"):
        methods = {row["method"]: row for row in part.to_dict("records")}
        mge = methods.pop("mge")
        for method, row in methods.items():
            difference, p = mge[value] - row[value], p_of(mge, row)
            about = {"claim": text, "bits": bits, "method": "mge", "other": method}
            rows.append(about | {"difference": difference, "test": test, "p": p})
    table = pd.DataFrame(rows)
    table["p_holm"] = holm(table["p"])
    table["verdict"] = list(map(_verdict, table["p"], table["difference"]))
    notes = [
        counted(text, found, table),
        f"{test}, two-sided, judged by p at the level {LEVEL:g}; p (Holm): corrected for the "
        "number of rows",
    ]
    header = ["bits", "method", "against", "difference", "p", "p (Holm)", "verdict"]
    lines = [
        [str(row["bits"]), row["method"], row["other"], written(row["difference"], "+.4f"),
         written(row["p"], ".3g"), written(row["p_holm"], ".3g"), row["verdict"]]
        for row in table.to_dict("records")
    ]  # fmt: skip
    grid = text_grid(text, header, lines, names=3)
    return Section(f"{text}: verdicts", notes, [grid], table, CLAIMS)


def _verdict(p: float, difference: float) -> str:
    if math.isnan(p):
        return "untested"
    if p > LEVEL:
        return "tie"
    return "holds" if difference < 0 else "does not hold"
