"""``evograft bench generate``."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from evograft.problems.benchmark_generation import generation
from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import (
    SAMPLERS,
    RandomSampler,
    StratifiedSampler,
)
from evograft.problems.benchmark_generation.storage.shard_files import LAYOUTS
from evograft.problems.benchmark_generation.tasks import TASKS
from evograft.problems.benchmark_generation.tasks.task import FIDELITIES
from evograft.representations.directory_lock import locked
from evograft.studies.bench.named_tasks import NAMES
from evograft.studies.cli import main

SMALL = ["--size", "8x8", "--steps", "100", "--seed", "1"]


def bench(*arguments):
    return main(["bench", "generate", *map(str, arguments)])


def content_hash(folder):
    return Bench.open(folder).metadata["content_hash"]


def test_a_benchmark_is_made_and_told_about(tmp_path, capsys):
    out = tmp_path / "a" / "out"
    assert bench("--out", out, "--accepted", 12, *SMALL) == 0
    expected = generate(
        tmp_path / "library",
        RandomSampler(1, size=(8, 8), max_growth_steps=100),
        accepted=12,
    )
    said = capsys.readouterr()
    assert f"12 networks of {expected.attempts} genomes ({expected.acceptance:.1%})" in said.out
    assert f"content hash: {expected.content_hash}" in said.out
    assert f"neurons {expected.rejected['neurons']}" in said.out
    assert f"{(out / 'shards/part-00000.parquet').stat().st_size / 1e3:.1f} kB" in said.out
    assert "12/12" in said.err  # the bar
    assert f"yield={expected.acceptance:.2%}" in said.err
    assert content_hash(out) == expected.content_hash
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "generation_metadata.json",
        "shards",
    ]


def test_every_setting_arrives(tmp_path):
    assert (
        bench(
            *("--out", tmp_path / "a", "--accepted", 5, "--attempts", 30, "--mode", "stratified"),
            *("--seed", 4, "--size", "drawn", "--steps", 40, "--morphogens", "3,4"),
            *("--neurons", 1, "--edges", 2, "--coverage", 0.1, "--connected", "none"),
            *("--layout", "json", "--attempts-per-shard", 10),
        )
        == 2  # of 30 attempts fewer than 5 were accepted
    )
    drawn = StratifiedSampler(4, size=None, max_growth_steps=40, num_morphogens=(3, 4))
    metadata = Bench.open(tmp_path / "a").metadata
    assert metadata["sampler"] == drawn.describe()
    assert metadata["quality"] == Quality(1, 2, 0.1, None).describe()
    assert (metadata["layout"], metadata["attempts_per_shard"]) == ("json", 10)
    assert metadata["asked"] == {"accepted": 5, "attempts": 30}


def test_one_that_grows_keeps_its_settings(tmp_path, capsys):
    out = tmp_path / "out"
    few = ["--neurons", 4, "--layout", "json", "--attempts-per-shard", 40]
    assert bench("--out", out, "--accepted", 5, *SMALL, *few) == 0
    assert bench("--out", out, "--resume", "--accepted", 9) == 0
    assert bench("--out", tmp_path / "at once", "--accepted", 9, *SMALL, *few) == 0
    assert content_hash(out) == content_hash(tmp_path / "at once")
    assert bench("--out", out, "--resume", "--seed", 2) == 2
    assert "sampler must be as before to resume" in capsys.readouterr().err


def test_too_few_attempts_are_an_error_and_nothing_is_lost(tmp_path, capsys):
    out = tmp_path / "out"
    assert bench("--out", out, "--accepted", 50, "--attempts", 40, *SMALL) == 2
    few = len(Bench.open(out))
    said = capsys.readouterr()
    assert f"{few} networks of 40 genomes" in said.out
    assert f"must be enough for 50 networks, got 40 that gave {few}, which are kept" in said.err
    assert f"evograft bench generate --out {out} --resume --attempts N goes on" in said.err
    assert bench("--out", out, "--resume", "--attempts", 1000) == 0
    assert len(Bench.open(out)) == 50


def test_the_help_names_all_there_is(capsys):
    with pytest.raises(SystemExit):
        main(["bench", "generate", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for name in (*SAMPLERS, *LAYOUTS, *TASKS, *FIDELITIES, "weak", "no_isolated", "none"):
        assert re.search(rf"\b{name}\b", said), name
    assert tuple(TASKS) == NAMES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--accepted", "0"], "accepted must be an integer of at least 1, got 0"),
        (["--attempts", "0"], "attempts must be an integer of at least 1, got 0"),
        (["--attempts-per-shard", "0"], "attempts_per_shard must be an integer of at least 1"),
        (["--seed", "-1"], "seed must be an integer of at least 0, got -1"),
        (["--size", "20"], "--size must be XxY, such as 20x20, or drawn, got '20'"),
        (["--size", "0x5"], "size[0] must be an integer of at least 1, got 0"),
        (["--steps", "many"], "--steps must be an integer or drawn, got 'many'"),
        (["--morphogens", "2"], "num_morphogens must be an integer from 3 to 10, got 2"),
        (["--mode", "stratified", "--morphogens", "3;4"], "--morphogens must be integers with"),
        (["--coverage", "2"], "coverage must be a number from 0 to 1, got 2.0"),
        (["--workers", "0"], "--workers must be an integer of at least 1, got 0"),
        (["--resume"], "--out must be the directory of a generation to resume, got none"),
        (["--mode", "randm"], "unknown sampler 'randm': did you mean 'random'?"),
        (["--layout", "csv"], "layout must be one of 'parquet', 'json', got 'csv'"),
        (["--connected", "no"], "connected must be one of 'weak', 'no_isolated', 'none', got 'no'"),
        (["--morphogens", "1000"], "num_morphogens must be an integer from 3 to 10, got 1000"),
        (["--tasks", "nope"], "unknown task 'nope': there are acrobot, cartpole, digits, evol"),
        (["--tasks", "wine", "wine"], "tasks must be different from each other, got 'wine' twice"),
        (
            ["--tasks", "wine", "--fidelities", "low", "low"],
            "fidelities must be different from each other, got 'low' twice",
        ),
        (["--task-seeds", "4"], "--task-seeds must be given with --tasks"),
        (["--fidelities", "low"], "--fidelities must be given with --tasks"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(tmp_path, capsys, arguments, message):
    assert bench("--out", tmp_path / "new" / "out", *arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("evograft: error: ")  # and no bar
    assert message in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--out", "x", "--size", "10", "10"],
            "unrecognized arguments: 10; --size takes one value, XxY (see evograft bench generate",
        ),
        (["--out", "x", "--resume", "3"], "unrecognized arguments: 3 (see evograft bench generate"),
        (["--out", "x", "--foo"], "unrecognized arguments: --foo (see evograft bench generate"),
        ([], "arguments are required: --out (see evograft bench generate --help)"),
    ],
)
def test_bad_usage_points_to_the_help_of_the_command(capsys, arguments, message):
    with pytest.raises(SystemExit) as ended:
        bench(*arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_options_of_the_parser_of_all_commands_are_its_own(capsys):
    with pytest.raises(SystemExit):
        main(["--foo", "problems"])
    assert "unrecognized arguments: --foo (see evograft --help)" in capsys.readouterr().err


def test_an_unwritable_or_used_directory_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert bench("--out", tmp_path / "file" / "out") == 2
    assert "cannot be made" in capsys.readouterr().err
    assert bench("--out", tmp_path) == 2
    assert "directory must be new or empty" in capsys.readouterr().err
    (tmp_path / "used").mkdir()
    with locked(tmp_path / "used"):
        assert bench("--out", tmp_path / "used") == 2
    assert "is in use by" in capsys.readouterr().err
    assert list((tmp_path / "used").iterdir()) == []


def test_without_pyarrow_the_extra_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert bench("--out", tmp_path / "out") == 2
    assert 'pip install "evograft[parquet]"' in capsys.readouterr().err


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("finished") / "out"
    assert bench("--out", out, "--accepted", 3, "--tasks", "wine", "--task-seeds", 1, *SMALL) == 0
    return out


@pytest.mark.parametrize("value", [None, "x", [1], {"name": "random"}, {"accepted": "x"}])
def test_edited_metadata_is_told_and_not_written_over(finished, capsys, value):
    path = finished / "generation_metadata.json"
    text = path.read_text()
    try:
        for key in json.loads(text):
            edited = json.dumps(json.loads(text) | {key: value})
            path.write_text(edited)
            # If all else is well, there are too many entries.
            few = [] if key == "asked" and value != {"name": "random"} else ["--accepted", 2]
            assert bench("--out", finished, "--resume", *few) == 2
            said = capsys.readouterr().err
            assert re.search("error: .*(must (be|have|hold|tell)|unknown)", said), (key, said)
            assert path.read_text() == edited
    finally:
        path.write_text(text)


def test_ctrl_c_keeps_finished_shards_and_says_how_to_go_on(tmp_path, request):
    out = tmp_path / "out"
    settings = [*SMALL, "--attempts-per-shard", "50"]
    endless = ["--out", str(out), "--accepted", "1000000", *settings]
    with (tmp_path / "errors").open("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "evograft", "bench", "generate", *endless],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        request.addfinalizer(process.kill)
        deadline = time.monotonic() + 60
        while len([*out.glob("shards/part-*")]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    said = (tmp_path / "errors").read_text()
    assert process.returncode == 130
    assert f"evograft bench generate --out {out} --resume --accepted 1000000 goes on" in output
    assert "evograft: interrupted" in said
    assert "Traceback" not in said
    finished = [*out.glob("shards/part-*")]
    assert json.loads((out / "generation_metadata.json").read_text())["complete"] is False
    accepted = 20 * len(finished)
    assert bench("--out", out, "--resume", "--accepted", accepted) == 0
    assert bench("--out", tmp_path / "whole", "--accepted", accepted, *settings) == 0
    assert content_hash(out) == content_hash(tmp_path / "whole")


def test_ctrl_c_before_there_is_anything_promises_nothing(tmp_path, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(generation, "generate", interrupted)
    assert bench("--out", tmp_path / "out") == 130
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "evograft: interrupted\n")
