"""Benchmarks that were damaged or edited: told of, and not served."""

import shutil

import bench_functions as parts
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench_functions import SAMPLER, both_layouts, change, make_bench

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.storage.metadata import FILE, file_digest
from evograft.problems.benchmark_generation.storage.parquet_shards import KEY

LAYOUTS = ("parquet", "json")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return {name: report.directory for name, report in both_layouts(tmp_path_factory).items()}


@pytest.fixture
def copies(made, tmp_path):
    """Directories to damage."""
    for layout, folder in made.items():
        shutil.copytree(folder, tmp_path / layout)
    return {layout: tmp_path / layout for layout in LAYOUTS}


def first_genome(folder):
    return sorted(folder.glob("genome_*.json"))[0]


def rewrite(path, edit):
    """Change a shard as somebody with pyarrow could; its stamp alone tells of what was in it."""
    table = pq.read_table(path)
    stamp = {KEY: table.schema.metadata[KEY]}
    pq.write_table(edit(table).replace_schema_metadata(stamp), path)


def vouch(folder):
    """Let the metadata tell of the bytes that shards have now, as a careful forger would."""

    def edit(data):
        for shard in data["shards"]:
            shard["sha256"] = file_digest(folder / "shards" / shard["file"])

    change(folder / FILE, edit)


def resume(folder, layout):
    return make_bench(folder, layout=layout, measure=parts.sizes, resume=True)


def test_two_files_of_one_number_are_told(copies, tmp_path):
    """The one that was there before is never blamed, wherever names are in the alphabet."""
    first = first_genome(copies["json"])
    number = int(first.stem.removeprefix("genome_"))
    for other in (f"genome_{number}.json", f"genome_{number:09d}.json"):
        shutil.copy(first, first.with_name(other))
        message = f"{other} must be one of the 30 entries that .* tells of, got another file: move"
        with pytest.raises(ValueError, match=message):
            Bench.open(copies["json"])
        (copies["json"] / FILE).rename(tmp_path / FILE)
        message = f"{other} must have a number of its own, got that of {first.name}"
        with pytest.raises(ValueError, match=message):
            Bench.open(copies["json"])
        (tmp_path / FILE).rename(copies["json"] / FILE)
        first.with_name(other).unlink()
    Bench.open(copies["json"])


def test_a_file_under_another_number_is_told(copies):
    first, second = sorted(copies["json"].glob("genome_*.json"))[:2]
    shutil.copy(second, first)
    bench = Bench.open(copies["json"])
    with pytest.raises(ValueError, match=rf"{first.name} must hold an entry: number must be"):
        bench.genome(int(bench.numbers[0]))
    with pytest.raises(ValueError, match=first.name):
        bench.table()


def test_a_missing_genome_file_is_told(copies):
    path = first_genome(copies["json"])
    content = path.read_bytes()
    path.unlink()
    with pytest.raises(ValueError, match=rf"{path.name} must be there, .* got none: remove the"):
        Bench.open(copies["json"])
    with pytest.raises(ValueError, match=rf"{path.name}.*remove .*part-00000.json to have its"):
        resume(copies["json"], "json")
    (copies["json"] / "shards/part-00000.json").unlink()  # as it is told to
    resume(copies["json"], "json")
    assert path.read_bytes() == content


def test_a_genome_file_too_many_is_told(copies):
    source = first_genome(copies["json"])
    shutil.copy(source, source.with_name("genome_999999.json"))
    with pytest.raises(ValueError, match=r"genome_999999.json must be one of the 30 entries"):
        Bench.open(copies["json"])


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda data: data["genome"].update(diffusion_rate=2), "diffusion_rate must be"),
        (lambda data: data["genome"].pop("size_x"), "must have all fields"),
        (lambda data: data.pop("genome"), "must hold a genome"),
        (lambda data: data.update(metrics=[1]), "metrics must be numbers by name"),
        (lambda data: data["metrics"].pop("nodes"), "metrics must have 'nodes', got none"),
        (lambda data: data["metrics"].update(nodes="<b>"), "nodes must be a number, got '<b>'"),
        (lambda data: data["network"].update(edges=[[0, 9999]]), "edges must be from 0 to"),
        (lambda data: data["network"].update(positions=[[0, -1]]), "positions must be from 0"),
        (lambda data: data["network"].update(edges=[[0, 1, 2]]), "edges must be pairs"),
        (
            lambda data: data["network"]["positions"][0].__setitem__(0, 2**32),
            "positions must be from 0 to 7 and 7",
        ),
        (lambda data: data["network"].update(positions="x"), "positions must be pairs"),
        (lambda data: data["network"].update(digest=5), "digest must be a text"),
    ],
)
def test_hand_edited_files_are_told(copies, edit, message):
    path = first_genome(copies["json"])
    change(path, edit)
    with pytest.raises(ValueError, match=rf"{path.name}.*{message}"):
        list(Bench.open(copies["json"]).entries())


