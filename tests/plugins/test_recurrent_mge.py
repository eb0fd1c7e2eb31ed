import random
import shlex

import numpy as np
import pytest
from deap import base

from evograft import plugins, problems, studies
from evograft.problems.objectives import WORST
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.studies.cli import main


def graft(problem="cartpole", *, options=None, **settings):
    problem = problems.load(problem, **(options or {}))
    return plugins.graft(base.Toolbox(), "recurrent-mge", problem, **settings)


def test_operators_and_genotypes_are_those_of_mge():
    ours = graft("wine", seed=3, cxpb=0.8)
    mge = plugins.graft(base.Toolbox(), "mge", problems.load("wine"), seed=3, cxpb=0.8, pm=(0.03,))
    assert ours.defaults == mge.defaults
    for alias in ("mate", "mutate", "select", "replace"):
        a, b = getattr(ours, alias), getattr(mge, alias)
        assert a.func is b.func, alias
        assert {k: v for k, v in a.keywords.items() if k != "rng"} == {
            k: v for k, v in b.keywords.items() if k != "rng"
        }
    assert ours.population(n=5) == mge.population(n=5)


def test_the_network_is_recurrent_and_thinks_for_some_rounds():
    random.seed(1)
    for toolbox, rounds in ((graft(), 2), (graft("wine"), 5), (graft(rounds=7), 7)):
        network = toolbox.develop(toolbox.individual())
        assert network.recurrent
        assert network.rounds == rounds


def test_samples_are_answered_from_rest_whatever_was_before():
    random.seed(2)
    toolbox = graft("wine")
    network = toolbox.develop(toolbox.individual())
    X = toolbox.problem.X_test
    together = network.forward(X)
    network.step(X[0])
    assert (network.forward(X[::-1])[::-1] == together).all()
    np.testing.assert_allclose(together.sum(axis=1), 1.0, rtol=1e-6)


def test_a_controller_remembers_until_it_is_reset():
    random.seed(3)
    toolbox = graft("memory")
    for individual in toolbox.population(n=20):
        network = toolbox.develop(individual)
        first = [network.step([1.0, 0.0, 1.0, 0.0]).tolist() for _ in range(5)]
        network.reset()
        assert [network.step([1.0, 0.0, 1.0, 0.0]).tolist() for _ in range(5)] == first
        if len({*map(tuple, first)}) > 1:
            return
    pytest.fail("no network has a memory")


def test_a_genotype_without_a_neuron_is_the_worst_classifier_and_a_poor_controller():
    toolbox = graft("wine", objectives=("loss", "connections"))
    invalid = toolbox.individual()
    invalid[:] = [b"\x01", b"\x00"]
    assert toolbox.evaluate(invalid) == (WORST, WORST)
    control = graft("memory", objectives=("reward", "connections"))
    invalid = control.individual()
    invalid[:] = [b"\x01", b"\x00"]
    assert control.evaluate(invalid) == (0.5, 0.0)


def test_a_classifier_is_as_large_as_its_network():
    sizes = ("neurons", "connections", "operations")
    random.seed(4)
    toolbox = graft("wine", rounds=3, objectives=sizes)
    population = toolbox.population(n=5)
    for individual, values in zip(population, toolbox.evaluate.batch(population), strict=True):
        complexity = toolbox.develop(individual).complexity()
        assert values == tuple(getattr(complexity, name) for name in sizes)
        assert complexity.operations == 3 * (2 * values[1] + 4 * (values[0] + 3))


def test_explain_names_the_neurons_of_genes():
    random.seed(5)
    toolbox = graft("memory", initial_genes=(9, 9))
    texts = [toolbox.explain(individual) for individual in toolbox.population(n=10)]
    assert all(text.count("gene ") == 9 for text in texts)
    assert any("*h9" in text for text in texts)
    assert not any("h10" in text for text in texts)


@pytest.mark.parametrize(
    ("settings", "bits"),
    [({}, 8), ({"max_genes": 252}, 8), ({"max_genes": 253}, 16), ({"initial_genes": (1, 300)}, 16)],
)
def test_codons_are_wide_enough_for_the_neurons_to_be_expected(settings, bits):
    toolbox = graft(**settings)  # 4 inputs
    assert len(toolbox.individual()[0]) == 100 * bits // 8


def resumable(tmp_path, generations, resume=False, **settings):
    random.seed(6)
    toolbox = graft(options={"episodes": 1}, **settings)
    return studies.evolve(
        toolbox, population=6, generations=generations, out=tmp_path / "run", resume=resume,
        progress=False, pictures=False,
    )  # fmt: skip


