import math

import pytest

from evograft.studies.reports._numbers import column_format, seed_ranges, written
from evograft.studies.statistics.measure import Measure, known_measure


@pytest.mark.parametrize(
    ("name", "means", "expected"),
    [
        ("test_accuracy", [0.1, 0.9], ".3f"),
        ("test_accuracy", [1.0, 1.0], ".3f"),
        ("test_accuracy", [0.97521, 0.97529], ".4f"),
        ("test_accuracy", [0.97521, 0.97521 + 1e-5], ".5f"),
        ("test_accuracy", [0.5, 0.5 + 1e-9], ".5f"),
        # Only the best has to look different.
        ("test_accuracy", [0.97521, 0.97529, 0.99], ".3f"),
        ("neurons", [3.0001, 3.0002, 9], ".4f"),
        ("neurons", [3, 9.0001, 9.0002], ".3f"),
        ("neurons", [12.5, 0, 14], ".2f"),
        ("evaluations", [10_000, 12_000], ".0f"),
        ("evaluations", [2e6, 3e6], ".3e"),
        ("loss", [1e-5, 2e-5], ".3e"),
        ("loss", [0.01234, 0.01235, 1e8], ".5f"),
        ("loss", [math.nan, 3.0], ".3f"),
        ("loss", [math.nan], ".3f"),
        ("loss", [0, 0], ".3f"),
    ],
)
def test_columns_have_the_digits_that_show_differences(name, means, expected):
    assert column_format(known_measure(name), means) == expected


def test_numbers_are_written_with_a_minus_and_a_dash():
    assert written(-1.25, ".1f") == "\N{MINUS SIGN}1.2"
    assert written(math.nan, ".3f") == "\N{EN DASH}"
    assert written(1e8, ".3f") == "1.000e+08"


@pytest.mark.parametrize(
    ("seeds", "expected"), [([5], "5"), ([2, 1], "1 to 2"), ([9, 1, 2, 3, 7], "1 to 3, 7, 9")]
)
def test_seeds_that_follow_each_other_are_a_range(seeds, expected):
    assert seed_ranges(seeds) == expected
    assert seed_ranges(["b", "a"]) == "a, b"


@pytest.mark.parametrize(
    ("name", "larger"),
    [
        ("test_accuracy", True),
        ("test_mean_return", True),
        ("solved", True),
        ("trust", True),
        ("train_rmse_true_class_probability", False),
        ("neurons", False),
        ("evaluations", False),
    ],
)
def test_known_measures_have_their_direction(name, larger):
    assert known_measure(name) == Measure(name, larger_is_better=larger)


@pytest.mark.parametrize("name", ["best", "speed", "accuracy_loss", "lossy"])
def test_the_direction_of_other_measures_is_asked_for(name):
    with pytest.raises(ValueError, match=f"direction of measure '{name}' must be given"):
        known_measure(name)


def test_measures_that_break_their_rule_are_refused():
    with pytest.raises(ValueError, match="name must be the name of a column, got ' '"):
        Measure(" ", larger_is_better=True)
    with pytest.raises(ValueError, match="larger_is_better must be one of True, False, got 'yes'"):
        Measure("loss", larger_is_better="yes")
