import subprocess
import sys

import pytest

from evograft import problems
from evograft.problems.catalogue import FACTS

THIRD_PARTY = '''
def load_mine(**options):
    """A problem of mine."""
    return ("mine", options)

nothing = 3
'''

ENTRY_POINTS = """
[evograft.problems]
mine = third_party_problems:load_mine
wine = third_party_problems:load_mine
broken = third_party_problems_that_are_not_there:load
wrong = third_party_problems:nothing
"""


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """Install a package that announces a good problem, two broken ones, and one of our names."""
    (tmp_path / "third_party_problems.py").write_text(THIRD_PARTY)
    info = tmp_path / "third_party_problems-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("third_party_problems", None)


def test_every_data_set_of_the_design_is_there():
    design = "flame wdbc ionosphere sonar credit heart wine digits letter mnist fashion_mnist"
    assert set(design.split()) <= set(problems.names())


# The two large sets take seconds: test_classification loads one of them, once.
@pytest.mark.parametrize("name", [name for name in FACTS if not name.endswith("mnist")])
def test_every_data_set_loads_in_its_described_size(name, data_folder):
    problem = problems.load(name)
    facts = FACTS[name]
    assert problem.kind == "classification"
    assert (problem.n_features, problem.n_classes) == (facts.n_features, facts.n_classes)
    assert len(problem.y_train) + len(problem.y_test) == facts.n_instances
    assert problem.scaling == "minmax11"


def test_descriptions_give_size_split_and_scaling():
    described = dict(problems.describe())
    assert list(described) == problems.names()
    assert described["letter"] == (
        "16 features, 26 classes, 20000 instances; split 90/10, scaling minmax11"
    )
    assert described["mnist"] == (
        "784 features, 10 classes, 70000 instances; split official 60000/10000, scaling unit"
    )


def test_an_unknown_problem_gets_the_nearest_names():
    with pytest.raises(ValueError, match="unknown problem 'whine': did you mean 'wine'"):
        problems.load("whine")


def test_an_unknown_option_gets_the_nearest_names():
    with pytest.raises(ValueError, match=r"option of problem 'wine'.*did you mean 'split_seed'"):
        problems.load("wine", splitseed=3)


def test_options_of_none_are_the_defaults():
    plain = problems.load("wine")
    nothing = problems.load("wine", test_size=None, split_seed=None, folds=None, scaling=None)
    assert (plain.split, plain.scaler) == (nothing.split, nothing.scaler)


def test_digits_are_images_and_wine_is_none():
    assert problems.load("digits", scaling="unit").X_train.max() == 1
    with pytest.raises(ValueError, match="scaling 'unit' must be given images"):
        problems.load("wine", scaling="unit")


def test_folds_replace_the_share():
    split = problems.load("wine", folds=10, fold=9).split
    assert (split["method"], split["n_test"]) == ("folds", 17)


def test_another_packages_problem_is_found_and_gets_its_options(third_party):
    assert problems.names()[-3:] == ["mine", "broken", "wrong"]
    assert problems.load("mine", size=3) == ("mine", {"size": 3})


def test_a_built_in_problem_keeps_its_name(third_party):
    assert problems.load("wine").kind == "classification"


def test_broken_problems_are_reported_and_left_out_of_the_descriptions(third_party):
    with pytest.warns(UserWarning, match="is broken") as caught:
        described = dict(problems.describe())
    assert described["mine"] == "A problem of mine."
    assert "broken" not in described
    assert described["wine"].startswith("13 features")
    reports = [str(warning.message) for warning in caught]
    assert any("'broken'" in report and "ModuleNotFoundError" in report for report in reports)
    assert any("'wrong'" in report and "not callable" in report for report in reports)


def test_loading_a_broken_problem_says_why(third_party):
    with pytest.raises(ValueError, match=r"problem 'broken' .* is broken: ModuleNotFoundError"):
        problems.load("broken")


def test_importing_the_problems_imports_nothing_heavy():
    code = (
        "import sys, evograft.problems as problems; problems.describe(); "
        "print(sorted({'sklearn', 'pandas', 'scipy', 'numba'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