def test_a_half_written_genome_file_is_told(copies):
    path = first_genome(copies["json"])
    path.write_text(path.read_text()[:100])
    with pytest.raises(ValueError, match=rf"{path.name} must be a genome's JSON file"):
        Bench.open(copies["json"]).table()


def edit_rate(folder, layout):
    """Change the first genome's diffusion rate a little; returns the shard's name."""
    if layout == "json":
        change(first_genome(folder), lambda data: data["genome"].update(diffusion_rate=0.1234))
        return "part-00000.json"

    def edit(table):
        place = table.column_names.index("diffusion_rate")
        values = table["diffusion_rate"].to_numpy().copy()
        values[0] = 0.1234
        return table.set_column(place, "diffusion_rate", pa.array(values))

    rewrite(folder / "shards/part-00000.parquet", edit)
    return "part-00000.parquet"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_edited_genome_is_told_and_not_served(copies, layout):
    name = edit_rate(copies[layout], layout)
    with pytest.raises(ValueError, match=r"must have the bytes that .* got others: it was changed"):
        list(Bench.open(copies[layout]).genomes())
    told = {"parquet": rf"{name} must go with the \d+", "json": rf"bytes .*remove .*{name} to have"}
    with pytest.raises(ValueError, match=told[layout]):
        resume(copies[layout], layout)
    assert len(list(copies[layout].glob("shards/part-*"))) == 3  # nothing is lost


def test_an_edited_genome_no_longer_grows_into_its_network(copies):
    untouched = Bench.open(copies["parquet"])
    assert untouched.content_hash() == untouched.metadata["content_hash"]
    edit_rate(copies["parquet"], "parquet")
    vouch(copies["parquet"])
    bench = Bench.open(copies["parquet"])
    assert bench.content_hash() != bench.metadata["content_hash"]
    with pytest.raises(ValueError, match=r"must grow into the network of digest .* been changed"):
        bench.organism(int(bench.numbers[0]))
    bench.organism(int(bench.numbers[1]))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_forged_metrics_are_told_and_not_served(copies, layout):
    named = first_genome(copies["json"]).name
    if layout == "json":
        change(copies["json"] / named, lambda data: data["metrics"].update(nodes=1.0))
        bench = Bench.open(copies["json"])
        for read in (bench.table, lambda: bench.row(int(bench.numbers[0]), ["nodes"])):
            with pytest.raises(
                ValueError, match=f"{named} must have the bytes that it was written"
            ):
                read()
        stamp = copies["json"] / "shards/part-00000.json"
        stamp.write_text(stamp.read_text() + " ")
    else:
        path = copies["parquet"] / "shards/part-00000.parquet"
        rewrite(path, lambda table: table.set_column(0, "number", table["number"]))
    for enter in (Bench.open, lambda folder: resume(folder, layout)):
        with pytest.raises(ValueError, match=rf"({named}|part-00000.{layout}) must have the byt"):
            enter(copies[layout])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_removed_shard_is_made_again(copies, made, layout):
    path = copies[layout] / "shards" / f"part-00001.{layout}"
    before = path.read_bytes()
    path.unlink()
    if layout == "parquet":
        told = r"part-00001\.parquet must be a whole shard, got no file: resuming"
        with pytest.raises(ValueError, match=told):
            Bench.open(copies[layout])
    resume(copies[layout], layout)
    assert path.read_bytes() == before
    assert len(Bench.open(copies[layout])) == 30


