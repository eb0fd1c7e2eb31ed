"""``evograft bench validate``, and ``--tier`` of ``generate``."""

import json

import bench_functions as parts
import pytest
from bench_functions import make_bench

from evograft.problems.benchmark_generation import tiers
from evograft.problems.benchmark_generation.tiers import Tier
from evograft.studies.cli import main


def run(*arguments):
    return main(["bench", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    make_bench(tmp_path / "made")
    return tmp_path / "made"


def small_tier(monkeypatch, content_hash):
    made = Tier("small", "random", 1, 30, (8, 8), 100, content_hash=content_hash)
    monkeypatch.setitem(tiers.TIERS, "small", made)


def test_what_agrees_is_told_with_status_0(folder, capsys):
    attempts = json.loads((folder / "generation_metadata.json").read_text())["attempts"]
    assert run("validate", folder, "--regrow", 5, "--redraw", "all") == 0
    said = capsys.readouterr()
    assert f"30 entries looked at, 5 of them grown again, {attempts} attempts" in said.out
    assert said.out.endswith("what was compared agrees\n")
    assert "30net" in said.err
    assert run("validate", folder, "--regrow", "all", "--redraw", 0) == 0
    said = capsys.readouterr().out
    assert "30 of them grown again, 0 attempts" in said
    assert said.endswith("what was compared agrees\n")
    assert run("validate", folder, "--regrow", "all", "--redraw", "all") == 0
    assert capsys.readouterr().out.endswith("everything agrees\n")
    assert "1000 entries and 1024 attempts" in " ".join((folder / "README.md").read_text().split())


def test_what_disagrees_is_told_with_status_2(folder, capsys):
    metadata = folder / "generation_metadata.json"
    metadata.write_text(metadata.read_text().replace('"seed": 1', '"seed": 2'))
    assert run("validate", folder, "--limit", 4) == 2
    said = capsys.readouterr()
    assert "shards[0].settings must be" in said.out
    assert "everything agrees" not in said.out
    errors = [line for line in said.err.splitlines() if "evograft: error" in line]
    assert len(errors) == 1
    assert "got 4 or more (--limit) disagreements" in errors[0]
    metadata.write_text(metadata.read_text().replace('"seed": 2', '"seed": 1'))
    (folder / "README.md").unlink()
    assert run("validate", folder, "--regrow", 0, "--redraw", 0) == 2
    assert capsys.readouterr().err.endswith("got 1 disagreement\n")


def test_what_is_no_finished_benchmark_does_not_pass(tmp_path, capsys):
    make_bench(tmp_path / "made", layout="json", measure=parts.sizes)
    metadata = tmp_path / "made" / "generation_metadata.json"
    assert run("validate", tmp_path / "made") == 0
    assert "nodes, density, never: neither" in (said := capsys.readouterr().out)
    assert said.endswith("what was compared agrees\n")
    metadata.write_text(metadata.read_text().replace('"complete": true', '"complete": false'))
    goes_on = f"(evograft bench generate --out {tmp_path / 'made'} --resume goes on)"
    for message in (f"got one whose generation was interrupted {goes_on}", "got one without gen"):
        assert run("validate", tmp_path / "made", "--redraw", 0) == 2
        said = capsys.readouterr()
        assert "what was compared agrees\n" in said.out
        assert "30 entries looked at, 30 of them grown again" in said.out
        assert message in said.err
        metadata.unlink(missing_ok=True)


def test_another_process_finds_the_same(folder, capsys):
    assert run("validate", folder, "--workers", 1) == 0
    assert "everything agrees" in capsys.readouterr().out


def test_tiers_are_generated_and_validated(tmp_path, capsys, monkeypatch):
    small_tier(monkeypatch, None)
    out = tmp_path / "out"
    assert run("generate", "--tier", "small", "--out", out) == 0
    assert "tier small has no published hash yet" in capsys.readouterr().out
    found = json.loads((out / "generation_metadata.json").read_text())["content_hash"]
    small_tier(monkeypatch, found)
    assert run("generate", "--tier", "small", "--out", out, "--resume") == 0
    assert "this is the published hash of tier small" in capsys.readouterr().out
    assert run("validate", out, "--tier", "small") == 0
    assert "everything agrees: it is tier small" in capsys.readouterr().out
    small_tier(monkeypatch, "0" * 64)
    assert run("generate", "--tier", "small", "--out", out, "--resume") == 2
    assert f"must have the content hash {'0' * 64}, got {found}" in capsys.readouterr().err
    assert run("validate", out, "--tier", "small") == 2
    assert run("validate", out, "--tier", "random-1k") == 2
    assert "sampler must be" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["validate", "nowhere"], "directory must be that of a benchmark, got 'nowhere'"),
        (["validate", ".", "--tier", "random-1"], "unknown tier 'random-1': did you mean"),
        (["validate", ".", "--regrow", "some"], "--regrow must be an integer or all, got 'some'"),
        (["validate", ".", "--redraw", "-1"], "redraw must be an integer of at least 0, got -1"),
        (["validate", ".", "--limit", "0"], "limit must be an integer of at least 1, got 0"),
        (["generate", "--out", "x", "--tier", "huge"], "unknown tier 'huge'"),
        (
            ["generate", "--out", "x", "--tier", "random-1k", "--seed", "3"],
            "--seed must not be given with --tier, which fixes it, got 3",
        ),
        (
            ["generate", "--out", "x", "--tier", "random-1k", "--connected", "none"],
            "--connected must not be given with --tier",
        ),
    ],
)
def test_bad_input_is_one_line(tmp_path, capsys, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if "evograft: error" in line]
    assert len(errors) == 1
    assert message in errors[0]
    assert not (tmp_path / "x").exists()
