"""Operators on the real weights of genes, and that codon operators leave them alone."""

import random

import numpy as np
import pytest

from evograft import operators
from evograft.representations.gene_weights import DTYPE

CODONS = [bytes(range(k, k + 6)) for k in range(0, 60, 6)]


def genotype(rows):
    """Genes of six codons each, with the weights in the rows."""
    return [codons + np.array(row, DTYPE).tobytes() for codons, row in zip(CODONS, rows)]  # noqa: B905


def weights_of(individual, n_weights):
    return np.array([np.frombuffer(gene[-4 * n_weights :], DTYPE) for gene in individual])


def codons_of(individual, n_weights):
    return [gene[: -4 * n_weights] for gene in individual]


@pytest.mark.parametrize("settings", [{"indpb": 0.0, "sigma": 1.0}, {"indpb": 1.0, "sigma": 0.0}])
def test_without_probability_or_noise_nothing_changes(settings):
    individual = genotype([[1.5, -2], [0, 5]])
    before = list(individual)
    (mutant,) = operators.mut_gaussian_gene_weights(individual, **settings, n_weights=2)
    assert mutant is individual
    assert all(gene is old for gene, old in zip(mutant, before, strict=True))


def test_weights_change_as_often_and_as_much_as_stated_and_codons_do_not():
    # Null hypotheses: changes are binomial with 0.3; noise is normal with deviation 0.2. Both
    # within 4 standard errors; the noise's quarters by chi-squared (3 degrees, p = 0.001).
    rng = np.random.default_rng(4)
    individual = genotype(np.zeros((10, 1000)))
    (mutant,) = operators.mut_gaussian_gene_weights(individual, 0.3, 0.2, n_weights=1000, rng=rng)
    assert codons_of(mutant, 1000) == CODONS
    weights = weights_of(mutant, 1000)
    noise = weights[weights != 0]
    n = noise.size
    assert abs(n - 3000) < 4 * np.sqrt(10_000 * 0.3 * 0.7)
    assert abs(noise.mean()) < 4 * 0.2 / np.sqrt(n)
    assert abs(noise.std() / 0.2 - 1) < 4 / np.sqrt(2 * n)
    counts = np.bincount(np.searchsorted([-0.2 * 0.6744898, 0, 0.2 * 0.6744898], noise))
    assert ((counts - n / 4) ** 2 / (n / 4)).sum() < 16.3
    # Each gene and each place has its share.
    assert (weights != 0).mean(axis=1) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 1000))


def test_weights_stay_within_their_bound():
    random.seed(1)
    individual = genotype(np.full((10, 50), 1.9))
    (mutant,) = operators.mut_gaussian_gene_weights(
        individual, 1.0, 5.0, n_weights=50, max_weight=2.0
    )
    weights = weights_of(mutant, 50)
    assert np.abs(weights).max() == 2.0
    assert {-2.0, 2.0} <= set(weights.ravel().tolist())
    assert (np.abs(weights) < 2).any()


def test_a_gene_without_a_change_stays_the_object():
    random.seed(2)
    individual = genotype(np.zeros((10, 3)))
    before = list(individual)
    operators.mut_gaussian_gene_weights(individual, 0.1, 1.0, n_weights=3)
    same = [gene is old for gene, old in zip(individual, before, strict=True)]
    assert any(same)
    assert not all(same)
    assert same == (weights_of(individual, 3) == 0).all(axis=1).tolist()


def test_one_of_two_aligned_genes_gets_the_medians():
    rows = np.arange(30.0).reshape(10, 3)
    others = rows[::-1] ** 2
    a, b = genotype(rows), genotype(others)
    random.seed(3)
    child_a, child_b = operators.cx_median_gene_weights(a, b, 1.0, n_weights=3)
    assert child_a is a
    assert child_b is b
    medians = np.median([rows, others], axis=0)
    found_a, found_b = weights_of(a, 3), weights_of(b, 3)
    in_a = (found_a == medians).all(axis=1)
    np.testing.assert_array_equal(found_a, np.where(in_a[:, None], medians, rows))
    np.testing.assert_array_equal(found_b, np.where(in_a[:, None], others, medians))
    assert 0 < in_a.sum() < 10
    assert codons_of(a, 3) == codons_of(b, 3) == CODONS


def test_pairs_are_crossed_as_often_as_stated_in_either_parent_alike():
    # Null hypothesis: neither 0.6, in a 0.2, in b 0.2; chi-squared, 2 degrees, p = 0.001.
    rng = np.random.default_rng(5)
    counts = np.zeros(3)
    for _ in range(300):
        a, b = genotype(np.zeros((10, 1))), genotype(np.ones((10, 1)))
        operators.cx_median_gene_weights(a, b, 0.4, n_weights=1, rng=rng)
        in_a, in_b = weights_of(a, 1) == 0.5, weights_of(b, 1) == 0.5
        assert not (in_a & in_b).any()
        counts += [(~in_a & ~in_b).sum(), in_a.sum(), in_b.sum()]
    expected = 3000 * np.array([0.6, 0.2, 0.2])
    assert ((counts - expected) ** 2 / expected).sum() < 13.8


