"""Generation: the same entries however it is cut, spread, interrupted or laid out."""

import filecmp
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import bench_functions as parts
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench_functions import SAMPLER, make_bench

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.function_names import function_name
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import RandomSampler, StratifiedSampler
from evograft.problems.benchmark_generation.storage import shard_files
from evograft.problems.benchmark_generation.storage.columns import (
    content_hash,
    entry_hash,
    growth_digest,
)
from evograft.problems.benchmark_generation.storage.genome_files import genome_file
from evograft.problems.benchmark_generation.storage.parquet_shards import COLUMNS_KEY
from evograft.problems.benchmark_generation.tasks import ReadoutTask
from evograft.problems.graph_target.graphs import tally
from evograft.representations.morphogenesis import Organism, develop, develop_many


def plain_entries(accepted, quality):
    """Number and organism of the first so many, and all reasons up to there."""
    reasons: list[str | None] = []
    entries: list[tuple[int, Organism]] = []
    while len(entries) < accepted:
        organism = develop(SAMPLER.genome(len(reasons)))
        (reason,) = quality.reasons(tally([organism]))
        if reason is None:
            entries.append((len(reasons), organism))
        reasons.append(reason)
    return entries, reasons


def files_of(directory):
    return sorted(
        str(path.relative_to(directory))
        for path in Path(directory).rglob("*")
        if path.is_file() and path.name != ".lock"
    )


