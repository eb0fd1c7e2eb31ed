import copy
import random
import warnings
from dataclasses import fields

import numpy as np
import pytest
from deap import base, tools

from evograft import plugins, problems, studies
from evograft.problems.objectives import WORST


def graft(name="mge", problem="wine", **settings):
    return plugins.graft(base.Toolbox(), name, problems.load(problem), **settings)


def test_the_defaults_are_those_of_the_papers_table_2():
    toolbox = graft()
    assert dict(toolbox.defaults) == {
        "cxpb": 0.9,
        "mutpb": 1.0,
        "population": 200,
        "generations": 500,
    }
    assert toolbox.select.keywords["tournsize"] == 7
    assert toolbox.replace.keywords["elite"] == 0.05
    random.seed(1)
    population = toolbox.population(n=300)
    assert {len(individual) for individual in population} == set(range(2, 11))
    assert {len(gene) for individual in population for gene in individual} == {100}


def test_many_classes_begin_with_more_genes_and_run_longer():
    toolbox = graft(problem="digits")
    random.seed(1)
    assert {len(one) for one in toolbox.population(n=300)} == set(range(30, 41))
    assert toolbox.defaults.generations == 3000


def test_an_individual_without_a_valid_gene_has_the_worst_fitness():
    toolbox = graft(objectives=("loss", "error", "connections"))
    invalid = toolbox.individual()
    invalid[:] = [b"\x01", b"\x00"]
    valid = toolbox.individual()
    assert toolbox.evaluate(invalid) == (WORST,) * 3
    assert toolbox.evaluate.batch([valid, invalid]) == [toolbox.evaluate(valid), (WORST,) * 3]
    assert toolbox.develop(invalid).complexity().neurons == 0


def test_parsimony_costs_what_it_says_per_connection():
    plain, costly = graft(), graft(parsimony=0.25)
    random.seed(2)
    for individual in plain.population(n=5):
        connections = plain.develop(individual).complexity().connections
        (loss,), (cost,) = plain.evaluate(individual), costly.evaluate(individual)
        assert cost == pytest.approx(loss + 0.25 * connections)
    costly.register("develop", plain.develop)
    assert costly.evaluate(individual) == pytest.approx((cost,), rel=1e-5)


@pytest.mark.parametrize(("variant", "twin"), [("eta-mge", "mge"), ("alpha-mge", "mu-mge")])
def test_variants_coincide_for_two_classes(variant, twin):
    a, b = graft(variant, "wdbc"), graft(twin, "wdbc")
    random.seed(3)
    for individual in a.population(n=10):
        assert a.develop(individual) == b.develop(individual)


@pytest.mark.parametrize("name", ["eta-mge", "mu-mge"])
def test_a_neuron_of_a_monolithic_variant_may_feed_several_outputs(name):
    toolbox = graft(name)
    random.seed(4)
    networks = [toolbox.develop(individual) for individual in toolbox.population(n=20)]
    assert any(net.out_sources.size > net.complexity().neurons for net in networks)


def test_a_modular_neuron_feeds_one_output():
    for name in ("mge", "alpha-mge", "beta-mge"):
        toolbox = graft(name)
        random.seed(4)
        for individual in toolbox.population(n=20):
            network = toolbox.develop(individual)
            assert np.unique(network.out_sources).size == network.out_sources.size


def test_the_preset_literal_warns_of_scaled_data_and_takes_the_prose():
    with pytest.warns(UserWarning, match="'literal' of mge expects a problem with scaling='none'"):
        graft(preset="literal")
    raw = problems.load("wine", scaling="none")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        toolbox = plugins.graft(base.Toolbox(), "mge", raw, preset="literal")
    random.seed(5)
    network = toolbox.develop(toolbox.individual())
    assert network.output == "sigmoid_softmax"
    assert np.abs(network.out_weights).max() < 1
    # Explicit parameters win over the preset.
    toolbox = plugins.graft(base.Toolbox(), "mge", raw, preset="literal", number="wide")
    assert max(np.abs(toolbox.develop(one).out_weights).max() for one in toolbox.population(9)) > 1


def wide_problem():
    """300 features, of which only the last one matters."""
    X = np.random.default_rng(0).normal(size=(60, 300))
    return problems.from_arrays(X, (X[:, -1] > 0).astype(int))


