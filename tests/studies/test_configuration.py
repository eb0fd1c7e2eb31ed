import dataclasses
import importlib.metadata
import json
import os
import platform
import random
from datetime import UTC, datetime

import numpy as np
import pytest
from deap import base

from evograft import plugins, problems
from evograft.plugins.registry import get
from evograft.studies.configuration import (
    changes,
    compare_configurations,
    describe_run,
    resumed_configuration,
)

MGES = ("mge", "alpha-mge", "beta-mge", "eta-mge", "mu-mge")

# Another value of every parameter that decides what a genotype means or what its fitness is.
MEANING = {
    "mge": {
        "number": "unit",
        "output": "sigmoid_softmax",
        "inputs": "two_level",
        "codon_bits": 16,
        "clip_inputs": True,
        "parsimony": 0.001,
    },
    "morphonas": {
        "penalties": ("steps",),
        "penalty_theta": 10.0,
        "penalty_h": 500.0,
        "penalty_a": 0.5,
        "arithmetic": "fused",
        "mode": "additive",
        "activation": "relu",
        "extra_steps": 3,
        "plasticity": "evolved",
        "eta": 0.5,
        "decay": 0.5,
        "clamp": 0.1,
    },
}

# And of every other one.
REST = {
    "mge": {
        "population": 12,
        "generations": 7,
        "cxpb": 0.1,
        "mutpb": 0.2,
        "pm": (0.5,),
        "tournament": 2,
        "elite": 0.5,
        "gene_length": 17,
        "evolve_gene_length": True,
        "initial_genes": (1, 2),
        "max_genes": 3,
        "max_gene_change": 2,
        "gene_position": "front",
        "cache_bytes": 0,
        "threads": 1,
    },
    "morphonas": {
        "population": 12,
        "generations": 7,
        "size_x": 3,
        "size_y": 4,
        "num_morphogens": 5,
        "max_growth_steps": 9,
        "mutation": "default",
        "max_matrix_changes": 1,
        "mutpb": 0.9,
        "adaptive": None,
        "crossover": "block_preservation",
        "selection": "top",
        "tournament": 2,
        "pressure": 0.5,
        "survivors": 0.5,
        "distinct": 1,
        "ties": "numpy",
        "success": 0.5,
        "convergence": 0.5,
        "max_site_updates": 10**9,
        "threads": 1,
    },
}


def grafted(method="mge", **parameters):
    if method == "morphonas":
        problem = problems.load("cartpole", episodes=1)
    else:
        problem = problems.load("wine")
    return plugins.graft(base.Toolbox(), method, problem, **parameters)


def described(toolbox, settings=None, notes=None):
    """As it is read from its file."""
    return json.loads(json.dumps(describe_run(toolbox, settings or {}, notes)))


@pytest.mark.parametrize("method", ["mge", "morphonas"])
def test_every_parameter_is_in_one_of_both_lists(method):
    grammar = {"grammar"} if method == "mge" else set()
    names = {field.name for field in dataclasses.fields(get(method).parameters)}
    assert MEANING[method].keys() | REST[method].keys() | grammar == names
    assert set(get(method).fixed) == MEANING[method].keys() | grammar
    for variant in MGES if method == "mge" else ():
        assert get(variant).fixed == get(method).fixed


@pytest.mark.parametrize(
    ("method", "name"), [(method, name) for method in MEANING for name in MEANING[method]]
)
def test_what_decides_the_meaning_of_a_genotype_must_stay(method, name):
    before, value = described(grafted(method)), MEANING[method][name]
    now = described(grafted(method, **{name: value}))
    with pytest.raises(ValueError, match=f"{name} must be that of the run to resume"):
        compare_configurations(before, now)


def test_another_grammar_file_is_refused(tmp_path):
    from evograft.representations.neuron_grammar import neuron_bnf

    path = tmp_path / "neurons.bnf"
    path.write_text(neuron_bnf())
    with pytest.raises(ValueError, match=r"grammar.* must be that of the run to resume, None"):
        compare_configurations(described(grafted()), described(grafted(grammar=str(path))))


def test_a_grammar_file_that_was_changed_is_refused(tmp_path):
    from evograft.representations.neuron_grammar import neuron_bnf

    path = tmp_path / "own.bnf"
    path.write_text(neuron_bnf(number="wide", inputs="flat", monolithic=False))
    before = described(grafted(grammar=str(path)))
    compare_configurations(before, described(grafted(grammar=str(path))))
    path.write_text(neuron_bnf(number="unit", inputs="flat", monolithic=False))
    with pytest.raises(ValueError, match="method grammar_digest must be that of the run"):
        compare_configurations(before, described(grafted(grammar=str(path))))


