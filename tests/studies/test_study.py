from functools import partial
from pathlib import Path
from typing import Any

import pytest
import study_functions
from deap import base, tools

from evograft import problems, studies
from evograft.studies import Arm, Budget, Measure, Source, Study
from evograft.studies.ablation.study import safe
from evograft.studies.callable_names import describe_callable

NO_CALLABLE: Any = {"mate": "cxOnePoint"}


def study(**changes):
    given: dict[str, Any] = {
        "arms": ["mge"],
        "problems": ["wine"],
        "seeds": 2,
        "budget": Budget(generations=1),
    }
    return Study(**(given | changes))


def test_jobs_are_every_arm_on_every_problem_with_every_seed_once():
    many = study(arms=["mge", "mu-mge"], problems=["wine", "flame"], seeds=[5, 3])
    jobs = many.jobs(Path("out"))
    assert len({job.directory for job in jobs}) == len(jobs) == 8
    assert {(job.arm_name, job.problem_name, job.seed) for job in jobs} == {
        (arm, problem, seed)
        for arm in ("mge", "mu-mge")
        for problem in ("wine", "flame")
        for seed in (5, 3)
    }
    assert [job.seed for job in jobs] == [5] * 4 + [3] * 4, "seed by seed"


def test_a_number_of_seeds_stands_for_the_first_ones():
    assert study(seeds=3).seeds == (0, 1, 2)


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        ({"arms": {}}, ("arms",), "arms must be one at least, got none"),
        ({"arms": []}, ("arms",), "arms must be one at least, got none"),
        ({"arms": "mge"}, ("arms",), "arms must be a mapping or a list of names, got 'mge'"),
        ({"arms": ["mge", "mge"]}, ("arms",), "arms must differ, got 'mge' 2 times"),
        ({"arms": ["mgee"]}, ("arms", "mgee"), "unknown method 'mgee': did you mean 'mge'"),
        ({"arms": {"a": Arm("mge"), "A": Arm("mge")}}, ("arms",), "as names of folders"),
        ({"arms": {"a": "mge"}}, ("arms", "a"), "arm 'a' must be an Arm, got 'mge'"),
        ({"arms": {"a": Arm(3)}}, ("arms", "a"), "method must be a name or a callable, got 3"),
        (
            {"arms": {"a": Arm("mge", preset="x")}},
            ("arms", "a", "preset"),
            "unknown preset of mge 'x'",
        ),
        (
            {"arms": {"a": Arm("mge", parameters={"codon": 1})}},
            ("arms", "a", "set", "codon"),
            "unknown parameter of mge 'codon'",
        ),
        (
            {"arms": {"a": Arm("mge", aliases=NO_CALLABLE)}},
            ("arms", "a", "aliases", "mate"),
            "alias mate must be a callable, got 'cxOnePoint'",
        ),
        (
            {"arms": {"a": Arm("mge", population=1)}},
            ("arms", "a", "population"),
            "population must be an integer",
        ),
        (
            {"arms": {"a": Arm("mge", cxpb=2)}},
            ("arms", "a", "cxpb"),
            "cxpb must be a number from 0 to 1",
        ),
        (
            {"arms": {"a": Arm("mge", objectives="loss")}},
            ("arms", "a", "objectives"),
            "objectives must be a list of names, got 'loss'",
        ),
        (
            {"arms": {"a": Arm(study_functions.counting_toolbox, preset="p")}},
            ("arms", "a"),
            "go with a plug-in's name",
        ),
        ({"problems": []}, ("problems",), "problems must be one at least, got none"),
        ({"problems": ["wine", "wine"]}, ("problems",), "problems must differ"),
        ({"problems": [3]}, ("problems",), "problems without names must be names, got 3"),
        ({"seeds": []}, ("seeds",), "seeds must be one at least, got none"),
        ({"seeds": 0}, ("seeds",), "seeds must be an integer of at least 1, got 0"),
        ({"seeds": [1, 2, 1]}, ("seeds",), "seeds must differ, got 1 2 times"),
        ({"arms": {"x" * 101: Arm("mge")}}, ("arms",), "arms must have names of up to 100"),
        ({"arms": {"": Arm("mge")}}, ("arms",), "arms must have names of up to 100 characters"),
        ({"measures": ["best", "best"]}, ("measures",), "measures must differ, got 'best' more"),
        ({"seeds": 2.5}, ("seeds",), "seeds must be an integer or a list of them, got 2.5"),
        ({"seeds": [-1]}, ("seeds",), "seed must be an integer of at least 0, got -1"),
        ({"seeds": [0.5]}, ("seeds",), "seed must be an integer of at least 0, got 0.5"),
        ({"population": 1}, ("population",), "population must be an integer of at least 2"),
        ({"baseline": "mg"}, ("baseline",), "unknown baseline 'mg': did you mean 'mge'"),
        ({"procedure": "t"}, ("procedure",), "procedure must be one of 'holm', 'mge', got 't'"),
        ({"level": 0.9}, ("level",), "level must be a number from 0.001 to 0.5, got 0.9"),
        ({"paired": "yes"}, ("paired",), "paired must be one of None, True, False, got 'yes'"),
        ({"measures": ["best", 3]}, ("measures",), "a measure must be a name or a Measure, got 3"),
        ({"measures": ["fine"]}, ("measures",), "the direction of measure 'fine' must be given"),
        ({"budget": 100}, ("budget",), "budget must be a Budget, got 100"),
        ({"name": ""}, ("name",), "name must be a text, got ''"),
    ],
)
def test_a_part_that_cannot_be_is_refused_and_named(changes, key, message):
    with pytest.raises(studies.StudyError, match=message) as error:
        study(**changes)
    assert error.value.key == key


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        (
            {"problems": ["winee"]},
            ("problems", "winee"),
            "unknown problem 'winee': did you mean 'wine'",
        ),
        (
            {"problems": ["cartpole"]},
            ("arms", "mge"),
            "arm 'mge' on problem 'cartpole': .*classification",
        ),
        (
            {"arms": {"a": Arm("mge", aliases={"mutatte": tools.mutFlipBit})}},
            ("arms", "a", "aliases", "mutatte"),
            "unknown alias 'mutatte': did you mean 'mutate'",
        ),
        (
            {"arms": ["lowrank-es"], "population": 20},
            ("arms", "lowrank-es"),
            "population must be left to the method",
        ),
        (
            {"arms": ["mge", "genreg"], "measures": ["best"]},
            ("measures",),
            "fitness of different kinds",
        ),
        (
            {"problems": {"none": Source("none.csv", "kind")}},
            ("problems", "none"),
            r"none\.csv",
        ),
        (
            {"measures": ["test_rmse"]},
            ("measures",),
            "unknown measure 'test_rmse': did you mean 'test_rmse_raw_outputs'",
        ),
        (
            {"arms": {"own": Arm(lambda problem: base.Toolbox())}},
            ("arms", "own"),
            "population must be given",
        ),
        (
            {"arms": {"own": Arm(lambda problem: problem)}},
            ("arms", "own"),
            r"method must return a deap\.base\.Toolbox",
        ),
    ],
)
def test_what_shows_only_on_the_problem_is_found_before_anything_runs(
    changes, key, message, tmp_path
):
    bad = study(**changes)
    with pytest.raises(studies.StudyError, match=message) as error:
        studies.run_study(bad, tmp_path / "out", progress=False)
    assert error.value.key == key
    assert not (tmp_path / "out").exists()