def test_codons_are_16_bits_where_a_rule_has_more_options_than_8_bits_reach():
    problem = wide_problem()
    toolbox = plugins.graft(base.Toolbox(), "mge", problem)
    random.seed(6)
    features = set()
    for individual in toolbox.population(n=200):
        assert {len(gene) for gene in individual} == {200}
        features |= set(toolbox.develop(individual).sources.tolist())
    assert max(features) > 255
    with pytest.warns(UserWarning, match=r"codon_bits=8 cannot reach all 300 options .* 257 on"):
        narrow = plugins.graft(base.Toolbox(), "mge", problem, codon_bits=8)
    reached = {s for one in narrow.population(n=200) for s in narrow.develop(one).sources.tolist()}
    assert max(reached) <= 255


def test_gene_lengths_evolve_only_when_asked_to():
    for evolve_gene_length in (False, True):
        toolbox = graft(evolve_gene_length=evolve_gene_length, pm=(0.5,))
        random.seed(7)
        individual = toolbox.individual()
        for _ in range(10):
            toolbox.mutate(individual)
        lengths = {len(gene) for gene in individual}
        assert (lengths != {100}) == evolve_gene_length


def test_the_number_of_genes_is_bounded_when_asked_to():
    toolbox = graft(max_genes=6, initial_genes=(6, 6), pm=(1.0,), max_gene_change=3)
    random.seed(8)
    individual = toolbox.individual()
    sizes = [len(toolbox.mutate(individual)[0]) for _ in range(100)]
    assert max(sizes) == 6
    assert min(sizes) < 4


BOUNDED = [
    name
    for name in plugins.names()
    if ":" not in name  # an individual of those is one of our genotypes for each class
    and {"max_genes", "initial_genes"} <= {f.name for f in fields(plugins.get(name).parameters)}
]


@pytest.mark.parametrize("name", BOUNDED)
def test_first_genotypes_keep_the_bound_too(name):
    def lengths(**settings):
        random.seed(1)
        return set(map(len, graft(name, **settings).population(n=100)))

    assert lengths(max_genes=1) == {1}
    assert lengths(max_genes=4) == {2, 3, 4}
    assert lengths(max_genes=11) == lengths() == set(range(2, 11))
    assert lengths(max_genes=12, initial_genes=(12, 12)) == {12}
    with pytest.raises(ValueError, match="initial_genes must not reach beyond max_genes, which is"):
        graft(name, max_genes=11, initial_genes=(2, 12))


@pytest.mark.parametrize(
    ("name", "problem"),
    [("mge", "digits"), ("modular-ge", "digits"), ("recurrent-mge", "cartpole")],
)
def test_a_larger_default_keeps_the_bound_too(name, problem):
    assert {len(one) for one in graft(name, problem, max_genes=7).population(n=20)} == {7}


@pytest.mark.parametrize("output", ["linear_softmax", "sigmoid_softmax", "sum_normalised"])
def test_every_output_mode_evolves(output):
    random.seed(9)
    run = studies.evolve(graft(output=output), population=20, generations=5, progress=False)
    assert run.network.output == output
    assert run.logbook[-1]["best"] < run.logbook[0]["best"]


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_both_losses_are_minimised(loss):
    random.seed(10)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine", loss=loss))
    run = studies.evolve(toolbox, population=200, generations=15, progress=False)
    assert run.logbook[-1]["best"] < 0.6 * run.logbook[0]["best"]
    assert run.logbook[-1]["train_accuracy"] > 0.7


def test_a_memory_too_small_for_the_population_changes_nothing_but_time():
    def run(cache_bytes):
        random.seed(11)
        toolbox = graft(cache_bytes=cache_bytes)
        return studies.evolve(toolbox, population=30, generations=4, progress=False).logbook

    assert list(run(0)) == list(run(124 * 4 * 20)) == list(run(2**30))


