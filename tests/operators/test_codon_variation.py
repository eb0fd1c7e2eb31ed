"""Variation of vectors of codons, as lists and as arrays."""

import random
from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2

from evograft import operators

CODONS = st.lists(st.integers(0, 255), min_size=1, max_size=12)


@pytest.mark.parametrize("make", [list, lambda codons: array("B", codons), np.array])
@settings(deadline=None, derandomize=True, max_examples=60)
@given(CODONS, CODONS, st.integers(0, 99))
def test_one_point_crossover_swaps_left_parts_of_equal_length(make, left, right, seed):
    a, b = make(left), make(right)
    operators.cx_one_point_vector(a, b, rng=np.random.default_rng(seed))
    cut = next(cut for cut in range(min(len(a), len(b)) + 1) if list(a) == right[:cut] + left[cut:])
    assert list(b) == left[:cut] + right[cut:]
    assert (len(a), len(b)) == (len(left), len(right))


def test_the_cut_is_uniform_between_the_codons_of_the_shorter():
    random.seed(5)
    counts = np.zeros(5, int)
    for _ in range(4000):
        a, _ = operators.cx_one_point_vector([0] * 6, [1] * 5)
        counts[sum(a)] += 1
    assert counts[0] == 0
    assert ((counts[1:] - 1000) ** 2 / 1000).sum() < chi2.ppf(0.999, 3)


def test_codons_are_replaced_with_the_rate_by_uniform_ones():
    n, rate = 200_000, 0.03
    codons = operators.mut_codon_values(
        array("H", [0] * n), rate, codon_bits=16, rng=np.random.default_rng(3)
    )[0]
    changed = np.array(codons)[np.array(codons) > 0]
    low, high = binom.ppf([0.0005, 0.9995], n, rate * (1 - 2**-16))
    assert low <= changed.size <= high
    counts = np.bincount(changed >> 12, minlength=16)
    assert ((counts - changed.size / 16) ** 2 / (changed.size / 16)).sum() < chi2.ppf(0.999, 15)


def test_the_rates_0_and_1_replace_none_and_all():
    rng = np.random.default_rng(1)
    assert operators.mut_codon_values([300] * 50, 0.0, rng=rng)[0] == [300] * 50
    assert max(operators.mut_codon_values([300] * 50, 1.0, rng=rng)[0]) < 256


def test_a_codon_is_added_or_deleted_with_even_chances_within_the_bounds():
    rng = np.random.default_rng(2)
    sizes = [len(operators.mut_codon_count([1, 2, 3], rng=rng)[0]) for _ in range(2000)]
    assert set(sizes) == {2, 4}
    assert binom.ppf(0.0005, 2000, 0.5) <= sizes.count(4) <= binom.ppf(0.9995, 2000, 0.5)
    kept = {len(operators.mut_codon_count([1], max_codons=1, rng=rng)[0]) for _ in range(50)}
    assert kept == {1}


def test_added_and_deleted_codons_can_be_anywhere():
    rng = np.random.default_rng(4)
    results = [operators.mut_codon_count(array("B", [1, 2]), rng=rng)[0] for _ in range(400)]
    deleted = {tuple(r) for r in results if len(r) == 1}
    added = {next(i for i in range(3) if r[:i] + r[i + 1 :] == array("B", [1, 2]))
             for r in results if len(r) == 3}  # fmt: skip
    assert (deleted, added) == ({(1,), (2,)}, {0, 1, 2})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: operators.mut_codon_values([1], 1.5), "indpb must be a number from 0 to 1"),
        (lambda: operators.mut_codon_values([1], 0.5, codon_bits=7), "codon_bits must be"),
        (lambda: operators.mut_codon_count([1], max_codons=0), "max_codons must be an integer"),
    ],
)
def test_bad_settings_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
