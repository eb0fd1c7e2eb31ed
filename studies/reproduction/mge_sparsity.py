"""How the sparsity that a grammar enforces moves accuracy: the MGE paper's fourth question.

The paper has no table of it. Here MGE is given grammars whose sums stop earlier or later than its
own, which stop after every other term, by repeating an option of the rule.
"""

import math
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evograft.studies.reports._numbers import twelve_digits, written
from evograft.studies.reports._runs import measured_runs
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import Section, text_grid
from evograft.studies.reproduction.study_tables import StudyTable, reproduce_table
from evograft.studies.statistics.comparison import LEVELS, compare_arms

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

PARTS = ("two-class", "wine")

STOPS = {"stop-1/4": 1 / 4, "mge": 1 / 2, "stop-2/3": 2 / 3, "stop-3/4": 3 / 4, "stop-9/10": 9 / 10}
"""By arm, the densest first: the probability that a sum stops after a term."""

OURS = "mge"
"""The arm with the paper's grammar."""

MEASURES = {"test_accuracy": ".3f", "connections": ".1f", "features": ".1f", "sparsity": ".3f"}

WORDS = {"win": "higher", "loss": "lower", "tie": "tie", "untested": "untested"}


def sparsity(request: Request) -> Iterator[Section]:
    """Sweep the sparsity of MGE's grammar; beside the paper's own stands its Table 3."""
    request.refuse("arms")
    table = StudyTable(
        "Sparsity of MGE's grammar",
        "mge-sparsity",
        PARTS,
        figures="mge-table3",
        notes=("mge: the paper's grammar, whose sums stop after a term with probability 1/2",),
        closing=sweep_sections,
    )
    return reproduce_table(request, table)


def sweep_sections(results: "Mapping[str, pd.DataFrame]") -> Iterator[Section]:
    """What each grammar makes of each data set, and what follows from the sparsity.

    Parameters
    ----------
    results : mapping of str to DataFrame
        By part, one row per run of the arms in `STOPS`.
    """
    import pandas as pd

    runs = pd.concat(results.values(), ignore_index=True)
    runs = runs[runs["status"] == "finished"]
    if OURS in set(runs["arm"]) and runs["arm"].nunique() > 1:
        means = _means(runs)
        yield _grammars(runs, means)
        yield _correlations(means)


def _means(runs: "pd.DataFrame") -> "pd.DataFrame":
    """Mean and deviation of each measure, by data set and arm."""
    import pandas as pd

    rows = []
    for problem, of_problem in runs.groupby("problem", sort=False):
        for arm, stop in STOPS.items():
            part = of_problem[of_problem["arm"] == arm]
            if not len(part):
                continue
            row = {"dataset": problem, "method": arm, "stops": stop, "n": len(part)}
            for measure in MEASURES:
                row[measure] = twelve_digits(float(part[measure].mean()))
                row[f"{measure}_sd"] = part[measure].std(ddof=1)
            rows.append(row)
    return pd.DataFrame(rows)


def _grammars(runs: "pd.DataFrame", means: "pd.DataFrame") -> Section:
    accuracies = measured_runs(runs, "test_accuracy")
    tested = compare_arms(accuracies, larger_is_better=True, baseline=OURS, procedure="mge")
    tested["verdict"] = tested["outcome"].map(WORDS)
    columns = ["test", "method", "p", "p_holm", "A", "verdict"]
    verdicts = tested.set_index(["problem", "arm"])[columns].rename(columns={"method": "way"})
    rows = means.join(verdicts, on=["dataset", "method"])
    header = ["data set", "method", "stops", "runs", *(name.replace("_", " ") for name in MEASURES)]
    lines = []
    for row in rows.to_dict("records"):
        line = [row["dataset"], row["method"], f"{row['stops']:.2f}", str(row["n"])]
        for measure, form in MEASURES.items():
            mean, sd = row[measure], row[f"{measure}_sd"]
            line.append(f"{written(mean, form)} ± {written(sd, form)}")
        ours = row["method"] == OURS
        told = "" if ours else str(row["verdict"])
        lines.append([*line, "" if ours else written(row["p"], ".3g"), told])
    notes = [
        "stops: the probability that a sum of a neuron stops after a term",
        "verdict: the accuracy beside that of mge, the paper's grammar, by the tests of the MGE "
        f"paper, two-sided, judged by p at the level {LEVELS['mge']:g}",
    ]
    grid = text_grid("accuracy and size by grammar", [*header, "p", "verdict"], lines, names=2)
    return Section("Sparsity of MGE's grammar: verdicts", notes, [grid], rows, "sparsity.csv")


