from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from evograft.operators import cx_one_point_codons, cx_one_point_genes, cx_uniform_genes

exact = settings(deadline=None, derandomize=True)


def genes(bits=8):
    """Genotypes of 1 to 8 genes of 1 to 6 codons."""
    width = bits // 8
    gene = st.integers(1, 6).flatmap(lambda n: st.binary(min_size=n * width, max_size=n * width))
    return st.lists(gene, min_size=1, max_size=8)


def chi_square(counts, expected):
    return sum((counts[key] - e) ** 2 / e for key, e in expected.items())


def labelled(side, n, codons=1):
    """Genes that are all different: (side, gene, codon) in every codon's value."""
    return [bytes(side + 16 * i + k for k in range(codons)) for i in range(n)]


@exact
@given(genes(), genes(), st.integers(0, 2**32))
def test_one_point_crossover_swaps_a_left_part_of_whole_aligned_genes(a, b, seed):
    first, second = list(a), list(b)
    result = cx_one_point_genes(first, second, rng=np.random.default_rng(seed))
    assert result == (first, second)
    assert result[0] is first
    assert result[1] is second
    cuts = range(1, min(len(a), len(b)) + 1)
    assert (first, second) in [(b[:cut] + a[cut:], a[:cut] + b[cut:]) for cut in cuts]
    assert (len(first), len(second)) == (len(a), len(b))
    assert Counter(first + second) == Counter(a + b)


def test_the_cut_between_genes_is_uniform_over_the_shorter_parent():
    # Null hypothesis: a cut of 1 to 5 with probability 1/5 each, 600 expected of 3000.
    # χ² with 4 degrees of freedom, p = 0.001.
    rng = np.random.default_rng(1)
    counts: Counter[Any] = Counter()
    for _ in range(3000):
        a, _ = cx_one_point_genes(labelled(0, 8), labelled(128, 5), rng=rng)
        counts[sum(gene[0] >= 128 for gene in a)] += 1
    assert chi_square(counts, dict.fromkeys(range(1, 6), 600)) < chi2.ppf(0.999, 4)
    assert set(counts) == {1, 2, 3, 4, 5}


def test_parents_of_one_gene_swap_it():
    assert cx_one_point_genes([b"a"], [b"x"]) == ([b"x"], [b"a"])


@exact
@given(genes(), genes(), st.floats(0, 1), st.integers(0, 2**32))
def test_uniform_crossover_swaps_aligned_genes_and_nothing_else(a, b, indpb, seed):
    first, second = list(a), list(b)
    result = cx_uniform_genes(first, second, indpb, rng=np.random.default_rng(seed))
    assert result[0] is first
    assert result[1] is second
    assert (len(first), len(second)) == (len(a), len(b))
    for i in range(min(len(a), len(b))):
        assert (first[i], second[i]) in [(a[i], b[i]), (b[i], a[i])]
    shorter = min(len(a), len(b))
    assert (first[shorter:], second[shorter:]) == (a[shorter:], b[shorter:])


def test_uniform_crossover_swaps_nothing_at_0_and_everything_at_1():
    for _ in range(50):
        assert cx_uniform_genes([b"a", b"b"], [b"x"], 0.0) == ([b"a", b"b"], [b"x"])
        assert cx_uniform_genes([b"a", b"b"], [b"x"], 1.0) == ([b"x", b"b"], [b"a"])


def test_each_gene_is_swapped_independently_with_its_probability():
    # Null hypothesis: of 3 genes, the 8 patterns of swaps have the probabilities of independent
    # events of 0.3. Expected counts of 4000: 1372, 588 (three), 252 (three), 108.
    # χ² with 7 degrees of freedom, p = 0.001.
    rng = np.random.default_rng(2)
    counts: Counter[Any] = Counter()
    for _ in range(4000):
        a, _ = cx_uniform_genes(labelled(0, 3), labelled(128, 3), 0.3, rng=rng)
        counts[tuple(gene[0] >= 128 for gene in a)] += 1
    patterns = [(i & 1 > 0, i & 2 > 0, i & 4 > 0) for i in range(8)]
    expected = {p: 4000 * 0.3 ** sum(p) * 0.7 ** (3 - sum(p)) for p in patterns}
    assert chi_square(counts, expected) < chi2.ppf(0.999, 7)


@pytest.mark.parametrize("bits", [8, 16])
def test_a_cut_between_codons_swaps_everything_to_its_left(bits):
    @exact
    @given(genes(bits), genes(bits), st.integers(0, 2**32))
    def holds(a, b, seed):
        first, second = list(a), list(b)
        rng = np.random.default_rng(seed)
        result = cx_one_point_codons(first, second, codon_bits=bits, rng=rng)
        assert result[0] is first
        assert result[1] is second
        width = bits // 8
        possible = [
            (
                [*b[:g], b[g][:cut] + a[g][cut:], *a[g + 1 :]],
                [*a[:g], a[g][:cut] + b[g][cut:], *b[g + 1 :]],
            )
            for g in range(min(len(a), len(b)))
            for cut in range(width, min(len(a[g]), len(b[g])) + 1, width)
        ]
        assert result in possible
        assert (len(first), len(second)) == (len(a), len(b))
        assert Counter(b"".join(first + second)) == Counter(b"".join(a + b))
        assert all(len(gene) % width == 0 and gene for gene in first + second)

    holds()


def test_the_cut_between_codons_is_uniform_over_genes_and_their_codons():
    # Null hypothesis: 3 aligned genes and 4 cuts in each have probability 1/12, 300 expected of
    # 3600; the other parent's genes are longer. χ² with 11 degrees of freedom, p = 0.001.
    rng = np.random.default_rng(3)
    counts: Counter[Any] = Counter()
    for _ in range(3600):
        a = labelled(0, 3, codons=4)
        a, _ = cx_one_point_codons(a, labelled(128, 5, codons=6), rng=rng)
        swapped = [gene for gene in a if gene[0] >= 128]
        own = next(gene for gene in reversed(swapped))
        counts[len(swapped), sum(codon >= 128 for codon in own[:4])] += 1
    # A cut at the right end of gene g and one within it differ in the codons that came along.
    expected = {(g, k): 300 for g in (1, 2, 3) for k in (1, 2, 3, 4)}
    assert chi_square(counts, expected) < chi2.ppf(0.999, 11)


def test_wide_codons_are_never_cut_in_two():
    rng = np.random.default_rng(4)
    for _ in range(200):
        a, _ = cx_one_point_codons([b"\0" * 10], [b"\1" * 10], codon_bits=16, rng=rng)
        codons = np.frombuffer(a[0], "<u2").tolist()
        assert set(codons) <= {0, 0x0101}
        assert all(left >= right for left, right in pairwise(codons))


@pytest.mark.parametrize("operator", [cx_one_point_genes, cx_one_point_codons])
@pytest.mark.parametrize("parents", [([], [b"a"]), ([b"a"], []), ([], [])])
def test_a_parent_without_genes_cannot_be_cut(operator, parents):
    with pytest.raises(ValueError, match="a and b must have at least one gene each, got an empty"):
        operator(*parents)


def test_uniform_crossover_has_nothing_to_do_for_an_empty_parent():
    assert cx_uniform_genes([], [b"a"], 1.0) == ([], [b"a"])


@pytest.mark.parametrize("indpb", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_swap_probability_must_be_one(indpb):
    with pytest.raises(ValueError, match=f"indpb must be a number from 0 to 1, got {indpb}"):
        cx_uniform_genes([b"a"], [b"b"], indpb)
