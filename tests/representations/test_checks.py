import math
import random
import re

import numpy as np
import pytest

from evograft.representations import _check, _random


@pytest.mark.parametrize(
    ("bounds", "rule"),
    [
        ({"minimum": 1}, "an integer of at least 1"),
        ({"maximum": 0}, "an integer of at most 0"),
        ({"minimum": 5, "maximum": 9}, "an integer from 5 to 9"),
    ],
)
def test_an_integer_outside_its_bounds_is_refused_with_the_rule(bounds, rule):
    outside = bounds.get("minimum", 2) - 1 if "minimum" in bounds else 1
    with pytest.raises(ValueError, match=f"n must be {rule}, got {outside}"):
        _check.integer("n", outside, **bounds)


def test_bounds_are_included_and_numpys_numbers_become_pythons():
    assert _check.integer("n", 5, minimum=5, maximum=5) == 5
    assert type(_check.integer("n", np.int16(5))) is int
    assert type(_check.real("p", np.float32(0.5), minimum=0.5, maximum=0.5)) is float
    assert _check.real("p", 1, minimum=1) == 1.0


@pytest.mark.parametrize("value", [1.0, True, "1", None])
def test_what_is_no_integer_is_a_type_error(value):
    with pytest.raises(TypeError, match=re.escape(f"n must be an integer, got {value!r}")):
        _check.integer("n", value)


@pytest.mark.parametrize("value", [True, "1", None, 1j])
def test_what_is_no_number_is_a_type_error(value):
    with pytest.raises(TypeError, match=re.escape(f"p must be a number, got {value!r}")):
        _check.real("p", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.1, 1.1])
def test_a_number_must_be_finite_and_within_its_bounds(value):
    with pytest.raises(ValueError, match=f"p must be a number from 0 to 1, got {value}"):
        _check.real("p", value, minimum=0, maximum=1)


def test_an_unknown_choice_lists_the_options():
    _check.choice("mode", "a", ("a", "b"))
    with pytest.raises(ValueError, match="mode must be one of 'a', 'b', got 'c'"):
        _check.choice("mode", "c", ("a", "b"))


def test_an_unknown_name_is_met_with_the_nearest_or_with_all():
    _check.known("method", "mge", ["mge"])
    with pytest.raises(ValueError, match=r"unknown method 'mgee': did you mean 'mge'\?"):
        _check.known("method", "mgee", ["neat", "mge"])
    with pytest.raises(ValueError, match="unknown method 'zzz': there are mge, neat"):
        _check.known("method", "zzz", ["neat", "mge"])
    with pytest.raises(ValueError, match="unknown task 'nope': there are digits, wine"):
        _check.known("task", "nope", ["wine", "digits"])  # half of the letters are not near


def test_below_takes_one_number_and_reaches_both_ends():
    class Fixed:
        def __init__(self, value):
            self.value = value

        def random(self):
            return self.value

    assert _random.below(Fixed(0.0), 7) == 0
    assert _random.below(Fixed(math.nextafter(1, 0)), 7) == 6
    random.seed(1)
    second = [random.random(), random.random()][1]
    random.seed(1)
    _random.below(random, 100)
    assert random.random() == second


def test_the_source_is_the_generator_or_pythons_stream():
    rng = np.random.default_rng(1)
    assert _random.source(rng) is rng
    assert _random.source(None) is random
