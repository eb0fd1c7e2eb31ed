"""Locality in a few figures: what Table 4 of the MGE paper has, and how flat it is over size."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.studies.paper_figures import paper_figures

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """A least-squares slope with its 95 % confidence interval."""

    value: float
    low: float
    high: float


def summarise_locality(measured: "pd.DataFrame") -> "pd.DataFrame":
    """Pool the populations of each method, and rank the methods, the most local first.

    Parameters
    ----------
    measured : DataFrame
        From :func:`~evograft.studies.representation.locality.measure_locality`.

    Returns
    -------
    DataFrame
        One row for each number of bits and method: ``bits``, ``method``, ``distances``, the
        shares ``invalid`` of all mutants and ``unchanged`` of the distances, ``mean`` and ``sd``
        over all distances, ``paper_mean`` and ``paper_sd``, ``rank``, and ``slope`` of the
        distance over the number of neurons with ``slope_low`` and ``slope_high``: flat is what
        has 0 between these.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"method": "mge", "bits": 1, "neurons": n, "distances": 9, "invalid": 1,
    ...          "unchanged": 3, "mean": n / 2, "sd": 1.0} for n in (2, 4)]
    >>> summary = summarise_locality(pd.DataFrame(rows))
    >>> summary[["mean", "slope", "invalid", "paper_mean"]].values.tolist()
    [[1.5, 0.5, 0.1, 1.24]]
    """
    import pandas as pd

    paper = paper_figures("mge-table4", "locality").set_index(["dataset", "method"])
    paper = paper.rename(columns={"mean": "paper_mean", "deviation": "paper_sd"})
    printed = paper[["paper_mean", "paper_sd"]].to_dict("index")  # its data sets: bits
    none = {"paper_mean": np.nan, "paper_sd": np.nan}
    rows = [
        {"bits": bits, "method": method} | _pooled(part) | printed.get((bits, method), none)
        for (bits, method), part in measured.groupby(["bits", "method"], sort=False)
    ]
    frame = pd.DataFrame(rows).sort_values(["bits", "mean"], ignore_index=True)
    frame.insert(2, "rank", frame.groupby("bits")["mean"].rank(method="min").astype(int))
    return frame


def _pooled(part: "pd.DataFrame") -> dict[str, Any]:
    part = part[part["distances"] > 1]
    n, means, sds = (part[name].to_numpy(np.float64) for name in ("distances", "mean", "sd"))
    mean = float((n * means).sum() / n.sum())
    squares = ((n - 1) * sds**2 + n * (means - mean) ** 2).sum()
    slope = _slope(part["neurons"].to_numpy(np.float64), n, means, sds)
    return {
        "distances": int(n.sum()),
        "invalid": float(part["invalid"].sum() / (n.sum() + part["invalid"].sum())),
        "unchanged": float(part["unchanged"].sum() / n.sum()),
        "mean": mean,
        "sd": float(np.sqrt(squares / (n.sum() - 1))),
        "slope": slope.value,
        "slope_low": slope.low,
        "slope_high": slope.high,
    }


def _slope(
    x: Floats,
    n: Floats,
    means: Floats,
    sds: Floats,
) -> Slope:
    """The slope over all distances; each population has a variance of its own."""
    from scipy.stats import norm

    centred = x - (n * x).sum() / n.sum()
    spread = (n * centred**2).sum()
    if spread == 0:  # one population has no slope
        return Slope(np.nan, np.nan, np.nan)
    value = float((n * centred * means).sum() / spread)
    half = float(norm.ppf(0.975) * np.sqrt((n * centred**2 * sds**2).sum()) / spread)
    return Slope(value, value - half, value + half)
