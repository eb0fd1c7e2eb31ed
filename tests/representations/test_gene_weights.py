"""Genes with real weights after their codons: how they are split, mapped, spelled and cached."""

from itertools import cycle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations import _neuron_kernels as kernels
from evograft.representations._network_kernels import BLOCK
from evograft.representations.gene_weights import DTYPE, scale_weights, split_genes
from evograft.representations.grammar import Grammar, GrammarError
from evograft.representations.modular import ModularMapping, PopulationForward, random_gene
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.representations.neuron_mapper import NeuronMapper

REAL = Grammar.parse(neuron_bnf(number="real"))


def gene_of(codons, weights):
    return bytes(codons) + np.array(weights, DTYPE).tobytes()


def slow_neuron(codons, weights, n_features, n_outputs, hidden=0, monolithic=False):
    """A neuron of the paper's grammar with real numbers, read step by step; None where invalid.

    Returns (outputs, inputs, bias, codons read, weights read).
    """
    read, numbers = iter(codons), cycle(map(float, weights))
    counts = [0, 0]

    def choose(options):
        if options == 1:
            return 0
        codon = next(read)  # StopIteration where there is none
        counts[0] += 1
        return codon % options

    def number():
        counts[1] += 1
        return next(numbers)

    def enter(n_codons_left):
        if n_codons_left == 0:
            raise StopIteration

    outputs: dict[int, float] = {}
    inputs: dict[int, float] = {}
    try:
        enter(len(codons))
        pairs = 1
        while monolithic and choose(2) == 1:
            pairs += 1
        for _ in range(pairs):
            # Every non-terminal needs a codon to be left, even where it reads none.
            enter(len(codons) - counts[0])
            target = choose(n_outputs)
            enter(len(codons) - counts[0])
            outputs[target] = outputs.get(target, 0.0) + number()
        more = True
        while more:
            more = choose(2) == 1
            enter(len(codons) - counts[0])
            weight = number()
            source = choose(n_features + hidden)
            inputs[source] = inputs.get(source, 0.0) + weight
        enter(len(codons) - counts[0])
        bias = number()
    except StopIteration:
        return None
    return outputs, inputs, bias, counts[0], min(counts[1], len(weights))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    monolithic=st.booleans(),
    multi_layer=st.booleans(),
    n_outputs=st.integers(1, 4),
    n_features=st.integers(2, 12),
    n_weights=st.integers(1, 7),
    bits=st.sampled_from([8, 16]),
    lengths=st.lists(st.integers(0, 40), min_size=1, max_size=8),
    seed=st.integers(0, 2**32),
)
def test_the_kernel_maps_real_weights_as_its_slow_twin_does(
    monolithic, multi_layer, n_outputs, n_features, n_weights, bits, lengths, seed
):
    rng = np.random.default_rng(seed)
    grammar = Grammar.parse(neuron_bnf(number="real", monolithic=monolithic))
    mapper = NeuronMapper(grammar, n_features, n_outputs, n_weights)
    codons = [rng.integers(0, 1 << bits, length) for length in lengths]
    weights = rng.normal(size=(len(lengths), n_weights)).astype(DTYPE)
    genes = [
        c.astype(f"<u{bits // 8}").tobytes() + w.tobytes()
        for c, w in zip(codons, weights, strict=True)
    ]
    mapped = mapper.map(genes, codon_bits=bits, multi_layer=multi_layer)
    hidden = 0
    for i in range(len(genes)):
        expected = slow_neuron(
            codons[i].tolist(),
            weights[i],
            n_features,
            n_outputs,
            hidden if multi_layer else 0,
            monolithic,
        )
        inputs = slice(mapped.inputs[i], mapped.inputs[i + 1])
        outputs = slice(mapped.outputs[i], mapped.outputs[i + 1])
        assert mapped.valid[i] == (expected is not None)
        if expected is None:
            assert mapped.used_reals[i] == inputs.stop - inputs.start == 0
            continue
        hidden += 1
        found = (
            dict(zip(mapped.targets[outputs], mapped.out_weights[outputs], strict=True)),
            dict(zip(mapped.sources[inputs], mapped.weights[inputs], strict=True)),
            mapped.bias[i],
            mapped.used[i],
            mapped.used_reals[i],
        )
        assert found == expected


def test_a_gene_maps_to_exactly_these_numbers():
    # output2, one more term, x3, no more, x1; weights: output, first and second term, bias.
    mapper = NeuronMapper(REAL, 4, 2, 5)
    mapped = mapper.map([gene_of([1, 1, 2, 0, 0, 77], [2.5, -1.5, 0.25, 4.0, 99.0])])
    assert (mapped.targets.tolist(), mapped.out_weights.tolist()) == ([1], [2.5])
    assert (mapped.sources.tolist(), mapped.weights.tolist()) == ([2, 0], [-1.5, 0.25])
    assert (mapped.bias.tolist(), mapped.used.tolist()) == ([4.0], [5])
    assert mapped.used_reals.tolist() == [4]


