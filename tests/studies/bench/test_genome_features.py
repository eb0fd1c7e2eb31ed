"""Features of genomes: named, of fixed length, and blind to what growth is blind to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.surrogates.genome_features import (
    FEATURES,
    feature_table,
    genome_features,
)

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed, k):
    return Genome.random(np.random.default_rng(seed), None, None, k, None)


def named(genome):
    return dict(zip(FEATURES, genome_features(genome).tolist(), strict=True))


def with_fields(genome, **fields):
    return Genome(**{**genome.to_dict(), **fields})


def test_names_are_different():
    assert len({*FEATURES}) == len(FEATURES) == 74


@given(SEEDS, st.integers(3, 6))
def test_each_feature_is_what_its_name_says(seed, k):
    genome = drawn(seed, k)
    found = named(genome)
    matrix, kernels = genome.inhibition_matrix, genome.diffusion_patterns
    assert found["division_threshold"] == genome.division_threshold
    assert found["size_x"] == genome.size_x
    assert found["num_morphogens"] == k
    assert found["neuron_secretion_rates[1]"] == genome.neuron_secretion_rates[1]
    assert found["inhibition_matrix[2,0]"] == matrix[2, 0]
    assert found["diffusion_patterns[1][0,2]"] == kernels[1][0, 2]
    rate, threshold = genome.progenitor_secretion_rates[2], genome.axon_growth_threshold
    share = found["progenitor_secretion_rates[2]/threshold"]
    assert share == pytest.approx(rate / (rate + threshold))
    assert found["inhibition_of[0]"] == pytest.approx(matrix[0].sum())
    assert found["inhibition_by[1]"] == pytest.approx(matrix[:, 1].sum())
    assert found["inhibition_of[0]_by_further"] == pytest.approx(matrix[0, 3:].sum())
    assert found["inhibition_by[2]_of_further"] == pytest.approx(matrix[3:, 2].sum())
    assert found["inhibition_among_further"] == pytest.approx(matrix[3:, 3:].sum())
    rates = genome.neuron_secretion_rates
    assert found["further_neuron_secretion_rates"] == pytest.approx(rates[3:].sum())
    centres = [kernel[1, 1] for kernel in kernels[3:]]
    assert found["further_kernel_centre"] == pytest.approx(np.mean(centres) if centres else 0)
    if k == 3:
        assert not any(value for name, value in found.items() if "further" in name)


@given(SEEDS, st.integers(5, 7))
def test_further_morphogens_may_be_renumbered(seed, k):
    genome = drawn(seed, k)
    order = [0, 1, 2, *reversed(range(3, k))]
    renumbered = with_fields(
        genome,
        progenitor_secretion_rates=genome.progenitor_secretion_rates[order],
        neuron_secretion_rates=genome.neuron_secretion_rates[order],
        inhibition_matrix=genome.inhibition_matrix[np.ix_(order, order)],
        diffusion_patterns=[genome.diffusion_patterns[i] for i in order],
    )
    np.testing.assert_allclose(genome_features(renumbered), genome_features(genome), atol=1e-12)
    swapped = with_fields(genome, neuron_secretion_rates=genome.neuron_secretion_rates[::-1])
    assert not np.allclose(genome_features(swapped), genome_features(genome))


def test_the_diagonal_is_not_seen_and_zeros_are_no_error():
    genome = drawn(1, 4)
    matrix = genome.inhibition_matrix.copy()
    np.fill_diagonal(matrix, 0.7)
    changed = with_fields(genome, inhibition_matrix=matrix)
    assert np.array_equal(genome_features(changed), genome_features(genome))
    zeros = with_fields(genome, division_threshold=0.0, neuron_secretion_rates=np.zeros(4))
    assert named(zeros)["neuron_secretion_rates[0]/threshold"] == 0
    assert np.isfinite(genome_features(zeros)).all()


def test_tables_have_a_row_for_each_genome_of_any_number_of_morphogens():
    genomes = [drawn(seed, 3 + seed % 4) for seed in range(9)]
    table = feature_table(genomes)
    assert table.shape == (9, len(FEATURES))
    assert np.array_equal(table[5], genome_features(genomes[5]))
    assert feature_table([]).shape == (0, len(FEATURES))


def test_other_kernels_are_refused():
    genome = with_fields(drawn(1, 3), diffusion_patterns=[np.ones((5, 5)) / 25] * 3)
    with pytest.raises(ValueError, match=r"diffusion_patterns\[0\] must be 3 x 3, got shape \(5"):
        genome_features(genome)