def test_a_half_written_shard_is_told(copies):
    path = copies["parquet"] / "shards/part-00001.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    for read in (Bench.open, lambda folder: resume(folder, "parquet")):
        with pytest.raises(ValueError, match=r"part-00001\.parquet must be a whole shard, got"):
            read(copies["parquet"])


def test_flipped_bits_in_a_shard_are_told(copies):
    path = copies["parquet"] / "shards/part-00001.parquet"
    content = bytearray(path.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 50] = bytes(50)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"part-00001\.parquet must have the bytes .* once it is"):
        Bench.open(copies["parquet"])
    vouch(copies["parquet"])
    with pytest.raises(
        ValueError, match=r"part-00001\.parquet must be a whole shard, got .* once it is"
    ):
        list(Bench.open(copies["parquet"]).entries())


def test_an_invalid_genome_in_a_shard_is_told(copies):
    path = copies["parquet"] / "shards/part-00000.parquet"

    def edit(table):
        place = table.column_names.index("diffusion_rate")
        return table.set_column(place, "diffusion_rate", pa.array(np.full(len(table), 7.0)))

    rewrite(path, edit)
    vouch(copies["parquet"])
    bench = Bench.open(copies["parquet"])
    number = int(bench.numbers[0])
    with pytest.raises(ValueError, match=f"entry {number} of .* diffusion_rate must be"):
        bench.genome(number)
    with pytest.raises(ValueError, match=r"part-00000\.parquet must hold valid genomes"):
        resume(copies["parquet"], "parquet")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            lambda numbers: np.repeat(numbers[:1], len(numbers)),
            r"ascending numbers, got (\d+) after",
        ),
        (lambda numbers: numbers + 1000, "must have numbers from 0 to 59, got"),
    ],
)
def test_wrong_numbers_in_a_shard_are_told(copies, edit, message):
    def renumber(table):
        return table.set_column(0, "number", pa.array(edit(table["number"].to_numpy())))

    rewrite(copies["parquet"] / "shards/part-00000.parquet", renumber)
    with pytest.raises(ValueError, match=message):
        Bench.open(copies["parquet"])


def test_a_shard_of_another_benchmark_is_told(copies, tmp_path):
    other = tmp_path / "other"
    make_bench(other, sampler=type(SAMPLER)(9, size=(8, 8)), measure=parts.sizes)
    shutil.copy(other / "shards/part-00000.parquet", copies["parquet"] / "shards")
    with pytest.raises(ValueError, match=r"part-00000\.parquet must be the shard that"):
        Bench.open(copies["parquet"])
    with pytest.raises(ValueError, match="must be a shard of this generation, got one of another"):
        resume(copies["parquet"], "parquet")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda data: data.update(accepted=31), "must have accepted that are those of its shards"),
        (lambda data: data.update(attempts=1), "must have attempts that are those of its shards"),
        (lambda data: data["shards"].pop(0), "must begin with attempt 0"),
        (lambda data: data["shards"].pop(), "those of its shards"),
        (lambda data: data["shards"][0].update(accepted=0), "no stamp of a shard"),
        (lambda data: data["shards"][0].pop("stop"), "no stamp of a shard"),
        (lambda data: data["sampler"].update(seed=77), "settings of its shards, got others"),
        (lambda data: data.pop("shards"), "must tell of shards, got"),
        (lambda data: data.update(format=2), "must be of format 1, got 2"),
        (lambda data: data.pop("format"), "must be of format 1, got None"),
    ],
)
def test_metadata_that_disagrees_is_told(copies, layout, edit, message):
    change(copies[layout] / FILE, edit)
    with pytest.raises(ValueError, match=rf"{FILE}.*{message}"):
        Bench.open(copies[layout])


@pytest.mark.parametrize("content", ["", "[" * 100_000, "{"])
def test_metadata_that_is_none_is_told(copies, content):
    (copies["json"] / FILE).write_text(content)
    with pytest.raises(ValueError, match=f"{FILE} must be a JSON file"):
        Bench.open(copies["json"])