def test_equal_inputs_are_merged_by_adding_their_weights():
    mapped = NeuronMapper(REAL, 4, 2, 4).map([gene_of([1, 1, 2, 0, 2, 0], [1.0, 0.5, 0.25, 2.0])])
    assert (mapped.sources.tolist(), mapped.weights.tolist()) == ([2], [0.75])


def test_after_the_last_weight_comes_the_first_again():
    gene = gene_of([1, 1, 2, 0, 0, 77], [2.0, -3.0, 0.5])
    mapped = NeuronMapper(REAL, 4, 2, 3).map([gene])
    assert (mapped.out_weights.tolist(), mapped.weights.tolist()) == ([2.0], [-3.0, 0.5])
    assert mapped.bias.tolist() == [2.0]
    assert mapped.used_reals.tolist() == [3]


DYADIC = st.integers(-320, 320).map(lambda n: n / 64)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.lists(st.integers(0, 255), min_size=5, max_size=40), st.lists(DYADIC, min_size=1, max_size=9)
)
def test_the_plain_mapper_reads_the_same_neuron_and_spells_its_weights(codons, weights):
    # Numbers of few binary places, which both arithmetics hold exactly.
    mapper = NeuronMapper(REAL, 5, 3, len(weights))
    mapped = mapper.map([gene_of(codons, weights)])
    derivation = mapper.derive(codons, weights=weights)
    neuron = mapper.read(codons, weights=weights)
    assert mapped.valid.tolist() == [derivation.valid] == [neuron is not None]
    assert mapped.used.tolist() == [derivation.used]
    if neuron is None or derivation.sentence is None:
        return
    assert "w" not in derivation.sentence
    assert derivation.steps[-1].form == derivation.sentence
    assert dict(zip(mapped.targets.tolist(), mapped.out_weights, strict=True)) == dict(
        neuron.outputs
    )
    names = [f"x{source + 1}" for source in mapped.sources]
    assert list(zip(names, mapped.weights, strict=True)) == list(neuron.inputs)
    assert mapped.bias.tolist() == [neuron.bias]


@pytest.mark.parametrize("weight", [0.1, -1e-9, 123456.7, 3.0000002])
def test_a_spelled_weight_is_read_as_the_same_float32(weight):
    neuron = NeuronMapper(REAL, 1, 1, 1).read([0, 0], weights=[weight])
    assert neuron is not None
    assert np.float32(neuron.bias) == np.float32(weight)


def test_signs_before_a_weight_count():
    grammar = Grammar.parse('<n> ::= "output1:-w*sig(-w*" <i> "-2*w" ")"\n<i> ::= x*')
    mapper = NeuronMapper(grammar, 3, 1, 3)
    gene = gene_of([1], [2.0, -4.0, 0.5])
    mapped = mapper.map([gene])
    assert (mapped.out_weights[0], mapped.weights[0], mapped.bias[0]) == (-2.0, 4.0, -1.0)
    neuron = mapper.read([1], weights=[2.0, -4.0, 0.5])
    assert neuron is not None
    assert (neuron.outputs, neuron.inputs, neuron.bias) == (((0, -2.0),), (("x2", 4.0),), -1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"output1*sig(w5)"', "can put a digit where a neuron needs '+' or '-' or '*' or"),
        ('"output1*sig(5w)"', "can put 'w' where a neuron needs a digit or"),
        ('"output1*sig(w.5)"', "can put '.' where"),
        ('"output1*sig(x1w)"', "can put 'w' where"),
        ('"output1:w.5*sig(w)"', "can put '.' where"),
        ('"output1*sig(x1*w2)"', "can put a digit where"),
    ],
)
def test_a_weight_stands_only_where_a_whole_number_may(text, message):
    with pytest.raises(GrammarError) as caught:
        NeuronMapper(Grammar.parse(f"<n> ::= {text}"), 1, 1, 1)
    assert message in str(caught.value)


@pytest.mark.parametrize(("number", "n_weights"), [("real", 0), ("wide", 3)])
def test_a_grammar_and_its_genes_must_agree_about_real_weights(number, n_weights):
    grammar = Grammar.parse(neuron_bnf(number=number))
    with pytest.raises(GrammarError, match=f"n_weights must be above 0 where .* got {n_weights}"):
        NeuronMapper(grammar, 2, 2, n_weights)


