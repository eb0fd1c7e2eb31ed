"""``evograft bench query``."""

import json

import pytest

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.studies.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four entries with two scores each in one task."""
    out = tmp_path_factory.mktemp("scored") / "out"
    small = ["--size", "8x8", "--steps", "100", "--seed", "1", "--accepted", "4"]
    scored = ["--tasks", "wine", "--task-seeds", "2", "--fidelities", "low"]
    assert main(["bench", "generate", "--out", str(out), *small, *scored]) == 0
    return out


def query(folder, *arguments):
    return main(["bench", "query", str(folder), *map(str, arguments)])


def test_an_entry_and_its_score_are_shown(folder, tmp_path, capsys):
    bench = Bench.open(folder)
    number = int(bench.numbers[1])
    assert query(folder, number) == 0
    shown = dict(line.split() for line in capsys.readouterr().out.splitlines()[1:])
    assert list(shown) == [*bench.measured]
    score = f"{bench.row(number)['wine_low_1']:.6g}"
    assert shown["wine_low_1"] == score
    bench.genome(number).save(tmp_path / "genome.json")
    for one in (number, tmp_path / "genome.json"):
        assert query(folder, one, "--task", "wine", "--fidelity", "low", "--seed", 1) == 0
        assert capsys.readouterr().out.startswith(f"{score} (of the table), ")
        asked = ["--task", "wine", "--fidelity", "low", "--seed", 1, "--evaluate"]
        assert query(folder, one, *asked) == 0
        assert capsys.readouterr().out.startswith(f"{score} (of the table), ")
    assert query(folder, number, "--task", "wine", "--fidelity", "low", "--seed", 2) == 2
    assert (
        query(folder, number, "--task", "wine", "--fidelity", "low", "--seed", 2, "--evaluate") == 0
    )
    assert "(evaluated now)" in capsys.readouterr().out


def test_names_in_files_of_others_do_not_control_the_terminal(folder, tmp_path, capsys):
    bench = Bench.open(folder)
    wrapped = {
        "genome": bench.genome(int(bench.numbers[0])).to_dict(),
        "metrics": {"\x1b[31mred\x07\u202e": 3.0},
    }
    (tmp_path / "genome_0.json").write_text(json.dumps(wrapped))
    assert query(tmp_path, 0) == 0
    (shown,) = capsys.readouterr().out.splitlines()[1:]
    assert shown.split() == ["[31mred", "3"]
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([-1], "number must be that of one of the 4 entries, got -1"),
        ([99999], "number must be that of one of the 4 entries, got 99999"),
        (["x.json"], "x.json must be a genome's JSON file, got no file"),
        ([1, "--seed", 0], "--seed must be given with --task"),
        ([1, "--fidelity", "low"], "--fidelity must be given with --task"),
        ([1, "--evaluate"], "--evaluate must be given with --task"),
        ([1, "--task", "wime"], "unknown task 'wime': did you mean 'wine'?"),
        (
            [1, "--task", "digits", "--fidelity", "low"],
            "must have the score of digits at low with seed 0, got those of wine at low with "
            "seeds 0 to 1 (--evaluate evaluates it now)",
        ),
        ([1, "--task", "wine"], "the score of wine at high with seed 0, got those of wine at low"),
        ([1, "--task", "wine", "--fidelity", "low", "--seed", 2], "wine at low with seed 2, got"),
        ([1, "--task", "wine", "--seed", -1], "seed must be an integer of at least 0, got -1"),
        (
            [1, "--task", "wine", "--fidelity", "ultra"],
            "fidelity must be one of 'low', 'medium', 'high', got 'ultra'",
        ),
    ],
)
def test_what_cannot_be_answered_is_one_line(folder, capsys, arguments, message):
    assert query(folder, *arguments) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_a_benchmark_without_scores_says_so(folder, tmp_path, capsys):
    Bench.open(folder).genome(int(Bench.open(folder).numbers[0])).save(tmp_path / "genome_7.json")
    assert query(tmp_path, 7, "--task", "wine") == 2
    assert "wine at high with seed 0, got none at all" in capsys.readouterr().err
