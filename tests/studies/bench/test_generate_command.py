"""``evograft bench generate``."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import RandomSampler, StratifiedSampler
from evograft.studies.cli import main
from evograft.studies.directory_lock import locked

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
        == 0
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


def test_too_few_attempts_are_told(tmp_path, capsys):
    assert bench("--out", tmp_path / "out", "--accepted", 50, "--attempts", 40, *SMALL) == 0
    assert "all attempts are made, with" in capsys.readouterr().out


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
        (["--morphogens", "2"], "num_morphogens must be an integer of at least 3, got 2"),
        (["--mode", "stratified", "--morphogens", "3;4"], "--morphogens must be integers with"),
        (["--coverage", "2"], "coverage must be a number from 0 to 1, got 2.0"),
        (["--workers", "0"], "--workers must be an integer of at least 1, got 0"),
        (["--resume"], "--out must be the directory of a generation to resume, got none"),
    ],
)
def test_bad_input_is_one_line(tmp_path, capsys, arguments, message):
    assert bench("--out", tmp_path / "out", *arguments) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if "evograft: error" in line]
    assert len(errors) == 1
    assert message in errors[0]


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
    assert f"evograft bench generate --out {out} --resume goes on" in output
    assert "evograft: interrupted" in said
    assert "Traceback" not in said
    finished = [*out.glob("shards/part-*")]
    assert json.loads((out / "generation_metadata.json").read_text())["complete"] is False
    accepted = 20 * len(finished)
    assert bench("--out", out, "--resume", "--accepted", accepted) == 0
    assert bench("--out", tmp_path / "whole", "--accepted", accepted, *settings) == 0
    assert content_hash(out) == content_hash(tmp_path / "whole")