def assert_same_files(one, other):
    assert files_of(one) == files_of(other)
    _, differing, errors = filecmp.cmpfiles(one, other, files_of(one), shallow=False)
    assert (differing, errors) == ([], [])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted one of each layout."""
    made = {}
    for layout in ("parquet", "json"):
        folder = tmp_path_factory.mktemp(layout)
        made[layout] = make_bench(folder, layout=layout, measure=parts.sizes)
    return made


def test_entries_are_the_first_attempts_that_are_good_enough(whole):
    entries, reasons = plain_entries(30, Quality())
    for layout, report in whole.items():
        bench = Bench.open(report.directory)
        assert bench.numbers.tolist() == [number for number, _ in entries]
        assert report.attempts == len(reasons) == bench.metadata["attempts"]
        counted = {name: reasons.count(name) for name in report.rejected}
        assert report.rejected == counted == bench.metadata["rejected"]
        assert sum(counted.values()) + 30 == report.attempts
        assert report.content_hash == content_hash(
            entry_hash(number, organism.genome, growth_digest(organism))
            for number, organism in entries
        )
        assert len(bench.metadata["shards"]) > 2, layout
        for number, organism in entries:
            assert bench.genome(number) == organism.genome
            places = np.searchsorted(organism.neuron_ids, organism.edges).T
            assert np.array_equal(bench.edge_index(number), places)
            assert np.array_equal(bench.positions(number), organism.positions)
            assert np.array_equal(bench.organism(number).weights, organism.weights)
        table = bench.table()
        assert list(table.columns) == ["number", "nodes", "density", "never"]
        assert table["nodes"].tolist() == [organism.n_neurons for _, organism in entries]
        assert table["never"].isna().all()


def test_both_layouts_hold_the_same(whole):
    parquet, json_files = (Bench.open(whole[name].directory) for name in ("parquet", "json"))
    assert whole["parquet"].content_hash == whole["json"].content_hash
    for one, other in zip(parquet.entries(), json_files.entries(), strict=True):
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])
            assert np.asarray(one[name]).dtype == np.asarray(other[name]).dtype, name
    assert parquet.table().equals(json_files.table())
    published = json.loads(next(json_files.directory.glob("genome_*.json")).read_text())
    assert sorted(published) == ["genome", "metrics", "network", "number"]
    assert len(published["genome"]) == 17
    assert published["metrics"]["never"] is None


@pytest.mark.parametrize(("shard", "unit"), [(10**6, 7), (13, 13), (7, 100), (5, 1)])
def test_entries_do_not_depend_on_shards_and_units(whole, tmp_path, shard, unit):
    report = make_bench(tmp_path, attempts_per_shard=shard, attempts_per_unit=unit)
    expected = whole["parquet"]
    assert report.content_hash == expected.content_hash
    assert (report.attempts, report.rejected) == (expected.attempts, expected.rejected)


@pytest.mark.parametrize("engine", ["pool", "spawned", "clustered"])
def test_entries_do_not_depend_on_who_works(whole, tmp_path, engine, request):
    if engine == "pool":
        with ThreadPoolExecutor(3) as pool:
            make_bench(tmp_path, measure=parts.sizes, map=pool.map, attempts_per_unit=5)
    else:
        mapper = request.getfixturevalue(engine)
        make_bench(tmp_path, measure=parts.sizes, map=mapper, attempts_per_unit=5)
    assert_same_files(tmp_path, whole["parquet"].directory)


def test_no_more_attempts_are_made_than_there_may_be(tmp_path):
    made = make_bench(tmp_path / "a", attempts=100)
    assert made.attempts == 100
    assert made.accepted == len(Bench.open(tmp_path / "a")) == 100 - sum(made.rejected.values())
    assert 0 < made.accepted < 30
    none = make_bench(tmp_path / "b", attempts=100, quality=Quality(neurons=10**6))
    assert (none.accepted, none.rejected["neurons"]) == (0, 100)
    bench = Bench.open(tmp_path / "b")
    assert len(bench) == len(bench.table()) == len([*bench.entries()]) == 0


def test_thresholds_decide(tmp_path):
    everything = Quality(0, 0, 0.0, None)
    report = make_bench(tmp_path, quality=everything)
    assert Bench.open(tmp_path).numbers.tolist() == list(range(30))
    assert report.acceptance == 1


def test_stratified_genomes_are_written_and_read(tmp_path):
    drawn = StratifiedSampler(2, size=(6, 6), max_growth_steps=20, num_morphogens=(3, 4))
    generate(tmp_path, drawn, accepted=20, quality=Quality(0, 0, 0.0, None))
    bench = Bench.open(tmp_path)
    for number, genome in bench.genomes():
        assert genome == drawn.genome(number)
    assert bench.table(["num_morphogens"])["num_morphogens"].tolist() == [3, 4] * 10


def test_tasks_give_columns_for_each_seed_and_fidelity(tmp_path):
    make_bench(
        tmp_path, tasks=[parts.EdgeTask()], task_seeds=2, fidelities=("low", "high"), accepted=10
    )
    bench = Bench.open(tmp_path)
    table = bench.table()
    names = ["edges_of_low_0", "edges_of_low_1", "edges_of_0", "edges_of_1"]
    assert list(table.columns) == [
        "number",
        *(name + suffix for name in names for suffix in ("", "_cost")),
    ]
    edges = [bench.edge_index(number).shape[1] for number in bench.numbers]
    assert table["edges_of_0"].tolist() == edges
    assert table["edges_of_1"].tolist() == [m + 1 for m in edges]
    assert set(table["edges_of_low_1_cost"]) == {20.0}
    # A table is asked in place of an evaluation.
    number = int(bench.numbers[3])
    answer = bench.query(bench.genome(number), task="edges_of", fidelity="low", seed=1)
    assert (answer.value, answer.known) == (edges[3] + 1, True)
    assert answer.cost == 20.0 + growth_operations(bench.genome(number))
    assert bench.query(number, task="edges_of").value == edges[3]
    with pytest.raises(ValueError, match="scored so in the table"):
        bench.query(number, task="edges_of", fidelity="medium")
    with pytest.raises(ValueError, match="tasks must be given to evaluate"):
        bench.lookup(on_missing="evaluate")
    evaluating = bench.lookup([parts.EdgeTask()], on_missing="evaluate")
    assert evaluating.query(number, task="edges_of", fidelity="medium").cost == pytest.approx(
        20.0 + growth_operations(bench.genome(number))
    )


def test_a_measure_or_task_of_other_settings_is_another_one(tmp_path):
    make_bench(tmp_path / "a", measure=partial(parts.scaled, scale=1), accepted=10)
    with pytest.raises(ValueError, match=r"measure must be as before .*scaled\(scale=1\)"):
        make_bench(tmp_path / "a", measure=partial(parts.scaled, scale=9), accepted=20, resume=True)
    make_bench(tmp_path / "b", tasks=[ReadoutTask("wine", rounds=1)], task_seeds=1, accepted=2)
    bench = Bench.open(tmp_path / "b")
    assert bench.lookup([ReadoutTask("wine", rounds=1)], on_missing="evaluate")
    with pytest.raises(ValueError, match="tasks must be those that the entries were scored in"):
        bench.lookup([ReadoutTask("wine", rounds=2)], on_missing="evaluate")


def test_measures_that_cannot_be_told_from_others_are_refused(tmp_path):
    make_bench(tmp_path / "a", measure=parts.Scaled(1.0), accepted=10)
    with pytest.raises(ValueError, match=r"measure must be as before .*Scaled\(.*1000\.0"):
        make_bench(tmp_path / "a", measure=parts.Scaled(1000.0), accepted=20, resume=True)
    make_bench(tmp_path / "a", measure=parts.Scaled(1.0), accepted=20, resume=True)
    settled = partial(parts.scaled, scale=2.0)
    for unnamed in (
        lambda organism: settled(organism),
        partial(settled, object()),
        partial(parts.scaled, scale=np.ones(2)),
        parts.Scaled(2.0).measured,
    ):
        with pytest.raises(TypeError, match="measure must be a function of a module, a partial"):
            function_name("measure", unnamed)
    with pytest.raises(TypeError, match="measure must be a function of a module"):
        make_bench(tmp_path / "b", measure=lambda organism: settled(organism))
    assert not (tmp_path / "b").exists()
    assert function_name("measure", partial(sorted, key=len)) == "builtins.sorted(key=builtins.len)"


def test_fidelities_are_known_ones(tmp_path):
    with pytest.raises(ValueError, match="fidelities must be one of"):
        make_bench(tmp_path, fidelities=("full",))


def test_progress_tells_of_entries_and_attempts_and_ends_with_all(tmp_path):
    seen = []
    report = make_bench(tmp_path, progress=lambda *now: seen.append(now))
    assert (seen[0], seen[-1]) == ((0, 0), (30, report.attempts))
    for told in zip(*seen, strict=True):
        assert [*told] == sorted(told)
    number = Bench.open(tmp_path).numbers
    for accepted, attempts in seen:
        assert accepted == (number < attempts).sum()
    seen.clear()
    make_bench(tmp_path, progress=lambda *now: seen.append(now), accepted=60, resume=True)
    assert seen[0][0] > 0  # what was there comes first


def test_a_lazy_map_makes_no_attempt_too_many(tmp_path):
    made = []

    def noting(function, units):
        for unit in units:
            made.append(unit[0])
            yield function(unit)

    report = make_bench(tmp_path, map=noting, attempts_per_unit=1)
    assert made == [*range(report.attempts)]


def test_an_eager_map_is_soon_done_with_what_it_gets_first(tmp_path):
    calls = []

    def noting(function, units):
        calls.append(len(units))
        return [function(unit) for unit in units]

    make_bench(
        tmp_path, map=noting, attempts_per_unit=1, attempts_per_shard=10**6, attempts=100,
        quality=Quality(neurons=10**6),
    )  # fmt: skip
    assert calls == [16, 16, 32, 36]


def test_two_generations_refuse_each_other_in_one_directory(tmp_path):
    refused = []

    def another(*_):
        for resume in (False, True):
            with pytest.raises(ValueError, match="is in use by process") as raised:
                make_bench(tmp_path / "out", resume=resume)
            refused.append(raised.value)

    report = make_bench(tmp_path / "out", progress=another)
    assert refused
    assert report.content_hash == make_bench(tmp_path / "alone").content_hash
    assert not (tmp_path / "out/.lock").exists()


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


class Stop(Exception):  # noqa: N818 (it is none of ours)
    pass


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


def test_a_map_that_mixes_results_up_is_found_out(tmp_path):
    with pytest.raises(ValueError, match="in the order of its input"):
        make_bench(tmp_path / "a", map=lambda f, units: [f(unit) for unit in units][::-1])
    with pytest.raises(ValueError, match="a result for each of 2 calls, got fewer"):
        make_bench(tmp_path / "b", map=lambda f, units: [f(unit) for unit in units][:-1])


def test_what_is_there_is_not_written_over(whole, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for resume, message in ((False, "new or empty"), (True, "a generation to resume")):
        with pytest.raises(ValueError, match=message):
            make_bench(tmp_path, resume=resume)
    assert files_of(tmp_path) == ["mine.txt"]
    with pytest.raises(OSError, match=r"mine\.txt.*cannot be made"):
        make_bench(tmp_path / "mine.txt" / "out")


@pytest.mark.parametrize("resume", [False, True])
def test_a_kill_before_anything_is_written_leaves_a_directory_to_begin_in(tmp_path, resume):
    (tmp_path / "shards").mkdir()
    assert make_bench(tmp_path, accepted=3, resume=resume).accepted == 3


def test_shards_of_which_no_metadata_tells_are_not_begun_upon(tmp_path):
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards/part-00000.parquet").write_bytes(b"mine")
    with pytest.raises(ValueError, match="must be new or empty"):
        make_bench(tmp_path, accepted=3)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sampler": RandomSampler(2)}, "sampler must be as before to resume"),
        ({"quality": Quality(neurons=6)}, "quality must be as before"),
        ({"measure": None}, "measure must be as before .*sizes, got None"),
        ({"layout": "json"}, "layout must be as before to resume, parquet, got json"),
        ({"attempts_per_shard": 61}, "attempts_per_shard must be as before to resume, 60, got 61"),
        ({"accepted": 29}, "accepted must be at least the 30 entries that are there, got 29"),
        ({"attempts": 10}, r"attempts must be at least the \d+ that are there, got 10"),
    ],
)
def test_what_does_not_go_with_what_is_there_is_told_and_stays(whole, settings, message):
    before = (whole["parquet"].directory / "generation_metadata.json").read_bytes()
    with pytest.raises(ValueError, match=message):
        make_bench(
            whole["parquet"].directory, **{"measure": parts.sizes, "resume": True} | settings
        )
    assert (whole["parquet"].directory / "generation_metadata.json").read_bytes() == before


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_shard_that_cannot_be_read_leaves_everything_as_it_is(tmp_path, layout):
    make_bench(tmp_path, layout=layout)
    suffix = {"parquet": "parquet", "json": "json"}[layout]
    (tmp_path / f"shards/part-00001.{suffix}").write_bytes(b"nothing")
    before = contents(tmp_path)
    with pytest.raises(ValueError, match="part-00001"):
        make_bench(tmp_path, layout=layout, accepted=40, resume=True)
    assert contents(tmp_path) == before


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


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


def rewritten(path, column=None, edit=None, drop=()):
    """Write a shard again with other values, under its own stamp."""
    table = pq.read_table(path)
    kept = {key: told for key, told in table.schema.metadata.items() if key not in drop}
    if column is not None:
        i = table.schema.names.index(column)
        values = [edit(value) for value in table[column].to_pylist()]
        table = table.set_column(i, table.schema.field(i), pa.array(values, table.schema.types[i]))
    pq.write_table(table.replace_schema_metadata(kept), path)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """Shards of which no metadata has a digest."""

    def stops(function, units):
        for unit in units:
            if unit[0] >= 120:
                raise Stop
            yield function(unit)

    folder = tmp_path_factory.mktemp("interrupted")
    with pytest.raises(Stop):
        make_bench(folder, measure=parts.sizes, map=stops)
    return folder


@pytest.mark.parametrize(
    ("column", "edit"),
    [
        ("density", lambda value: value + 1e-9),
        ("never", lambda _: 0.0),
        ("xs", lambda values: values[::-1]),
        ("edge_targets", lambda values: [*values, 0]),
    ],
)
def test_no_column_is_edited_while_it_is_interrupted(interrupted, tmp_path, column, edit):
    folder = Path(shutil.copytree(interrupted, tmp_path / "out"))
    rewritten(folder / "shards/part-00000.parquet", column, edit)
    before = contents(folder)
    with pytest.raises(ValueError, match=r"part-00000.*the columns that it was written with"):
        make_bench(folder, measure=parts.sizes, resume=True)
    assert contents(folder) == before


def test_shards_go_on_that_were_compressed_anew_or_have_no_digest_of_columns(
    interrupted, whole, tmp_path
):
    folder = Path(shutil.copytree(interrupted, tmp_path / "out"))
    rewritten(folder / "shards/part-00000.parquet")
    rewritten(folder / "shards/part-00001.parquet", drop=[COLUMNS_KEY])
    report = make_bench(folder, measure=parts.sizes, resume=True)
    assert report.content_hash == whole["parquet"].content_hash


@pytest.mark.parametrize("name", ["genome_999999.json", "genome_mine.json", "genome_7.json"])
def test_files_of_others_beside_the_entries_are_refused_and_stay(tmp_path, name):
    make_bench(tmp_path, layout="json", accepted=10)
    stray = tmp_path / name
    stray.write_text("mine")
    before = contents(tmp_path)
    for accepted in (10, 20):
        with pytest.raises(ValueError, match=f"{name} must be one of the entries .*: move it"):
            make_bench(tmp_path, layout="json", accepted=accepted, resume=True)
    assert contents(tmp_path) == before
    stray.rename(tmp_path / "mine.json")
    make_bench(tmp_path, layout="json", accepted=20, resume=True)
    assert len(Bench.open(tmp_path)) == 20


def test_a_file_with_the_number_of_a_rejected_attempt_is_refused_and_stays(tmp_path):
    make_bench(tmp_path, layout="json", accepted=10)
    numbers = Bench.open(tmp_path).numbers
    rejected = next(n for n in range(numbers[-1]) if n not in numbers)
    stray = tmp_path / genome_file(rejected)
    stray.write_text("mine")
    with pytest.raises(ValueError, match=f"{stray.name} must be one of the entries"):
        make_bench(tmp_path, layout="json", accepted=20, resume=True)
    assert stray.read_text() == "mine"


@pytest.mark.parametrize("layout", ["parquet", "json"])
@pytest.mark.parametrize("file", ["/dev/zero", "../../elsewhere", "part-00001"])
def test_metadata_that_names_other_files_as_shards_is_refused(tmp_path, layout, file):
    make_bench(tmp_path, layout=layout, accepted=10)
    path = tmp_path / "generation_metadata.json"
    metadata = json.loads(path.read_text())
    metadata["shards"][0]["file"] = file
    path.write_text(json.dumps(metadata))
    told = f"must tell of part-00000.{layout} among its shards, got '{file}'"
    with pytest.raises(ValueError, match=told):
        make_bench(tmp_path, layout=layout, accepted=10, resume=True)
    with pytest.raises(ValueError, match=told):
        Bench.open(tmp_path)


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"accepted": 0}, ValueError, "accepted must be an integer of at least 1, got 0"),
        ({"attempts": 0}, ValueError, "attempts must be"),
        ({"attempts_per_unit": 0}, ValueError, "attempts_per_unit must be"),
        ({"layout": "csv"}, ValueError, "layout must be one of 'parquet', 'json', got 'csv'"),
        ({"task_seeds": 0}, ValueError, "task_seeds must be"),
        ({"measure": parts.fickle}, ValueError, "same metrics for every network, .*for attempt"),
        ({"measure": parts.infinite}, ValueError, "or NaN, got inf for k of attempt"),
        (
            {"measure": partial(parts.called, name="xs")},
            ValueError,
            "names of their own, got 'xs' again",
        ),
        (
            {"tasks": [parts.EdgeTask(), parts.EdgeTask()]},
            ValueError,
            "tasks must be different from each other, got 'edges_of' twice",
        ),
        (
            {"fidelities": ("low", "high", "low")},
            ValueError,
            "fidelities must be different from each other, got 'low' twice",
        ),
    ],
)
def test_bad_settings_are_told(tmp_path, settings, kind, message):
    with pytest.raises(kind, match=message):
        make_bench(tmp_path / "new" / "out", **settings)
    began = re.search("(of|for) attempt$", message)
    left = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    assert left == (["new/out/generation_metadata.json"] if began else [])
    assert (tmp_path / "new").exists() == bool(began)


def test_which_attempt_could_not_be_measured_is_told(tmp_path):
    with pytest.raises(ZeroDivisionError) as raised:
        make_bench(tmp_path, measure=parts.failing)
    (note,) = raised.value.__notes__
    told = re.fullmatch(r"while attempt (\d+) of the sampler was measured", note)
    assert told
    number = int(told[1])
    assert develop(SAMPLER.genome(number)).n_neurons > 20


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r'pip install "evograft\[parquet\]"'):
        make_bench(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert make_bench(tmp_path / "out", layout="json").accepted == 30


def test_the_attempts_of_a_unit_grow_as_they_do_alone():
    genomes = [*SAMPLER.genomes(0, 70)]
    for one, other in zip(develop_many(genomes, threads=1), map(develop, genomes), strict=True):
        assert growth_digest(one) == growth_digest(other)
