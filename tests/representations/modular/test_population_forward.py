import threading
from typing import Any

import numpy as np
import pytest

from evograft.representations import _network_kernels as kernels
from evograft.representations import population_blocks
from evograft.representations.grammar import Grammar
from evograft.representations.modular import (
    ModularMapping,
    PopulationForward,
    _cache,
)
from evograft.representations.network import OUTPUTS
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.representations.neuron_mapper import NeuronMapper

VARIANTS = {
    "mge": {},
    "alpha": {"multi_layer": True, "grouped": True},
    "beta": {"multi_layer": True},
    "eta": {"monolithic": True},
    "mu": {"multi_layer": True, "monolithic": True},
}
SINGLE_LAYER = ["mge", "eta"]
N = 2 * kernels.BLOCK + 88  # three blocks of samples, the last one partly filled
X = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
SLOT = 4 * N  # bytes of one cached gene


def mapping_of(variant, n_outputs=3, *, bits=8, **options):
    settings: dict[str, Any] = dict(VARIANTS[variant])
    monolithic = settings.pop("monolithic", False)
    grammar = Grammar.parse(neuron_bnf(inputs="two_level", monolithic=monolithic))
    mapper = NeuronMapper(grammar, X.shape[1], n_outputs)
    return ModularMapping(mapper, codon_bits=bits, **settings, **options)


def random_population(seed, size=12, codons=50, most=9):
    """Individuals with 0 to *most* genes; of 50 codons, every 14th gene is invalid."""
    rng = np.random.default_rng(seed)
    return [[rng.bytes(codons) for _ in range(rng.integers(most + 1))] for _ in range(size)]


def run(evaluator, population, n_outputs=3):
    """(probabilities (individuals, rows, samples), sizes) of all blocks put together."""
    result = np.full((len(population), max(2, n_outputs), N), np.nan, np.float32)
    seen = []

    def consume(start, stop, probabilities):
        result[:, :, start:stop] = probabilities
        seen.append((start, stop))

    sizes = evaluator.run(population, consume)
    assert sorted(seen) == [(i, min(i + kernels.BLOCK, N)) for i in range(0, N, kernels.BLOCK)]
    assert len(seen) == 3
    return result, sizes


def check_against_develop(mapping, population, result, sizes):
    for i, individual in enumerate(population):
        network = mapping.develop(individual)
        expected = network.forward(X).T
        if mapping.mapper.n_outputs == 1:
            assert result[i, 1].tobytes() == expected[0].tobytes()
            np.testing.assert_allclose(result[i].sum(axis=0), 1, atol=1e-6)
        else:
            assert result[i].tobytes() == expected.tobytes()
        assert sizes.neurons[i] == network.complexity().neurons
        assert sizes.connections[i] == network.complexity().connections


@pytest.mark.parametrize("cache_bytes", [0, 1000 * SLOT])
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_population_gives_the_bits_of_its_networks(variant, n_outputs, cache_bytes):
    mapping = mapping_of(variant, n_outputs)
    evaluator = PopulationForward(mapping, X, cache_bytes=cache_bytes, threads=1)
    for seed in range(3):
        population = random_population(seed)
        check_against_develop(mapping, population, *run(evaluator, population, n_outputs))


@pytest.mark.parametrize("cache_bytes", [0, 1000 * SLOT])
@pytest.mark.parametrize("output", OUTPUTS)
def test_every_way_to_probabilities_and_clipping_agree_too(output, cache_bytes):
    mapping = mapping_of("eta", output=output, clip_inputs=True, bits=16)
    evaluator = PopulationForward(mapping, X, cache_bytes=cache_bytes, threads=1)
    population = random_population(7, codons=100)
    check_against_develop(mapping, population, *run(evaluator, population))


@pytest.mark.parametrize("variant", SINGLE_LAYER)
@pytest.mark.parametrize("first_slots", [3, 2048])
@pytest.mark.parametrize("capacity", [2, 5, 13, 40])
def test_a_cache_too_small_for_the_run_forgets_but_never_errs(
    variant, capacity, first_slots, monkeypatch
):
    # Batches of up to two genes more than there are slots; genes come back after they were given
    # up, are mutated behind their used codons, or are invalid. The cache begins with few slots
    # and opens more, or has all of them at once.
    monkeypatch.setattr(_cache, "FIRST_SLOTS", first_slots)
    mapping = mapping_of(variant)
    evaluator = PopulationForward(mapping, X, cache_bytes=capacity * SLOT, threads=1)
    rng = np.random.default_rng(capacity)
    stock = [rng.bytes(50) for _ in range(3 * capacity)] + [b"\x00\x01"] * capacity
    for _ in range(40):
        genes = [stock[k] for k in rng.integers(len(stock), size=rng.integers(1, capacity + 3))]
        for k in np.flatnonzero(rng.random(len(genes)) < 0.2):
            genes[k] = genes[k][:-1] + rng.bytes(1)
        cut = int(rng.integers(len(genes) + 1))
        population = [genes[:cut], genes[cut:]]
        check_against_develop(mapping, population, *run(evaluator, population))


def test_a_full_cache_takes_a_batch_of_as_many_new_genes_as_it_has_slots():
    # One of the 5 slots is that of invalid genes.
    mapping = mapping_of("mge")
    evaluator = PopulationForward(mapping, X, cache_bytes=5 * SLOT, threads=1)
    for seed in range(4):
        population = [[np.random.default_rng([seed, k]).bytes(200) for k in range(4)]]
        check_against_develop(mapping, population, *run(evaluator, population))
    with_invalid = [[b"\x00", *population[0][:3]]]
    for population in (with_invalid, [[b"\x00", b"\x01" * 3, *random_population(3)[0][:2]]]):
        check_against_develop(mapping, population, *run(evaluator, population))


