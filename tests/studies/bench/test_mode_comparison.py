"""The comparison of the modes as tables, text and pictures."""

import numpy as np
import pandas as pd
import pytest
from made_up_modes import METRICS, N, attempts, frame, values
from matplotlib.image import imread

from evograft.studies.bench.analysis import metric_coverage
from evograft.studies.bench.analysis.analysis_drawing import draw_by_part, draw_distributions
from evograft.studies.bench.analysis.analysis_files import save_comparison
from evograft.studies.bench.analysis.analysis_text import comparison_text, verdict_table
from evograft.studies.bench.analysis.mode_comparison import compare_values
from evograft.studies.bench.analysis.mode_values import ASPECTS, MODES


@pytest.fixture(autouse=True)
def few_permutations(monkeypatch):
    monkeypatch.setattr(metric_coverage, "PERMUTATIONS", 19)


def row(table, quantity, part="all"):
    found = table[(table["quantity"] == quantity) & (table["part"] == part)]
    assert len(found) == 1
    return found.iloc[0]


def test_every_quantity_is_compared_on_every_part():
    table = compare_values(values()).table
    quantities = ["n", "m", *METRICS, "cells"]
    rejections = ["neurons", "edges", "coverage", "disconnected"]
    shares = ["accepted", *(f"rejected_{rule}" for rule in rejections)]
    assert table["quantity"].unique().tolist() == [*quantities, *shares]
    assert len(table) == 4 * len(quantities) + len(shares)
    assert set(table["aspect"]) == {"size", *ASPECTS, "coverage", "yield"}


def test_the_numbers_of_a_row():
    entropy = np.linspace(1, 3, N)
    entropy[7] = np.nan
    table = compare_values(values(random=frame(degree_entropy=entropy))).table
    found = row(table, "degree_entropy")
    known = pd.Series(entropy).dropna()
    assert (found["n_random"], found["nan_random"]) == (N - 1, 1)
    for name, expected in {
        "mean": known.mean(),
        "sd": known.std(),
        "median": known.median(),
        "q1": known.quantile(0.25),
        "max": 3.0,
    }.items():
        assert found[f"{name}_random"] == pytest.approx(expected)
    assert found["effect"] == 1.0
    assert found["p_holm"] > found["p"]


def test_yield_is_a_share_of_the_attempts():
    made = {
        "random": attempts(20, (60, 10, 5, 5)),
        "stratified": attempts(2, (190, 8, 0, 0)),
    }
    table = compare_values(values(made=made)).table
    found = row(table, "accepted")
    assert (found["mean_random"], found["mean_stratified"]) == (0.2, 0.01)
    assert (found["n_random"], found["n_stratified"]) == (100, 200)
    assert row(table, "rejected_neurons")["mean_stratified"] == 0.95
    assert row(table, "rejected_neurons")["effect"] < 0  # random has fewer


def test_sizes_of_the_parts():
    sizes = compare_values(values()).sizes
    parts = ["all", "small", "middle", "large"]
    assert sizes["part"].tolist() == [part for part in parts for _ in MODES]
    assert sizes["mode"].tolist() == [*MODES] * 4
    assert sizes["entries"].tolist() == [N, N] + [N // 3] * 6
    assert sizes["n_least"].tolist() == [50, 50, 50, 50, 200, 200, 400, 400]


def test_what_is_missing_is_said_and_not_compared():
    found = compare_values(
        values(
            random=frame().drop(columns=["flow_hierarchy", "m"]),
            made={"random": None, "stratified": attempts(9)},
        )
    )
    assert found.notes == (
        "no column m in random",
        "no column flow_hierarchy in random",
        "networks with as many nodes are all in the same third, edges being missing",
        "no attempts told of in random",
        "coverage is that of degree_entropy, modularity_undirected_greedy, degree_balance alone",
    )
    assert not {"m", "flow_hierarchy", "accepted"} & set(found.table["quantity"])
    text = comparison_text(found)
    assert "- no column flow_hierarchy in random" in text
    assert "undecided: no column flow_hierarchy in random" in text


def test_an_empty_part_has_no_numbers():
    same = frame().assign(n=400.0)
    found = compare_values(values(same, same))
    assert found.sizes["entries"].tolist() == [N, N, 0, 0, N, N, 0, 0]
    small = row(found.table, "degree_entropy", "small")
    assert small["n_random"] == 0
    assert np.isnan(small["mean_random"])
    assert small["note"] == "fewer than 2 values"
    assert "undecided: fewer than 2 values" in comparison_text(found)


def test_the_level_is_kept_and_checked():
    assert compare_values(values(), level=0.01).level == 0.01
    with pytest.raises(ValueError, match=r"level must be a number from 0.001 to 0.5, got 0.9"):
        compare_values(values(), level=0.9)


def test_comparing_twice_gives_the_same():
    first, second = compare_values(values()), compare_values(values())
    pd.testing.assert_frame_equal(first.table, second.table)
    pd.testing.assert_frame_equal(first.findings, second.findings)


def test_verdicts_have_a_column_for_each_part():
    table = verdict_table(compare_values(values()).findings)
    assert table.columns.tolist() == ["claim", "metric", "all", "small", "middle", "large"]
    assert table.iloc[0].tolist()[1:] == ["degree_entropy", *["undecided"] * 4]
    accepted = table[table["metric"] == "accepted"].iloc[0]
    assert accepted.tolist()[2:] == ["undecided", "", "", ""]


def test_all_files_are_written_whole(tmp_path):
    out = tmp_path / "new" / "out"
    comparison = compare_values(values(random=frame(degree_entropy=0.1)))
    files = save_comparison(out, comparison)
    pictures = ["distributions", "entropy-size", "modularity-size", "yield"]
    assert [file.name for file in files] == [
        "comparison.csv",
        "findings.csv",
        "analysis.md",
        *(f"{name}.png" for name in pictures),
    ]
    assert sorted(out.iterdir()) == sorted(files)
    for file in files[3:]:
        picture = imread(file)
        assert picture.shape[1] > 500
        assert np.ptp(picture[..., :3]) > 0.5
    read = pd.read_csv(out / "findings.csv", keep_default_na=False, na_values=["nan"])
    assert read["verdict"].tolist() == comparison.findings["verdict"].tolist()
    text = (out / "analysis.md").read_text(encoding="utf-8")
    assert "**holds (A 0." in text
    assert "| random     |      940 | 240 (25.5%) |" in text


def test_what_cannot_be_drawn_is_not(tmp_path):
    table = frame().drop(columns=["n", "m", "modularity_undirected_greedy"])
    files = save_comparison(tmp_path, compare_values(values(table, table, dict.fromkeys(MODES))))
    assert [file.name for file in files[3:]] == ["distributions.png"]


def test_one_entry_of_each_mode_is_compared_and_drawn():
    few = frame(1, von_neumann_entropy=np.nan)
    found = compare_values(values(few, few))
    assert set(found.findings["verdict"]) == {"undecided"}
    drawn = draw_distributions(found.values.entries, METRICS)
    assert len(drawn.axes) == len(METRICS)
    assert draw_by_part(found.values.entries, METRICS[4]).axes[0].get_ylabel() == METRICS[4]
