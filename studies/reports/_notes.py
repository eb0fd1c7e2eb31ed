"""What is said beneath a study's table: its runs, and how differences were tested."""

from typing import TYPE_CHECKING

from evograft.studies.reports._numbers import seed_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from evograft.studies.statistics.measure import Measure
    from evograft.studies.statistics.ranking import Ranking

_TESTS = {
    "signed-rank": "Wilcoxon signed-rank test of the pairs of one seed",
    "rank-sum": "rank-sum test of Mann and Whitney",
    "t": "t-test, not paired",
}


def notes_of_runs(
    runs: "pd.DataFrame", values: "pd.DataFrame", cells: "pd.DataFrame", measure: "Measure"
) -> list[str]:
    """Return the measure, the runs and their seeds, and the runs that are not counted."""
    finished = runs[runs["status"] == "finished"]
    notes = [f"measure: {measure.name}, {measure.direction}", _counted(values, cells)]
    notes.append(
        "±: standard deviation over the runs, with n - 1; digits: accuracies three decimals, "
        "others four significant digits, more where the best would look equal to another"
    )
    measured = values["problem"].unique().tolist()
    without = [name for name in finished["problem"].unique() if name not in measured]
    if without:
        notes.append(f"no run has the measure on {', '.join(without)}")
    lost = finished[finished["problem"].isin(measured)]["arm"].value_counts()
    lost = lost.sub(values["arm"].value_counts(), fill_value=0).astype(int)
    if lost.any():
        notes.append(f"runs left out without a finite value: {_per_arm(runs, lost)}")
    failed = runs.loc[runs["status"] == "failed", "arm"].value_counts()
    notes.append(f"failed runs: {_per_arm(runs, failed) or 'none'}")
    return notes


def _counted(values: "pd.DataFrame", cells: "pd.DataFrame") -> str:
    if values.empty:
        return "runs: none with a value"
    least, most = int(cells["n"].min()), int(cells["n"].max())
    seeds = values["seed"].unique().tolist()
    number = f"{most}" if least == most else f"{least} to {most}, as stated in brackets,"
    return f"runs: {number} per arm and problem; seeds: {seed_ranges(seeds)}"


def _per_arm(runs: "pd.DataFrame", counts: "pd.Series[int]") -> str:
    shown = [arm for arm in runs["arm"].unique() if counts.get(arm, 0)]
    return ", ".join(f"{arm} {counts[arm]}" for arm in shown)


def notes_of_tests(
    comparisons: "pd.DataFrame | None",
    ranking: "Ranking | None",
    unranked: "Sequence[str]",
    baseline: str | None,
    procedure: str,
    level: float,
) -> list[str]:
    """Return the tests with their correction and level, and what the ranks were found to be."""
    notes = []
    if comparisons is None:
        notes.append("tests: none, there are no two arms to compare with at least two runs each")
    else:
        tested = comparisons[comparisons["p"].notna()]
        used = "; ".join(_TESTS[test] for test in tested["test"].unique())
        correction = f"Holm's correction for the number of comparisons, {len(tested)}"
        judged = correction if procedure == "holm" else "judged by p without a correction"
        notes.append(f"tests: {used}; two-sided, {judged}, level {level:g}")
        if baseline is not None:
            notes.append(f"▲ better, ▼ worse than {baseline} at this level")
        notes.append(
            "difference: mean of the arm less that of the other; A: effect size of Vargha and "
            "Delaney, above 0.5 where the arm is better"
        )
    if ranking is not None:
        notes.extend(_rank_notes(ranking))
    if unranked:
        notes.append(f"left out of the ranks, as an arm has no run there: {', '.join(unranked)}")
    return notes


def _rank_notes(ranking: "Ranking") -> "Iterable[str]":
    yield (
        f"ranks over {ranking.n_problems} problems: Friedman chi-squared {ranking.friedman:.4g}, "
        f"p = {ranking.friedman_p:.3g}; Iman-Davenport F {ranking.iman_davenport:.4g}, "
        f"p = {ranking.iman_davenport_p:.3g}; critical difference of Nemenyi "
        f"{ranking.critical_difference:.2f} at level {ranking.level:g}"
    )
    groups = ["{" + "; ".join(group) + "}" for group in ranking.groups()]
    yield f"ranks that do not differ: {', '.join(groups) or 'none'}"