@pytest.mark.parametrize("changed", [{"max_genes": 400}, {"initial_genes": (10, 300)}])
def test_a_resumed_run_may_not_read_its_genes_by_other_bits(changed, tmp_path):
    best = resumable(tmp_path, 1).best
    rule = "what codon_bits='auto' stands for must be that of the run to resume, 8, got 16"
    with pytest.raises(ValueError, match=rule):
        resumable(tmp_path, 2, resume=True, **changed)
    with pytest.warns(UserWarning, match="codon_bits=8 cannot reach"):
        run = resumable(tmp_path, 1, resume=True, codon_bits=8, **changed)
    assert run.best == best
    assert run.toolbox.evaluate(run.best) == best.fitness.values


@pytest.mark.parametrize(
    "changed", [{"max_genes": 252}, {"initial_genes": (1, 9)}, {"codon_bits": 8}]
)
def test_a_resumed_run_may_change_what_leaves_its_bits_as_they_are(changed, tmp_path):
    resumable(tmp_path, 1)
    assert resumable(tmp_path, 2, resume=True, **changed).generation == 2


def test_narrow_codons_are_warned_of():
    with pytest.warns(UserWarning, match=r"codon_bits=8 cannot reach all 304 options"):
        graft(max_genes=300, codon_bits=8)


def test_a_users_grammar_may_offer_hidden_neurons_first(tmp_path):
    path = tmp_path / "hidden-first.bnf"
    path.write_text(neuron_bnf().replace("x* | h*", "h* | x*"))
    toolbox = graft(grammar=str(path))
    individual = toolbox.individual()
    individual[:] = [bytes([1, 1, 2, 0, 5, 0, 1, 1, 0, 5, option, 1, 0, 0, 4]) for option in (0, 2)]
    edges = toolbox.develop(individual).to_networkx().edges
    assert {source for source, target in edges if target[0] == "h"} == {"bias", "h1", "x1"}
    assert "grammar_digest" in toolbox.method


def test_cartpole_is_solved_in_a_few_generations():
    random.seed(1)
    toolbox = graft(options={"protocol": "pool", "episodes": 3})
    run = studies.evolve(
        toolbox,
        population=60,
        generations=12,
        progress=False,
        stop=lambda run: run.best.fitness.values[0] > 0.9,
    )
    assert toolbox.problem.score(run.network) > toolbox.problem.pass_score


def test_one_bit_is_remembered_after_some_generations():
    random.seed(2)
    toolbox = graft("memory", options={"n_bits": 1, "delay": 3, "episodes": 20})
    run = studies.evolve(
        toolbox,
        generations=40,
        progress=False,
        stop=lambda run: run.best.fitness.values[0] == 1.0,
    )
    assert run.best.fitness.values == (1.0,)
    assert toolbox.problem.score(run.network) > 0.95


@pytest.mark.parametrize("method", ["recurrent-mge", "neat", "morphonas", "genreg"])
def test_the_memory_task_is_open_to_other_methods(method):
    problem = problems.load("memory", episodes=2)
    settings = {"neat": {"recurrent": True}, "morphonas": {"size_x": 8, "size_y": 8}}
    random.seed(8)
    toolbox = plugins.graft(base.Toolbox(), method, problem, **settings.get(method, {}))
    run = studies.evolve(toolbox, population=8, generations=2, progress=False)
    assert 0 <= problem.score(run.network) <= 1
    if method == "genreg":  # which has no memory
        assert problem.score(run.network) == 0.5


@pytest.mark.parametrize("problem", ["memory", "cartpole"])
def test_the_command_line_evolves_shows_scores_and_resumes(problem, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = "--problem-set episodes=2 --population 8 --seed 1 --out run"
    assert main(shlex.split(f"evolve recurrent-mge {problem} {options} --generations 2")) == 0
    assert main(["show", "run"]) == 0
    assert main(["score", "run", problem]) == 0
    assert "mean return" in capsys.readouterr().out
    again = f"evolve recurrent-mge {problem} {options} --generations 3 --resume"
    assert main(shlex.split(again)) == 0
    assert len((tmp_path / "run/log.csv").read_text().splitlines()) == 5


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="problem must be classification or control"):
        graft("graph_target", options={"target": "K04"})
    with pytest.raises(ValueError, match="rounds must be an integer from 1 to 1000000, got 0"):
        graft(rounds=0)
    with pytest.raises(ValueError, match="objectives must be one of 'reward'"):
        graft(objectives=("loss",))
