"""Every published finding on metrics that were made up so that it holds, fails, or is open."""

import math

import numpy as np
import pytest
from made_up_modes import METRICS, N, attempts, everywhere, frame, judged, values

from evograft.studies.bench.analysis import metric_coverage
from evograft.studies.bench.analysis.mode_claims import CLAIMS
from evograft.studies.bench.analysis.mode_findings import judge_claims, verdict
from evograft.studies.bench.analysis.mode_values import ALL, ASPECTS, MODES
from evograft.studies.bench.analysis.size_terciles import PARTS

HOLDS, FAILS, OPEN = "holds", "does not hold", "undecided"


@pytest.fixture(autouse=True)
def few_permutations(monkeypatch):
    """Coverage is judged in a file of its own."""
    monkeypatch.setattr(metric_coverage, "PERMUTATIONS", 19)


def shifted(aspect, by):
    return frame(**dict.fromkeys(ASPECTS[aspect], by))


@pytest.mark.parametrize("aspect", ["entropy", "modularity"])
@pytest.mark.parametrize(("by", "word"), [(0.1, HOLDS), (-0.1, FAILS), (0.0, OPEN)])
def test_random_is_higher(aspect, by, word):
    assert judged(values(random=shifted(aspect, by)), aspect) == everywhere(word)


def test_what_is_true_of_one_third_is_said_of_it():
    table = frame()
    table.loc[table["n"] == 50, "degree_entropy"] += 0.2
    found = judged(values(random=table), "entropy", "degree_entropy")
    assert {part: found[part] for part in PARTS} == {"small": HOLDS, "middle": OPEN, "large": OPEN}


def test_a_difference_that_is_certain_and_negligible_does_not_hold():
    n = 12_000
    table = frame(n, degree_entropy=0.2 * 0.03)  # A = 0.53
    rows = judge_claims(values(random=table, stratified=frame(n)), 0.05)
    row = rows[(rows["metric"] == "degree_entropy") & (rows["part"] == ALL)].iloc[0]
    assert row["p_holm"] < 0.001
    assert 0.52 < row["effect"] < 0.54
    assert (row["verdict"], row["note"]) == (FAILS, "less than is worth naming")


@pytest.mark.parametrize(("part", "word"), [(400, HOLDS), (50, FAILS), (None, OPEN)])
def test_random_is_ahead_in_modularity_above_all_in_large_networks(part, word):
    table = frame()
    for metric in ASPECTS["modularity"]:
        chosen = table["n"] == part if part else slice(None)
        table.loc[chosen, metric] += 0.15
    assert judged(values(random=table), "modularity of large networks") == {ALL: word}


