"""The studies and the figures of papers that the package has."""

import configparser
import itertools
import os
from pathlib import Path

import pandas as pd
import pytest

from evograft import plugins
from evograft.studies import read_study
from evograft.studies.paper_figures import COLUMNS, packaged_study, paper_figures
from evograft.studies.reproduction import registry
from evograft.studies.reproduction.mge_tables import BUDGET_PARTS, PARTS

HERE = Path(registry.__file__).parent
FOLDERS = {
    "mge-table3": PARTS,
    "mge-table3-literal": PARTS,
    "mge-table5": BUDGET_PARTS,
    "mge-table6": ("folds", "holdout"),
    "mge-table7": ("mnist",),
    "mge-budgets": ("half-budget", "digits", "letter", "mnist"),
    "mge-sparsity": ("two-class", "wine"),
}
FIGURES_ELSEWHERE = ("mge-table3-literal", "mge-sparsity")
OTHER_FILES = [
    "mge-table4/locality.csv",
    *(f"mge-sparsity/stop-{stop}.bnf" for stop in ("1-4", "2-3", "3-4", "9-10")),
]
STUDIES = [(folder, part) for folder, parts in FOLDERS.items() for part in parts]

TWO_CLASS = ("flame", "wdbc", "ionosphere", "sonar", "heart", "credit")
LARGE = ("digits", "letter", "mnist")
VARIANTS = ("mge", "alpha-mge", "beta-mge", "eta-mge", "mu-mge")
ALL = {"train_rmse", "test_rmse", "test_accuracy", "hidden_layers", "neurons", "features"}


def bundled(study):
    """Whether all data of a study come with scikit-learn."""
    return set(study.problems) <= {"wdbc", "wine", "digits"}


def has_figures(folder):
    return folder not in FIGURES_ELSEWHERE


def test_a_folder_has_the_files_that_are_used_and_no_others():
    found = {path.relative_to(HERE) for path in HERE.glob("*/*.*") if path.suffix != ".pyc"}
    used = {Path(folder, f"{part}.toml") for folder, part in STUDIES}
    used |= {Path(f"{folder}/{part}.csv") for folder, part in STUDIES if has_figures(folder)}
    used |= set(map(Path, OTHER_FILES))
    assert found == used


def test_what_the_package_reads_is_installed_with_it():
    config = configparser.ConfigParser()
    config.read(Path(__file__).parents[2] / "setup.cfg")
    patterns = config["options.package_data"]["evograft.studies.reproduction"].split()
    names = [f"{folder}/{part}.toml" for folder, part in STUDIES]
    names += [f"{folder}/{part}.csv" for folder, part in STUDIES if has_figures(folder)]
    for name in names + OTHER_FILES:
        assert any(Path(name).match(pattern) for pattern in patterns)


@pytest.mark.parametrize(("folder", "part"), STUDIES)
def test_a_study_of_the_package_can_be_run(folder, part):
    study = packaged_study(folder, part)
    assert study.name == f"{folder}-{part}"
    assert study.procedure == "mge"
    large = set(study.problems) & set(LARGE)
    assert len(study.seeds) == {"mge-table7": 1}.get(folder, 10 if large or part == "folds" else 30)
    if "mnist" in study.problems or not (bundled(study) or os.environ.get("EVOGRAFT_DATA")):
        pytest.skip("needs EVOGRAFT_DATA, or is too large to be loaded in passing")
    study.check()


def test_the_literal_table_differs_in_preset_scaling_and_name_only():
    for part in PARTS:
        described = packaged_study("mge-table3", part).describe()
        literal = packaged_study("mge-table3-literal", part).describe()
        for arm in literal["arms"].values():
            assert arm.pop("preset") == "literal"
        for problem in literal["problems"].values():
            assert problem["options"].pop("scaling") == "none"
        assert literal.pop("name") == described.pop("name").replace("table3", "table3-literal")
        assert literal == described


def test_a_table_of_mnist_splits_as_its_paper_did():
    options = packaged_study("mge-table3", "mnist").problems["mnist"].options
    assert options == {"split_seed": "seed"}
    assert packaged_study("mge-table7", "mnist").problems["mnist"].options == {}


def test_another_method_is_another_line(tmp_path):
    text = (HERE / "mge-table5" / "digits.toml").read_text()
    path = tmp_path / "digits.toml"
    path.write_text(text + 'another = {method = "neat"}\n')
    assert list(read_study(path).arms)[-1] == "another"


def facts(folder, *parts):
    return pd.concat(paper_figures(folder, part) for part in parts or FOLDERS[folder])


def measures(folder, *parts):
    """The measures of every data set and method."""
    figures = facts(folder, *parts)
    assert not figures.duplicated(["dataset", "method", "measure"]).any()
    return {pair: set(names) for pair, names in figures.groupby(["dataset", "method"])["measure"]}


def test_the_figures_of_table_3_are_complete():
    expected = set(itertools.product(TWO_CLASS, ("mge", "mu-mge")))
    expected |= set(itertools.product(("wine", *LARGE), VARIANTS))
    assert measures("mge-table3") == dict.fromkeys(expected, ALL)
    assert set(facts("mge-table3").columns) == set(COLUMNS)
    assert facts("mge-table3").notna().all().all()


def test_the_figures_of_table_5_are_complete():
    full = set(itertools.product((*TWO_CLASS, "wine"), ("ge", "sge", "dsge", "mge")))
    full |= set(itertools.product(LARGE, ("ge", "mge")))
    bare = set(itertools.product(LARGE, ("neat", "ova-neat")))
    few = {"test_accuracy", "neurons"}
    expected = dict.fromkeys(full, ALL) | dict.fromkeys(bare, few)
    assert measures("mge-table5") == expected
    missing = facts("mge-table5").query("deviation.isna()")
    assert set(missing["measure"]) == {"neurons"}
    assert set(missing["method"]) == {"neat", "ova-neat"}


