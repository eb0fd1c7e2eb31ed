import random
import re

import numpy as np
import pytest
from deap import algorithms, base, tools

from evograft import plugins, problems, studies
from evograft.representations.gene_weights import DTYPE
from evograft.representations.grammar import GrammarError


def graft(problem="wine", **settings):
    return plugins.graft(base.Toolbox(), "mge-real", problems.load(problem), **settings)


def weights_of(individual, n_weights=16):
    return np.array([np.frombuffer(gene[-4 * n_weights :], DTYPE) for gene in individual])


def test_genes_have_codons_and_then_real_weights():
    toolbox = graft(gene_length=20, n_weights=3, max_weight=2.0)
    random.seed(1)
    population = toolbox.population(n=200)
    assert {len(gene) for individual in population for gene in individual} == {20 + 3 * 4}
    weights = np.concatenate([weights_of(individual, 3) for individual in population])
    assert 1.99 < np.abs(weights).max() <= 2.0


def test_every_number_of_the_network_is_a_weight_of_its_gene():
    toolbox = graft()
    random.seed(2)
    for individual in toolbox.population(n=20):
        network = toolbox.develop(individual)
        assert network.complexity().neurons == len(individual)  # 30 codons suffice nearly always
        weights = weights_of(individual)
        np.testing.assert_array_equal(network.out_weights, weights[:, 0])
        for j, row in enumerate(weights):
            inputs = slice(network.indptr[j], network.indptr[j + 1])
            if network.weights[inputs].size == 1:
                assert network.bias[j] in row[2:]


def test_a_gene_of_30_codons_never_needs_more_than_the_16_weights():
    # Codons that go on with one more term for ever: all 30 are read, and the gene is invalid
    # unless the fifteenth term is the last.
    toolbox = graft()
    endless = bytes([0, *[1, 5] * 14, 1])
    last = bytes([0, *[1, 5] * 13, 0, 5, 9])
    header = np.arange(16, dtype=DTYPE).tobytes()
    assert toolbox.develop([endless + header]).complexity().neurons == 0
    network = toolbox.develop([last + header])
    assert network.bias.tolist() == [15.0]
    assert network.weights.tolist() == [sum(range(1, 15))]


def test_mutation_changes_weights_and_codons_each_by_its_own_rate():
    def mutated(**settings):
        toolbox = graft(initial_genes=(10, 10), **settings)
        random.seed(3)
        individual = toolbox.individual()
        before = list(individual)
        toolbox.mutate(individual)
        assert len(individual) == len(before)
        codons = sum(a[:30] != b[:30] for a, b in zip(individual, before, strict=True))
        return codons, int((weights_of(individual) != weights_of(before)).sum())

    assert mutated(pm=(0.0,), weight_indpb=0.0) == (0, 0)
    assert mutated(pm=(0.0,), weight_indpb=1.0)[0] == 0
    assert mutated(pm=(0.0,), weight_indpb=1.0)[1] > 150
    codons, weights = mutated(pm=(0.5,), max_genes=10, weight_indpb=0.0, seed=1)
    assert codons > 5
    assert weights == 0


def test_mating_swaps_whole_genes_and_then_takes_medians():
    toolbox = graft(initial_genes=(6, 6), median_indpb=0.0)
    random.seed(4)
    a, b = toolbox.population(n=2)
    genes = sorted([*a, *b])
    toolbox.mate(a, b)
    assert sorted([*a, *b]) == genes
    toolbox = graft(initial_genes=(6, 6), median_indpb=1.0)
    means = (weights_of(a) + weights_of(b)) / 2
    toolbox.mate(a, b)
    is_mean = (
        np.isclose(weights_of(a), means).all(axis=1),
        np.isclose(weights_of(b), means).all(axis=1),
    )
    assert (is_mean[0] ^ is_mean[1]).all()


def test_it_learns_and_deaps_crossover_serves_too():
    toolbox = graft()
    toolbox.register("mate", tools.cxOnePoint)
    random.seed(5)
    best = tools.HallOfFame(1)
    algorithms.eaSimple(
        toolbox.population(n=100),
        toolbox,
        cxpb=0.5,
        mutpb=1.0,
        ngen=25,
        halloffame=best,
        verbose=False,
    )
    assert best[0].fitness.values[0] < 0.4


def test_the_cache_changes_nothing_but_time():
    def run(cache_bytes):
        random.seed(6)
        return studies.evolve(
            graft(cache_bytes=cache_bytes), population=30, generations=6, progress=False
        ).logbook

    assert list(run(0)) == list(run(2**30))


def test_an_explanation_ends_in_the_weights():
    toolbox = graft()
    random.seed(7)
    individual = toolbox.individual()
    network = toolbox.develop(individual)
    lines = toolbox.explain(individual).splitlines()
    neurons = [re.search(r"->  output\d:([+-][\d.]+)\*sig[^<]*$", line) for line in lines]
    found = [float(match[1]) for match in neurons if match]
    assert len(found) == len(individual) == network.complexity().neurons
    np.testing.assert_array_equal(np.array(found, np.float32), network.out_weights)


def test_a_resumed_run_with_other_weights_in_a_gene_is_refused(tmp_path):
    random.seed(8)
    settings = {"population": 10, "out": tmp_path / "run", "progress": False, "pictures": False}
    studies.evolve(graft(), generations=1, **settings)
    with pytest.raises(ValueError, match="n_weights"):
        studies.evolve(
            graft(n_weights=8),
            population=10,
            generations=2,
            out=tmp_path / "run",
            resume=True,
            progress=False,
        )


def test_a_grammar_of_the_users_must_read_the_weights(tmp_path):
    path = tmp_path / "own.bnf"
    path.write_text('<n> ::= output* ":+w*tanh(+w*" <i> "+w)"\n<i> ::= x*\n')
    toolbox = graft(grammar=str(path))
    random.seed(9)
    network = toolbox.develop(toolbox.individual())
    assert (network.function == 2).all()
    path.write_text('<n> ::= output* ":2*tanh(" <i> ")"\n<i> ::= x*\n')
    with pytest.raises(GrammarError, match="n_weights must be above 0 where a terminal is 'w'"):
        graft(grammar=str(path))
    path.write_text('<n> ::= output* ":+w*tanh(" <i> ")"\n<i> ::= x*\n')
    with pytest.raises(GrammarError, match="else 0, got 0"):
        plugins.graft(base.Toolbox(), "mge", problems.load("wine"), grammar=str(path))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_weights": 0}, "n_weights must be an integer from 1 to 1000000, got 0"),
        ({"max_weight": 0}, "max_weight must be a number above 0 and up to 1000000, got 0"),
        ({"weight_sigma": -1}, "weight_sigma must be a number from 0 to 1000000, got -1"),
        ({"weight_indpb": 2}, "weight_indpb must be a number from 0 to 1, got 2"),
        ({"median_indpb": -0.5}, "median_indpb must be a number from 0 to 1, got -0.5"),
        ({"elite": 2}, "elite must be a number from 0 to 1, got 2"),
        ({"number": "wide"}, "unknown parameter of mge-real 'number'"),
    ],
)
def test_parameters_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        graft(**settings)