@pytest.mark.parametrize("method", ["mge", "morphonas"])
def test_all_else_may_change_as_it_changes_no_stored_fitness(method):
    random.seed(3)
    small = {"size_x": 6, "size_y": 6, "max_growth_steps": 60} if method == "morphonas" else {}
    toolbox, other = grafted(method, **small), grafted(method, **REST[method])
    compare_configurations(described(toolbox), described(other))
    population = toolbox.population(n=12)
    values = toolbox.evaluate.batch(population)
    assert len(set(values)) > 1, "else anything would be equal"
    # What the run has means the same and is worth the same to the run that goes on.
    assert other.evaluate.batch(population) == values
    ours, theirs = toolbox.develop(population[0]), other.develop(population[0])
    assert ours.to_dict() == theirs.to_dict()


def test_a_method_that_names_no_fixed_parameters_has_only_the_free_ones_changed():
    before, now = described(grafted()), described(grafted(cxpb=0.5, threads=1, population=3))
    now["method"]["fixed"] = None
    with pytest.raises(ValueError, match=r"cxpb must be that of the run to resume, 0\.9, got"):
        compare_configurations(before, now)
    now["method"]["parameters"]["cxpb"] = 0.9
    compare_configurations(before, now)


def test_where_and_with_what_a_run_was_made_is_recorded():
    before = datetime.now(UTC).replace(microsecond=0)
    configuration = described(base.Toolbox())
    versions = configuration["versions"]
    assert versions.pop("python") == platform.python_version()
    assert versions == {
        name: importlib.metadata.version(name)
        for name in ("evograft", "deap", "numpy", "numba", "scikit-learn", "scipy")
    }
    assert configuration["machine"] == {
        "platform": platform.platform(),
        "processors": os.cpu_count(),
    }
    assert before <= datetime.fromisoformat(configuration["date"]) <= datetime.now(UTC)


def test_a_configuration_is_what_json_makes_of_it():
    settings = {"population": np.int64(10), "pair": (1, np.float32(0.5)), "array": np.arange(2)}
    configuration = describe_run(base.Toolbox(), settings, {"path": {1: {2}}})
    assert json.loads(json.dumps(configuration)) == configuration
    assert configuration["run"] == {"population": 10, "pair": [1, 0.5], "array": [0, 1]}
    assert configuration["notes"] == {"path": {"1": "{2}"}}


def test_an_unchanged_run_has_no_changes():
    settings = {"population": 10, "generations": 3}
    before = described(grafted(pm=(0.5, 0.1)), settings, {"for": "the first"})
    now = describe_run(grafted(pm=(0.5, 0.1)), settings, {"for": "the second"})
    now["date"] = "another"
    assert changes(before, now) == []


def test_changes_say_what_was_changed_from_what_to_what():
    before = described(grafted(), {"population": 10, "generations": 3})
    now = describe_run(
        grafted(cxpb=np.float64(0.5), pm=(0.5,)), {"population": 10, "evaluations": 90}, None
    )
    now["versions"]["numpy"] = "3.0"
    before["machine"]["processors"] = 64
    assert changes(before, now) == [
        {"name": "method.parameters.cxpb", "from": 0.9, "to": 0.5},
        {"name": "method.parameters.pm", "from": [0.001, 0.002, 0.003, 0.01], "to": [0.5]},
        {"name": "run.generations", "from": 3, "to": None},
        {"name": "versions.numpy", "from": importlib.metadata.version("numpy"), "to": "3.0"},
        {"name": "machine.processors", "from": 64, "to": os.cpu_count()},
        {"name": "run.evaluations", "from": None, "to": 90},
    ]


def test_every_resume_has_its_entry():
    first = described(grafted(), {"generations": 3})
    first["date"] = "2026-01-01T00:00:00+00:00"
    second = describe_run(grafted(cxpb=0.5), {"generations": 5}, {"for": "more"})
    second["date"] = "2026-01-02T00:00:00+00:00"
    once = json.loads(json.dumps(resumed_configuration(first, second, 3)))
    third = describe_run(grafted(cxpb=0.5), {"generations": 5}, None)
    third["date"] = "2026-01-03T00:00:00+00:00"
    twice = resumed_configuration(once, third, 4)
    version = importlib.metadata.version("evograft")
    assert twice["resumed"] == [
        {
            "generation": 3,
            "date": "2026-01-02T00:00:00+00:00",
            "evograft": version,
            "changes": [
                {"name": "method.parameters.cxpb", "from": 0.9, "to": 0.5},
                {"name": "run.generations", "from": 3, "to": 5},
            ],
        },
        {"generation": 4, "date": "2026-01-03T00:00:00+00:00", "evograft": version, "changes": []},
    ]
    assert twice["date"] == first["date"], "when it began"
    assert once["notes"] == {"for": "more"}
    assert twice["method"] == third["method"]
    assert "resumed" not in second, "what is given is not changed"


@pytest.mark.parametrize("damaged", [{}, {"resumed": 5, "method": {}, "versions": {}}])
def test_a_configuration_that_somebody_has_changed_is_no_error(damaged):
    now = describe_run(grafted(), {"generations": 5}, None)
    (entry,) = resumed_configuration(damaged, now, 0)["resumed"]
    assert {"name": "run.generations", "from": None, "to": 5} in entry["changes"]
