"""Papers' tables reproduced, by the command and without it."""

import dataclasses
import re
from pathlib import Path

import pandas as pd
import pytest

from evograft import problems
from evograft.representations.directory_lock import locked
from evograft.studies import Budget, StudyResult, read_study, run_study
from evograft.studies.cli import main
from evograft.studies.paper_figures import packaged, packaged_study
from evograft.studies.reproduction import REPRODUCTIONS, Request, reproduce
from evograft.studies.reproduction.mge_tables import PARTS
from evograft.studies.reproduction.section import Section, save_sections
from evograft.studies.reproduction.study_tables import StudyTable, asked, with_arms


def test_runs_and_generations_may_be_asked_for():
    study = packaged_study("mge-table3", "wine")
    assert asked(study, Request(Path())) == study
    other = asked(study, Request(Path(), runs=3, generations=7))
    assert (other.seeds, other.budget.describe()) == ((0, 1, 2), {"generations": 7})
    quick = asked(study, Request(Path(), quick=True))
    assert (len(quick.seeds), quick.budget.describe()) == (2, {"generations": 10})
    more = asked(study, Request(Path(), quick=True, runs=40))
    assert len(more.seeds) == 40


def test_arms_may_be_chosen(tmp_path, capsys):
    folder, chosen = ("--out", str(tmp_path)), ("--arms", "eta-mge", "mge")
    asked_for = ("reproduce", "mge-table3", "--runs", "1", "--generations", "1", *folder)
    assert main([*asked_for, "--parts", "wine", *chosen]) == 0
    table = pd.read_csv(tmp_path / "table.csv")
    assert table["method"].unique().tolist() == ["mge", "eta-mge"]
    without = "NOT THE PAPER'S SETTING: without alpha-mge, beta-mge, mu-mge, runs 1 in place of 30"
    assert without in (tmp_path / "table.md").read_text()
    claims = pd.read_csv(tmp_path / "claims.csv")
    assert claims[["method", "other"]].to_numpy().tolist() == [["mge", "eta-mge"]]
    # More of them later: what is there is not run again.
    files = sorted(tmp_path.glob("wine/runs/*/*/*/result.json"))
    before = [path.stat().st_mtime_ns for path in files]
    assert main([*asked_for, "--parts", "wine", "--resume", *chosen, "mu-mge"]) == 0
    assert [path.stat().st_mtime_ns for path in files] == before
    assert len(list(tmp_path.glob("wine/runs/*/*/*/result.json"))) == 3
    assert "in the folder" not in capsys.readouterr().out
    # Others later: the report is of them alone, and says so.
    assert main([*asked_for, "--parts", "wine", "--resume", "--arms", "mu-mge"]) == 0
    told = "in the folder, but not asked for (--arms): eta-mge, mge"
    assert told in capsys.readouterr().out
    assert pd.read_csv(tmp_path / "table.csv")["method"].unique().tolist() == ["mu-mge"]
    assert {path.name for path in tmp_path.iterdir()} >= {"table.csv", "wine"}
    assert not (tmp_path / "claims.csv").exists()
    assert len(list(tmp_path.glob("wine/runs/*/*/*/result.json"))) == 3


def test_parts_without_any_of_the_arms_are_left_out(tmp_path):
    studies = {part: packaged_study("mge-table3", part) for part in ("two-class", "wine")}
    assert with_arms(studies, ()) == studies
    assert list(with_arms(studies, ["beta-mge"])) == ["wine"]
    assert {part: list(study.arms) for part, study in with_arms(studies, ["mu-mge"]).items()} == {
        "two-class": ["mu-mge"],
        "wine": ["mu-mge"],
    }
    with pytest.raises(ValueError, match="unknown arm 'neet': did you mean 'neat'"):
        reproduce("mge-table5", Request(tmp_path, parts=["digits"], arms=["mge", "neet"]))
    request = Request(tmp_path, parts=["two-class", "wine"], arms=["eta-mge"])
    with pytest.raises(
        ValueError, match="part 'two-class' must have one of the arms eta-mge, got mge, mu-mge"
    ):
        reproduce("mge-table3", request)
    with pytest.raises(ValueError, match="arms must differ, got 'mge' more than once"):
        Request(tmp_path, arms=["mge", "mge"])
    for name in ("mge-sparsity", "mge-table4", "mge-figure10", "mge-figure11"):
        with pytest.raises(ValueError, match="arms are of no use for this reproduction"):
            reproduce(name, Request(tmp_path, arms=["mge"]))


def test_a_cross_validation_has_one_run_per_fold_at_most():
    study = packaged_study("mge-table6", "folds")
    assert len(asked(study, Request(Path(), runs=30)).seeds) == 10
    splits = [study.problems["wine"].load(seed).split for seed in range(10)]
    assert [split["fold"] for split in splits] == list(range(10))
    assert {split["seed"] for split in splits} == {0}
    assert sum(split["n_test"] for split in splits) == 178