def test_genes_without_a_partner_and_no_probability_change_nothing():
    a, b = genotype([[1, 2], [3, 4], [5, 6]]), genotype([[7, 8]])
    operators.cx_median_gene_weights(a, b, 0.0, n_weights=2)
    assert (a, b) == (genotype([[1, 2], [3, 4], [5, 6]]), genotype([[7, 8]]))
    operators.cx_median_gene_weights(a, b, 1.0, n_weights=2)
    assert a[1:] == genotype([[1, 2], [3, 4], [5, 6]])[1:]
    assert (a[:1] + b).count(genotype([[4, 5]])[0]) == 1
    assert operators.cx_median_gene_weights([], [], 1.0, n_weights=2) == ([], [])


def test_the_medians_of_equal_and_of_huge_weights_are_exact():
    largest = float(np.finfo(np.float32).max)
    for value in (largest, 1e-45, 0.1):
        a, b = genotype([[value]]), genotype([[value]])
        operators.cx_median_gene_weights(a, b, 1.0, n_weights=1)
        assert (a, b) == (genotype([[value]]), genotype([[value]]))


@pytest.mark.parametrize(
    ("operate", "message"),
    [
        (lambda o, g: o.mut_gaussian_gene_weights(g, 2, 1, n_weights=1), "indpb must be a number"),
        (lambda o, g: o.mut_gaussian_gene_weights(g, 1, -1, n_weights=1), "sigma must be a number"),
        (
            lambda o, g: o.mut_gaussian_gene_weights(g, 1, float("nan"), n_weights=1),
            "sigma must be a number of at least 0, got nan",
        ),
        (
            lambda o, g: o.mut_gaussian_gene_weights(g, 1, 1, n_weights=1, max_weight=0),
            "max_weight must be a number above 0, got 0",
        ),
        (
            lambda o, g: o.mut_gaussian_gene_weights(g, 1, 1, n_weights=0),
            "n_weights must be an integer of at least 1, got 0",
        ),
        (
            lambda o, g: o.mut_gaussian_gene_weights(g, 1, 1, n_weights=4),
            "genes must have at least 16 bytes for 4 weights, got one of 14",
        ),
        (lambda o, g: o.cx_median_gene_weights(g, g, -1, n_weights=1), "indpb must be a number"),
        (
            lambda o, g: o.cx_median_gene_weights(g, list(g), 1, n_weights=4),
            "genes must have at least 16 bytes for 4 weights, got one of 14",
        ),
    ],
)
def test_bad_arguments_are_refused(operate, message):
    with pytest.raises(ValueError, match=message):
        operate(operators, genotype([[1, 2], [3, 4]]))


@pytest.mark.parametrize("bits", [8, 16])
def test_mutation_of_codons_leaves_weights_alone_and_reaches_all_codons(bits):
    random.seed(6)
    rows = np.arange(20.0).reshape(10, 2)
    changed = np.zeros(6, bool)
    for _ in range(60):
        individual = genotype(rows)
        operators.mut_codons(individual, 0.3, codon_bits=bits, n_weights=2)
        np.testing.assert_array_equal(weights_of(individual, 2), rows)
        for gene, codons in zip(individual, CODONS, strict=True):
            changed |= np.frombuffer(gene[:6], np.uint8) != np.frombuffer(codons, np.uint8)
    assert changed.all()


def test_the_same_codons_are_replaced_with_weights_and_without():
    random.seed(7)
    plain, real = list(CODONS), genotype(np.ones((10, 3)))
    operators.mut_codons(plain, 0.2, rng=np.random.default_rng(1))
    operators.mut_codons(real, 0.2, n_weights=3, rng=np.random.default_rng(1))
    assert codons_of(real, 3) == plain != CODONS


def test_genes_grow_and_shrink_by_codons_and_keep_their_weights():
    random.seed(8)
    rows = np.arange(20.0).reshape(10, 2)
    individual = genotype(rows)
    for _ in range(40):
        operators.mut_gene_length(individual, 1.0, n_weights=2)
    lengths = [len(gene) - 8 for gene in individual]
    assert min(lengths) >= 1
    assert max(lengths) > 6
    np.testing.assert_array_equal(weights_of(individual, 2), rows)


def test_a_new_gene_has_weights_within_the_bound():
    random.seed(9)
    individual = genotype([[9.0, 9.0]])
    for _ in range(200):
        operators.mut_modular(individual, 6, pm=(1.0,), n_weights=2, max_weight=0.5)
    new = weights_of(individual, 2)
    assert {len(gene) for gene in individual} == {14}
    assert (np.abs(new[(new != 9).all(axis=1)]) <= 0.5).all()
    assert len(individual) > 1
