"""Curves, standings and ranks from rows that were made up, with answers known beforehand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evograft.studies.bench.leaderboard.anytime import AnytimeCurve, aggregate, common_counts
from evograft.studies.bench.leaderboard.leaderboard_files import (
    aggregated_curves,
    draw_curves,
    leaderboard_text,
    save_leaderboard,
)
from evograft.studies.bench.leaderboard.leaderboard_table import (
    rank_searchers,
    runs_table,
    standings,
)
from evograft.studies.reports._markup import EN_DASH

STEPS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=6)


def curve(*rows):
    """A curve of rows of evaluations and best, at a cost of 2 per evaluation."""
    evaluations, best = np.array(rows, float).T
    return AnytimeCurve(evaluations, 2 * evaluations, best)


def dense(rows, budget):
    """The best value after each of *budget* evaluations, in plain Python."""
    return [[best for spent, best in rows if spent <= count][-1] for count in range(1, budget + 1)]


def stairs(steps):
    """Rows of rising evaluations, from 1, and values."""
    spent, best, rows = 1, 0, []
    for more, better in steps:
        rows.append((spent, best))
        spent, best = spent + more, best + better
    return rows


@given(STEPS, st.integers(1, 40))
def test_the_area_is_the_mean_over_all_evaluations(steps, budget):
    rows = stairs(steps)
    expected = np.mean(dense(rows, budget))
    assert math.isclose(curve(*rows).area(budget), expected, abs_tol=1e-12)


@given(st.lists(STEPS, min_size=1, max_size=4))
def test_quartiles_are_those_of_the_dense_curves(many):
    rows = [stairs(steps) for steps in many]
    counts = [1, 2, 5, 17]
    found = aggregate([curve(*each) for each in rows], counts)
    values = np.array([dense(each, 17) for each in rows])[:, np.array(counts) - 1]
    for name, share in (("lower", 0.25), ("median", 0.5), ("upper", 0.75)):
        np.testing.assert_allclose(found[name], np.quantile(values, share, axis=0))


def test_common_counts_rise_from_one_to_the_budget():
    for budget in (1, 2, 7, 20_000):
        counts = common_counts(budget)
        assert counts[0] == 1
        assert counts[-1] == budget
        assert (np.diff(counts) > 0).all()


def test_a_curve_survives_its_file_exactly(tmp_path):
    kept = curve((1, 0.1), (3, 1 / 3), (10, 1 / 3))
    kept.save(tmp_path / "a" / "0.csv")
    again = AnytimeCurve.load(tmp_path / "a" / "0.csv")
    for name in ("evaluations", "cost", "best"):
        np.testing.assert_array_equal(getattr(again, name), getattr(kept, name))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "evaluations,cost,best\n",
        "evaluations,best\n1,2\n",
        "evaluations,cost,best\n1,2\n",
        "evaluations,cost,best\n1,1.0,x\n",
        "evaluations,cost,best\n1,1.0,nan\n",
        "evaluations,cost,best\n1,1.0,0.5\n2,2.0,0.4\n",
    ],
)
def test_a_file_that_is_no_curve_is_named(text, tmp_path):
    (tmp_path / "0.csv").write_text(text)
    with pytest.raises(ValueError, match=r"0\.csv is no anytime curve"):
        AnytimeCurve.load(tmp_path / "0.csv")


# On "t" over 4 evaluations: a finds the optimum 1 at once or after two, b ends at half of it,
# c stays where the worst begins.
CURVES = {
    ("a", "t", 0): curve((1, 1.0)),
    ("a", "t", 1): curve((1, 0.0), (3, 1.0)),
    ("b", "t", 0): curve((1, 0.0), (3, 0.5), (4, 0.5)),
    ("b", "t", 1): curve((1, 0.5), (4, 0.5)),
    ("c", "t", 0): curve((1, 0.0), (4, 0.0)),
    ("c", "t", 1): curve((1, 0.0), (4, 0.0)),
}


def results(curves):
    rows = [{"arm": arm, "problem": problem, "seed": seed} for arm, problem, seed in curves]
    return pd.DataFrame(rows).assign(seconds=0.5)


def known_runs(curves=CURVES, optimum=1.0):
    return runs_table(curves, 4, {"t": optimum}, results(curves))


def test_regret_runs_from_the_worst_beginning_to_the_optimum():
    runs = known_runs()
    assert runs["regret"].tolist() == [0.0, 0.5, 0.75, 0.5, 1.0, 1.0]
    assert runs["solved_after"].tolist()[:2] == [1.0, 3.0]
    assert runs["solved_after"][2:].isna().all()
    assert runs["evaluations"].tolist() == [1, 3, 4, 4, 4, 4]
    assert runs["cost"].tolist() == [2.0, 6.0, 8.0, 8.0, 8.0, 8.0]


def test_without_an_optimum_regret_counts_from_the_best_of_all_runs():
    two = {key: value for key, value in CURVES.items() if key[0] != "a"}
    runs = known_runs(two, optimum=None)
    assert runs["regret"].tolist() == [0.5, 0.0, 1.0, 1.0]
    assert runs["solved_after"].isna().all()


def test_what_is_beyond_the_optimum_counts_as_the_optimum():
    solved = {("a", "t", 0): curve((1, 0.0), (2, 1.1)), ("b", "t", 0): curve((1, 0.0), (2, 1.3))}
    runs = known_runs(solved)
    assert runs["best"].tolist() == [1.0, 1.0]
    assert runs["regret"].tolist() == [0.25, 0.25]
    assert runs["solved_after"].tolist() == [2.0, 2.0]
    assert standings(runs)["rank"].tolist() == [1.5, 1.5]


def test_with_a_cost_regret_and_solution_are_over_cost():
    """Both reach the value at half of the same cost, at 500 and at 5 evaluations."""
    costs = [1.0, 500.0, 1000.0]
    same = {
        (arm, "t", 0): AnytimeCurve(np.array(spent), np.array(costs), np.array([0, 1.0, 1.0]))
        for arm, spent in (("cheap", [1, 500, 1000.0]), ("dear", [1, 5, 10.0]))
    }
    runs = runs_table(same, 1000.0, {"t": 1.0}, results(same), "cost")
    assert runs["regret"].tolist() == [0.5, 0.5]
    assert runs["solved_after"].tolist() == [500.0, 500.0]
    table = aggregated_curves(same, 1000.0, "cost")
    medians = [part["median"].tolist() for _, part in table.groupby("searcher")]
    assert medians[0] == medians[1]
    # From the cost that all have paid for a value, and at least a thousandth of the budget.
    assert table["cost"].min() == pytest.approx(1.0)
    assert table["cost"].max() == 1000.0
    lines = draw_curves(same, 1000.0, "cost").axes[0].lines
    assert [np.asarray(line.get_xdata()).tolist() for line in lines] == [costs] * 2
    text = leaderboard_text(runs, standings(runs), None, budget=9999, cost=1000.0)
    assert "1 (after 500)" in text
    assert "regret: mean over all of the cost" in text


@given(STEPS, st.integers(1, 40))
def test_the_area_over_cost_is_the_mean_over_all_of_it(steps, budget):
    rows = stairs(steps)
    # Of every unit of cost the value at its beginning, 2 of them being an evaluation.
    values = [[best for spent, best in rows if 2 * spent <= unit] for unit in range(budget)]
    expected = np.mean([found[-1] if found else rows[0][1] for found in values])
    assert math.isclose(curve(*rows).area(budget, "cost"), expected, abs_tol=1e-12)


def test_where_nothing_ever_improves_there_is_no_regret():
    flat = {("a", "t", 0): curve((1, 0.5), (4, 0.5)), ("b", "t", 0): curve((1, 0.5), (4, 0.5))}
    assert known_runs(flat, optimum=None)["regret"].tolist() == [0.0, 0.0]


def test_standings_are_in_the_order_of_ranks():
    table = standings(known_runs())
    assert table["searcher"].tolist() == ["a", "b", "c"]
    assert table["place"].tolist() == [1, 2, 3]
    assert table["rank"].tolist() == [1.0, 2.0, 3.0]
    assert table["median"].tolist() == [1.0, 0.5, 0.0]
    assert table["regret"].tolist() == [0.25, 0.625, 1.0]
    assert table["solved"].tolist() == [2, 0, 0]
    assert table["solved_after"].tolist()[0] == 2.0
    assert table["seconds_per_1000"].tolist() == [250.0, 125.0, 125.0]


def test_failing_where_others_do_well_or_not_helps_nobody():
    first = {key: CURVES[key] for key in CURVES if key != ("c", "t", 1)}
    third = {(arm, "t", 2): curve((1, 0.0), (4, best)) for arm, best in (("c", 0.2), ("b", 0.1))}
    # c is last on seed 0, missing on seed 1, and better than b on seed 2, which a has failed.
    table = standings(known_runs(first | third))
    assert table["searcher"].tolist() == ["a", "b", "c"]
    assert table["rank"].tolist() == [1.0, 2.0, 3.0]
    assert table["runs"].tolist() == [2, 3, 2]


def test_where_no_seed_is_whole_more_finished_runs_stand_first():
    some = {key: CURVES[key] for key in (("a", "t", 0), ("b", "t", 1), ("c", "t", 1))}
    runs = known_runs({**some, ("c", "t", 2): CURVES["c", "t", 1]})
    table = standings(runs)
    assert table["searcher"].tolist() == ["c", "a", "b"]
    assert table["rank"].isna().all()
    lines = leaderboard_text(runs, table, None, budget=4).splitlines()
    assert ["1", "**c**", "2", EN_DASH] in [line.split()[1:8:2] for line in lines]


def test_of_equal_final_values_the_one_found_earlier_stands_first():
    late = {("late", "t", 0): curve((1, 0.0), (4, 1.0)), ("soon", "t", 0): curve((1, 0.0), (2, 1))}
    table = standings(known_runs(late))
    assert table["searcher"].tolist() == ["soon", "late"]
    assert table["rank"].tolist() == [1.5, 1.5]


def test_ranks_over_seeds_are_those_of_friedman():
    ranking = rank_searchers(known_runs())
    assert ranking is not None
    assert ranking.ranks.to_dict() == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert ranking.n_problems == 2
    # 12 n / (k (k + 1)) times the squared distances of average ranks from (k + 1) / 2.
    assert math.isclose(ranking.friedman, 12 * 2 / 12 * 2)


def test_seeds_that_a_searcher_has_no_run_of_are_not_ranked():
    fewer = {key: value for key, value in CURVES.items() if key != ("c", "t", 1)}
    assert rank_searchers(known_runs(fewer)) is None
    alone = {key: value for key, value in CURVES.items() if key[0] == "a"}
    assert rank_searchers(known_runs(alone)) is None


def test_the_text_names_the_tests_and_what_is_missing():
    runs = known_runs()
    lost = [("a", "t", 2), ("a", "t", 3), ("d", "t", 0)]
    text = leaderboard_text(runs, standings(runs), rank_searchers(runs), budget=4, failed=lost)
    assert "| 1     | **a**" in text
    assert "2 (after 2)" in text
    assert "budget of a run: 4 evaluations" in text
    assert "3 runs failed and are missing" in text
    assert text.count("failed runs: a 2, d 1") == 2
    assert "Wilcoxon signed-rank test" in text
    assert "Friedman p = 0.14" in text


def test_files_of_an_earlier_report_do_not_stay(tmp_path):
    runs = known_runs()
    whole = runs, standings(runs), rank_searchers(runs)
    save_leaderboard(tmp_path, CURVES, *whole, budget=4)
    names = {"leaderboard.md", "leaderboard.csv", "runs.csv", "curves.csv", "curves.png"}
    assert {path.name for path in tmp_path.iterdir()} == names | {"ranks.png"}
    read = pd.read_csv(tmp_path / "curves.csv")
    last = read[read["evaluations"] == 4].set_index("searcher")
    assert last["median"].to_dict() == {"a": 1.0, "b": 0.5, "c": 0.0}
    save_leaderboard(tmp_path, CURVES, *whole[:2], None, budget=4)
    assert {path.name for path in tmp_path.iterdir()} == names
