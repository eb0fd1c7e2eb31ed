from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2

from evograft.operators import mut_codons, mut_gene_count, mut_gene_length, mut_modular

exact = settings(deadline=None, derandomize=True)
WIDTHS = st.sampled_from([8, 16])


@st.composite
def genotypes(draw, smallest=0):
    """(genotype, bits): 1 to 8 genes of *smallest* to 8 codons."""
    bits = draw(WIDTHS)
    sizes = draw(st.lists(st.integers(smallest, 8), min_size=1, max_size=8))
    width = bits // 8
    return [draw(st.binary(min_size=n * width, max_size=n * width)) for n in sizes], bits


def chi_square(counts, expected):
    return sum((counts[key] - e) ** 2 / e for key, e in expected.items())


@exact
@given(genotypes(), st.floats(0, 1), st.integers(0, 2**32))
def test_codon_mutation_keeps_every_length(genotype, indpb, seed):
    individual, bits = genotype
    mutant = list(individual)
    (result,) = mut_codons(mutant, indpb, codon_bits=bits, rng=np.random.default_rng(seed))
    assert result is mutant
    assert [len(gene) for gene in mutant] == [len(gene) for gene in individual]
    assert all(type(gene) is bytes for gene in mutant)


@exact
@given(genotypes(), st.integers(0, 2**32))
def test_codon_mutation_with_probability_0_leaves_all_as_it_is(genotype, seed):
    individual, bits = genotype
    mutant = list(individual)
    mut_codons(mutant, 0.0, codon_bits=bits, rng=np.random.default_rng(seed))
    assert mutant == individual


@pytest.mark.parametrize("bits", [8, 16])
def test_codon_mutation_with_probability_1_draws_every_codon_anew(bits):
    # Null hypothesis: 25 600 uniform codons, counted by their last byte (of two): 100 expected
    # of each. χ² with 255 degrees of freedom, p = 0.001. Left as it was would be a zero.
    width = bits // 8
    individual = [bytes(100 * width) for _ in range(256)]
    mut_codons(individual, 1.0, codon_bits=bits, rng=np.random.default_rng(1))
    codons = b"".join(individual)
    for byte in range(width):
        counts = Counter(codons[byte::width])
        assert chi_square(counts, dict.fromkeys(range(256), 100)) < chi2.ppf(0.999, 255)


@pytest.mark.parametrize("indpb", [0.02, 0.3, 0.9])
def test_the_number_of_replaced_codons_is_binomial(indpb):
    # Null hypothesis: of the 30 codons of three genes, zero at first, each is replaced with
    # probability indpb and then differs with 255/256. Expected counts of 4000 individuals by the
    # binomial distribution, its tails joined so that 5 or more are expected. χ², p = 0.001.
    n = 4000
    rng = np.random.default_rng(2)
    counts: Counter[Any] = Counter()
    for _ in range(n):
        (mutant,) = mut_codons([bytes(5), bytes(17), bytes(8)], indpb, rng=rng)
        counts[sum(codon > 0 for gene in mutant for codon in gene)] += 1
    probabilities = n * binom.pmf(range(31), 30, indpb * 255 / 256)
    low = next(k for k in range(31) if probabilities[: k + 1].sum() >= 5)
    high = next(k for k in range(30, -1, -1) if probabilities[k:].sum() >= 5)
    joined: Counter[Any] = Counter()
    expected: Counter[int] = Counter()
    for k in range(31):
        cell = min(max(k, low), high)
        joined[cell] += counts[k]
        expected[cell] += probabilities[k]
    assert chi_square(joined, expected) < chi2.ppf(0.999, len(expected) - 1)


def test_every_place_of_every_gene_is_replaced_as_often():
    # Null hypothesis: 30 places in genes of 5, 0, 17 and 8 codons, each replaced with probability
    # 0.1 and seen with 255/256: 597.7 expected of 6000. The sum of the 30 squared normal
    # deviates is χ² with 30 degrees of freedom, p = 0.001.
    n, p = 6000, 0.1 * 255 / 256
    rng = np.random.default_rng(3)
    hits = np.zeros(30)
    for _ in range(n):
        (mutant,) = mut_codons([bytes(5), b"", bytes(17), bytes(8)], 0.1, rng=rng)
        hits += np.frombuffer(b"".join(mutant), np.uint8) > 0
    assert ((hits - n * p) ** 2 / (n * p * (1 - p))).sum() < chi2.ppf(0.999, 30)


