import math

import numpy as np
import pandas as pd
import pytest
from arm_results import compared, rows_of
from numpy.testing import assert_allclose
from scipy import stats

from evograft.studies.statistics.comparison import compare_arms, win_tie_loss

ROWS = rows_of({"mge": [1.0, 2.0], "neat": [3.0, 4.0]})


def test_smaller_can_be_better():
    a, b = np.arange(10.0), np.arange(10.0) + 20
    for larger, outcome, size in [(True, "loss", 0.0), (False, "win", 1.0)]:
        for paired in (True, False):
            row = compared(a, b, larger_is_better=larger, paired=paired)
            assert (row["outcome"], row["A"], row["effect"]) == (outcome, size, "large")
            assert row["difference"] == -20


def test_runs_are_paired_by_their_seeds_in_any_order_of_rows():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rows_of({"a": rng.normal(size=12), "b": rng.normal(size=12)}))
    (row,) = compare_arms(rows, larger_is_better=True).to_dict("records")
    mixed = pd.concat([rows[:12].sample(frac=1, random_state=1), rows[12:]])
    (again,) = compare_arms(mixed, larger_is_better=True).to_dict("records")
    # Sums of floats depend on the order, the rest does not.
    assert again.pop("difference") == pytest.approx(row.pop("difference"))
    assert again == row
    assert row["p"] == stats.wilcoxon(*rows["value"].to_numpy().reshape(2, 12)).pvalue


@pytest.mark.parametrize(
    ("shift", "n_b", "test", "n_arm", "n_other"),
    [
        (0, 10, "signed-rank", 10, 10),
        (5, 10, "signed-rank", 5, 5),
        (6, 10, "rank-sum", 10, 10),
        (0, 20, "signed-rank", 10, 10),
        (0, 21, "rank-sum", 10, 21),
        (100, 10, "rank-sum", 10, 10),
    ],
)
def test_arms_are_paired_where_half_of_their_seeds_are_common(shift, n_b, test, n_arm, n_other):
    rng = np.random.default_rng(0)
    rows = rows_of({"a": rng.normal(size=10), "b": rng.normal(size=n_b)}, first={"b": shift})
    row = compare_arms(rows, larger_is_better=True).iloc[0]
    assert (row["test"], row["n_arm"], row["n_other"]) == (test, n_arm, n_other)
    apart = compare_arms(rows, larger_is_better=True, paired=False).iloc[0]
    assert (apart["test"], apart["n_arm"], apart["n_other"]) == ("rank-sum", 10, n_b)
    common = max(0, 10 - shift)
    if common:
        forced = compare_arms(rows, larger_is_better=True, paired=True).iloc[0]
        assert (forced["test"], forced["n_arm"]) == ("signed-rank", common)


def test_arms_that_are_equal_everywhere_tie_with_p_1():
    values = np.random.default_rng(0).normal(size=10)
    for procedure in ("holm", "mge"):
        row = compared(values, values, procedure=procedure)
        assert (row["p"], row["p_holm"], row["outcome"]) == (1, 1, "tie")
        assert (row["A"], row["effect"], row["difference"]) == (0.5, "negligible", 0)
    for options in ({"paired": True}, {"paired": False}, {"procedure": "mge"}):
        row = compared([0.5] * 10, [0.5] * 10, **options)
        assert (row["method"], row["p"], row["outcome"]) == ("equal", 1, "tie")


@pytest.mark.parametrize("options", [{}, {"paired": True}, {"paired": False}, {"procedure": "mge"}])
def test_one_run_per_arm_is_untested(options):
    row = compared([2.0], [1.0], **options)
    assert (row["method"], row["outcome"], row["A"]) == ("none", "untested", 1)
    assert math.isnan(row["p"])
    assert math.isnan(row["p_holm"])


def test_an_arm_without_runs_on_a_problem_is_untested_and_no_comparison_for_holm():
    wine = rows_of({"a": range(10), "b": range(20, 30)}, "wine")
    digits = rows_of({"a": range(10)}, "digits")
    for options in ({}, {"paired": True}, {"procedure": "mge"}):
        table = compare_arms(wine + digits, larger_is_better=True, **options)
        assert table["problem"].tolist() == ["wine", "digits"]
        assert table["outcome"].tolist() == ["loss", "untested"]
        assert table["p"][0] == table["p_holm"][0]
        row = table.loc[1]
        assert (row["n_arm"], row["n_other"], row["effect"]) == (10, 0, "")
        assert row[["difference", "p", "p_holm", "A"]].isna().all()


