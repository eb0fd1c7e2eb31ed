"""Our runs beside the figures of papers, and what papers claim."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evograft.studies.paper_figures import COLUMNS
from evograft.studies.reports._markup import EN_DASH
from evograft.studies.reproduction.beside_paper import beside_paper, grids_beside_paper
from evograft.studies.reproduction.claims import Claim, Pair, decide


def results(runs, measure="test_accuracy", problem="wine"):
    """Finished runs of arms, by their values."""
    rows = [
        {"arm": arm, "problem": problem, "seed": seed, "status": "finished", measure: value}
        for arm, values in runs.items()
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def printed(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_our_runs_are_tested_against_a_papers_summary_as_against_its_runs():
    rng = np.random.default_rng(4)
    ours, theirs = rng.normal(0.9, 0.02, 12), rng.normal(0.93, 0.04, 30)
    figures = printed(
        ("wine", "mge", "test_accuracy", theirs.mean(), theirs.std(ddof=1), 30.0),
        ("wine", "ge", "test_accuracy", 0.5, 0.01, 30.0),
    )
    ours_and_failed = pd.concat(
        [results({"mge": ours}), results({"mge": [0.0]}).assign(seed=99, status="failed")]
    )
    rows = beside_paper("wine", ours_and_failed, figures).set_index("method")
    assert rows.at["mge", "n"] == 12
    assert rows.at["mge", "mean"] == pytest.approx(ours.mean())
    expected = stats.ttest_ind(ours, theirs, equal_var=False).pvalue
    assert rows.at["mge", "p"] == pytest.approx(expected, rel=1e-9)
    assert rows.at["mge", "verdict"] == "lower"
    # What we have not run stands there with the paper's figure alone.
    assert rows.at["ge", "n"] == 0
    assert rows.at["ge", "paper_mean"] == 0.5
    assert rows.at["ge", "verdict"] == ""


@pytest.mark.parametrize(
    ("values", "deviation", "runs", "verdict"),
    [
        ([0.89, 0.90, 0.91], 0.01, 30.0, "no difference"),
        ([0.95, 0.96, 0.97], 0.01, 30.0, "higher"),
        ([0.84, 0.85, 0.86], 0.01, 30.0, "lower"),
        ([0.95, 0.95, 0.95], 0.01, 30.0, ""),
        ([0.95], 0.01, 30.0, ""),
        ([0.95, 0.96, 0.97], 0.01, math.nan, ""),
        ([0.95, 0.96, 0.97], math.nan, 30.0, "higher"),
    ],
)
def test_verdicts(values, deviation, runs, verdict):
    figures = printed(("wine", "mge", "test_accuracy", 0.9, deviation, runs))
    (row,) = beside_paper("wine", results({"mge": values}), figures).to_dict("records")
    assert row["verdict"] == verdict
    assert math.isnan(row["p"]) == (verdict == "")


def test_a_missing_deviation_of_the_paper_is_ours():
    values = [0.95, 0.96, 0.99]
    rows = [
        beside_paper(
            "wine",
            results({"mge": values}),
            printed(("wine", "mge", "test_accuracy", 0.9, deviation, 30.0)),
        )
        for deviation in (math.nan, np.std(values, ddof=1))
    ]
    assert rows[0].at[0, "p"] == pytest.approx(rows[1].at[0, "p"])


def test_both_readings_of_the_rmse_stand_beside_the_papers_one():
    runs = results({"mge": [0.9, 0.8]}).assign(
        test_rmse_true_class_probability=0.25, test_rmse_raw_outputs=0.5
    )
    figures = printed(
        ("wine", "mge", "test_accuracy", 0.9, 0.01, 30.0),
        ("wine", "mge", "test_rmse", 0.31, 0.02, 30.0),
    )
    rows = beside_paper("wine", runs, figures)
    grid = grids_beside_paper(rows)[1]
    train = ["train, true class", "train, raw"]
    assert list(grid.header) == [
        "data set",
        "method",
        *train,
        "test, true class",
        "test, raw",
        "paper",
    ]
    texts = ["wine", "mge", EN_DASH, EN_DASH, "0.250 ± 0.000", "0.500 ± 0.000", "0.310 ± 0.020"]
    assert [cell.text for cell in grid.rows[0]] == texts


def test_a_claim_is_decided_by_the_tests_of_the_study_on_each_part():
    better = [0.9 + seed / 1000 for seed in range(12)]
    worse = [value - 0.01 - value / 50 for value in better]
    first = results({"other": worse, "mge": better})
    second = results({"other": better, "mge": worse})
    claim = Claim("", "", [Pair("mge", "other"), Pair("mge", "absent")])
    table = decide(claim, {"a": first, "b": second, "c": results({"mge": better})})
    assert table["part"].tolist() == ["a", "b"]
    assert table["verdict"].tolist() == ["holds", "does not hold"]
    assert table["test"].tolist() == ["signed-rank, exact"] * 2
    expected = stats.wilcoxon(better, worse).pvalue
    assert table["p"].tolist() == pytest.approx([expected] * 2)
    assert table["p_holm"].tolist() == pytest.approx([2 * expected] * 2)
    assert sum(table["A"]) == pytest.approx(1)
    assert table["A"].iloc[0] > 0.5


def test_a_claim_of_size_is_one_of_small_numbers_and_may_name_its_data_sets():
    runs = results({"mge": [50.0, 52, 51], "neat": [79.0, 80, 78]}, "neurons")
    claim = Claim("", "", [Pair("mge", "neat")], measure="neurons")
    (row,) = decide(claim, {"a": runs}).to_dict("records")
    assert (row["verdict"], row["test"]) == ("holds", "t, t(2)")
    elsewhere = Claim("", "", [Pair("mge", "neat", ["letter"])], measure="neurons")
    assert decide(elsewhere, {"a": runs}).empty
    assert decide(Claim("", "", [Pair("mge", "neat")]), {"a": runs}).empty


def test_one_run_is_too_few_for_a_verdict():
    claim = Claim("", "", [Pair("mge", "ge")])
    table = decide(claim, {"a": results({"mge": [0.9], "ge": [0.8]})})
    assert table["verdict"].tolist() == ["untested"]
