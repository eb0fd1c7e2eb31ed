import math
import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from study_results import results_of

from evograft.studies.reports.result_table import result_table
from evograft.studies.statistics.comparison import compare_arms
from evograft.studies.statistics.measure import Measure, known_measure

ACCURACY = Measure("test_accuracy", larger_is_better=True)
DASH = "\N{EN DASH}"
LOW, HIGH = np.arange(11) / 1000 + 0.5, np.arange(11) / 1000 + 0.7


def three_arms(n_problems=2):
    arms = {"low": LOW, "high": HIGH, "other": LOW + 0.01}
    return results_of({f"p{i}": arms for i in range(n_problems)})


def ranking_of(table):
    return table.ranking


def comparisons_of(table):
    return table.comparisons


def notes(table, word):
    found = [note for note in table.notes if word in note]
    assert len(found) == 1
    return found[0]


def test_cells_hold_mean_deviation_and_number_of_runs():
    values = np.array([0.1, 0.4, 0.2])
    results = results_of({"p": {"a": values, "b": [0.5]}, "q": {"a": [0.2, 0.3], "b": []}})
    cells = result_table(results, ACCURACY).cells
    assert cells[["arm", "problem", "n"]].to_numpy().tolist() == [
        ["a", "p", 3],
        ["b", "p", 1],
        ["a", "q", 2],
        ["b", "q", 0],
    ]
    assert_allclose(cells["mean"], [0.7 / 3, 0.5, 0.25, math.nan])
    assert_allclose(cells["sd"], [values.std(ddof=1), math.nan, math.sqrt(0.005), math.nan])


def test_the_tables_of_a_baseline_with_marks_and_the_best_emphasised():
    table = result_table(three_arms(), ACCURACY, baseline="low", notes=["budget: 50_000"])
    assert table.to_text().splitlines()[:7] == [
        "test_accuracy (larger is better)",
        "-----------------------------------------",
        "arm                  p0                p1",
        "-----------------------------------------",
        "low     0.505 ± 0.003     0.505 ± 0.003",
        "high   *0.705 ± 0.003 ▲  *0.705 ± 0.003 ▲",
        "other   0.515 ± 0.003 ▲   0.515 ± 0.003 ▲",
    ]
    lines = table.to_markdown().splitlines()
    assert lines[0] == "**test_accuracy (larger is better)**"
    assert lines[2].split() == ["|", "arm", "|", "p0", "|", "p1", "|"]
    assert re.fullmatch(r"\| -+ \| -+: \| -+: \|", lines[3])
    assert lines[5] == "| high  | **0.705 ± 0.003 ▲** | **0.705 ± 0.003 ▲** |"
    assert lines[-1] == "- budget: 50_000"
    lines = table.to_latex().splitlines()
    best = r"\textbf{0.705 $\pm$ 0.003 $^{+}$}"
    assert rf"high & {best} & {best} \\" in lines
    assert lines[-4] == r"\item budget: 50\_000"


def test_of_a_measure_whose_smaller_values_are_better_the_least_is_best_and_wins():
    results = three_arms().rename(columns={"test_accuracy": "loss"})
    cells = result_table(results, known_measure("loss"), baseline="high").cells
    cells = cells[cells["problem"] == "p0"].set_index("arm")
    assert cells["best"].to_dict() == {"low": True, "high": False, "other": False}
    assert cells["outcome"].to_dict() == {"low": "win", "high": "", "other": "win"}
    worse = result_table(results, known_measure("loss"), baseline="low").cells
    assert set(worse.loc[worse["arm"] != "low", "outcome"]) == {"loss"}


def test_the_comparisons_are_those_of_compare_arms_with_its_options():
    results = three_arms(3)
    values = results.rename(columns={"test_accuracy": "value"})
    for options in (
        {"baseline": None, "paired": None, "procedure": "holm", "level": None},
        {"baseline": "high", "paired": False, "procedure": "mge", "level": 0.01},
    ):
        expected = compare_arms(values, larger_is_better=True, **options)
        found = result_table(results, ACCURACY, **options)
        pd.testing.assert_frame_equal(found.comparisons, expected)
        lines = found.to_text().split("\n\n")[-2].splitlines()
        assert len(lines) == 4 + len(expected)
        assert ranking_of(found).level == (options["level"] or 0.05)
    assert "level 0.025" in notes(result_table(results, ACCURACY, procedure="mge"), "tests:")