def test_a_quick_request_leaves_large_data_out_unless_they_are_asked_for():
    table = StudyTable("", "mge-table3", PARTS)
    assert table.small() == ["two-class", "wine"]
    assert Request(Path(), quick=True).chosen(PARTS, table.small()) == ["two-class", "wine"]
    request = Request(Path(), quick=True, parts=("mnist", "wine"))
    assert request.chosen(PARTS, table.small()) == ["wine", "mnist"]
    assert Request(Path()).chosen(PARTS, ()) == list(PARTS)
    assert Request(Path(), quick=True).chosen(["mnist"], ()) == ["mnist"]


def test_sections_of_one_file_are_saved_together(tmp_path):
    sections = [
        Section("first", ["a *note*"], [], pd.DataFrame({"x": [1]})),
        Section("second", [], [], pd.DataFrame({"x": [2]})),
        Section("claims", [], [], pd.DataFrame({"y": [3]}), file="claims.csv"),
    ]
    assert save_sections(tmp_path, "all", sections) == ["table.md", "table.csv", "claims.csv"]
    assert (tmp_path / "table.csv").read_text() == "x\n1\n2\n"
    text = (tmp_path / "table.md").read_text()
    assert re.findall("^#+ .*", text, re.MULTILINE) == [
        "# all",
        "## first",
        "## second",
        "## claims",
    ]
    assert r"- a \*note\*" in text


QUICK = ("reproduce", "mge-table3", "--quick", "--parts", "wine")


@pytest.fixture(scope="module")
def wine(tmp_path_factory):
    """A quick reproduction of Wine, and where it is."""
    out = tmp_path_factory.mktemp("reproduced") / "table"
    assert main([*QUICK, "--out", str(out)]) == 0
    return out


def test_a_quick_reproduction_leaves_tables_and_runs(wine):
    names = {path.name for path in wine.iterdir()}
    assert names == {"table.md", "table.csv", "claims.csv", "wine"}
    table = pd.read_csv(wine / "table.csv")
    assert table["method"].unique().tolist() == list(packaged_study("mge-table3", "wine").arms)
    accuracies = table[table["measure"] == "test_accuracy"]
    assert accuracies["n"].tolist() == [2] * 5
    assert accuracies["paper_mean"].tolist() == [0.934, 0.902, 0.901, 0.861, 0.857]
    runs = pd.read_csv(wine / "wine" / "results.csv")
    mine = runs.loc[runs["arm"] == "mge", "test_accuracy"]
    assert accuracies["mean"].iloc[0] == pytest.approx(mine.mean())
    claims = pd.read_csv(wine / "claims.csv")
    pairs = set(zip(claims["method"], claims["other"], strict=True))
    assert pairs == {
        *(("mge", other) for other in ("alpha-mge", "beta-mge", "eta-mge")),
        *((arm, "mu-mge") for arm in ("alpha-mge", "beta-mge", "eta-mge")),
    }
    text = (wine / "table.md").read_text()
    assert "NOT THE PAPER'S SETTING: runs 2 in place of 30, generations 10" in text
    assert "scaling minmax11" in text


def test_a_reproduction_goes_on_where_it_stopped_and_repeats_nothing(wine, capsys):
    files = sorted(wine.glob("wine/runs/*/*/*/result.json"))
    before = {path: path.stat().st_mtime_ns for path in files}
    table = (wine / "table.csv").read_text()
    assert main([*QUICK, "--out", str(wine), "--resume"]) == 0
    assert {path: path.stat().st_mtime_ns for path in files} == before
    assert len(files) == 10
    assert (wine / "table.csv").read_text() == table
    shown = capsys.readouterr().out
    assert "no difference" in shown
    assert "saved in" in shown


def test_results_that_the_study_made_by_itself_are_taken_up(tmp_path, capsys):
    with packaged("mge-table3", "wine.toml") as path:
        study = dataclasses.replace(read_study(path), seeds=1, budget=Budget(generations=2))
    run_study(study, tmp_path / "wine", progress=False)
    files = sorted(tmp_path.glob("wine/runs/*/*/*/result.json"))
    before = [path.stat().st_mtime_ns for path in files]
    asked_for = ("--runs", "1", "--generations", "2", "--parts", "wine")
    folder = ("--out", str(tmp_path), "--resume")
    assert main(["reproduce", "mge-table3", *asked_for, *folder]) == 0
    assert [path.stat().st_mtime_ns for path in files] == before
    assert len(files) == 5
    # Those of another budget, or of another table, are not.
    assert main([*QUICK, *folder[:2], "--resume", "--generations", "1"]) == 2
    assert "budget must limit the same" in capsys.readouterr().err
    assert main(["reproduce", "mge-table3-literal", *asked_for, *folder]) == 2
    assert "are of study 'mge-table3-wine'" in capsys.readouterr().err


