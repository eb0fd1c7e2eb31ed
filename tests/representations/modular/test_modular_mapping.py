from typing import Any

import numpy as np
import pytest

from evograft.representations.grammar import Grammar
from evograft.representations.modular import ModularMapping
from evograft.representations.network import Network
from evograft.representations.neuron_grammar import FUNCTIONS, Neuron, neuron_bnf
from evograft.representations.neuron_mapper import NeuronMapper

VARIANTS = {
    "mge": {},
    "alpha": {"multi_layer": True, "grouped": True},
    "beta": {"multi_layer": True},
    "eta": {"monolithic": True},
    "mu": {"multi_layer": True, "monolithic": True},
}
N_FEATURES = 5


def mapping_of(variant, n_outputs=3, *, bits=8, inputs="two_level", **options):
    settings: dict[str, Any] = dict(VARIANTS[variant])
    bnf = neuron_bnf(inputs=inputs, monolithic=settings.pop("monolithic", False))
    mapper = NeuronMapper(Grammar.parse(bnf), N_FEATURES, n_outputs)
    return ModularMapping(mapper, codon_bits=bits, **settings, **options)


def random_individual(seed, genes=25, codons=50, bits=8):
    rng = np.random.default_rng(seed)
    return [rng.bytes(codons * bits // 8) for _ in range(genes)]


def slow_network(mapping, individual):
    """Assemble the network gene by gene with the plain mapper, as the specification says."""
    n_outputs = mapping.mapper.n_outputs
    dtype = "<u2" if mapping.codon_bits == 16 else "u1"
    codons = [np.frombuffer(gene, dtype).tolist() for gene in individual]
    groups = [codons]
    if mapping.grouped:
        groups = [[c for c in codons if c[0] % n_outputs == k] for k in range(n_outputs)]
    neurons: list[
        tuple[Neuron, int]
    ] = []  # (neuron, how many neurons there were before its module)
    for group in groups:
        base = len(neurons)
        for gene in group:
            offered = len(neurons) - base if mapping.multi_layer else 0
            neuron = mapping.mapper.read(gene, offered)
            if neuron is not None:
                neurons.append((neuron, base))
    sources, weights, indptr, out = [], [], [0], []
    for j, (neuron, base) in enumerate(neurons):
        for name, weight in neuron.inputs:
            index = int(name[1:]) - 1
            sources.append(index if name[0] == "x" else N_FEATURES + base + index)
            weights.append(min(max(weight, -1.0), 1.0) if mapping.clip_inputs else weight)
        indptr.append(len(sources))
        out += [(N_FEATURES + j, target, weight) for target, weight in neuron.outputs]
    arrays: dict[str, Any] = {
        "n_inputs": N_FEATURES,
        "n_outputs": n_outputs,
        "function": [FUNCTIONS.index(neuron.function) for neuron, _ in neurons],
        "bias": [neuron.bias for neuron, _ in neurons],
        "indptr": indptr,
        "sources": sources,
        "weights": weights,
        "out_sources": [source for source, _, _ in out],
        "out_targets": [target for _, target, _ in out],
        "out_weights": [weight for _, _, weight in out],
        "output": mapping.output,
    }
    return Network(**arrays)


def assert_same_network(network, other):
    a, b = network.to_dict(), other.to_dict()
    assert a.keys() == b.keys()
    for name in a:
        if isinstance(a[name], list):
            np.testing.assert_allclose(a[name], b[name], rtol=1e-12, err_msg=name)
        else:
            assert a[name] == b[name]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("n_outputs", [1, 3, 4])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("inputs", ["flat", "two_level"])
def test_the_network_is_that_of_a_slow_assembly(variant, n_outputs, bits, inputs):
    mapping = mapping_of(variant, n_outputs, bits=bits, inputs=inputs)
    for seed in range(3):
        individual = random_individual(seed, bits=bits)
        assert_same_network(mapping.develop(individual), slow_network(mapping, individual))


@pytest.mark.parametrize("variant", VARIANTS)
def test_clipping_bounds_merged_input_weights_only(variant):
    mapping = mapping_of(variant, clip_inputs=True, output="sum_normalised")
    plain = mapping_of(variant).develop(random_individual(1))
    clipped = mapping.develop(random_individual(1))
    assert_same_network(clipped, slow_network(mapping, random_individual(1)))
    assert clipped.output == "sum_normalised"
    assert np.abs(plain.weights).max() > 1 >= np.abs(clipped.weights).max()
    assert plain.bias.tolist() == clipped.bias.tolist()
    assert plain.out_weights.tolist() == clipped.out_weights.tolist()


def inner_connections(network):
    """(source, target) of every connection between hidden neurons, as indices of neurons."""
    targets = np.repeat(np.arange(network.function.size), np.diff(network.indptr))
    inner = network.sources >= network.n_inputs
    return list(zip(network.sources[inner] - network.n_inputs, targets[inner], strict=True))


@pytest.mark.parametrize("variant", ["mge", "eta"])
def test_single_layer_variants_connect_no_hidden_neurons(variant):
    for seed in range(10):
        network = mapping_of(variant).develop(random_individual(seed))
        assert inner_connections(network) == []
        assert network.complexity().hidden_layers == 1


@pytest.mark.parametrize("variant", ["alpha", "beta", "mu"])
def test_multi_layer_variants_read_earlier_neurons_only(variant):
    connections = [
        pair
        for seed in range(10)
        for pair in inner_connections(mapping_of(variant).develop(random_individual(seed)))
    ]
    assert len(connections) > 50
    assert all(source < target for source, target in connections)


def test_alpha_keeps_its_modules_apart_and_beta_does_not():
    crossing = {"alpha": 0, "beta": 0}
    for variant in crossing:
        for seed in range(10):
            network = mapping_of(variant).develop(random_individual(seed))
            assert network.out_sources.tolist() == [
                N_FEATURES + j for j in range(network.function.size)
            ]
            module = network.out_targets  # one output per neuron, in order
            crossing[variant] += sum(module[s] != module[t] for s, t in inner_connections(network))
    assert crossing["alpha"] == 0
    assert crossing["beta"] > 50


def test_alpha_sorts_its_neurons_by_output_and_keeps_the_order_within():
    mapping = mapping_of("alpha")
    individual = random_individual(3)
    network = mapping.develop(individual)
    assert network.out_targets.tolist() == sorted(network.out_targets.tolist())
    ordered = [g for k in range(3) for g in individual if g[0] % 3 == k]
    assert mapping.develop(ordered) == network


def test_modular_neurons_feed_one_output_and_monolithic_ones_may_feed_more():
    feeds = {}
    for variant in VARIANTS:
        network = mapping_of(variant).develop(random_individual(2))
        feeds[variant] = max(np.bincount(network.out_sources).tolist())
    assert feeds == {"mge": 1, "alpha": 1, "beta": 1, "eta": feeds["eta"], "mu": feeds["mu"]}
    assert min(feeds["eta"], feeds["mu"]) > 1


def test_with_one_output_the_groups_of_alpha_are_one():
    for seed in range(5):
        individual = random_individual(seed)
        alpha, beta = (mapping_of(v, 1).develop(individual) for v in ("alpha", "beta"))
        assert alpha == beta


@pytest.mark.parametrize("variant", VARIANTS)
def test_invalid_genes_are_left_out(variant):
    mapping = mapping_of(variant)
    individual = random_individual(4, genes=12)
    failing = bytes([0, 1, 1])
    assert mapping.mapper.read(failing) is None
    spoilt = [gene for valid in individual for gene in (failing, valid, b"\x02")]
    assert mapping.develop(spoilt) == mapping.develop(individual)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("individual", [[], [b"\x00"], [b"\x00", b"\x01\x01"]])
def test_an_individual_without_a_valid_gene_has_no_neuron(variant, individual):
    network = mapping_of(variant).develop(individual)
    assert network.complexity().neurons == 0
    np.testing.assert_allclose(network.forward(np.ones((2, N_FEATURES))), 1 / 3)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_population_is_mapped_as_its_individuals_are(variant):
    # Individuals without genes, with invalid genes only, and of different lengths between others.
    mapping = mapping_of(variant)
    population = [random_individual(s, genes=s) for s in (3, 0, 9, 1)] + [[b"\x00"], []]
    mapped, limits = mapping.map(population)
    assert limits.tolist() == [0, 3, 3, 12, 13, 14, 14]
    for i, individual in enumerate(population):
        network = mapping.develop(individual)
        rows = slice(limits[i], limits[i + 1])
        assert mapped.valid[rows].sum() == network.function.size
        inputs = slice(mapped.inputs[limits[i]], mapped.inputs[limits[i + 1]])
        outputs = slice(mapped.outputs[limits[i]], mapped.outputs[limits[i + 1]])
        assert mapped.sources[inputs].tolist() == network.sources.tolist()
        assert mapped.weights[inputs].tolist() == network.weights.tolist()
        assert mapped.targets[outputs].tolist() == network.out_targets.tolist()
        assert mapped.bias[rows][mapped.valid[rows]].tolist() == network.bias.tolist()


@pytest.mark.parametrize("individual", [["a"], [b"a", 5], b"abc", [bytearray(b"a")]])
def test_an_individual_that_is_no_sequence_of_genes_is_refused(individual):
    with pytest.raises(TypeError, match="individual must be a sequence of bytes genes, got"):
        mapping_of("mge").develop(individual)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("bits", [8, 16])
def test_the_explanation_derives_every_gene_in_mapping_order(variant, bits):
    mapping = mapping_of(variant, bits=bits)
    individual = [*random_individual(5, genes=8, bits=bits), b"\x00" * 6]
    dtype = "<u2" if bits == 16 else "u1"
    codons = [np.frombuffer(gene, dtype).tolist() for gene in individual]
    if mapping.grouped:
        codons.sort(key=lambda gene: gene[0] % 3)
    expected, hidden, module = [], 0, 0
    for i, gene in enumerate(codons, start=1):
        if mapping.grouped and gene[0] % 3 != module:
            hidden, module = 0, gene[0] % 3
        derivation = mapping.mapper.derive(gene, hidden if mapping.multi_layer else 0)
        hidden += derivation.valid
        expected.append(f"gene {i}\n{derivation}")
    assert mapping.explain(individual) == "\n\n".join(expected)
