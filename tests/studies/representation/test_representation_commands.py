import pandas as pd
import pytest

from evograft.studies.cli import main

SMALL_RUNS = ("--methods", "mge", "--runs", "1", "--generations", "2", "--population", "10")


def analyse(*arguments):
    return main(["analyse-representation", *arguments])


def files(path):
    return {entry.name for entry in path.iterdir() if entry.is_file()}


def test_locality_prints_a_table_and_saves_it_with_its_figure(tmp_path, capsys):
    out = tmp_path / "found"
    arguments = ("locality", "--individuals", "20", "--neurons", "2", "3", "--out", str(out))
    assert analyse(*arguments) == 0
    printed = capsys.readouterr().out
    assert "paper_mean" in printed
    assert "6.84" in printed
    assert files(out) == {"locality.csv", "summary.csv", "figure9.png"}
    summary = (out / "summary.csv").read_bytes()
    assert len(pd.read_csv(out / "summary.csv")) == 8
    assert analyse(*arguments) == 2
    assert "--resume" in capsys.readouterr().err
    assert analyse(*arguments, "--resume") == 0
    assert (out / "summary.csv").read_bytes() == summary


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("redundancy", "--individuals", "20", "--neurons", "2", "2"),
            {"redundancy.csv", "summary.csv"},
        ),
        (
            ("invalidity", "--individuals", "50", *SMALL_RUNS),
            {"random.csv", "runs.csv", "summary.csv"},
        ),
        (("invalidity", "--individuals", "50", "--runs", "0"), {"random.csv"}),
    ],
)
def test_shares_are_printed_and_saved(tmp_path, capsys, arguments, expected):
    assert analyse(*arguments, "--out", str(tmp_path)) == 0
    assert files(tmp_path) == expected
    assert "mge" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("scalability", "--set", "mge.gene_length=50"),
            {"scalability.csv", "summary.csv", "figure10.png", "results.csv", "study.json"},
        ),
        (
            ("curves", "--problems", "wine"),
            {"curves.csv", "summary.csv", "figure11.png", "results.csv", "study.json"},
        ),
    ],
)
def test_runs_are_kept_and_gone_on_with(tmp_path, capsys, arguments, expected):
    arguments = (*arguments, *SMALL_RUNS, "--out", str(tmp_path / "found"))
    assert analyse(*arguments) == 0
    assert expected <= files(tmp_path / "found")
    first = capsys.readouterr().out
    assert analyse(*arguments, "--resume") == 0
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("locality", "--methods", "neat"), "unknown method with an encoding to analyse 'neat'"),
        (("locality", "--neurons", "3", "2"), "--neurons must be two integers 1 <= LEAST <= MOST"),
        (("locality", "--resume"), "--out must be given to resume"),
        (("locality", "--resume", "--out", "nowhere"), "must be the directory of an analysis"),
        (("scalability", "--set", "codons=3"), "--set must be METHOD.KEY=VALUE"),
        (("scalability", "--methods", "mgee"), "unknown method 'mgee'"),
        (("curves", "--methods", "mge", "--set", "ge.codons=3"), "unknown method to be set 'ge'"),
    ],
)
def test_bad_input_is_one_line(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert analyse(*arguments) == 2
    error = capsys.readouterr().err.strip()
    assert message in error
    assert len(error.splitlines()) == 1
