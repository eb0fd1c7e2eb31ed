import math

import numpy as np
import pandas as pd
import pytest
from arm_results import rows_of

from evograft.studies.statistics.comparison import compare_arms
from evograft.studies.statistics.ranking import rank_arms

ROWS = rows_of({"mge": [1.0, 2.0], "neat": [3.0, 4.0]})


@pytest.mark.parametrize("function", [compare_arms, rank_arms])
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "results must have the columns"),
        ([{"arm": "a", "value": 1}], r"results must have the columns .*, got \['arm', 'value'\]"),
        (ROWS[:2], r"results must hold at least two arms, got \['mge'\]"),
        (
            [*ROWS, {**ROWS[0], "value": 9.0}],
            "a run must be given once, got another for arm 'mge', problem 'wine', seed 0",
        ),
        (
            [*ROWS[:3], {**ROWS[3], "value": math.nan}],
            "value must be finite, got nan for arm 'neat', problem 'wine', seed 1",
        ),
        ([*ROWS[:3], {**ROWS[3], "value": -math.inf}], "value must be finite, got -inf for arm"),
        ([*ROWS[:3], {**ROWS[3], "value": "high"}], "value must be finite, got high for arm"),
        (
            [*ROWS[:3], {**ROWS[3], "arm": None}],
            "arm must be given in every row, got none",
        ),
        ([*ROWS[:3], {**ROWS[3], "seed": math.nan}], "seed must be given in every row"),
    ],
)
def test_results_that_cannot_be_compared_are_refused(function, rows, message):
    with pytest.raises(ValueError, match=message):
        function(rows, larger_is_better=True)


def test_results_may_be_a_frame_columns_or_rows_and_are_left_as_they_are():
    frame = pd.DataFrame(rows_of({1: range(10), 2: range(5, 15)}))
    before = frame.copy()
    columns = {name: frame[name].to_numpy() for name in frame}
    tables = [
        compare_arms(results, larger_is_better=True)
        for results in (frame.set_index(np.zeros(20)), columns, frame.to_dict("records"))
    ]
    pd.testing.assert_frame_equal(frame, before)
    assert tables[0]["arm"].tolist() == ["1"]
    against = compare_arms(frame, larger_is_better=True, baseline=1)
    assert against[["arm", "other"]].to_numpy().tolist() == [["2", "1"]]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])
