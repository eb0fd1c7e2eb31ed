"""The sweep over the sparsity of MGE's grammar."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from evograft.representations.grammar import Grammar
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.studies.paper_figures import packaged_study
from evograft.studies.reproduction import Request, reproduce
from evograft.studies.reproduction.mge_sparsity import (
    MEASURES,
    PARTS,
    STOPS,
    rank_correlation,
    sweep_sections,
    trend_p,
)

PAPER = Grammar.parse(neuron_bnf()).rules
STOPPING, GOING_ON = PAPER["sum"]


@pytest.mark.parametrize("part", PARTS)
def test_grammars_are_the_papers_but_for_how_often_a_sum_stops(part):
    arms = packaged_study("mge-sparsity", part).arms
    assert list(arms) == list(STOPS)
    for name, arm in arms.items():
        path = arm.parameters.get("grammar")
        rules = dict(Grammar.from_file(path).rules if path else PAPER)
        options = rules.pop("sum")
        assert set(options) == {STOPPING, GOING_ON}
        assert rules == {name: rule for name, rule in PAPER.items() if name != "sum"}
        assert options.count(STOPPING) / len(options) == pytest.approx(STOPS[name])
        codons = sum(options[codon % len(options)] == STOPPING for codon in range(256))
        assert codons / 256 == pytest.approx(STOPS[name], abs=0.006)


def runs(accuracies, problem="wine", status="finished"):
    rows = [
        {"arm": arm, "problem": problem, "seed": seed, "status": status, "test_accuracy": value}
        | {"connections": 10 / STOPS[arm], "features": 3.0, "sparsity": STOPS[arm]}
        for arm, values in accuracies.items()
        for seed, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


RISING = {arm: [stop + seed / 100 for seed in range(3)] for arm, stop in STOPS.items()}
FALLING = {arm: [1 - value for value in values] for arm, values in RISING.items()}


def sections(*frames):
    return list(sweep_sections({str(i): frame for i, frame in enumerate(frames)}))


def test_means_and_verdicts_stand_beside_the_papers_grammar():
    grammars, _ = sections(runs(RISING))
    rows = grammars.rows.set_index("method")
    assert list(rows.index) == list(STOPS)
    assert rows["n"].tolist() == [3] * 5
    assert rows.at["stop-1/4", "test_accuracy"] == pytest.approx(0.26)
    assert rows.at["stop-1/4", "test_accuracy_sd"] == pytest.approx(0.01)
    assert rows.at["stop-1/4", "connections"] == 40
    assert rows.at["stop-1/4", "verdict"] == "lower"
    assert rows.at["stop-9/10", "verdict"] == "higher"
    assert pd.isna(rows.at["mge", "verdict"])
    assert [cell.text for cell in grammars.grids[0].rows[1]][-2:] == ["", ""]


def test_correlations_of_one_set_and_of_all():
    _, correlations = sections(runs(RISING), runs(FALLING, "flame"), runs(RISING, "wdbc"))
    rows = correlations.rows.set_index(["measure", "dataset"])
    assert list(rows.loc["test_accuracy"].index) == ["wine", "flame", "wdbc", "all"]
    assert rows.loc["test_accuracy", "rho"].tolist() == pytest.approx([1, -1, 1, 1 / 3])
    assert rows.loc["test_accuracy", "p"].tolist()[:3] == pytest.approx([2 / 120] * 3)
    assert rows.at[("connections", "all"), "rho"] == pytest.approx(-1)
    assert rows.at[("connections", "all"), "p"] == pytest.approx(2 / 120**3)
    # What never differs is no correlation, and counts as none.
    assert np.isnan(rows.at[("features", "wine"), "rho"])
    assert rows.at[("features", "all"), "rho"] == 0


def test_runs_that_failed_do_not_count_and_arms_may_be_missing():
    some = {arm: RISING[arm] for arm in ("stop-1/4", "mge", "stop-2/3")}
    failed = runs({"stop-9/10": [0.0]}, status="failed")
    grammars, correlations = sections(runs(some), failed)
    assert grammars.rows["method"].tolist() == list(some)
    assert set(correlations.rows["grammars"]) == {3}
    assert sections(runs({"mge": [0.5]})) == []
    assert sections(runs({"stop-1/4": [0.5], "stop-2/3": [0.5]})) == []
    assert sections(failed) == []


def spearman(x, y):
    return np.corrcoef(rankdata(x), rankdata(y))[0, 1]


@pytest.mark.parametrize("y", [[3, 1, 2, 5, 4], [1, 1, 2, 5, 4], [1, 1, 1, 1, 2]])
def test_the_p_value_of_a_correlation_is_that_of_all_orders(y):
    x = np.array(list(STOPS.values()))
    rho, p = rank_correlation(x, np.array(y, float))
    assert rho == pytest.approx(spearman(x, y))
    every = np.array([spearman(x, order) for order in itertools.permutations(y)])
    sides = [(every >= rho - 1e-9).mean(), (every <= rho + 1e-9).mean()]
    assert p == pytest.approx(min(1, 2 * min(sides)))


def test_a_correlation_needs_three_grammars_that_differ():
    for y in ([1.0, 2.0], [1.0, 1.0, 1.0]):
        assert np.isnan(rank_correlation(np.arange(float(len(y))), np.array(y))).all()


@pytest.mark.parametrize("table", [[[1, 2, 3], [1, 3, 2]], [[3, 2, 1], [2, 3, 1]]])
def test_the_p_value_of_a_trend_is_that_of_all_orders(table):
    def trend(rows):
        return sum(np.dot(rankdata(row), (1, 2, 3)) for row in rows)

    orders = [list(itertools.permutations(row)) for row in table]
    every = np.array([trend(rows) for rows in itertools.product(*orders)])
    sides = [(every >= trend(table)).mean(), (every <= trend(table)).mean()]
    assert trend_p(np.array(table, float)) == pytest.approx(min(1, 2 * min(sides)))
    assert np.isnan(trend_p(np.array(table[:1], float)))
    assert np.isnan(trend_p(np.array([[1, 2, np.nan], [1, 2, 3]])))


def test_the_sweep_of_one_part(tmp_path):
    request = Request(tmp_path, runs=2, generations=2, parts=["wine"], progress=False)
    made = list(reproduce("mge-sparsity", request))
    assert len(made) == 3
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"table.md", "table.csv", "sparsity.csv", "correlations.csv", "wine"}
    table = pd.read_csv(tmp_path / "table.csv")
    assert set(table["method"]) == set(STOPS)  # and none of the paper's other variants
    paper = table[table["paper_mean"].notna()]
    assert set(paper["method"]) == {"mge"}
    correlations = pd.read_csv(tmp_path / "correlations.csv")
    assert correlations["measure"].unique().tolist() == list(MEASURES)
    study = packaged_study("mge-sparsity", "wine")
    assert Path(study.arms["stop-2/3"].parameters["grammar"]).is_absolute()