def test_every_number_of_a_comparison_is_written():
    results = results_of({"p": {"a": LOW, "b": LOW[:5] - 0.1}})
    table = result_table(results, ACCURACY, paired=False)
    (row,) = comparisons_of(table).to_dict("records")
    line = table.to_text().split("\n\n")[-2].splitlines()[-1]
    assert re.split(r"\s{2,}", line) == [
        *("p", "a", "b", "11/5", "+0.103", f"{row['p']:.3g}", f"{row['p_holm']:.3g}"),
        *("1.000 large", "rank-sum, exact", "win"),
    ]
    flipped = result_table(results.iloc[::-1], ACCURACY, paired=False).to_text()
    assert "\N{MINUS SIGN}0.103" in flipped


def test_without_a_baseline_cells_have_no_mark_and_all_pairs_are_counted():
    table = result_table(three_arms(), ACCURACY)
    means, _, counts = table.to_text().split("\n\n")[:3]
    assert not re.search("[▲▼]", means)
    assert [line.split() for line in counts.splitlines()[4:]] == [
        ["low", "0/0/2", "0/0/2"],
        ["high", "2/0/0", "2/0/0"],
        ["other", "2/0/0", "0/0/2"],
    ]
    assert not [note for note in table.notes if "▲" in note]


def test_ranks_are_listed_with_their_tests():
    table = result_table(three_arms(), ACCURACY)
    assert ranking_of(table).ranks.to_dict() == {"high": 1, "other": 2, "low": 3}
    ranks = table.to_text().split("\n\n")[1].splitlines()
    assert [line.split() for line in ranks[4:]] == [
        ["high", "1.00"],
        ["other", "2.00"],
        ["low", "3.00"],
    ]
    said = notes(table, "Friedman")
    assert f"critical difference of Nemenyi {ranking_of(table).critical_difference:.2f}" in said
    assert f"chi-squared {ranking_of(table).friedman:.4g}" in said


def test_ranks_leave_out_arms_without_runs_and_problems_that_are_not_complete():
    results = three_arms(3)
    missing = (results["arm"] == "low") & (results["problem"] == "p1")
    table = result_table(results[~missing], ACCURACY)
    assert ranking_of(table).n_problems == 2
    assert notes(table, "left out of the ranks").endswith("p1")
    # Of an arm without any run nothing is known, but of the other three all is.
    fourth = results_of({"p0": {"new": LOW}}).assign(status="failed")
    table = result_table(pd.concat([results, fourth]), ACCURACY)
    assert sorted(ranking_of(table).ranks.index) == ["high", "low", "other"]
    for few in (three_arms(1), results[results["arm"] != "low"]):
        assert result_table(few, ACCURACY).ranking is None


def test_equal_means_are_all_best_but_not_where_nothing_differs():
    arms = {"a": [0.1, 0.2, 0.3], "b": [0.3, 0.2, 0.1], "c": [0.1, 0.1, 0.1]}
    cells = result_table(results_of({"p": arms}), ACCURACY).cells
    assert cells["best"].tolist() == [True, True, False]
    table = result_table(results_of({"p": dict.fromkeys("abc", [0.5] * 4)}), ACCURACY)
    assert not table.cells["best"].any()
    assert set(comparisons_of(table)["outcome"]) == {"tie"}
    assert not [line for line in table.to_text().splitlines() if line.startswith("- *:")]


def test_failed_runs_and_values_that_are_not_finite_are_left_out_and_counted():
    results = results_of({"p": {"a": [0.1, np.nan, 0.3, 0.4], "b": [0.1, 0.2, np.inf, 0.4]}})
    results.loc[results.index[[0, 7]], "status"] = "failed"
    results["arm"] = results["arm"].map({"a": "first", "b": "second"})
    table = result_table(results, ACCURACY)
    assert_allclose(table.cells["mean"], [0.35, 0.15])
    assert table.cells["n"].tolist() == [2, 2]
    assert notes(table, "failed") == "failed runs: first 1, second 1"
    assert notes(table, "left out").endswith(": first 1, second 1")
    whole = result_table(three_arms(), ACCURACY)
    assert notes(whole, "failed") == "failed runs: none"
    assert not [note for note in whole.notes if "left out" in note]


