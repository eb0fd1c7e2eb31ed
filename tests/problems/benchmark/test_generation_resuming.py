"""Generation that is stopped, killed or grows: the same files, and nothing finished is lost."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import bench_functions as parts
import pytest
from bench_functions import Stop, assert_same_files, both_layouts, contents, make_bench

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.storage import shard_files


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted one of each layout."""
    return both_layouts(tmp_path_factory)


def test_files_of_entries_are_listed_once_to_go_on(tmp_path, monkeypatch):
    make_bench(tmp_path, layout="json", attempts_per_shard=10)
    listed = []
    glob = Path.glob

    def noted(path, pattern):
        listed.append(pattern)
        return glob(path, pattern)

    monkeypatch.setattr(Path, "glob", noted)
    make_bench(tmp_path, layout="json", attempts_per_shard=10, accepted=40, resume=True)
    assert len([*glob(tmp_path, "shards/*")]) > 10
    assert listed.count("genome_*.json") == 2  # then for their size


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_finished_one_can_grow(whole, tmp_path, layout):
    for accepted in (4, 9, 30, 30):
        report = make_bench(
            tmp_path, accepted=accepted, layout=layout, measure=parts.sizes, resume=True
        )
    assert report.content_hash == whole[layout].content_hash
    assert_same_files(tmp_path, whole[layout].directory)


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_it_goes_on_wherever_it_was_stopped(whole, tmp_path, layout):
    for calls in (1, 3, 4, 7):
        folder = tmp_path / str(calls)
        count = iter(range(calls))

        def stopping(function, units, count=count):
            for unit in units:
                if next(count, None) is None:
                    raise Stop
                yield function(unit)

        settings = {"layout": layout, "measure": parts.sizes, "attempts_per_unit": 20}
        with pytest.raises(Stop):
            make_bench(folder, map=stopping, **settings)
        with pytest.raises(ValueError, match=r"finished benchmark, got one .* interrupted"):
            Bench.open(folder)
        report = make_bench(folder, resume=True, **settings)
        assert_same_files(folder, whole[layout].directory)
        assert report.content_hash == whole[layout].content_hash


SCRIPT = """
import sys
import bench_functions as parts
parts.make_bench(sys.argv[1], layout=sys.argv[2], accepted=60, measure=parts.slow_sizes)
"""


def script(*arguments):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_killed_process_leaves_nothing_twice_and_nothing_out(tmp_path, layout):
    expected = make_bench(tmp_path / "whole", layout=layout, accepted=60, measure=parts.slow_sizes)
    out = tmp_path / "killed"
    process = script(out, layout)
    deadline = time.monotonic() + 60
    while len([*out.glob("shards/part-*")]) < 2:
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not json.loads((out / "generation_metadata.json").read_text())["complete"]
    report = make_bench(out, layout=layout, accepted=60, measure=parts.slow_sizes, resume=True)
    assert report.content_hash == expected.content_hash
    assert_same_files(out, tmp_path / "whole")