def test_the_figures_of_table_6_are_complete():
    both, bare = {"test_accuracy", "operations"}, {"test_accuracy"}
    five, three = ("wdbc", "ionosphere", "sonar", "heart", "wine"), ("wdbc", "sonar", "credit")
    names = ("k-nn", "k-nn-selected", "cart", "cart-selected", "mge")
    pairs = [*itertools.product(five, names), ("credit", "mge")]
    assert measures("mge-table6", "folds") == dict.fromkeys(pairs, both)
    pairs = [*((name, "mge") for name in (*five, "credit")), *((name, "odm") for name in three)]
    expected = dict.fromkeys(pairs, both) | dict.fromkeys([(name, "svm") for name in three], bare)
    assert measures("mge-table6", "holdout") == expected


def test_the_figures_of_table_7_and_of_the_budgets_are_complete():
    found = facts("mge-table7").set_index(["method", "measure"])["mean"].to_dict()
    accuracies = {name: mean for (name, measure), mean in found.items() if "acc" in measure}
    assert accuracies == {
        **{"linear-svm": 0.925, "linear-odm": 0.952, "svm": 0.989},
        **{"dense-300": 0.953, "lenet-4": 0.989, "mge": 0.902},
    }
    budgets = facts("mge-budgets")
    assert dict(zip(budgets["dataset"], budgets["mean"], strict=True)) == {
        **{"flame": 0.978, "wdbc": 0.957, "ionosphere": 0.902, "sonar": 0.771},
        **{"digits": 0.931, "letter": 0.536, "mnist": 0.724},
    }
    spent = {
        part: packaged_study("mge-budgets", part).budget.describe()
        for part in FOLDERS["mge-budgets"]
    }
    assert spent == {
        "half-budget": {"generations": 250},
        "digits": {"evaluations": 449800},
        "letter": {"evaluations": 240200},
        "mnist": {"evaluations": 209200},
    }


@pytest.mark.parametrize(
    ("part", "n_classes", "neat", "ova_neat"),
    [
        ("digits", 10, 449800, 733400),
        ("letter", 26, 240200, 639400),
        ("mnist", 10, 209200, 575400),
    ],
)
def test_neat_has_the_papers_budget_within_half_a_generation(part, n_classes, neat, ova_neat):
    arms = packaged_study("mge-table5", part).arms
    for arm, budget, networks in (("neat", neat, 150), ("ova-neat", ova_neat, 150 * n_classes)):
        parameters = plugins.get(arms[arm].method).configure(None, arms[arm].parameters)
        assert parameters.population == 150
        spent = networks * (1 + parameters.generations)
        assert abs(spent - budget) <= networks / 2


FULL, LONG = 100_200, 600_200
"""200 by 500 or 3000 generations, and the first one of 200."""


@pytest.mark.parametrize(
    ("part", "spent"),
    [
        # The paper gives GE and SGE 50 000 evaluations on these sets, DSGE about 250 000 on all.
        ("half-budget", {"mge": FULL, "ge": 50_200, "sge": 50_200, "dsge": 250_200}),
        ("full-budget", {"mge": FULL, "ge": FULL, "sge": FULL, "dsge": 250_200}),
        *((part, {"mge": LONG, "ge": LONG}) for part in LARGE),
    ],
)
def test_every_arm_of_table_5_has_the_evaluations_that_the_paper_gives_it(part, spent):
    study = packaged_study("mge-table5", part)
    assert study.budget.describe() == {}
    assert set(study.arms) == set(spent) | ({"neat", "ova-neat"} if part in LARGE else set())
    for name, evaluations in spent.items():
        arm = study.arms[name]
        parameters = plugins.get(arm.method).configure(arm.preset, arm.parameters)
        # MGE chooses by the classes: a test of its plug-in has 500 and 3000.
        generations = parameters.generations or (3000 if part in LARGE else 500)
        assert parameters.population * (1 + generations) == evaluations
        assert (arm.method, arm.preset) == (name, None if name == "mge" else "comparison")
        assert arm.population is None
        # Of MGE's first networks on large sets, 30 to 40 genes, GE has the codons of the largest.
        changed = {"generations"} | ({"genome_length"} if part in LARGE else set())
        assert set(arm.parameters) == (set() if name == "mge" else changed)
        assert arm.parameters.get("genome_length", 4000) == 4000


@pytest.mark.parametrize(
    ("folder", "dataset", "method", "measure", "printed"),
    [
        ("mge-table3", "digits", "mge", "neurons", (55.5, 2.32, 10)),
        ("mge-table3", "letter", "beta-mge", "neurons", (75.04, 11.9, 10)),
        ("mge-table3", "heart", "mge", "test_rmse", (0.36, 0.02, 30)),
        ("mge-table5", "heart", "mge", "test_rmse", (0.36, 0.03, 30)),
        ("mge-table5", "wdbc", "mge", "neurons", (9.0, 1.63, 30)),
        ("mge-table5", "wine", "ge", "test_accuracy", (0.889, 0.27, 30)),
        ("mge-table5", "mnist", "ova-neat", "test_accuracy", (0.806, 0.001, 10)),
    ],
)
def test_figures_are_as_printed(folder, dataset, method, measure, printed):
    found = facts(folder).set_index(["dataset", "method", "measure"]).loc[dataset, method, measure]
    assert tuple(found) == printed
