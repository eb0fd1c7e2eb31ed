"""Validation of benchmarks with a file for each entry, ours and others'."""

import json
import shutil

import bench_functions as parts
import pytest
from bench_functions import make_bench

from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.storage.metadata import (
    FILE,
    file_digest,
    settings_digest,
)
from evograft.problems.benchmark_generation.validation import validate


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_bench(folder, layout="json", measure=parts.sizes)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """A directory to damage."""
    return shutil.copytree(made, tmp_path / "copy")


def check(folder, **settings):
    return validate(folder, **{"measure": parts.sizes, "limit": 1000} | settings)


def found(folder, **settings):
    return [(one.file, one.number, one.field) for one in check(folder, **settings).findings]


def change(path, edit):
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))


def test_entries_that_were_left_out_are_found(tmp_path):
    """A forger has filtered more than is said, and stamped everything anew."""
    make_bench(tmp_path, layout="json", quality=Quality(neurons=20), accepted=5)

    def forge(data):
        data["quality"]["neurons"] = 5
        for shard in data["shards"]:
            shard["settings"] = settings_digest(data)

    change(tmp_path / FILE, forge)
    data = json.loads((tmp_path / FILE).read_text())
    for shard in data["shards"]:
        stamp = {key: value for key, value in shard.items() if key != "file"}
        path = tmp_path / "shards" / shard["file"]
        path.write_text(json.dumps(stamp))
        shard["sha256"] = file_digest(path)
    (tmp_path / FILE).write_text(json.dumps(data))
    assert validate(tmp_path, redraw=0).findings == []
    findings = validate(tmp_path, redraw=None, limit=1000).findings
    assert {one.field for one in findings} == {"entry", "rejected"}
    assert "entry must be there, as it is accepted, got none" in str(findings[0])


def test_damaged_files_of_entries_are_found(folder):
    paths = sorted(folder.glob("genome_*.json"))
    numbers = [json.loads(path.read_text())["number"] for path in paths]
    change(paths[0], lambda data: data["genome"].update(division_threshold=0.5))
    change(paths[1], lambda data: data["metrics"].update(nodes=1.0))
    change(paths[2], lambda data: data.update(number=10**6))
    paths[3].write_text("{")
    shutil.copy(paths[4], folder / f"genome_{numbers[4]}.json")
    shutil.copy(paths[5], folder / "genome_999999.json")
    paths[6].unlink()
    where = found(folder, redraw=None)
    assert (paths[0].name, numbers[0], "division_threshold") in where
    assert (paths[1].name, numbers[1], "nodes") in where
    assert (paths[2].name, numbers[2], "entry") in where
    assert (paths[3].name, numbers[3], "entry") in where
    assert {paths[4].name, f"genome_{numbers[4]}.json"} & {file for file, _, _ in where}
    assert ("genome_999999.json", 999999, "file") in where
    assert ("shards/part-00000.json", numbers[6], "entry") in where
    (folder / "shards" / "part-00001.json").unlink()
    assert ("shards/part-00001.json", None, "shard") in found(folder)


def test_files_without_metadata_are_looked_at_as_far_as_may_be(folder):
    (folder / FILE).unlink()
    result = check(folder)
    assert (result.findings, result.entries, result.regrown) == ([], 30, 30)
    assert "there is no generation_metadata.json" in result.unchecked[0]
    paths = sorted(folder.glob("genome_*.json"))
    change(paths[0], lambda data: data["genome"].update(division_threshold=2))
    change(paths[1], lambda data: data["network"]["edges"].pop())
    change(paths[2], lambda data: data.pop("network"))  # as others have published them
    fields = [(file, field) for file, _, field in found(folder)]
    assert fields[0] == (paths[0].name, "entry")
    assert {*fields[1:]} == {(paths[1].name, "edge_sources"), (paths[1].name, "edge_targets")}