def outliers(aspect, share, place):
    """A share of every third lies at *place*."""
    table = frame()
    chosen = (np.arange(N) // 3) % 10 < 10 * share
    for metric in ASPECTS[aspect]:
        table.loc[chosen, metric] = place
    return table


@pytest.mark.parametrize(
    ("finding", "aspect", "place", "ahead"),
    [
        ("high hierarchy", "hierarchy", 0.99, "random"),
        ("low entropy", "entropy", 0.0, "stratified"),
    ],
)
def test_more_outliers(finding, aspect, place, ahead):
    behind = next(mode for mode in MODES if mode != ahead)
    few, many = outliers(aspect, 0.0, place), outliers(aspect, 0.3, place)
    assert judged(values(**{ahead: many, behind: few}), finding) == everywhere(HOLDS)
    assert judged(values(**{ahead: few, behind: many}), finding) == everywhere(FAILS)
    assert judged(values(**{ahead: many, behind: many}), finding) == everywhere(OPEN)
    # Outliers at the other end are none of those.
    other = outliers(aspect, 0.3, 1 - place)
    assert judged(values(**{ahead: other, behind: few}), finding) == everywhere(OPEN)


@pytest.mark.parametrize(("factor", "word"), [(0.2, HOLDS), (5, FAILS), (1, OPEN)])
def test_random_has_stable_balance(factor, word):
    table = frame()
    table["degree_balance"] = 0.7 + factor * (
        table["degree_balance"] - 0.5
    )  # where it lies: no matter
    assert judged(values(random=table), "stable balance") == everywhere(word)


@pytest.mark.parametrize(
    ("accepted", "word"), [(200, HOLDS), (20, FAILS), (100, OPEN), (105, OPEN)]
)
def test_random_has_higher_yield(accepted, word):
    made = {
        "random": attempts(accepted, (1000 - accepted, 0, 0, 0)),
        "stratified": attempts(100, (900, 0, 0, 0)),
    }
    assert judged(values(made=made), "yield") == {ALL: word}


def test_rejection_is_judged_rule_by_rule():
    made = {
        "random": attempts(300, (400, 250, 50, 0)),
        "stratified": attempts(20, (900, 30, 50, 0)),
    }
    rows = judge_claims(values(made=made), 0.05)
    rows = rows[rows["finding"] == "rejection by rule"].set_index("metric")
    assert rows["verdict"].to_dict() == {
        "neurons": HOLDS,
        "edges": FAILS,
        "coverage": OPEN,
        "disconnected": OPEN,
    }
    assert (rows.loc["neurons", "random"], rows.loc["neurons", "stratified"]) == (0.4, 0.9)
    assert rows["effect"]["neurons"] > 0.2


@pytest.mark.parametrize(("place", "word"), [(0.5, HOLDS), (0.2, FAILS), (0.8, FAILS)])
def test_most_of_stratified_has_moderate_modularity(place, word):
    table = frame(**{metric: np.full(N, place) for metric in ASPECTS["modularity"]})
    assert judged(values(stratified=table), "moderate modularity") == everywhere(word)


@pytest.mark.parametrize(("place", "word"), [(0.0, HOLDS), (2 / 3, HOLDS), (0.7, FAILS)])
def test_most_of_stratified_has_low_to_moderate_hierarchy(place, word):
    table = frame(**{metric: np.full(N, place) for metric in ASPECTS["hierarchy"]})
    assert judged(values(stratified=table), "moderate hierarchy") == everywhere(word)


def test_a_half_is_no_majority():
    half = np.where(np.arange(N) // 3 % 2, 0.9, 0.1)
    table = frame(**dict.fromkeys(ASPECTS["hierarchy"], half))
    assert judged(values(stratified=table), "moderate hierarchy") == everywhere(OPEN)


def test_modes_that_are_alike_leave_all_that_compares_them_undecided():
    rows = judge_claims(values(), 0.05)
    compared = rows[~rows["finding"].str.startswith("moderate")]
    assert set(compared["verdict"]) == {OPEN}
    assert set(compared["note"]) == {"not significant"}
    assert len(rows) == sum(len(claim.metrics) * (4 if claim.by_size else 1) for claim in CLAIMS)


def test_nan_are_left_out_and_counted():
    entropy = frame()["degree_entropy"] + 0.1
    entropy[:30] = np.nan
    rows = judge_claims(values(random=frame(degree_entropy=entropy)), 0.05)
    row = rows[(rows["metric"] == "degree_entropy") & (rows["part"] == ALL)].iloc[0]
    assert (row["n_random"], row["nan_random"]) == (N - 30, 30)
    assert (row["n_stratified"], row["nan_stratified"]) == (N, 0)
    assert row["random"] == np.median(entropy[30:])
    cells = rows[(rows["finding"] == "coverage") & (rows["part"] == ALL)].iloc[0]
    assert (cells["n_random"], cells["nan_random"]) == (N - 30, 30)


def test_a_missing_column_is_said_to_be_missing():
    rows = judge_claims(values(random=frame().drop(columns=["flow_hierarchy"])), 0.05)
    rows = rows[(rows["metric"] == "flow_hierarchy") & (rows["part"] == ALL)]
    row = rows[rows["finding"] == "high hierarchy"].iloc[0]
    assert (row["verdict"], row["note"]) == (OPEN, "no column flow_hierarchy in random")
    assert math.isnan(row["p"])
    assert math.isnan(row["stratified"])
    # What is said of the stratified mode alone does not need the other.
    assert rows[rows["finding"] == "moderate hierarchy"].iloc[0]["verdict"] == HOLDS


def test_attempts_that_are_not_told_of():
    rows = judge_claims(values(made={"random": attempts(9), "stratified": None}), 0.05)
    rows = rows[rows["finding"].isin(["yield", "rejection by rule"])]
    assert set(rows["note"]) == {"no attempts told of in stratified"}
    assert set(rows["verdict"]) == {OPEN}


def test_without_sizes_there_are_no_thirds():
    table = frame().drop(columns=["n"])
    rows = judge_claims(values(table, table), 0.05)
    assert set(rows["part"]) == {ALL}
    row = rows[rows["finding"] == "modularity of large networks"].iloc[0]
    assert (row["verdict"], row["note"]) == (OPEN, "no column n in random and stratified")


def test_one_entry_decides_nothing():
    rows = judge_claims(
        values(random=frame(1), made={"random": attempts(1), "stratified": attempts(9)}), 0.05
    )
    compared = rows[rows["metric"].isin(METRICS) & ~rows["finding"].str.startswith("moderate")]
    assert set(compared["verdict"]) == {OPEN}
    assert compared["note"].str.startswith("fewer than").all()


def test_p_values_are_corrected_for_all_rows():
    rows = judge_claims(values(random=shifted("entropy", 0.02)), 0.05)
    tested = rows["p"].notna()
    assert (rows["p_holm"][tested] >= rows["p"][tested]).all()
    least = int(rows["p"].argmin())
    corrected = min(1, tested.sum() * rows["p"].iloc[least])
    assert rows["p_holm"].iloc[least] == pytest.approx(corrected)


@pytest.mark.parametrize(
    ("p", "measure", "effect", "word"),
    [
        (0.05, "A", 0.56, HOLDS),
        (0.0501, "A", 0.9, OPEN),
        (0.05, "A", 0.55, FAILS),
        (0.05, "A", 0.3, FAILS),
        (0.01, "h", 0.2, HOLDS),
        (0.01, "h", 0.19, FAILS),
        (0.01, "ratio", 1.1, HOLDS),
        (0.01, "ratio", 1.09, FAILS),
        (0.01, "difference of A", 0.06, HOLDS),
        (math.nan, "", math.nan, OPEN),
    ],
)
def test_the_rule(p, measure, effect, word):
    assert verdict(p, measure, effect, 0.05)[0] == word
