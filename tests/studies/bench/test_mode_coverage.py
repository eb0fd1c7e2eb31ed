"""How much of the space of metrics a mode covers, and the finding about it."""

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from made_up_modes import N, everywhere, frame, judged, values

from evograft.studies.bench.analysis import metric_coverage
from evograft.studies.bench.analysis.metric_coverage import compare_coverage, grid_cells, rarefied
from evograft.studies.bench.analysis.mode_findings import judge_claims
from evograft.studies.bench.analysis.mode_values import ALL, ASPECTS, AXES

HOLDS, FAILS, OPEN = "holds", "does not hold", "undecided"
RNG = np.random.default_rng(7)


def test_cells_of_a_grid_have_their_ends():
    points = np.array([[0.0, 5.0], [0.0999, 5.0], [0.1, 5.0], [1.0, 5.0]])
    cells = grid_cells(points, np.array([0.0, 5.0]), np.array([1.0, 5.0]))
    assert cells.tolist() == [0, 0, 10, 90]


@pytest.mark.parametrize("size", [1, 2, 4, 7, 8])
def test_rarefaction_is_the_mean_over_all_samples(size):
    cells = [0, 0, 0, 0, 1, 1, 2, 3]
    samples = list(combinations(cells, size))
    expected = np.mean([len(set(sample)) for sample in samples])
    assert rarefied(np.bincount(cells), size) == pytest.approx(expected)


def test_rarefaction_of_many_at_once():
    counts = np.array([[4, 2, 1, 1], [5, 3, 0, 0]])
    assert rarefied(counts, 3) == pytest.approx([float(rarefied(row, 3)) for row in counts])


def test_coverage_is_compared_at_equal_size():
    wide, narrow = np.arange(200), np.arange(600) % 20
    found = compare_coverage(wide, narrow)
    assert found.first == 200.0
    assert found.second == pytest.approx(20, abs=0.01)
    assert found.p == 1 / 5000
    assert found.sizes == (200, 600)
    turned = compare_coverage(narrow, wide)
    assert turned.effect == pytest.approx(1 / found.effect)
    assert turned.p == found.p


def test_equal_sets_cover_as_much():
    cells = np.arange(90) % 30
    found = compare_coverage(cells, cells)
    assert (found.effect, found.p) == (1.0, 1.0)


def test_the_level_of_the_test_of_coverage(monkeypatch):
    monkeypatch.setattr(metric_coverage, "PERMUTATIONS", 199)
    drawn = (RNG.integers(0, 40, 60) for _ in range(60))
    p = [compare_coverage(cells[:25], cells[25:]).p for cells in drawn]
    assert sum(np.array(p) <= 0.05) <= 9  # 3 are expected
    assert min(p) < 0.5 < max(p)


def test_too_few_networks_are_not_tested():
    found = compare_coverage(np.array([3]), np.array([3, 4]))
    assert math.isnan(found.p)
    assert found.note == "fewer than 2 values"


def spread_out(n=N):
    """Each network in a cell of its own, as far as the grid has as many."""
    places = np.random.default_rng(3).random((n, 4))
    return frame(n, **{metrics[0]: places[:, i] for i, metrics in enumerate(ASPECTS.values())})


def test_stratified_covers_more():
    wide, narrow = spread_out(), frame()
    assert judged(values(narrow, wide), "coverage") == everywhere(HOLDS)
    assert judged(values(wide, narrow), "coverage") == everywhere(FAILS)
    assert judged(values(wide, wide), "coverage") == everywhere(OPEN)


def test_coverage_does_not_come_from_more_networks():
    wide = spread_out(300)
    more = pd.concat([wide] * 4, ignore_index=True)
    rows = judge_claims(values(more, wide), 0.05)
    row = rows[(rows["finding"] == "coverage") & (rows["part"] == ALL)].iloc[0]
    # Each network four times: of 300 that are drawn some are the same.
    assert (row["n_random"], row["n_stratified"]) == (1200, 300)
    assert 0.6 < row["random"] / row["stratified"] < 0.8


def test_axes_that_are_missing_are_left_out():
    table = frame().drop(columns=list(AXES[:1]))
    assert values(random=table).axes == AXES[1:]
    table = table.drop(columns=list(AXES[1:3]))
    rows = judge_claims(values(random=table), 0.05)
    rows = rows[rows["finding"] == "coverage"]
    assert set(rows["note"]) == {"fewer than two axes in both, degree_balance"}
    assert set(rows["verdict"]) == {OPEN}
