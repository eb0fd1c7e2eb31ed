"""Validation of benchmarks with a file for each entry, ours and others'."""

import json
import shutil

import bench_functions as parts
import pytest
from bench_functions import make_bench

from evograft.problems.benchmark_generation.metrics import measure as all_metrics
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
        path = tmp_path / "shards" / shard["file"]
        change(path, lambda stamp, shard=shard: stamp.update(settings=shard["settings"]))
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
    assert (f"genome_{numbers[4]}.json", None, "file") in where
    assert ("genome_999999.json", None, "file") in where
    assert (paths[6].name, numbers[6], "file") in where
    damaged = [paths[i].name for i in (0, 1, 2, 3, 6)]
    others = ["genome_999999.json", f"genome_{numbers[4]}.json"]
    assert {file for file, _, _ in where} == {*damaged, *others}
    assert len([file for file, _, _ in where if file not in damaged[:1]]) == 6  # each told once
    (folder / "shards" / "part-00001.json").unlink()
    assert ("shards/part-00001.json", None, "shard") in found(folder)


def test_edited_metrics_and_networks_are_found_without_growing_again(folder):
    first, second, third = sorted(folder.glob("genome_*.json"))[:3]
    change(first, lambda data: data["metrics"].update(nodes=data["metrics"]["nodes"] + 1))
    change(second, lambda data: data["network"]["edges"].pop())
    third.write_text(third.read_text() + " ")
    names = [path.name for path in (first, second, third)]
    quick = check(folder, regrow=0, redraw=0)
    assert [(one.file, one.field) for one in quick.findings] == [(name, "sha256") for name in names]
    assert [one.number for one in quick.findings] == [
        json.loads(path.read_text())["number"] for path in (first, second, third)
    ]
    told = [(one.file, one.field) for one in check(folder, regrow=None, redraw=0).findings]
    assert told == [
        (names[0], "nodes"),
        (names[1], "edge_sources"),
        (names[1], "edge_targets"),
        (names[2], "sha256"),
    ]


def test_a_damaged_stamp_is_told_once_and_its_entries_are_still_compared(folder):
    path = folder / "shards/part-00001.json"
    whole = path.read_text()
    for text in ("{", whole.replace('"files"', '"file"'), whole + " "):
        path.write_text(text)
        result = check(folder, redraw=None)
        assert [one.file for one in result.findings] == ["shards/part-00001.json"]
        assert (result.entries, result.regrown) == (30, 30)
    forged = sorted(folder.glob("genome_*.json"))[15]
    path.write_text("{")
    change(forged, lambda data: data["metrics"].update(nodes=1.0))
    told = [(one.file, one.field) for one in check(folder, redraw=0).findings]
    assert told == [("shards/part-00001.json", "shard"), (forged.name, "nodes")]


def test_files_without_metadata_are_looked_at_as_far_as_may_be(folder):
    (folder / FILE).unlink()
    result = check(folder)
    assert (result.findings, result.entries, result.regrown) == ([], 30, 30)
    assert result.unchecked == []
    assert str(result.lacking).startswith("one without generation_metadata.json")
    (unknown,) = validate(folder).unchecked  # a density is among them, but whose?
    assert unknown.startswith("metrics: nothing tells what has measured them")
    paths = sorted(folder.glob("genome_*.json"))
    change(paths[0], lambda data: data["genome"].update(division_threshold=2))
    change(paths[1], lambda data: data["network"]["edges"].pop())
    change(paths[2], lambda data: data.pop("network"))  # as others have published them
    change(paths[3], lambda data: data["metrics"].update(density=0.5))
    shutil.copy(paths[4], folder / "genome_0.json")
    again = f"genome_{json.loads(paths[5].read_text())['number']}.json"
    shutil.copy(paths[5], folder / again)
    fields = [(file, field) for file, _, field in found(folder)]
    assert fields[:3] == [
        (again, "number"),
        ("genome_0.json", "entry"),
        (paths[0].name, "entry"),
    ]
    assert {*fields[3:]} == {
        (paths[1].name, "edge_sources"),
        (paths[1].name, "edge_targets"),
        (paths[3].name, "density"),
    }


def test_metrics_of_this_package_are_compared_without_metadata(tmp_path):
    make_bench(tmp_path, layout="json", measure=all_metrics, accepted=3)
    (tmp_path / FILE).unlink()
    result = validate(tmp_path)
    assert (result.findings, result.unchecked, result.regrown) == ([], [], 3)
    path = sorted(tmp_path.glob("genome_*.json"))[1]
    change(path, lambda data: data["metrics"].update(density=0.5))
    (one,) = validate(tmp_path).findings
    assert (one.file, one.field, one.found) == (path.name, "density", "0.5")
    for path in tmp_path.glob("genome_*.json"):
        change(path, lambda data: data.pop("network"))  # then another may have written them
    result = validate(tmp_path)
    assert result.findings == []
    assert "evograft bench measure gives files" in result.unchecked[0]