def test_neighbouring_codons_are_replaced_independently():
    # Null hypothesis: the 4 patterns of two neighbours have probabilities of independent events
    # of p = 0.25 · 255/256; expected counts of 40 000 pairs. χ², 3 degrees, p = 0.001.
    rng = np.random.default_rng(4)
    counts: Counter[Any] = Counter()
    for _ in range(10_000):
        (mutant,) = mut_codons([bytes(3), bytes(5)], 0.25, rng=rng)  # pairs within and across
        changed = [codon > 0 for gene in mutant for codon in gene]
        counts.update(zip(changed[::2], changed[1::2], strict=True))
    p = 0.25 * 255 / 256
    expected = {
        (a, b): 40_000 * (p if a else 1 - p) * (p if b else 1 - p)
        for a in (False, True)
        for b in (False, True)
    }
    assert chi_square(counts, expected) < chi2.ppf(0.999, 3)


def test_a_very_small_probability_is_not_an_error():
    for indpb in (1e-300, 1e-310, 5e-324, 1e-17):
        assert mut_codons([bytes(4)], indpb) == ([bytes(4)],)


@exact
@given(
    genotypes(),
    st.integers(1, 9),
    st.integers(1, 5),
    st.none() | st.integers(1, 10),
    st.sampled_from(["uniform", "front"]),
    st.integers(0, 2**32),
)
def test_genes_are_added_or_deleted_within_the_bounds(
    genotype, codons, change, max_genes, position, seed
):
    individual, bits = genotype
    mutant = list(individual)
    (result,) = mut_gene_count(
        mutant,
        codons,
        max_gene_change=change,
        max_genes=max_genes,
        position=position,
        codon_bits=bits,
        rng=np.random.default_rng(seed),
    )
    assert result is mutant
    assert len(mutant) >= 1
    difference = len(mutant) - len(individual)
    assert abs(difference) <= change
    if max_genes is not None:
        assert len(mutant) <= max(max_genes, len(individual))
    kept = iter(mutant if difference >= 0 else individual)
    assert all(gene in kept for gene in (individual if difference >= 0 else mutant))  # in order
    if difference > 0:
        added = Counter(mutant) - Counter(individual)
        assert {len(gene) for gene in added} <= {codons * bits // 8}
        if position == "front":
            assert mutant[difference:] == individual


def lengths_after(n, times, **options):
    rng = np.random.default_rng(5)
    start = [bytes([i]) for i in range(n)]
    return Counter(len(mut_gene_count(list(start), 3, rng=rng, **options)[0]) for _ in range(times))


def test_adding_and_deleting_have_an_even_chance_and_every_number_of_genes_too():
    # Null hypothesis: ±1, ±2, ±3 genes with probability 1/6 each, 500 expected of 3000.
    # χ² with 5 degrees of freedom, p = 0.001.
    counts = lengths_after(10, 3000, max_gene_change=3)
    expected = dict.fromkeys((7, 8, 9, 11, 12, 13), 500)
    assert set(counts) == set(expected)
    assert chi_square(counts, expected) < chi2.ppf(0.999, 5)


def test_one_gene_at_a_time_is_the_default():
    assert set(lengths_after(4, 100)) == {3, 5}


def test_the_last_gene_stays():
    assert set(lengths_after(1, 100)) == {1, 2}
    assert set(lengths_after(2, 200, max_gene_change=9)) == {1, *range(3, 12)}


def test_what_would_exceed_the_bound_is_not_added():
    assert set(lengths_after(4, 200, max_gene_change=3, max_genes=5)) == {1, 2, 3, 5}
    assert set(lengths_after(4, 100, max_genes=4)) == {3, 4}
    assert set(lengths_after(4, 100, max_genes=2)) == {3, 4}


@pytest.mark.parametrize("adds", [True, False])
def test_the_place_of_an_added_or_deleted_gene_is_uniform(adds):
    # Null hypothesis: of 4 genes a new one goes to 5 places, or one of 4 is deleted, with equal
    # probabilities, of about 2000 calls that add (delete). χ², 4 (3) degrees, p = 0.001.
    rng = np.random.default_rng(6)
    start = [b"a", b"b", b"c", b"d"]
    places: Counter[Any] = Counter()
    for _ in range(4000):
        (mutant,) = mut_gene_count(list(start), 30, rng=rng)
        if adds and len(mutant) == 5:
            places[next(i for i, gene in enumerate(mutant) if len(gene) == 30)] += 1
        elif not adds and len(mutant) == 3:
            places[next(i for i, gene in enumerate(start) if gene not in mutant)] += 1
    n = 5 if adds else 4
    assert abs(places.total() - 2000) < 4 * np.sqrt(1000)
    expected = dict.fromkeys(range(n), places.total() / n)
    assert chi_square(places, expected) < chi2.ppf(0.999, n - 1)


def test_new_genes_are_random_and_differ():
    rng = np.random.default_rng(7)
    while len(individual := mut_gene_count([b"\0"], 20, max_gene_change=4, rng=rng)[0]) < 4:
        pass
    assert len(set(individual)) == len(individual)


@exact
@given(genotypes(smallest=1), st.floats(0, 1), st.integers(0, 2**32))
def test_each_gene_gains_or_loses_at_most_one_whole_codon(genotype, indpb, seed):
    individual, bits = genotype
    width = bits // 8
    mutant = list(individual)
    rng = np.random.default_rng(seed)
    (result,) = mut_gene_length(mutant, indpb, codon_bits=bits, rng=rng)
    assert result is mutant
    assert len(mutant) == len(individual)
    for before, after in zip(individual, mutant, strict=True):
        assert len(after) >= width
        shorter, longer = sorted((before, after), key=len)
        assert len(longer) - len(shorter) in (0, width)
        places = range(0, len(longer), width)
        assert before == after or shorter in [longer[:i] + longer[i + width :] for i in places]


def test_gene_length_changes_nothing_at_0_and_every_gene_at_1():
    rng = np.random.default_rng(8)
    start = [bytes(range(4))] * 5
    for _ in range(50):
        assert mut_gene_length(list(start), 0.0, rng=rng)[0] == start
        assert {len(gene) for gene in mut_gene_length(list(start), 1.0, rng=rng)[0]} <= {3, 5}


def test_a_gene_grows_or_shrinks_with_even_chance_at_a_uniform_place():
    # Null hypothesis: with indpb 0.5 the gene 1 2 3 stays (2000 expected of 4000), loses one of
    # 3 codons (333.3 each) or gains one at one of 4 places (250 each). χ², 7 degrees, p = 0.001.
    # A codon inserted beside its equal cannot be told apart; those 6 in 256 are left out.
    rng = np.random.default_rng(9)
    counts: Counter[Any] = Counter()
    for _ in range(4000):
        ((gene,),) = mut_gene_length([b"\1\2\3"], 0.5, rng=rng)
        if len(gene) == 4:
            places = [i for i in range(4) if gene[:i] + gene[i + 1 :] == b"\1\2\3"]
            counts["gain", places[0]] += len(places) == 1
        else:
            counts[gene] += 1
    expected: dict[Any, float] = {
        b"\1\2\3": 2000,
        b"\2\3": 1000 / 3,
        b"\1\3": 1000 / 3,
        b"\1\2": 1000 / 3,
    }
    expected |= {("gain", i): 250 for i in range(4)}
    assert chi_square(counts, expected) < chi2.ppf(0.999, 7)


def test_a_gene_keeps_its_last_codon():
    rng = np.random.default_rng(10)
    lengths = {len(mut_gene_length([b"\7"], 1.0, rng=rng)[0][0]) for _ in range(50)}
    assert lengths == {1, 2}


@exact
@given(
    genotypes(smallest=1),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_a_mutant_keeps_codon_boundaries_and_a_gene(genotype, pm, evolve, seed):
    individual, bits = genotype
    mutant = list(individual)
    (result,) = mut_modular(
        mutant,
        5,
        pm=pm,
        max_genes=8,
        evolve_gene_length=evolve,
        codon_bits=bits,
        rng=np.random.default_rng(seed),
    )
    assert result is mutant
    assert 1 <= len(mutant) <= 8
    width = bits // 8
    assert all(gene and len(gene) % width == 0 for gene in mutant)
    if not evolve:
        assert {len(gene) for gene in mutant} <= {*map(len, individual), 5 * width}


@pytest.mark.parametrize("evolve", [False, True])
def test_mutation_with_probability_0_emits_the_parent(evolve):
    parent = [bytes(range(i, i + 9)) for i in range(5)]
    for _ in range(50):
        assert mut_modular(list(parent), 9, pm=(0.0,), evolve_gene_length=evolve)[0] == parent


def test_codons_are_replaced_with_half_of_pm_and_the_gene_count_changes_with_pm():
    # Null hypothesis: with Pm = 0.4 the count changes in a binomial number of 3000 calls with
    # probability 0.4, and of the 8 codons of the first gene (its neighbour is deleted or a gene
    # is added behind it, or it goes itself) each is replaced with 0.2, seen with 255/256.
    # Both within 4 standard deviations.
    rng = np.random.default_rng(11)
    changed = codons = replaced = 0
    for _ in range(3000):
        (mutant,) = mut_modular([bytes(8), bytes(8)], 3, pm=(0.4,), rng=rng)
        changed += len(mutant) != 2
        for gene in mutant:
            if len(gene) == 8:
                codons += 8
                replaced += sum(codon > 0 for codon in gene)
    assert abs(changed - 1200) < 4 * np.sqrt(3000 * 0.4 * 0.6)
    p = 0.2 * 255 / 256
    assert abs(replaced - codons * p) < 4 * np.sqrt(codons * p * (1 - p))


def test_pm_is_drawn_anew_and_evenly_for_every_call():
    # Null hypothesis: of 2000 calls, half draw 0 and leave the parent; the others draw 1 and
    # change the number of genes. Within 4 standard deviations.
    rng = np.random.default_rng(12)
    parent = [bytes(50), bytes(50), bytes(50)]
    same = sum(
        mut_modular(list(parent), 50, pm=(0.0, 1.0), rng=rng)[0] == parent for _ in range(2000)
    )
    assert abs(same - 1000) < 4 * np.sqrt(500)


def test_options_reach_the_change_of_the_gene_count():
    rng = np.random.default_rng(13)
    start = [b"\0" * 4, b"\0" * 4]
    mutants = [
        mut_modular(list(start), 9, pm=(1.0,), max_gene_change=4, position="front", rng=rng)[0]
        for _ in range(200)
    ]
    assert {len(mutant) for mutant in mutants} == {1, 3, 4, 5, 6}
    assert all(
        [len(gene) for gene in mutant[-2:]] == [4, 4] for mutant in mutants if len(mutant) > 1
    )
    bounded = [mut_modular(list(start), 9, pm=(1.0,), max_genes=2, rng=rng)[0] for _ in range(100)]
    assert {len(mutant) for mutant in bounded} == {1, 2}


def test_gene_lengths_evolve_only_where_asked():
    rng = np.random.default_rng(14)
    for evolve, lengths in ((False, {6}), (True, {5, 6, 7})):
        mutants = [
            mut_modular([bytes(6)], 6, pm=(0.5,), evolve_gene_length=evolve, rng=rng)[0]
            for _ in range(100)
        ]
        assert {len(gene) for mutant in mutants for gene in mutant} == lengths


@pytest.mark.parametrize("operator", [mut_codons, mut_gene_length])
@pytest.mark.parametrize("indpb", [-1e-9, 1.000001, float("nan"), float("inf")])
def test_a_mutation_probability_must_be_one(operator, indpb):
    with pytest.raises(ValueError, match=f"indpb must be a number from 0 to 1, got {indpb}"):
        operator([b"ab"], indpb)