def test_a_gene_without_room_for_its_weights_is_refused():
    mapper = NeuronMapper(REAL, 2, 2, 3)
    with pytest.raises(ValueError, match="at least 12 bytes for 3 weights, got one of 11"):
        mapper.map([bytes(30), bytes(11)])
    assert mapper.map([bytes(12)]).valid.tolist() == [False]  # no codons at all


def test_genes_are_split_into_codons_and_weights():
    genes = [gene_of(b"abc", [1, -2]), gene_of(b"", [3, 4])]
    codons, weights = split_genes(genes, 2)
    assert codons == [b"abc", b""]
    assert weights.tolist() == [[1, -2], [3, 4]]
    assert split_genes(genes, 0)[0] == genes
    assert split_genes([], 2)[1].shape == (0, 2)


def test_drawn_weights_are_uniform_between_their_bounds():
    # Null hypothesis: uniform in (-2, 2). Chi-squared with 15 degrees of freedom, p = 0.001.
    gene = random_gene(5, n_weights=16_000, max_weight=2.0, rng=np.random.default_rng(1))
    weights = np.frombuffer(gene[5:], DTYPE)
    counts, _ = np.histogram(weights, 16, (-2, 2))
    assert counts.sum() == 16_000
    assert ((counts - 1000) ** 2 / 1000).sum() < 37.7
    extremes = np.frombuffer(scale_weights(bytes(4) + b"\xff" * 4, 2.0), DTYPE)
    assert extremes.tolist() == [-2.0, 2.0]


def test_what_was_read_of_a_gene_is_the_key_of_its_neuron():
    mapping = ModularMapping(NeuronMapper(REAL, 4, 2, 5))
    gene = gene_of([1, 1, 2, 0, 0, 77], [2.5, -1.5, 0.25, 4.0, 99.0])
    genes = [gene, gene[:5] + b"\x00" + gene[6:-4] + bytes(4), gene[:1], gene[:6] + bytes(20)]
    genes[2] += bytes(20)  # one codon, and so invalid
    same, twin, invalid, other = mapping.used_parts(genes, mapping.map_genes(genes))
    assert same == twin == gene_of([1, 1, 2, 0, 0], [2.5, -1.5, 0.25, 4.0])
    assert invalid is None
    assert other != same


def run_blocks(forward, population):
    """Probabilities by the block's start, and the sizes of each individual."""
    blocks: dict[int, np.ndarray] = {}
    sizes = forward.run(population, lambda start, stop, block: blocks.update({start: block.copy()}))
    return blocks, sizes.neurons.tolist(), sizes.connections.tolist()


def test_the_cache_of_genes_changes_nothing_but_time():
    # Generations of the same genes with weights that change, read ones and others.
    rng = np.random.default_rng(3)
    X = rng.normal(size=(BLOCK + 9, 4)).astype(np.float32)
    mapping = ModularMapping(NeuronMapper(REAL, 4, 3, 6))
    cached, plain = (
        PopulationForward(mapping, X, cache_bytes=size, threads=1) for size in (10**6, 0)
    )
    population = [[random_gene(20, n_weights=6, rng=rng) for _ in range(5)] for _ in range(8)]
    for _ in range(6):
        runs = [run_blocks(forward, population) for forward in (cached, plain)]
        for start, block in runs[0][0].items():
            np.testing.assert_array_equal(block, runs[1][0][start])
        assert runs[0][1:] == runs[1][1:]
        for individual in population:
            place = int(rng.integers(5))
            weights = np.frombuffer(individual[place][20:], DTYPE).copy()
            weights[rng.integers(6)] += 1.0
            individual[place] = individual[place][:20] + weights.tobytes()


@pytest.mark.parametrize("grouped", [False, True])
def test_an_explanation_shows_the_weights(grouped):
    mapping = ModularMapping(NeuronMapper(REAL, 4, 2, 4), multi_layer=grouped, grouped=grouped)
    gene = gene_of([1, 1, 2, 0, 0, 77], [2.5, -1.5, 0.1, 4.0])
    text = mapping.explain([gene])
    assert text.splitlines()[-2].endswith("->  output2:+2.5*sig(-1.5*x3+0.1*x1+4.0)")
    assert text.splitlines()[-1] == "valid, 5 codons used"


def test_scopes_and_real_weights_go_together():
    mapper = NeuronMapper(REAL, 2, 1, 4)
    genes = [gene_of([0, 2, 9], [k, 1, 1, 1]) for k in range(4)]
    scopes = np.array([2, 0, 2, 0], np.int8)
    assert kernels.NEW_GENOTYPE == 2
    mapped = mapper.map(genes, scopes=scopes, multi_layer=True)
    assert mapped.sources.tolist() == [0, 2, 0, 2]  # h1 is offered to the second of each pair
    assert mapped.out_weights.tolist() == [0, 1, 2, 3]