def test_an_arm_registers_what_it_is_given_over_the_methods_own():
    wine = problems.load("wine")
    arm = Arm(
        "mge",
        parameters={"gene_length": 60},
        aliases={"mate": tools.cxOnePoint, "mutate": partial(tools.mutShuffleIndexes, indpb=0.5)},
        objectives=["error", "connections"],
    )
    toolbox = arm.toolbox(wine)
    assert toolbox.mate.func is tools.cxOnePoint
    assert toolbox.mutate.keywords == {"indpb": 0.5}
    assert toolbox.individual().fitness.weights == (-1.0, -1.0)
    assert toolbox.method["parameters"]["gene_length"] == 60


@pytest.mark.parametrize(
    ("arm", "budget", "expected"),
    [
        (Arm("lowrank-es"), Budget(generations=7), 7),
        (Arm("lowrank-es", parameters={"generations": 9}), Budget(generations=7), 9),
        (Arm("genreg", "improved", population=20), Budget(evaluations=820), 40),
        (Arm("genreg", "improved", population=20), Budget(generations=5, evaluations=820), 5),
    ],
)
def test_methods_that_anneal_get_the_generations_of_the_budget(arm, budget, expected):
    toolbox = arm.toolbox(problems.load("digits", scaling="unit"), budget)
    assert toolbox.method["parameters"]["generations"] == expected


def test_a_description_tells_arms_apart_by_all_that_defines_them():
    arms = [
        Arm("mge"),
        Arm("mge", cxpb=0.1),
        Arm("mge", aliases={"mate": tools.cxOnePoint}),
        Arm("mge", aliases={"mate": tools.cxTwoPoint}),
        Arm("mge", aliases={"mutate": partial(tools.mutFlipBit, indpb=0.1)}),
        Arm("mge", aliases={"mutate": partial(tools.mutFlipBit, indpb=0.2)}),
        Arm(study_functions.counting_toolbox),
    ]
    arms += [Arm("mge", aliases={"mate": lambda a, b: (a, b)})]
    arms += [Arm("mge", aliases={"mate": lambda a, b: (b, a)})]
    arms += [Arm("mge", aliases={"mate": lambda a, b: (a, [x for x in b if x != 1])})]
    arms += [Arm("mge", aliases={"mate": lambda a, b: (a, [x for x in b if x != 2])})]
    described = [str(arm.describe()) for arm in arms]
    assert len(set(described)) == len(arms)
    bound = partial(max, key=tools.cxOnePoint, default=object())
    assert describe_callable(bound) == (
        "builtins:max(key=deap.tools.crossover:cxOnePoint, default=builtins:object)"
    )
    assert describe_callable(partial(min, 1)) == "builtins:min(1)"


def test_a_split_can_be_that_of_the_run():
    varied = Source("wine", options={"split_seed": "seed"})
    assert varied.load(4).split["seed"] == 4
    assert Source("wine").load(4).split["seed"] == 0


def test_a_fold_can_be_that_of_the_run():
    varied = Source("wine", options={"folds": 5, "fold": "seed"})
    assert varied.varies
    assert varied.of_the_run == ["fold"]
    split = varied.load(4).split
    assert (split["fold"], split["seed"]) == (4, 0)


def test_names_become_those_of_folders():
    assert safe("../no crossover") == "-no-crossover"
    assert safe("...") == "-"


def test_a_measure_can_have_its_direction_with_it():
    assert study(measures=[Measure("best", larger_is_better=False)]).measures
