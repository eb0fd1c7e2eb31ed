"""Validation: what is whole passes, and damage of every kind is found and named."""

import json
import pickle
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import bench_functions as parts
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bench_functions import make_bench

from evograft.problems.benchmark_generation.spread import spread, spread_within
from evograft.problems.benchmark_generation.storage.metadata import FILE
from evograft.problems.benchmark_generation.validation import validate
from evograft.studies.cli import main

LAYOUTS = ("parquet", "json")
SECOND = "shards/part-00001.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folders = {layout: tmp_path_factory.mktemp(layout) for layout in LAYOUTS}
    for layout, folder in folders.items():
        make_bench(folder, layout=layout, measure=parts.sizes, tasks=[parts.EdgeTask()])
    return folders


@pytest.fixture
def folder(made, tmp_path, request):
    """A directory to damage: in Parquet, or the layout that the test names."""
    layout = getattr(request, "param", "parquet")
    return shutil.copytree(made[layout], tmp_path / layout)


def check(folder, **settings):
    options = {"measure": parts.sizes, "tasks": [parts.EdgeTask()], "regrow": None, "redraw": 0}
    return validate(folder, **options | settings)


def found(folder, **settings):
    """Where findings are."""
    return [(one.file, one.number, one.field) for one in check(folder, **settings).findings]


def change(path, edit):
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))


def set_value(folder, name, i, value, file=SECOND):
    """Change a value in row *i* of a shard as somebody with pyarrow could; say whose it was."""
    table = pq.read_table(folder / file)
    values = table.column(name).to_pylist()
    values[i] = value(values[i])
    column = pa.array(values, table.schema.field(name).type)
    changed = table.set_column(table.column_names.index(name), name, column)
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), folder / file)
    return table.column("number")[i].as_py()


@pytest.mark.parametrize("folder", LAYOUTS, indirect=True)
def test_what_is_untouched_passes(folder):
    result = check(folder, redraw=None)
    attempts = json.loads((folder / FILE).read_text())["attempts"]
    assert (result.findings, result.complete, result.unchecked) == ([], True, [])
    assert (result.entries, result.regrown, result.redrawn) == (30, 30, attempts)
    quick = validate(folder, regrow=7, redraw=0)
    assert (quick.findings, quick.entries, quick.regrown, quick.redrawn) == ([], 30, 7, 0)
    (unchecked,) = quick.unchecked
    assert unchecked.startswith("nodes, density, never, edges_of_0, edges_of_0_cost")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.99])
def test_a_flipped_byte_is_found_and_the_rest_looked_at(folder, share):
    path = folder / SECOND
    data = bytearray(path.read_bytes())
    data[int(share * len(data))] ^= 0x40
    path.write_bytes(data)
    result = check(folder)
    (one,) = result.findings
    assert (one.file, one.number, one.field) in {(SECOND, None, "sha256"), (SECOND, None, "shard")}
    assert one.field == "sha256" or "once it is removed, resuming (--resume) makes" in one.found
    assert result.entries > 0


def test_a_cut_or_missing_shard_is_found_and_the_rest_looked_at(folder):
    whole = (folder / SECOND).read_bytes()
    (folder / SECOND).write_bytes(whole[: len(whole) // 2])
    assert found(folder) == [(SECOND, None, "shard")]
    (folder / SECOND).unlink()
    result = check(folder)
    (missing,) = result.findings
    assert str(missing).startswith(f"{SECOND}: shard must be whole")
    assert 0 < result.entries < 30


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("diffusion_rate", lambda value: np.nextafter(value, 1)),
        ("max_axon_length", lambda value: value + 1),
        ("neuron_secretion_rates", lambda values: [*values[:-1], values[-1] / 2]),
        ("inhibition_matrix", lambda values: values[::-1]),
        ("diffusion_patterns", lambda values: values[9:] + values[:9]),
    ],
)
def test_an_edited_genome_is_found_and_named(folder, name, value):
    number = set_value(folder, name, 2, value)
    (told,) = check(folder).findings  # neither bytes nor hashes nor network, which follow from it
    assert (told.file, told.number, told.field) == (SECOND, number, name)
    assert told.expected != told.found


