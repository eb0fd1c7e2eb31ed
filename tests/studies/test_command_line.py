import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from evograft.studies.cli import main

SMALL = ("--population", "10", "--generations", "2", "--seed", "1")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that several tests take a copy of: a command that evolves also draws."""
    out = tmp_path_factory.mktemp("finished") / "run"
    assert main(["evolve", "mge", "wine", *SMALL, "--out", str(out)]) == 0
    return out


@pytest.fixture
def run_directory(finished, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    return shutil.copytree(finished, tmp_path / "run")


def refused(capsys, *arguments):
    """The one line that refuses *arguments*."""
    assert main(list(arguments)) == 2
    output = capsys.readouterr()
    assert output.err.startswith("evograft: error: ")
    assert len(output.err.strip().splitlines()) == 1
    assert "Traceback" not in output.err
    return output.err


def test_evolve_writes_to_a_directory_of_its_own_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["evolve", "mge", "wine", *SMALL]) == 0
    (out,) = (tmp_path / "runs").iterdir()
    assert out.name.startswith("mge-wine-")
    printed = capsys.readouterr().out
    assert f"runs/{out.name}" in printed
    assert "test accuracy" in printed
    assert "operations" in printed


def test_the_same_seed_gives_the_same_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for out in ("a", "b"):
        main(["evolve", "mge", "wine", *SMALL, "--out", out])
    assert (tmp_path / "a/network.json").read_bytes() == (tmp_path / "b/network.json").read_bytes()
    assert (tmp_path / "a/log.csv").read_bytes() == (tmp_path / "b/log.csv").read_bytes()


def test_resume_takes_the_settings_of_the_run_and_equals_an_uninterrupted_one(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    settings = ["--seed", "3", "--population", "10", "--set", "gene_length=60"]
    settings += ["--problem-set", "split_seed=2"]
    main(["evolve", "mge", "wine", *settings, "--generations", "4", "--out", "whole"])
    main(["evolve", "mge", "wine", *settings, "--generations", "2", "--out", "parts"])
    resume = ["evolve", "mge", "wine", "--out", "parts", "--resume", "--generations", "4"]
    assert main(resume) == 0
    assert (tmp_path / "parts/log.csv").read_bytes() == (tmp_path / "whole/log.csv").read_bytes()
    config = json.loads((tmp_path / "parts/config.json").read_text())
    assert config["method"]["parameters"]["gene_length"] == 60
    assert config["problem"]["options"]["split_seed"] == 2


def test_resume_refuses_another_method_or_problem_or_place(run_directory, capsys):
    out = str(run_directory)
    line = refused(capsys, "evolve", "mu-mge", "wine", "--out", out, "--resume")
    assert "method must be that of the run to resume, 'mge', got 'mu-mge'" in line
    assert "problem must be" in refused(capsys, "evolve", "mge", "wdbc", "--out", out, "--resume")
    assert "--out must name" in refused(capsys, "evolve", "mge", "wine", "--resume")
    line = refused(capsys, "evolve", "mge", "wine", "--out", "nowhere", "--resume")
    assert "'nowhere' is no run directory" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["--set", "codon_bits=16"],
        ["--set", "output=sigmoid_softmax"],
        ["--problem-set", "loss=mse"],
        ["--problem-set", "split_seed=4"],
        ["--preset", "literal"],
        ["--seed", "99"],
        ["--population", "1"],
        ["--generations", "1"],
        ["--stop", "stagnation=0"],
        ["--workers", "0"],
    ],
)
def test_resume_refuses_what_would_mix_other_fitness_values(run_directory, arguments, capsys):
    before = {path.name: path.read_bytes() for path in run_directory.iterdir()}
    out = str(run_directory)
    line = refused(capsys, "evolve", "mge", "wine", "--out", out, "--resume", *arguments)
    assert "must be" in line
    assert {path.name: path.read_bytes() for path in run_directory.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", '{"method": "abc", "problem": [], "notes": []}'),
        ("config.json", '{"notes": {"command": {}}}'),
        ("config.json", '{"notes": {"command": 5}}'),
        ("config.json", "[]"),
        ("config.json", "\x00"),
        ("log.csv", ""),
        ("log.csv", "gen,best\n"),
        ("log.csv", "a,b\n1,2\n"),
        ("network.json", "[" * 100_000),
        ("network.json", "{}"),
        ("checkpoint.pickle", "x"),
    ],
)
def test_a_damaged_run_directory_is_one_line_for_every_command(
    run_directory, name, content, capsys
):
    (run_directory / name).write_text(content)
    out = str(run_directory)
    for arguments in (
        ["show", out],
        ["score", out, "wine"],
        ["evolve", "mge", "wine", "--out", out, "--resume"],
    ):
        status = main(arguments)
        errors = capsys.readouterr().err
        assert status in (0, 2)
        assert "Traceback" not in errors
        if status == 2:
            assert len([line for line in errors.splitlines() if "evograft: error" in line]) == 1


def test_a_resumed_run_may_have_other_rates_and_another_population(run_directory):
    arguments = ["evolve", "mge", "wine", "--out", "run", "--resume", "--generations", "3"]
    for size in (13, 6):
        assert main([*arguments, "--population", str(size), "--set", "elite=0.3"]) == 0
        arguments[-1] = "4"
    config = json.loads((run_directory / "config.json").read_text())
    assert config["run"]["population"] == 6
    first, second = config["resumed"]
    changed = {change["name"]: (change["from"], change["to"]) for change in first["changes"]}
    assert changed["run.population"] == (10, 13)
    assert changed["method.parameters.elite"][1] == 0.3
    assert {"run.population", "run.generations"} <= {change["name"] for change in second["changes"]}
    rows = (run_directory / "log.csv").read_text().splitlines()
    assert len(rows) == 1 + 5


def test_ends_before_the_generations(run_directory, capsys):
    start = ["evolve", "mge", "wine", "--seed", "1", "--population", "10"]
    assert main([*start, "--evaluations", "35", "--out", "few"]) == 0
    assert main([*start, "--stop", "stagnation=2", "--stop", "seconds=100", "--out", "calm"]) == 0
    assert main([*start, "--stop", "stagnatio=2"]) == 2
    assert "unknown end of --stop 'stagnatio': did you mean 'stagnation'" in capsys.readouterr().err
    few = len((run_directory.parent / "few" / "log.csv").read_text().splitlines())
    assert few < 8


def test_workers_find_what_this_process_finds(run_directory):
    arguments = ["evolve", "mge", "wine", *SMALL, "--out", "elsewhere", "--workers", "2"]
    assert main(arguments) == 0
    logs = [run_directory / "log.csv", run_directory.parent / "elsewhere" / "log.csv"]
    assert logs[0].read_text() == logs[1].read_text()


def test_a_network_whose_names_do_not_fit_is_refused(run_directory, capsys):
    content = json.loads((run_directory / "network.json").read_text())
    for name in ("class_names", "feature_names"):
        changed = content | {name: content[name][:-1]}
        (run_directory / "network.json").write_text(json.dumps(changed))
        assert f"{name} must be" in refused(capsys, "score", str(run_directory), "wine")


def test_a_run_that_fails_at_once_leaves_nothing_behind(tmp_path, monkeypatch, capsys):
    from evograft.studies import _generations

    monkeypatch.chdir(tmp_path)

    def fail(*_):
        raise IndexError("a foreign operator")

    monkeypatch.setattr(_generations, "evaluate", fail)
    assert main(["evolve", "mge", "wine", *SMALL, "--out", "run"]) == 2
    assert "evograft: error: IndexError: a foreign operator" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_warning_is_one_line_and_the_callers_way_of_showing_them_stays(
    tmp_path, monkeypatch, capsys
):
    import warnings

    monkeypatch.chdir(tmp_path)
    before = warnings.showwarning
    assert main(["evolve", "mge", "wine", *SMALL, "--preset", "literal", "--out", "run"]) == 0
    assert warnings.showwarning is before
    assert "evograft: warning: preset 'literal' of mge expects" in capsys.readouterr().err


def test_words_that_argparse_refuses_are_one_line(capsys):
    for arguments in (["evolve", "mge", "wine", "--generations", "1e3"], [], ["evlove"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2
        errors = capsys.readouterr().err
        assert len(errors.splitlines()) == 1
        assert errors.startswith("evograft: error: ")


def test_show_prints_and_draws(run_directory, capsys):
    for picture in ("progress.png", "network.png"):
        (run_directory / picture).unlink()
    assert main(["show", str(run_directory)]) == 0
    printed = capsys.readouterr().out
    assert "mge on wine, 2 generations" in printed
    for picture in ("progress.png", "network.png"):
        assert (run_directory / picture).read_bytes().startswith(b"\x89PNG")


def test_score_is_the_test_accuracy_of_the_run(run_directory, capsys):
    report = json.loads((run_directory / "report.json").read_text())
    assert main(["score", str(run_directory), "wine"]) == 0
    assert f"test accuracy {report['test_accuracy']:.4f} " in capsys.readouterr().out


def test_score_refuses_other_features_or_classes(run_directory, capsys):
    assert "share classes" in refused(capsys, "score", str(run_directory), "wdbc")
    assert "unknown problem 'wien'" in refused(capsys, "score", str(run_directory), "wien")
    assert "is no saved network" not in refused(capsys, "score", "nowhere", "wine")


def test_predict_writes_labels_and_probabilities(run_directory, tmp_path, capsys):
    from evograft import problems

    wine = problems.load("wine", scaling="none")
    data = tmp_path / "bottles.csv"
    with data.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["bottle", *reversed(wine.feature_names)])
        writer.writerows([i, *row[::-1]] for i, row in enumerate(wine.X_test.tolist()))
    assert main(["predict", str(run_directory), str(data)]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert len(rows) == 54
    assert list(rows[0]) == ["label", *(f"p({name})" for name in wine.class_names)]
    for row in rows:
        p = [float(row[f"p({name})"]) for name in wine.class_names]
        assert sum(p) == pytest.approx(1, abs=1e-4)
        assert row["label"] == wine.class_names[p.index(max(p))]
    line = refused(capsys, "predict", str(run_directory), str(data), "--out", str(data))
    assert "--out must be a new file" in line
    main(["predict", str(run_directory), str(data), "--out", str(tmp_path / "answers.csv")])
    assert list(csv.DictReader((tmp_path / "answers.csv").open())) == rows


def test_predict_refuses_data_without_the_features(run_directory, tmp_path, capsys):
    data = tmp_path / "data.csv"
    data.write_text("a,b\n1,2\n")
    line = refused(capsys, "predict", str(run_directory), str(data), "--out", "answers.csv")
    assert "data.csv" in line
    assert not (tmp_path / "answers.csv").exists()
    assert "'none.csv'" in refused(capsys, "predict", str(run_directory), "none.csv")


def test_a_csv_file_is_a_problem_like_any_other(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = [(i, -i if i % 2 else i, "odd" if i % 2 else "even") for i in range(40)]
    with (tmp_path / "my.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("a", "b", "kind"), *rows])
    arguments = ["evolve", "mge", "my.csv", "--target", "kind", *SMALL, "--out", "run"]
    assert main(arguments) == 0
    assert "in run" in capsys.readouterr().out
    assert json.loads((tmp_path / "run/network.json").read_text())["class_names"] == ["even", "odd"]
    assert main(["predict", "run", "my.csv"]) == 0
    capsys.readouterr()
    report = json.loads((tmp_path / "run/report.json").read_text())
    assert main(["score", "run", "my.csv"]) == 0
    assert f"test accuracy {report['test_accuracy']:.4f} " in capsys.readouterr().out
    assert "target must name" in refused(capsys, "evolve", "mge", "my.csv")
    line = refused(capsys, "evolve", "mge", "my.csv", "--target", "knd", "--out", "other")
    assert "did you mean 'kind'" in line
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mgee", "wine"], "unknown method 'mgee': did you mean 'mge'"),
        (["mge", "wein"], "unknown problem 'wein': did you mean 'wine'"),
        (["mge", "wine", "--preset", "literl"], "did you mean 'literal'"),
        (["mge", "wine", "--set", "gene_lenght=3"], "did you mean 'gene_length'"),
        (["mge", "wine", "--set", "cxpb=-1"], "cxpb must be a number from 0 to 1, got -1"),
        (["mge", "wine", "--set", "gene_length=ten"], "gene_length must be an integer"),
        (["mge", "wine", "--set", "pm=(0.1,-0.1)"], "pm must be a number from 0 to 1"),
        (["mge", "wine", "--set", "initial_genes=(5,2)"], "initial_genes must be two integers"),
        (["mge", "wine", "--set", "gene_length"], "--set must be KEY=VALUE"),
        (["mge", "wine", "--set", "grammar=none.bnf"], "grammar file 'none.bnf' cannot be read"),
        (["mge", "wine", "--problem-set", "scalling=none"], "did you mean 'scaling'"),
        (["mge", "wine", "--population", "1"], "population must be an integer of at least 2"),
        (["mge", "wine", "--population", "0"], "population must be an integer of at least 2"),
        (["mge", "wine", "--generations", "-3"], "generations must be an integer of at least 0"),
        (["mge", "wine", "--seed", "-3"], "--seed must be an integer of at least 0"),
        (["mge", "wine", "--target", "x"], "target goes with a CSV file"),
        (["mge", "wine", "--set", "grammar=5"], "grammar must be the path of a BNF file, got 5"),
        (["mge", "wine", "--set", f"pm={'-' * 5000}1"], "RecursionError"),
        (["mge", "wine", "--set", "gene_length=1000000000000"], "from 1 to 1000000"),
        (["mge", "notes.txt"], "a file that ends in .csv, got 'notes.txt'"),
        (["mge", "none.csv", "--target", "x"], "none.csv"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    arguments, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("no data")
    assert message in refused(capsys, "evolve", *arguments, "--out", "run")
    assert not (tmp_path / "run").exists()


def test_an_out_that_exists_is_refused_and_left_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    (tmp_path / "run/precious.txt").write_text("mine")
    line = refused(capsys, "evolve", "mge", "wine", *SMALL, "--out", "run")
    assert "out must be a new or empty directory" in line
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["precious.txt"]


def test_a_grammar_file_is_used_and_a_bad_one_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.bnf").write_text(
        '<neuron> ::= <out> ":" <w> "*tanh(" <w> "*" <in> ")"\n'
        "<out> ::= output*\n<in> ::= x*\n<w> ::= -1 | 1 | 0.5 | 2\n"
    )
    arguments = ["evolve", "mge", "wine", *SMALL, "--set", "grammar=own.bnf", "--out", "run"]
    assert main(arguments) == 0
    network = json.loads((tmp_path / "run/network.json").read_text())["network"]
    assert set(network["function"]) == {2}
    assert set(network["weights"]) <= {-1.0, 1.0, 0.5, 2.0}
    capsys.readouterr()
    for text, message in (
        ("<neuron> ::= <lost>", "uses <lost>, which has no rule"),
        ("<neuron> ::= <neuron> x1", "can never end in terminals"),
        ("<neuron> ::= x1", "can put x1 … where a neuron needs output1 …"),
    ):
        (tmp_path / "bad.bnf").write_text(text)
        line = refused(
            capsys, "evolve", "mge", "wine", "--set", "grammar=bad.bnf", "--out", "other"
        )
        assert message in line
        assert not (tmp_path / "other").exists()


def test_the_lists_name_everything(capsys):
    from evograft import plugins, problems

    main(["methods"])
    printed = capsys.readouterr().out
    assert all(name in printed for name in plugins.names())
    main(["methods", "mge"])
    printed = capsys.readouterr().out
    assert "gene_length = 100" in printed
    assert "preset literal" in printed
    main(["problems"])
    printed = capsys.readouterr().out
    assert all(name in printed for name in problems.names())


@pytest.mark.parametrize("command", ["evolve", "show", "score", "predict", "methods", "problems"])
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"example: evograft {command}" in capsys.readouterr().out


def test_ctrl_c_saves_the_best_so_far_and_says_so(tmp_path, request):
    program = [sys.executable, "-c", "import sys; from evograft.studies.cli import main; "
               "sys.exit(main())", "evolve", "mge", "wine", "--generations", "1000000",
               "--population", "20", "--out", "run"]  # fmt: skip
    with (tmp_path / "errors").open("w+") as errors:
        process = subprocess.Popen(
            program,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        request.addfinalizer(process.kill)
        deadline = time.monotonic() + 120
        while "best=" not in (tmp_path / "errors").read_text():  # the bar of some generation
            assert time.monotonic() < deadline
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    errors = (tmp_path / "errors").read_text()
    assert process.returncode == 130
    assert "the best so far is saved in run" in output
    assert "interrupted after generation" in errors
    assert "Traceback" not in errors
    written = {path.name for path in (tmp_path / "run").iterdir()}
    assert written == {"config.json", "log.csv", "network.json", "checkpoint.pickle"}
    assert json.loads((tmp_path / "run/network.json").read_text())["problem"] == "wine"
