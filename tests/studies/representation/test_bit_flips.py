from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from evograft.studies.representation.bit_flips import (
    flip_bits,
    flipped,
    flipped_lowest,
    replace_codon,
)


@st.composite
def genotypes(draw):
    """A genotype with its counts and sites, of which three codons at least have two bits."""
    counts = [draw(st.sampled_from([1, 2, 5, 30, 256])) for _ in range(draw(st.integers(0, 4)))]
    counts.append(256)
    genes = [
        draw(st.lists(st.integers(0, count - 1), min_size=3 * (count == 256), max_size=8))
        for count in counts
    ]
    sites = [draw(st.integers(3 * (c == 256), len(g))) for g, c in zip(genes, counts, strict=True)]
    return genes, counts, sites, np.random.default_rng(draw(st.integers(0, 2**32)))


def differences(before, after):
    """(gene, place, bits that differ) of every integer that was changed."""
    assert [len(gene) for gene in before] == [len(gene) for gene in after]
    return [
        (i, j, (a ^ b).bit_count())
        for i, (one, other) in enumerate(zip(before, after, strict=True))
        for j, (a, b) in enumerate(zip(one, other, strict=True))
        if a != b
    ]


@given(genotypes(), st.integers(1, 3), st.integers(1, 2))
def test_exactly_the_bits_asked_for_are_flipped_at_sites(made, codons, bits):
    genes, counts, sites, rng = made
    before = [list(gene) for gene in genes]
    after = flip_bits(genes, counts, sites, rng, codons=codons, bits=bits)
    changed = differences(genes, after)
    assert [n for _, _, n in changed] == [bits] * codons
    assert all(place < sites[gene] for gene, place, _ in changed)
    assert all(0 <= v < count for gene, count in zip(after, counts, strict=True) for v in gene)
    assert genes == before


@given(genotypes())
def test_the_lowest_bit_alone_is_flipped(made):
    genes, counts, sites, rng = made
    after = flip_bits(genes, counts, sites, rng, codons=2, lowest=True)
    changed = differences(genes, after)
    assert len(changed) == 2
    assert all(genes[i][j] ^ after[i][j] == 1 for i, j, _ in changed)


@given(genotypes())
def test_one_codon_is_replaced_by_another_value(made):
    genes, counts, sites, rng = made
    after = replace_codon(genes, counts, sites, rng)
    ((gene, place, _),) = differences(genes, after)
    assert place < sites[gene]
    assert 0 <= after[gene][place] < counts[gene]


def test_values_at_a_distance():
    assert flipped(0b101, 8, 2) == (0b000, 0b011, 0b110)
    assert flipped(4, 5, 1) == (0,)  # 5 and 6 are no options
    assert flipped(0, 3, 2) == ()
    assert len(flipped(77, 256, 1)) == 8
    assert len(flipped(77, 256, 2)) == 28
    assert flipped_lowest(4, 5) == ()
    assert flipped_lowest(5, 6) == (4,)


def test_codons_and_bits_are_uniform():
    rng = np.random.default_rng(5)
    genes, counts, sites = [[9, 9, 9], [0], [1, 2]], [256, 1, 4], [2, 1, 2]
    tally: Counter[tuple[int, int, int]] = Counter()
    for _ in range(4000):
        ((i, j, _),) = differences(genes, after := flip_bits(genes, counts, sites, rng))
        tally[i, j, after[i][j] ^ genes[i][j]] += 1
    codons = [(0, 0, 8), (0, 1, 8), (2, 0, 2), (2, 1, 2)]
    expected = {(i, j, 1 << bit): 1000 / bits for i, j, bits in codons for bit in range(bits)}
    assert set(tally) == set(expected)
    assert chisquare([tally[k] for k in expected], list(expected.values())).pvalue > 0.01


def test_a_codon_that_cannot_be_changed_gives_way_to_another():
    rng = np.random.default_rng(1)
    for _ in range(50):  # 4 of 5 options has one neighbour, 0 of 3 none at two bits
        assert flip_bits([[0, 1]], [3], [2], rng, bits=2) == [[0, 2]]


@pytest.mark.parametrize(
    ("genes", "counts", "sites", "settings"),
    [
        ([[0, 0]], [1], [2], {}),
        ([[7, 7]], [256], [0], {}),
        ([[0]], [3], [1], {"bits": 2}),
        ([[7]], [256], [1], {"codons": 2}),
        ([], [], [], {}),
    ],
)
def test_a_genotype_without_such_codons_is_refused(genes, counts, sites, settings):
    with pytest.raises(ValueError, match="codons that can be changed so"):
        flip_bits(genes, counts, sites, np.random.default_rng(1), **settings)