@pytest.fixture
def filled(monkeypatch):
    """A list that is told how many rows of activations are computed, call by call."""
    counts = []
    fill_rows = kernels.fill_rows

    def count(columns, genes, *rest):
        counts.append(len(genes))
        fill_rows(columns, genes, *rest)

    monkeypatch.setattr(kernels, "fill_rows", count)
    return counts


def test_a_known_gene_is_not_computed_again(filled):
    mapping = mapping_of("mge")
    evaluator = PopulationForward(mapping, X, cache_bytes=1000 * SLOT, threads=1)
    gene, other = np.random.default_rng(1).bytes(120), np.random.default_rng(2).bytes(120)
    used = mapping.mapper.map([gene]).used[0]
    neutral = gene[:used] + bytes(120 - used)
    run(evaluator, [[gene, gene], [gene]])
    run(evaluator, [[neutral, gene], [other]])
    run(evaluator, [[neutral, other]])
    assert sum(filled) == 2


def test_a_gene_in_use_stays_while_others_are_forgotten(filled):
    evaluator = PopulationForward(mapping_of("mge"), X, cache_bytes=13 * SLOT, threads=1)
    first, kept, *others = [np.random.default_rng(k).bytes(200) for k in range(62)]
    run(evaluator, [[first, kept]])
    for gene in others:
        run(evaluator, [[kept], [gene]])
    assert sum(filled) == 62
    run(evaluator, [[kept, others[-1]]])
    assert sum(filled) == 62
    run(evaluator, [[first]])
    assert sum(filled) == 63


def test_outputs_of_genes_that_were_given_up_take_no_room():
    # One output per gene: at most one per slot, and those of the last batch.
    cache = _cache.GeneCache(mapping_of("mge"), np.ascontiguousarray(X.T), 8)
    for seed in range(200):
        cache.slots([np.random.default_rng([seed, k]).bytes(100) for k in range(3)])
    assert cache.targets.size == cache.out_weights.size <= 8 + 3


@pytest.mark.parametrize("cache_bytes", [0, 1000 * SLOT])
@pytest.mark.parametrize("variant", VARIANTS)
def test_threads_do_not_change_a_bit(variant, cache_bytes, monkeypatch):
    monkeypatch.setattr(population_blocks, "THREADED_WORK", 0)
    mapping = mapping_of(variant)
    population = random_population(4)
    one, two = (
        PopulationForward(mapping, X, cache_bytes=cache_bytes, threads=threads)
        for threads in (1, 2)
    )
    names = set()
    two.run(population, lambda *_: names.add(threading.current_thread().name))
    assert threading.main_thread().name not in names
    (expected, sizes), (result, same) = run(one, population), run(two, population)
    assert result.tobytes() == expected.tobytes()
    assert same.neurons.tolist() == sizes.neurons.tolist()
    assert same.connections.tolist() == sizes.connections.tolist()


def test_an_error_of_the_consumer_in_a_thread_is_not_lost(monkeypatch):
    monkeypatch.setattr(population_blocks, "THREADED_WORK", 0)
    evaluator = PopulationForward(mapping_of("mge"), X, cache_bytes=0, threads=2)

    def fail(start, stop, probabilities):
        raise RuntimeError("consumer failed")

    with pytest.raises(RuntimeError, match="consumer failed"):
        evaluator.run(random_population(1), fail)


@pytest.mark.parametrize("cache_bytes", [0, 1000 * SLOT])
@pytest.mark.parametrize("variant", VARIANTS)
def test_an_individual_scores_the_same_alone_and_among_others(variant, cache_bytes):
    mapping = mapping_of(variant)
    population = random_population(5)
    together, sizes = run(
        PopulationForward(mapping, X, cache_bytes=cache_bytes, threads=1), population
    )
    for i, individual in enumerate(population):
        alone = PopulationForward(mapping, X, cache_bytes=cache_bytes, threads=1)
        result, size = run(alone, [individual])
        assert result[0].tobytes() == together[i].tobytes()
        assert (size.neurons[0], size.connections[0]) == (sizes.neurons[i], sizes.connections[i])


@pytest.mark.parametrize("cache_bytes", [0, 1000 * SLOT])
@pytest.mark.parametrize("variant", VARIANTS)
def test_individuals_without_a_valid_gene_have_0_neurons_and_are_undecided(variant, cache_bytes):
    evaluator = PopulationForward(mapping_of(variant), X, cache_bytes=cache_bytes, threads=1)
    result, sizes = run(evaluator, [[], [b"\x00"], [b"\x00", b"\x01\x01"]])
    assert sizes.neurons.tolist() == sizes.connections.tolist() == [0, 0, 0]
    np.testing.assert_allclose(result, 1 / 3)


@pytest.mark.parametrize("cache_bytes", [0, 1000 * SLOT])
def test_nobody_to_run_is_no_error(cache_bytes):
    evaluator = PopulationForward(mapping_of("mge"), X, cache_bytes=cache_bytes, threads=1)
    result, sizes = run(evaluator, [])
    assert result.shape == (0, 3, N)
    assert sizes.neurons.shape == sizes.connections.shape == (0,)


def test_without_samples_only_the_sizes_are_known():
    mapping = mapping_of("mge")
    evaluator = PopulationForward(mapping, X[:0], cache_bytes=1000, threads=None)
    population = random_population(2)
    calls = []
    sizes = evaluator.run(population, lambda *block: calls.append(block))
    assert calls == []
    assert sizes.neurons.tolist() == [mapping.develop(i).function.size for i in population]