def test_pairs_and_baselines():
    arms = {name: np.arange(10) + 50 * i for i, name in enumerate("abc")}
    rows = rows_of(arms, "wine") + rows_of(arms, "digits")
    table = compare_arms(rows, larger_is_better=True)
    assert table[["problem", "arm", "other"]].to_numpy().tolist() == [
        [problem, *pair] for problem in ("wine", "digits") for pair in ("ab", "ac", "bc")
    ]
    # Holm's family is the whole table: six comparisons of p = 2 / 2^10.
    assert_allclose(table["p_holm"], 6 * 2 / 1024)
    assert set(table["outcome"]) == {"loss"}
    table = compare_arms(rows, larger_is_better=True, baseline="b")
    assert table[["arm", "other"]].to_numpy().tolist() == [list("ab"), list("cb")] * 2
    assert table["outcome"].tolist() == ["loss", "win"] * 2
    assert_allclose(table["p_holm"], 4 * 2 / 1024)


def test_the_level_is_that_of_the_corrected_p_value():
    arms = {name: np.arange(7) + 50 * i for i, name in enumerate("abc")}
    rows = rows_of(arms)
    for level, outcome in [(3 * 2 / 2**7, "loss"), (0.0468, "tie")]:
        table = compare_arms(rows, larger_is_better=True, level=level)
        assert set(table["outcome"]) == {outcome}
    assert set(compare_arms(rows, larger_is_better=True)["outcome"]) == {"loss"}
    two = rows_of({name: values[:5] for name, values in arms.items() if name != "c"})
    (row,) = compare_arms(two, larger_is_better=True).to_dict("records")
    assert (row["p"], row["outcome"]) == (0.0625, "tie")


def test_wins_ties_and_losses_are_counted_over_problems_from_both_sides():
    low, high = np.arange(10), np.arange(10) + 30
    rows = [
        *rows_of({"a": high, "b": low, "c": low}, "p1"),
        *rows_of({"a": high, "b": low, "c": high}, "p2"),
        *rows_of({"a": low, "b": high}, "p3"),
    ]
    counts = win_tie_loss(compare_arms(rows, larger_is_better=True))
    assert list(counts.columns) == ["win", "tie", "loss", "untested"]
    assert {pair: row.tolist() for pair, row in counts.iterrows()} == {
        ("a", "b"): [2, 0, 1, 0],
        ("b", "a"): [1, 0, 2, 0],
        ("a", "c"): [1, 1, 0, 1],
        ("c", "a"): [0, 1, 1, 1],
        ("b", "c"): [0, 1, 1, 1],
        ("c", "b"): [1, 1, 0, 1],
    }
    table = compare_arms(rows, larger_is_better=True, baseline="a")
    against = win_tie_loss(table).xs("a", level="other")
    assert against.loc[["b", "c"]].to_numpy().tolist() == [[1, 0, 2, 0], [0, 1, 1, 1]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"baseline": "neet"}, "unknown baseline 'neet': did you mean 'neat'?"),
        ({"procedure": "bonferroni"}, "procedure must be one of 'holm', 'mge', got 'bonferroni'"),
        ({"paired": "yes"}, "paired must be one of None, True, False, got 'yes'"),
        ({"level": 5}, r"level must be a number from 0\.001 to 0\.5, got 5"),
        ({"larger_is_better": "yes"}, "larger_is_better must be one of True, False, got 'yes'"),
    ],
)
def test_options_that_break_their_rule_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        compare_arms(ROWS, **{"larger_is_better": True, **options})


def test_pairs_without_common_seeds_are_refused_where_they_are_asked_for():
    rows = rows_of({"mge": [1, 2], "neat": [3, 4]}, first={"neat": 2})
    message = (
        "paired arms must have seeds in common, got none of 'mge' and 'neat' on problem 'wine'"
    )
    with pytest.raises(ValueError, match=message):
        compare_arms(rows, larger_is_better=True, paired=True)
