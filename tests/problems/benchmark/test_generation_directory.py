"""Generation where something is there already: it goes with it, or is told and stays."""

import json
import shutil
from pathlib import Path

import bench_functions as parts
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench_functions import Stop, both_layouts, contents, files_of, make_bench

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import RandomSampler
from evograft.problems.benchmark_generation.storage.genome_files import genome_file
from evograft.problems.benchmark_generation.storage.parquet_shards import COLUMNS_KEY


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted one of each layout."""
    return both_layouts(tmp_path_factory)


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