def test_an_invalid_genome_is_found_and_named(folder):
    number = set_value(folder, "diffusion_rate", 1, lambda _: 1.5)
    (one,) = check(folder).findings
    assert (one.file, one.number, one.field) == (SECOND, number, "genome")
    assert "diffusion_rate must be a number from 0 to 1, got 1.5" in one.found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("xs", lambda values: [values[0] + 1, *values[1:]]),
        ("ys", lambda values: values[:-1]),
        ("edge_sources", lambda values: values[::-1]),
        ("edge_targets", lambda values: [*values, 0]),
        ("nodes", lambda value: value + 1),
        ("density", lambda value: value * (1 + 1e-5)),
        ("density", lambda _: float("nan")),
        ("never", lambda _: 0.0),
        ("edges_of_1", lambda value: value - 1),
        ("edges_of_0_cost", lambda _: float("inf")),
    ],
)
def test_a_changed_network_metric_or_score_is_found_and_named(folder, name, value):
    number = set_value(folder, name, 0, value)
    assert found(folder) == [(SECOND, number, name)]
    assert [one.field for one in check(folder, regrow=0).findings] == ["sha256"]


def test_metrics_may_differ_by_the_tolerance(folder):
    number = set_value(folder, "nodes", 0, lambda value: value * (1 + 1e-8))
    assert found(folder) == [(SECOND, None, "sha256")]
    assert found(folder, tolerance=1e-9) == [(SECOND, number, "nodes")]


def test_a_changed_digest_is_found(folder):
    number = set_value(folder, "digest", 0, lambda text: text[::-1])
    assert (SECOND, number, "digest") in found(folder)
    set_value(folder, "digest", 0, lambda _: "no digest")
    assert found(folder, regrow=0)[0] == (SECOND, number, "digest")


def test_two_of_one_number_are_found(folder):
    first = set_value(folder, "number", 0, lambda value: value)
    second = set_value(folder, "number", 1, lambda _: first)
    where = found(folder, redraw=None)
    assert where[0] == (SECOND, first, "number")
    assert (SECOND, second, "entry") in where  # it is missing now


def test_swapped_shards_are_found(folder):
    one, other = folder / SECOND, folder / "shards" / "part-00000.parquet"
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    where = found(folder, limit=1000)
    for file in (SECOND, "shards/part-00000.parquet"):
        assert {(file, None, "start"), (file, None, "stop")} <= {*where}


def test_a_shard_too_many_is_found(folder):
    shutil.copy(folder / SECOND, folder / "shards" / "part-00099.parquet")
    assert found(folder) == [("shards/part-00099.parquet", None, "file")]


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda data: data.update(accepted=29), "accepted"),
        (lambda data: data.update(attempts=1), "attempts"),
        (lambda data: data["rejected"].update(edges=10**6), "rejected"),
        (lambda data: data.update(content_hash="0" * 64), "content_hash"),
        (lambda data: data["shards"].pop(1), "shards[1].file"),
        (lambda data: data["shards"].reverse(), "shards[0].file"),
        (lambda data: data["shards"][1].update(accepted=1), "shards[1]"),
        (lambda data: data["shards"][1].update(start=0), "shards[1]"),
        (lambda data: data["shards"][1].update(file="../../elsewhere.parquet"), "shards[1].file"),
        (lambda data: data["sampler"].update(seed=2), "shards[0].settings"),
        (lambda data: data["sampler"].update(colour="red"), "sampler"),
        (lambda data: data["sampler"].update(size=[10**6, 10**6]), "sampler"),
        (lambda data: data["quality"].update(neurons=6), "shards[0].settings"),
        (lambda data: data["quality"].update(neurons=-1), "quality"),
    ],
)
def test_metadata_that_says_otherwise_is_found(folder, edit, field):
    change(folder / FILE, edit)
    where = found(folder, limit=1000)
    assert (FILE, None, field) in where


@pytest.mark.parametrize("folder", LAYOUTS, indirect=True)
@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda data: data.update(accepted=29), "accepted"),
        (lambda data: data["shards"][1].update(accepted=1), "shards[1]"),
        (lambda data: data["shards"][2].update(stop=10**6), "shards[2]"),
        (lambda data: data["shards"][0].pop("sha256"), "shards[0]"),
        (lambda data: data.update(attempts_per_shard=61), "shards[0].settings"),
        (lambda data: data.update(content_hash="0" * 64), "content_hash"),
    ],
)
def test_a_cause_is_told_once(folder, edit, field):
    change(folder / FILE, edit)
    assert found(folder) == [(FILE, None, field)]