def test_a_genome_file_of_a_killed_larger_run_does_not_stay(whole, tmp_path):
    settings = {"layout": "json", "measure": parts.sizes}
    make_bench(tmp_path, **settings)
    (tmp_path / "shards/part-00001.json").unlink()  # as if killed just before it was written
    for path in tmp_path.glob("shards/part-*.json"):
        if path.name != "part-00000.json":
            path.unlink()
    in_first = json.loads((tmp_path / "shards/part-00000.json").read_text())["accepted"]
    make_bench(tmp_path, accepted=in_first + 1, resume=True, **settings)
    assert len(Bench.open(tmp_path)) == in_first + 1 == len([*tmp_path.glob("genome_*.json")])


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_disk_that_takes_no_more_is_told_and_finished_shards_stay(whole, tmp_path, layout):
    """A limit on the size of files stands for the full disk: the system refuses to write."""
    sizes = {path.name: path.stat().st_size for path in whole[layout].directory.rglob("*.json")}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    settings = {"layout": layout, "measure": parts.sizes}

    def filling(function, units):
        units = list(units)
        if units[0][0] >= 60:  # the second shard
            resource.setrlimit(resource.RLIMIT_FSIZE, (min(sizes.values()) // 2, hard))
        return map(function, units)

    try:
        with pytest.raises(
            OSError, match=r"(part-00001.parquet|genome_\d+.json) cannot be written"
        ):
            make_bench(tmp_path, map=filling, **settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert [path.stem for path in tmp_path.glob("shards/*")] == ["part-00000"]
    make_bench(tmp_path, resume=True, **settings)
    assert_same_files(tmp_path, whole[layout].directory)


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_finished_one_whose_growing_fails_at_once_stays(tmp_path, layout):
    def fails(function, units):
        raise Stop

    make_bench(tmp_path, layout=layout, accepted=10)
    before = contents(tmp_path)
    with pytest.raises(Stop):
        make_bench(tmp_path, layout=layout, accepted=50, resume=True, map=fails)
    assert contents(tmp_path) == before
    assert len(Bench.open(tmp_path)) == 10


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_finished_one_whose_growing_fails_later_has_all_its_entries(tmp_path, layout):
    def fails_later(function, units):
        for unit in units:
            if unit[0] >= 60:  # the second shard
                raise Stop
            yield function(unit)

    made = make_bench(tmp_path, layout=layout, accepted=10)
    assert made.attempts < 60
    entries = {path: path.read_bytes() for path in tmp_path.glob("genome_*.json")}
    with pytest.raises(Stop):
        make_bench(tmp_path, layout=layout, accepted=50, resume=True, map=fails_later)
    assert entries.items() <= contents(tmp_path).items()
    assert not (tmp_path / "README.md").exists()  # it would tell of 10 entries
    with pytest.raises(ValueError, match=r"finished benchmark, got one .* interrupted"):
        Bench.open(tmp_path)


def test_a_stamp_stays_until_the_entries_of_a_longer_one_are_there(tmp_path, monkeypatch):
    def full(directory, rows, i):
        raise OSError(28, "no space")

    make_bench(tmp_path, layout="json", accepted=10)
    shards = {path.name: path.read_bytes() for path in tmp_path.glob("shards/*")}
    with monkeypatch.context() as patch:
        patch.setattr(shard_files, "write_entry", full)
        with pytest.raises(OSError, match="no space"):
            make_bench(tmp_path, layout="json", accepted=50, resume=True)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("shards/*")} == shards
    assert make_bench(tmp_path, layout="json", accepted=10, resume=True).accepted == 10


def sizes_of(folder):
    return [shard["accepted"] for shard in Bench.open(folder).metadata["shards"]]


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_shard_made_again_has_to_find_room(tmp_path, layout):
    """Of the others there are no more than are asked for, but they are too many with it."""
    made = make_bench(tmp_path, layout=layout, accepted=40)
    sizes = sizes_of(tmp_path)
    shards = sorted(tmp_path.glob("shards/*"))
    shards[1].unlink()
    before = contents(tmp_path)
    with pytest.raises(ValueError, match=r"at least the 40 entries that are .*part-00001"):
        make_bench(tmp_path, layout=layout, accepted=40 - sizes[1], resume=True)
    assert contents(tmp_path) == before
    again = make_bench(tmp_path, layout=layout, accepted=40, resume=True)
    assert again.content_hash == made.content_hash
    for shard in shards[1:3]:
        shard.unlink()
    with pytest.raises(ValueError, match=r"accepted must be at least the \d+ entries .*made again"):
        make_bench(tmp_path, layout=layout, accepted=40 - sizes[2], resume=True)
    again = make_bench(tmp_path, layout=layout, accepted=40, resume=True)
    assert again.content_hash == made.content_hash


def test_no_shard_stays_that_is_not_of_the_benchmark(tmp_path):
    """The last attempts gave no entry: a shard of them alone goes."""
    some = make_bench(tmp_path / "a", accepted=9, attempts_per_shard=1)
    last = Bench.open(tmp_path / "a").numbers[-1]
    make_bench(tmp_path / "b", accepted=10, attempts=int(last) + 2, attempts_per_shard=1)
    assert len(Bench.open(tmp_path / "b")) == 9
    assert len([*(tmp_path / "b").glob("shards/*")]) == last + 2
    report = make_bench(tmp_path / "b", accepted=9, attempts_per_shard=1, resume=True)
    assert (report.size, report.content_hash) == (some.size, some.content_hash)
    assert len([*(tmp_path / "b").glob("shards/*")]) == last + 1


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_benchmark_whose_growing_was_interrupted_goes_on(tmp_path, layout):
    def interrupted(function, units):
        raise KeyboardInterrupt

    make_bench(tmp_path / "a", layout=layout)
    with pytest.raises(KeyboardInterrupt):
        make_bench(tmp_path / "a", layout=layout, accepted=50, resume=True, map=interrupted)
    report = make_bench(tmp_path / "a", layout=layout, accepted=50, resume=True)
    assert report.content_hash == make_bench(tmp_path / "b", accepted=50).content_hash
    assert len(Bench.open(tmp_path / "a")) == 50