def refused(capsys, *arguments):
    assert main(list(arguments)) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_bad_input_is_refused_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    near = refused(capsys, "reproduce", "mge-tabel3")
    assert "unknown reproduction 'mge-tabel3': did you mean 'mge-table3'" in near
    assert "runs must be an integer of at least 1, got 0" in refused(capsys, *QUICK, "--runs", "0")
    error = refused(capsys, *QUICK, "--generations", "-1")
    assert "generations must be an integer of at least 1, got -1" in error
    error = refused(capsys, "reproduce", "mge-table3", "--parts", "wien")
    assert "unknown part 'wien': did you mean 'wine'?" in error
    error = refused(capsys, "reproduce", "mge-table3", "--parts", "wine", "wine")
    assert "parts must differ, got 'wine' more than once" in error
    error = refused(capsys, "reproduce", "mge-table7", "--set", "classifier=svm")
    assert "unknown option of mge-table7 'classifier': did you mean 'classifiers'?" in error
    error = refused(capsys, "reproduce", "mge-table7", "--set", "training_samples=5")
    assert "training_samples must be an integer of at least 100, got 5" in error
    error = refused(capsys, "reproduce", "mge-table7", "--set", "classifiers=lenet")
    assert "unknown classifier 'lenet'" in error
    error = refused(capsys, *QUICK, "--resume", "--out", "nowhere")
    assert "out must be the folder of a reproduction to resume" in error
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_in_use_or_has_something_is_refused(tmp_path, capsys):
    with locked(tmp_path):
        assert "is in use by process" in refused(capsys, *QUICK, "--out", str(tmp_path))
    (tmp_path / "notes.txt").touch()
    error = refused(capsys, *QUICK, "--out", str(tmp_path))
    assert "out must be a new or empty directory" in error
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_data_that_cannot_be_had_are_told_with_their_part_before_anything_runs(
    tmp_path, capsys, monkeypatch
):
    def load(name, target, options):
        if name == "letter":
            raise ValueError("there is no letter")
        return problems.load(name, **options)

    monkeypatch.setattr("evograft.studies.problem_source.load_problem", load)
    parts = ("--parts", "wine", "letter")
    error = refused(capsys, "reproduce", "mge-table3", *parts, "--out", str(tmp_path / "out"))
    assert "part 'letter': there is no letter" in error
    assert not (tmp_path / "out").exists()


def test_ctrl_c_keeps_what_is_there_and_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("evograft.studies.reproduction.study_tables.run_study", interrupted)
    assert main([*QUICK, "--out", str(tmp_path / "out")]) == 130
    assert "--resume goes on" in capsys.readouterr().err


def test_runs_that_failed_are_told_after_everything_was_shown(tmp_path, capsys, monkeypatch):
    def half(study, out, **_):
        jobs = study.jobs(out)
        rows = [{"arm": job.arm_name, "problem": "wine", "seed": job.seed} for job in jobs]
        results = pd.DataFrame(rows).assign(status="finished", test_accuracy=0.9)
        results = results.assign(generations=10, evaluations=2200)
        results.loc[0, "status"] = "failed"
        return StudyResult(out, results, [], [jobs[0]])

    monkeypatch.setattr("evograft.studies.reproduction.study_tables.run_study", half)
    assert main([*QUICK, "--out", str(tmp_path / "out")]) == 2
    output = capsys.readouterr()
    assert "its claims" in output.out
    assert "runs that failed: 1, first mge on wine, seed 0" in output.err
    table = pd.read_csv(tmp_path / "out" / "table.csv")
    assert table.loc[table["measure"] == "test_accuracy", "n"].tolist() == [1, 2, 2, 2, 2]


def test_what_can_be_reproduced_is_listed_with_its_options(capsys):
    assert main(["reproduce"]) == 0
    shown = capsys.readouterr().out
    for name in REPRODUCTIONS:
        assert name in shown
    assert "--set training_samples=10000" in shown


def test_a_reproduction_may_be_any_function(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "own_reproduction.py").write_text(
        "import pandas as pd\n"
        "from evograft.studies.reproduction import Section\n"
        "def curve(request, *, points=3):\n"
        "    yield Section('curve', [], [], pd.DataFrame({'x': range(points)}), 'curve.csv')\n"
    )
    monkeypatch.setitem(REPRODUCTIONS, "own-curve", ("own_reproduction:curve", "a curve"))
    (section,) = reproduce("own-curve", Request(tmp_path / "out"), points=2)
    assert section.title == "curve"
    assert (tmp_path / "out" / "curve.csv").read_text() == "x\n0\n1\n"
    assert main(["reproduce", "own-curve", "--set", "points=1", "--out", str(tmp_path / "b")]) == 0
    assert (tmp_path / "b" / "curve.csv").read_text() == "x\n0\n"