def test_a_sampler_of_ones_own_is_not_compared_unless_it_is_given(tmp_path):
    own = parts.OwnSampler(seed=1)
    make_bench(tmp_path, sampler=own, layout="json", measure=parts.sizes)
    result = validate(tmp_path, measure=parts.sizes)
    assert (result.findings, result.lacking, result.redrawn) == ([], None, 0)
    (unchecked,) = result.unchecked
    assert "sampler 'own' is none of this package" in unchecked
    result = validate(tmp_path, measure=parts.sizes, sampler=own, redraw=None)
    assert (result.findings, result.unchecked) == ([], [])
    assert result.redrawn > 30
    (one,) = validate(tmp_path, sampler=parts.OwnSampler(seed=2)).findings
    assert (one.field, one.expected) == ("sampler", "{'name': 'own', 'seed': 2}")


class Stop(Exception):  # noqa: N818 (it is none of ours)
    pass


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_finished_of_an_interrupted_generation_is_validated(tmp_path, layout):
    calls = iter(range(8))

    def stopping(function, units):
        for unit in units:
            if next(calls, None) is None:
                raise Stop
            yield function(unit)

    settings = {"layout": layout, "measure": parts.sizes, "attempts_per_unit": 20}
    with pytest.raises(Stop):
        make_bench(tmp_path, map=stopping, accepted=50, **settings)
    stamped = [*(tmp_path / "shards").iterdir()]
    assert len(stamped) == 2
    # A kill has left an entry of the shard that is not finished.
    (tmp_path / "genome_000130.json").write_text("{")
    result = validate(tmp_path, measure=parts.sizes, regrow=None, redraw=None)
    assert (result.findings, result.redrawn) == ([], 120)
    assert 0 < result.entries == result.regrown < 30
    expected = f"one whose generation was interrupted (evograft bench generate --out {tmp_path} --r"
    assert str(result.lacking).startswith(expected)
    shutil.copy(stamped[0], tmp_path / f"shards/part-00007.{layout}")
    (one,) = validate(tmp_path, measure=parts.sizes, redraw=0).findings
    assert (one.file, one.field) == (f"shards/part-00007.{layout}", "start")
    (tmp_path / one.file).unlink()
    file = f"shards/part-00001.{layout}"
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:-50])
    (one,) = validate(tmp_path, measure=parts.sizes, redraw=0).findings
    assert (one.file, one.field) == (file, "shard")
    assert one.found.endswith("once it is removed, resuming (--resume) makes it again")
    change(tmp_path / FILE, lambda data: data["sampler"].update(seed=2))
    fields = [one.field for one in validate(tmp_path, measure=parts.sizes, redraw=0).findings]
    assert "settings" in fields


def test_a_claimed_seed_and_filter_are_compared(folder):
    thorough = {"redraw": None, "limit": 1000}
    change(folder / FILE, lambda data: data["sampler"].update(seed=2))
    drawn = {field for _, number, field in found(folder, **thorough) if number}
    assert {"diffusion_rate", "inhibition_matrix", "entry"} <= drawn
    change(folder / FILE, lambda data: data["sampler"].update(seed=1))
    change(folder / FILE, lambda data: data["quality"].update(neurons=20))
    result = check(folder, **thorough)
    told = {str(one).partition(": ")[2] for one in result.findings}
    assert "quality must be accepted, got rejected for neurons" in told
    assert "entry must be none, rejected for neurons, got one" in told


@pytest.mark.parametrize("value", [None, -1, "x", [], [1], {"name": "random"}])
def test_no_metadata_is_too_strange(folder, value):
    text = (folder / FILE).read_text()
    for key in json.loads(text):
        (folder / FILE).write_text(text)
        change(folder / FILE, lambda data, key=key: data.update({key: value}))
        if key in ("format", "layout"):
            with pytest.raises(ValueError, match="must"):
                check(folder)
        elif key == "complete" and not value:
            assert check(folder, regrow=0).lacking
        elif key not in ("asked", "versions", "complete"):
            assert found(folder, regrow=0), key