def test_numbers_of_runs_are_in_the_cells_where_they_differ_only():
    results = three_arms()
    assert "(" not in result_table(results, ACCURACY).to_text().split("\n\n")[0].split("\n", 1)[1]
    table = result_table(results.iloc[1:], ACCURACY)
    means = table.to_text().split("\n\n")[0].splitlines()
    assert [line.count("(11)") for line in means[4:]] == [1, 2, 2]
    assert means[4].count("(10)") == 1
    assert "10 to 11, as stated in brackets" in notes(table, "seeds")
    assert "runs: 11 per arm and problem; seeds: 0 to 10" in result_table(results, ACCURACY).notes


def all_texts(table):
    return [table.to_text(), table.to_markdown(), table.to_latex()]


def test_an_arm_or_a_problem_without_a_finished_run_has_dashes():
    results = three_arms()
    results.loc[(results["arm"] == "other") | (results["problem"] == "p1"), "status"] = "failed"
    table = result_table(results, ACCURACY, baseline="low")
    rows = table.to_text().split("\n\n")[0].splitlines()
    assert [line.count(DASH) for line in rows[4:]] == [1, 1, 2]
    assert len(table.comparisons) == 1
    assert "other 22" in notes(table, "failed")
    assert result_table(results, ACCURACY, baseline="other").comparisons is None
    assert r"other & -- & -- \\" in table.to_latex()


def test_a_problem_that_does_not_have_the_measure_is_left_out_and_named():
    results = three_arms()
    results.loc[results["problem"] == "p1", "test_accuracy"] = np.nan
    table = result_table(results, ACCURACY)
    assert table.cells["problem"].unique().tolist() == ["p0"]
    assert notes(table, "no run has").endswith("on p1")


@pytest.mark.parametrize("selected", ["nothing", "one arm", "one seed", "all failed"])
def test_without_runs_to_compare_there_is_just_the_table(selected):
    results = three_arms(1)
    results = {
        "nothing": results.iloc[:0],
        "one arm": results[results["arm"] == "low"],
        "one seed": results[results["seed"] == 3],
        "all failed": results.assign(status="failed"),
    }[selected]
    table = result_table(results, ACCURACY)
    assert table.comparisons is None
    assert table.ranking is None
    assert notes(table, "tests:").startswith("tests: none")
    for text in all_texts(table):
        assert "comparisons" not in text
        for arm in results["arm"].unique():
            assert text.count(arm) >= 1
    rows = table.to_text().split("\n\n")[0].splitlines()[4:]
    expected = {"one arm": ["0.505 ± 0.003"], "all failed": [DASH] * 3, "nothing": []}
    if selected in expected:
        assert [row.split(maxsplit=1)[1] for row in rows] == expected[selected]
    else:
        assert rows[0].split()[1:] == ["0.503", "±", DASH]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "done"}, "status must be one of 'finished', 'failed', got 'done'"),
        ({"seed": 0}, "a run must be given once, got another for arm 'low', problem 'p0', seed 0"),
        ({"arm": None}, "arm must be given in every row of results, got none in row 0"),
    ],
)
def test_results_that_are_not_one_row_per_run_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        result_table(three_arms().assign(**change), ACCURACY)


def test_columns_arms_and_options_that_do_not_exist_are_refused():
    results = three_arms()
    with pytest.raises(ValueError, match="got none named 'seed'"):
        result_table(results.drop(columns="seed"), ACCURACY)
    with pytest.raises(ValueError, match="unknown measure 'test_acuracy': did you mean 'test_a"):
        result_table(results, Measure("test_acuracy", larger_is_better=True))
    with pytest.raises(ValueError, match="unknown baseline 'lou': did you mean 'low'"):
        result_table(results, ACCURACY, baseline="lou")
    # Also where there is nothing to compare.
    with pytest.raises(ValueError, match="procedure must be one of"):
        result_table(results.iloc[:0], ACCURACY, procedure="bonferroni")
    with pytest.raises(ValueError, match="level must be a number"):
        result_table(results.iloc[:0], ACCURACY, level=5)
