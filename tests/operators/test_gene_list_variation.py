"""Variation of genotypes with a gene for each non-terminal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2

from evograft import operators

GENES = st.lists(st.lists(st.integers(0, 3), max_size=5).map(tuple), min_size=4, max_size=4)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(GENES, GENES, st.integers(0, 99))
def test_whole_genes_are_swapped_or_stay(left, right, seed):
    a, b = list(left), list(right)
    operators.cx_uniform_gene_lists(a, b, rng=np.random.default_rng(seed))
    for pair in zip(a, b, left, right, strict=True):
        assert pair[:2] in ((pair[2], pair[3]), (pair[3], pair[2]))


def test_each_gene_is_swapped_with_the_rate():
    rng = np.random.default_rng(6)
    n = 0
    for _ in range(1000):
        a, _ = operators.cx_uniform_gene_lists([(0,)] * 4, [(1,)] * 4, rng=rng)
        n += a.count((1,))
    assert binom.ppf(0.0005, 4000, 0.5) <= n <= binom.ppf(0.9995, 4000, 0.5)


def test_one_used_index_of_a_gene_becomes_any_other_option():
    rng = np.random.default_rng(7)
    seen = np.zeros((5, 4), int)
    for _ in range(3000):
        (individual,) = operators.mut_one_index_per_gene(
            [(1,) * 5, (0, 0)], 1.0, counts=[4, 1], used=[3, 2], rng=rng
        )
        assert individual[1] == (0, 0)
        changed = [(i, index) for i, index in enumerate(individual[0]) if index != 1]
        assert len(changed) == 1
        seen[changed[0]] += 1
    expected = 3000 / 9
    assert seen[3:].sum() == seen[:, 1].sum() == 0
    assert ((seen[:3, [0, 2, 3]] - expected) ** 2 / expected).sum() < chi2.ppf(0.999, 8)


def test_each_used_index_is_replaced_with_the_rate():
    rng = np.random.default_rng(8)
    counts = np.zeros(4, int)
    for _ in range(2000):
        (individual,) = operators.mut_used_indices(
            [(2, 2, 2), (0,)], 0.25, counts=[3, 1], used=[2, 1], rng=rng
        )
        assert individual[0][2] == 2
        assert individual[1] == (0,)
        counts[sum(index != 2 for index in individual[0])] += 1
    expected = 2000 * binom.pmf([0, 1, 2], 2, 0.25)
    assert ((counts[:3] - expected) ** 2 / expected).sum() < chi2.ppf(0.999, 2)


def test_without_a_rate_one_index_is_replaced_on_average():
    rng = np.random.default_rng(9)
    changed = [
        sum(i != 0 for gene in operators.mut_used_indices(
            [(0,) * 8, (0,) * 9], None, counts=[2, 5], used=[7, 3], rng=rng)[0] for i in gene)
        for _ in range(4000)
    ]  # fmt: skip
    # Binomial with n = 10 and p = 1 / 10: the mean of 4000 has a deviation of 0.015.
    assert abs(np.mean(changed) - 1.0) < 4 * np.sqrt(0.9 / 4000)


def test_what_has_no_choice_or_no_use_stays():
    before = [(0, 0), (1, 1)]
    for mutate in (operators.mut_one_index_per_gene, operators.mut_used_indices):
        assert mutate(list(before), 1.0, counts=[1, 2], used=[2, 0])[0] == before
        assert mutate(list(before), 0.0, counts=[2, 2], used=[2, 2])[0] == before


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: operators.cx_uniform_gene_lists([(0,)], []), "as many genes, got 1 and 0"),
        (lambda: operators.cx_uniform_gene_lists([], [], indpb=2), "indpb must be a number"),
        (
            lambda: operators.mut_used_indices([(0,)], -0.1, counts=[2], used=[1]),
            "indpb must be a number from 0 to 1, got -0.1",
        ),
        (
            lambda: operators.mut_one_index_per_gene([(0,)], 7, counts=[2], used=[1]),
            "indpb must be a number from 0 to 1, got 7",
        ),
        (
            lambda: operators.mut_one_index_per_gene([(0,), (1,)], 1, counts=[2], used=[1, 1]),
            "counts and used must have one number for each of 2 genes, got 1 and 2",
        ),
        (
            lambda: operators.mut_one_index_per_gene([(0,)], 1, counts=[2], used=[5]),
            "used must be from 0 to the gene's 1 indices, got 5",
        ),
        (
            lambda: operators.mut_used_indices([(0,)], 1, counts=[2], used=[-1]),
            "used must be from 0 to the gene's 1 indices, got -1",
        ),
    ],
)
def test_bad_settings_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
