"""The command line with networks whose weights evolve: runs, their analysis, going on with them."""

import csv
import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets

from evograft import problems
from evograft.studies.cli import main

PNG = b"\x89PNG\r\n\x1a\n"
PICTURES = ("confusion.png", "weights.png", "embedding-pca.png", "progress.png")
FILES = {
    "config.json",
    "log.csv",
    "network.json",
    "report.json",
    "checkpoint.pickle",
    "classes.csv",
}


def run(line):
    return main(shlex.split(line))


def refused(capsys, line):
    """The one line that refuses the command *line*."""
    capsys.readouterr()
    assert run(line) == 2
    output = capsys.readouterr()
    lines = [text for text in output.err.splitlines() if "gen/s]" not in text]
    assert len(lines) == 1
    assert lines[0].startswith("evograft: error: ")
    return lines[0]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def config_of(folder):
    return json.loads((folder / "config.json").read_text())


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run, made once."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    line = "evolve genreg digits --generations 20 --set population=20 --seed 1"
    assert run(f"{line} --out {shlex.quote(str(folder))}") == 0
    return folder


@pytest.fixture
def run_directory(finished, tmp_path, monkeypatch):
    """A copy of it in the working directory, to do with as one likes."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(finished, tmp_path / "run")
    return tmp_path / "run"


def test_a_run_leaves_its_files_and_the_analysis_of_its_classifier(finished):
    assert {path.name for path in finished.iterdir()} == FILES | set(PICTURES)
    for name in PICTURES:
        assert (finished / name).read_bytes().startswith(PNG)
    config = config_of(finished)
    assert config["method"]["name"] == "genreg"
    assert config["method"]["parameters"]["population"] == 20
    assert config["run"] | {"population": 20, "generations": 20} == config["run"]
    with (finished / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["gen"] for row in rows] == [str(number) for number in range(21)]
    assert {row["nevals"] for row in rows} == {"20"}
    network = json.loads((finished / "network.json").read_text())["network"]
    assert [np.shape(matrix) for matrix in network["weights"]] == [(64, 64), (10, 64)]
    report = json.loads((finished / "report.json").read_text())
    with (finished / "classes.csv").open() as file:
        classes = list(csv.DictReader(file))
    assert [row["class"] for row in classes] == list("0123456789")
    right, images = (sum(int(row[name]) for row in classes) for name in ("right", "images"))
    assert right / images == pytest.approx(report["test_accuracy"])


def test_the_same_seed_gives_the_same_run_until_a_parameter_is_changed(run_directory):
    line = "evolve genreg digits --generations 22 --population 20 --seed 1 --out again"
    assert run(line) == 0
    resume = "evolve genreg digits --out run --resume --generations 22 --set rate=0"
    assert run(resume) == 0
    folders = (run_directory, run_directory.parent / "again")
    one, other = ((folder / "log.csv").read_text().splitlines() for folder in folders)
    assert one[:22] == other[:22]  # the header and generations 0 to 20
    assert len(one) == len(other) == 24
    assert one[22] != other[22]


def test_a_run_goes_on_with_changed_parameters_and_records_them(run_directory):
    before = (run_directory / "log.csv").read_text()
    resume = "evolve genreg digits --out run --resume --generations 40 --set rate=0.02"
    assert run(f"{resume} --set decision=argmax") == 0
    config = config_of(run_directory)
    parameters = config["method"]["parameters"]
    assert (parameters["rate"], parameters["decision"], parameters["population"]) == (
        0.02,
        "argmax",
        20,
    )
    assert config["notes"]["command"]["set"] == {
        "population": 20,
        "rate": 0.02,
        "decision": "argmax",
    }
    after = (run_directory / "log.csv").read_text()
    assert after.startswith(before)
    assert after.splitlines()[-1].startswith("40,20,")
    # And from then on they are those of the run.
    assert run("evolve genreg digits --out run --resume --generations 41") == 0
    assert config_of(run_directory)["method"]["parameters"] == parameters | {"generations": 41}


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("hidden=(32,)", "hidden must be that of the run to resume, [64], got [32]"),
        ("hidden=()", "hidden must be that of the run to resume, [64], got []"),
        ("activation=relu", "activation must be that of the run to resume, 'tanh', got 'relu'"),
        ("cutoff=0", "cutoff must be a number above 0"),
        ("images_per_class=100000", "images_per_class must be at most"),
        ("population=30", "population must be that of the run to resume, 20, got 30"),
    ],
)
def test_what_does_not_fit_the_run_is_refused_and_the_run_stays(
    run_directory, setting, named, capsys
):
    before = contents(run_directory)
    resume = f"evolve genreg digits --out run --resume --generations 40 --set '{setting}'"
    assert named in refused(capsys, resume)
    assert contents(run_directory) == before


def test_analyse_prints_the_table_and_draws_it_anew(run_directory, capsys):
    report = json.loads((run_directory / "report.json").read_text())
    before = (run_directory / "classes.csv").read_bytes()
    for name in ("classes.csv", "confusion.png", "weights.png", "embedding-pca.png"):
        (run_directory / name).unlink()
    capsys.readouterr()
    assert run("analyse run --embedding pca --images 50") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["class", "images", "right", "accuracy"]
    table = [line.split() for line in lines[1:11]]
    assert [row[0] for row in table] == list("0123456789")
    right, images = (sum(int(row[column]) for row in table) for column in (2, 1))
    assert right / images == pytest.approx(report["test_accuracy"])
    assert all(float(row[3]) == pytest.approx(int(row[2]) / int(row[1]), abs=1e-6) for row in table)
    assert lines[11:] == [
        f"run/{name}"
        for name in ("classes.csv", "confusion.png", "weights.png", "embedding-pca.png")
    ]
    assert (run_directory / "classes.csv").read_bytes() == before


def test_show_score_and_predict_work_on_such_a_run(run_directory, capsys):
    report = json.loads((run_directory / "report.json").read_text())
    capsys.readouterr()
    assert run("show run") == 0
    shown = capsys.readouterr().out
    assert "genreg on digits, 20 generations" in shown
    assert "64 hidden neurons in 1 layer(s), 4736 connections, 64 features" in shown
    assert run("score run digits") == 0
    assert f"test accuracy {report['test_accuracy']:.4f}" in capsys.readouterr().out
    raw = problems.load("digits", scaling="none")
    with Path("rows.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(raw.feature_names)
        writer.writerows(raw.X_test.tolist())
    assert run("predict run rows.csv --out answers.csv") == 0
    with Path("answers.csv").open(newline="") as file:
        answers = [row["label"] for row in csv.DictReader(file)]
    right = np.array(answers) == np.array(raw.class_names)[raw.y_test]
    assert right.mean() == pytest.approx(report["test_accuracy"])


def test_analyse_refuses_what_is_no_classifier(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    small = "--generations 1 --population 6 --seed 1"
    grown = f"evolve morphonas graph_target {small} --set size_x=6 --set size_y=6 --out grown"
    assert run(grown) == 0
    steered = f"evolve genreg cartpole {small} --set 'hidden=(4,)' --problem-set episodes=2"
    assert run(f"{steered} --out steered") == 0
    assert "must be a run of a classifier" in refused(capsys, "analyse grown")
    assert "run must be of a classifier" in refused(capsys, "analyse steered")
    assert "nowhere" in refused(capsys, "analyse nowhere")
    assert not list(tmp_path.glob("*/classes.csv"))
    assert not (tmp_path / "nowhere").exists()
    # But it is shown, and scored on its own problem.
    assert run("show steered") == 0
    assert run("score steered cartpole") == 0
    assert "mean return" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ("--images 1", "images must be an integer of at least 2, got 1"),
        ("--embedding pca3", "pca3"),
    ],
)
def test_analyse_refuses_its_options_and_leaves_the_files(run_directory, option, named, capsys):
    before = contents(run_directory)
    if "embedding" in option:
        with pytest.raises(SystemExit):
            run(f"analyse run {option}")
        assert named in capsys.readouterr().err
    else:
        assert named in refused(capsys, f"analyse run {option}")
        assert capsys.readouterr().out == ""
    assert contents(run_directory) == before


def test_a_network_without_hidden_neurons_has_no_embedding(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = "evolve genreg wine --generations 1 --population 6 --seed 1 --set 'hidden=()'"
    assert run(f"{line} --out run") == 0
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == FILES | {"confusion.png", "progress.png"}


@pytest.mark.parametrize("folder", [None, "", "empty"])
def test_a_data_set_that_cannot_be_had_is_one_line(folder, tmp_path, monkeypatch, capsys):
    def offline(**_):
        raise OSError("no route to host")

    monkeypatch.chdir(tmp_path)
    if folder is None:
        monkeypatch.delenv("EVOGRAFT_DATA", raising=False)
    else:
        monkeypatch.setenv("EVOGRAFT_DATA", folder and str(tmp_path / folder))
    # What an earlier test loaded may be remembered: the name of the folder is part of the key.
    monkeypatch.setattr(sklearn.datasets, "fetch_openml", offline)
    line = refused(capsys, "evolve genreg mnist --generations 1 --population 4 --out run")
    assert "no data for 'mnist'" in line
    assert "set EVOGRAFT_DATA to a folder with mnist.npz" in line
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("cutoff=1.5", "cutoff must be a number above 0 and up to 1, got 1.5"),
        ("population=1", "population must be an integer of at least 2, got 1"),
        ("images_per_class=1000", "images_per_class must be at most"),
        ("decision=guess", "decision must be one of"),
        ("hidden=(0,)", "hidden must be an integer of at least 1, got 0"),
        ("hidden=32", "hidden must be a tuple of integers, got 32"),
        ("patch=3", "patch must be 1 unless for square images"),
    ],
)
def test_bad_settings_are_one_line_and_leave_no_directory(
    setting, named, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert named in refused(capsys, f"evolve genreg wine --set '{setting}' --out run")
    assert not (tmp_path / "run").exists()


def test_a_checkpoint_of_another_architecture_is_refused_and_the_run_stays(run_directory, capsys):
    assert run("evolve genreg wine --out other --generations 2 --set population=20") == 0
    foreign = run_directory.parent / "other/checkpoint.pickle"
    foreign.replace(run_directory / "checkpoint.pickle")
    before = contents(run_directory)
    text = refused(capsys, "evolve genreg digits --out run --resume --generations 40")
    assert "checkpoint.pickle does not belong to this run" in text
    assert "4810" in text
    assert "1091" in text
    assert contents(run_directory) == before
