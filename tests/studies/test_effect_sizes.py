import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from evograft.studies.statistics.effect_sizes import effect_word, holm, vargha_delaney


def test_holm_by_hand():
    """Sorted: 5 x 0.01, 4 x 0.02 less than 3 x 0.03, 2 x 0.04 raised to that, 0.05 as well."""
    assert_allclose(holm([0.05, 0.01, 0.04, 0.02, 0.03]), [0.09, 0.05, 0.09, 0.08, 0.09])
    assert_allclose(holm([0.6, 0.7]), [1, 1])
    assert_array_equal(holm([math.nan, 0.02, 0.5]), [math.nan, 0.04, 0.5])
    assert_array_equal(holm([math.nan]), [math.nan])
    assert holm([]).shape == (0,)


@given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.001, 0.5))
def test_holm_rejects_what_the_stepwise_procedure_rejects(p_values, level):
    rejected = set()
    for step, place in enumerate(np.argsort(p_values, kind="stable")):
        if (len(p_values) - step) * p_values[place] > level:
            break
        rejected.add(int(place))
    assert set(np.flatnonzero(holm(p_values) <= level).tolist()) == rejected


@pytest.mark.parametrize("p_values", [[-0.1], [1.1], [[0.5]], 0.5])
def test_what_is_no_p_value_is_refused(p_values):
    with pytest.raises(ValueError, match="p_values must be a sequence of numbers from 0 to 1"):
        holm(p_values)


@given(*[st.lists(st.integers(-3, 3), min_size=1, max_size=8)] * 2)
def test_the_effect_size_is_the_share_of_pairs_that_are_won(a, b):
    points = [(x > y) + 0.5 * (x == y) for x in a for y in b]
    assert vargha_delaney(a, b) == sum(points) / len(points)
    assert vargha_delaney(a, b) + vargha_delaney(b, a) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    ("least", "word", "below"),
    [(0.56, "small", "negligible"), (0.64, "medium", "small"), (0.71, "large", "medium")],
)
def test_words_begin_at_the_published_effect_sizes_on_both_sides(least, word, below):
    hundredths = round(100 * least)
    for size in (least, (100 - hundredths) / 100, 1 - least):
        assert effect_word(size) == word
    assert effect_word(least - 0.001) == effect_word(1 - least + 0.001) == below


def test_what_has_no_effect_size_is_refused():
    for a, b, name in [([], [1], "a"), ([1], [math.nan], "b"), ([[1]], [1], "a")]:
        with pytest.raises(ValueError, match=f"{name} must be a sequence of at least one number"):
            vargha_delaney(a, b)
    with pytest.raises(ValueError, match=r"size must be a number from 0 to 1, got 1\.2"):
        effect_word(1.2)