def _correlations(means: "pd.DataFrame") -> Section:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for measure in MEASURES:
        table = means.pivot(index="dataset", columns="stops", values=measure)
        table = table.reindex(means["dataset"].unique())
        for dataset, values in table.iterrows():
            found = values.dropna()
            rho, p = rank_correlation(np.array(found.index, float), found.to_numpy(float))
            about = {"measure": measure, "dataset": str(dataset), "grammars": len(found)}
            rows.append(about | {"rho": rho, "p": p})
        rhos = [row["rho"] for row in rows if row["measure"] == measure]
        rhos = [0.0 if math.isnan(rho) else rho for rho in rhos]
        about = {"measure": measure, "dataset": "all", "grammars": table.shape[1]}
        rows.append(about | {"rho": float(np.mean(rhos)), "p": trend_p(table.to_numpy(float))})
    frame = pd.DataFrame(rows)
    lines = [
        [row["measure"].replace("_", " "), row["dataset"], str(row["grammars"]),
         written(row["rho"], "+.2f"), written(row["p"], ".3g")]
        for row in frame.to_dict("records")
    ]  # fmt: skip
    notes = [
        "rho: Spearman's, over the grammars, between the probability that a sum stops and the mean "
        "of the runs; p: two-sided, of all orders of the grammars",
        "all: the mean of rho over the data sets, 0 where nothing differs, and Page's test of a "
        "trend in either direction, which that mean decides",
    ]
    header = ["measure", "data set", "grammars", "rho", "p"]
    grid = text_grid("what the sparsity of the grammar moves", header, lines, names=2)
    title = "Sparsity of MGE's grammar: correlations"
    return Section(title, notes, [grid], frame, "correlations.csv")


def rank_correlation(x: Floats, y: Floats) -> tuple[float, float]:
    """Spearman's rho and its exact two-sided p-value; NaN where there is none.

    Examples
    --------
    >>> rho, p = rank_correlation(np.arange(4.0), np.array([1.0, 2.0, 5.0, 9.0]))
    >>> round(rho, 3), round(p, 3)  # one order of 24, and its reverse
    (1.0, 0.083)
    """
    from scipy.stats import permutation_test, rankdata, spearmanr

    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan, math.nan
    ranks = rankdata(y)
    found = permutation_test(
        (rankdata(x),),
        partial(_cross_products, ranks=ranks),
        permutation_type="pairings",
        vectorized=True,
        n_resamples=math.factorial(len(x)),
    )
    return float(spearmanr(x, y).statistic), float(found.pvalue)


def _cross_products(x: Floats, axis: int, ranks: Floats) -> Floats:
    """What Spearman's rho depends on, around its mean of 0."""
    return np.asarray(((x - ranks.mean()) * (ranks - ranks.mean())).sum(axis=axis))


def trend_p(table: Floats) -> float:
    """The p-value of Page's test, two-sided, of data sets by ordered grammars.

    NaN where there are less than two data sets or three grammars, or a value is missing.

    Examples
    --------
    >>> round(trend_p(np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])), 5)  # 2 of 6 ** 3 orders
    0.00926
    """
    from scipy.stats import page_trend_test

    if table.shape[0] < 2 or table.shape[1] < 3 or np.isnan(table).any():
        return math.nan
    sides = (page_trend_test(side).pvalue for side in (table, table[:, ::-1]))
    return min(1.0, 2 * float(min(sides)))