def test_a_problem_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="problem must be a classification problem"):
        plugins.graft(base.Toolbox(), "mge", object())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population": 0}, "population must be an integer from 1 to 1000000, got 0"),
        ({"generations": -1}, "generations must be an integer of at least 0, got -1"),
        ({"cxpb": 2}, "cxpb must be a number from 0 to 1, got 2"),
        ({"elite": float("nan")}, "elite must be a number from 0 to 1, got nan"),
        ({"pm": ()}, r"pm must be a tuple of numbers from 0 to 1, got \(\)"),
        ({"pm": (0.1, 2)}, "pm must be a number from 0 to 1, got 2"),
        ({"tournament": 0}, "tournament must be an integer from 1 to 1000000, got 0"),
        ({"gene_length": 0}, "gene_length must be an integer from 1 to 1000000, got 0"),
        ({"initial_genes": (3, 2)}, "initial_genes must be two integers"),
        ({"initial_genes": (0, 2)}, "initial_genes must be two integers"),
        ({"max_genes": 0}, "max_genes must be an integer of at least 1, got 0"),
        ({"number": "narrow"}, "number must be one of 'wide', 'unit', got 'narrow'"),
        ({"output": "softmax"}, "output must be one of"),
        ({"inputs": "three"}, "inputs must be one of"),
        ({"codon_bits": 12}, "codon_bits must be one of 'auto', 8, 16, got 12"),
        ({"parsimony": -1}, "parsimony must be a number from 0 to 1000000, got -1"),
        ({"cache_bytes": -1}, "cache_bytes must be an integer of at least 0, got -1"),
        ({"threads": 0}, "threads must be an integer of at least 1, got 0"),
        ({"clip_inputs": "yes"}, "clip_inputs must be one of True, False"),
        ({"gene_length": 10**12}, "gene_length must be an integer from 1 to 1000000"),
        ({"initial_genes": (1, 10**11)}, "initial_genes must be two integers"),
        ({"objectives": ("trust",)}, "objectives must be one of 'loss', .*, got 'trust'"),
        ({"seed": -1}, "seed must be an integer of at least 0, got -1"),
    ],
)
def test_parameters_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        graft(**settings)


def test_crossover_of_deap_serves_at_gene_boundaries():
    random.seed(12)
    toolbox = graft(initial_genes=(4, 9))
    toolbox.register("mate", tools.cxOnePoint)
    a, b = toolbox.population(n=2)
    genes = sorted([*a, *b])
    toolbox.mate(a, b)
    assert sorted([*a, *b]) == genes
    assert toolbox.develop(a).complexity().neurons > 0


def test_a_genotype_can_be_explained_step_by_step():
    toolbox = graft("alpha-mge")
    random.seed(13)
    individual = toolbox.individual()
    text = toolbox.explain(individual)
    assert text.count("<neuron>  single option") == len(individual)
    assert text.count("valid, ") == toolbox.develop(individual).complexity().neurons


def test_no_parsimony_makes_a_valid_network_worse_than_an_invalid_one():
    toolbox = graft(parsimony=1e6, initial_genes=(200, 200))
    random.seed(14)
    assert toolbox.evaluate(toolbox.individual()) == (WORST,)


def constant(value):
    class Constant:
        def forward(self, X):
            return np.full((len(X), 3), value)

    return lambda individual: Constant()


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, -1.0])
def test_a_phenotype_that_gives_no_probabilities_has_failed(value):
    toolbox = graft(objectives=("loss", "error"))
    toolbox.register("develop", constant(value))
    assert toolbox.evaluate(toolbox.individual()) == (WORST, WORST)


def test_a_class_without_any_probability_is_no_perfect_score():
    toolbox = graft()
    toolbox.register("develop", constant(0.0))
    assert toolbox.evaluate(toolbox.individual())[0] > 27


def test_an_invalid_individual_stays_so_when_the_development_is_wrapped():
    toolbox = graft()
    own = toolbox.develop
    toolbox.register("develop", lambda individual: own(individual))
    assert toolbox.evaluate([b"\xff" * 5]) == (WORST,)
    valid = toolbox.individual()
    assert toolbox.evaluate(valid) == pytest.approx(graft().evaluate(valid))


def test_a_deep_copy_of_a_toolbox_takes_a_development_of_its_own():
    toolbox = graft()
    arm = copy.deepcopy(toolbox)
    individual = toolbox.individual()
    assert arm.evaluate(individual) == toolbox.evaluate(individual)
    arm.register("develop", constant(1 / 3))
    assert arm.evaluate(individual) == pytest.approx((np.log(3),), rel=1e-5)
    assert arm.evaluate(individual) != toolbox.evaluate(individual)
    assert arm.evaluate.batch([individual]) == [arm.evaluate(individual)]


def test_networks_that_overflow_have_failed_in_a_batch_too(tmp_path):
    grammar = tmp_path / "huge.bnf"
    grammar.write_text(
        '<n> ::= <o> ":" <w> "*identity(" <w> "*" <in> ")"\n<o> ::= output*\n<in> ::= x*\n'
        f"<w> ::= -{'9' * 30} | {'9' * 30}\n"
    )
    toolbox = graft(grammar=str(grammar))
    random.seed(15)
    run = studies.evolve(toolbox, population=20, generations=2, progress=False)
    values = [individual.fitness.values[0] for individual in run.population]
    assert np.isfinite(values).all()