def test_a_missing_or_foreign_card_is_found(folder):
    (folder / "README.md").write_text("Another one.")
    assert found(folder) == [("README.md", None, "content_hash")]
    (folder / "README.md").unlink()
    assert found(folder) == [("README.md", None, "file")]


def test_findings_end_at_the_limit(folder):
    change(folder / FILE, lambda data: data["sampler"].update(seed=2))
    everything = check(folder, limit=10**6)
    assert everything.complete
    few = check(folder, limit=3)
    assert (few.findings, few.complete) == (everything.findings[:3], False)
    assert few.entries < 30
    exact = check(folder, limit=len(everything.findings))
    assert exact.complete


def test_findings_do_not_depend_on_who_works(folder):
    set_value(folder, "density", 3, lambda value: value + 1)
    set_value(folder, "edge_sources", 0, lambda values: values[::-1], "shards/part-00000.parquet")
    expected = check(folder, redraw=None).findings

    def pickled(function, *lists):
        with ThreadPoolExecutor(2) as pool:
            yield from pool.map(pickle.loads(pickle.dumps(function)), *lists)

    assert [one.field for one in expected] == ["edge_sources", "density"]
    assert check(folder, redraw=None, map=pickled).findings == expected


def test_regrown_entries_are_spread_evenly():
    for total in (0, 1, 7, 100):
        for wanted in (0, 1, 3, 7, 99, 100, 200, None):
            places = spread(total, wanted)
            assert len(places) == min(total, total if wanted is None else wanted)
            assert ((places >= 0) & (places < total)).all()
            steps = np.diff(places)
            assert (steps > 0).all()
            assert len(steps) == 0 or steps.max() - steps.min() <= 1


def test_places_in_between_are_those_of_all():
    for total in (0, 1, 7, 40):
        for wanted in (0, 1, 3, 7, 39, 100, None):
            places = spread(total, wanted)
            for start in range(0, total + 5, 3):
                for stop in (start, start + 4, total + 9):
                    inside = places[(places >= start) & (places < stop)].tolist()
                    assert [*spread_within(total, wanted, start, stop)] == inside


@pytest.mark.parametrize("folder", LAYOUTS, indirect=True)
@pytest.mark.parametrize("counted", ["accepted", "rejected"])
@pytest.mark.parametrize("i", [0, 1])
def test_no_count_is_too_large(folder, counted, i):
    """It still adds up, so that the shard's own count alone tells otherwise."""

    def edit(data):
        shards, many = data["shards"], 10**13
        shards[i]["stop"] += many
        for of in (shards[i], data):
            if counted == "accepted":
                of["accepted"] += many
            else:
                of["rejected"]["edges"] += many
        for shard in shards[i + 1 :]:
            shard["start"] += many
            shard["stop"] += many
        data["attempts"] += many

    change(folder / FILE, edit)
    result = check(folder, redraw=None)
    assert result.entries == result.regrown == 30
    name = sorted((folder / "shards").iterdir())[i].name
    fields = {one.field for one in result.findings if one.file == f"shards/{name}"}
    assert fields == {"stop", counted}
    assert not [one for one in result.findings if one.number is not None]


def test_no_number_of_seeds_is_too_large(folder, tmp_path, capsys):
    change(folder / FILE, lambda data: data.update(task_seeds=10**13))
    assert (FILE, None, "shards[0].settings") in found(folder)
    assert main(["bench", "generate", "--out", str(folder), "--resume"]) == 2
    assert "task_seeds in generation_metadata.json must have" in capsys.readouterr().err


def test_bad_input_is_told(folder, tmp_path, monkeypatch):
    for name, value in (("regrow", -1), ("redraw", -1), ("limit", 0)):
        with pytest.raises(ValueError, match=f"{name} must be an integer of at least"):
            check(folder, **{name: value})
    with pytest.raises(ValueError, match="tolerance must be a number above 0"):
        check(folder, tolerance=0)
    with pytest.raises(ValueError, match="must be that of a benchmark"):
        check(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="must hold a benchmark"):
        check(tmp_path / "empty")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r'pip install "evograft\[parquet\]"'):
        check(folder)
