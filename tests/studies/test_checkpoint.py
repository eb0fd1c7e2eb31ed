import pickle
import random
import sys
import types

import numpy as np
import pytest
from deap import base
from hypothesis import given
from hypothesis import strategies as st

from evograft.studies.checkpoint import FORMAT, Snapshot, load_snapshot


def taken(generation, population=(), **settings):
    return Snapshot.take(base.Toolbox(), generation, list(population), [], [], **settings)


def state(snapshot):
    """All of a snapshot that can be compared."""
    fields = dict(vars(snapshot))
    name, keys, *rest = fields.pop("numpy")
    return fields | {
        "numpy": (name, keys.tolist(), *rest),
        "islands": [state(island) for island in snapshot.islands],
    }


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A checkpoint as a file."""
    path = tmp_path_factory.mktemp("checkpoint") / "checkpoint.pickle"
    taken(3, [[1, 2], [3]]).save(path)
    return path


def test_nested_snapshots_come_back_as_they_were(tmp_path):
    toolbox = base.Toolbox()
    toolbox.register("state", lambda: {"ratio": 0.5})
    shared = [7]
    inner = taken(1, [["deep"]])
    islands = [taken(4, [shared], seconds=1.5), taken(4, [[2.5]], islands=[inner])]
    random.seed(4)
    whole = Snapshot.take(
        toolbox, 4, [shared], [shared], [{"gen": 4}], seconds=12.25, islands=islands
    )
    whole.save(tmp_path / "checkpoint.pickle")
    loaded = load_snapshot(tmp_path / "checkpoint.pickle")
    assert state(loaded) == state(whole)
    assert (loaded.seconds, loaded.toolbox) == (12.25, {"ratio": 0.5})
    assert all(type(island) is Snapshot for island in loaded.islands)
    assert type(loaded.islands[1].islands[0]) is Snapshot
    assert loaded.islands[1].islands[0].population == [["deep"]]
    # An individual that is in several places is one again.
    assert loaded.population[0] is loaded.best[0] is loaded.islands[0].population[0]


def test_a_snapshot_without_islands_has_none_and_took_no_time(saved):
    loaded = load_snapshot(saved)
    assert (loaded.seconds, loaded.islands) == (0.0, ())


def test_both_global_generators_go_on_where_they_were(tmp_path):
    random.seed(8)
    np.random.seed(9)  # noqa: NPY002
    taken(0).save(tmp_path / "checkpoint.pickle")
    expected = random.random(), np.random.random()  # noqa: NPY002
    load_snapshot(tmp_path / "checkpoint.pickle").restore(base.Toolbox())
    assert (random.random(), np.random.random()) == expected  # noqa: NPY002


def test_a_checkpoint_that_is_cut_off_anywhere_is_refused(saved, tmp_path):
    content = saved.read_bytes()
    path = tmp_path / "checkpoint.pickle"
    for length in [*range(200), *range(200, len(content), 37), len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=f"{path} is no readable .* cut off after {length} "):
            load_snapshot(path)
    path.write_bytes(content)
    assert load_snapshot(path).generation == 3


def test_every_bit_before_the_pickle_counts(saved, tmp_path):
    content = saved.read_bytes()
    path = tmp_path / "checkpoint.pickle"
    for bit in range(8 * (content.index(b"\n") + 1 + 8 + 32)):  # first line, length, SHA-256
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"checkpoint\.pickle is no (readable )?checkpoint"):
            load_snapshot(path)


@given(data=st.data())
def test_a_checkpoint_with_one_wrong_bit_or_more_bytes_is_refused(saved, data):
    content = bytearray(saved.read_bytes())
    place = data.draw(st.integers(0, len(content)), label="place")
    if place == len(content):
        content += data.draw(st.binary(min_size=1, max_size=9), label="more")
    else:
        content[place] ^= 1 << data.draw(st.integers(0, 7), label="bit")
    path = saved.with_name("damaged.pickle")
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged\.pickle is no (readable )?checkpoint"):
        load_snapshot(path)


def test_other_formats_and_foreign_files_are_refused(tmp_path):
    path = tmp_path / "checkpoint.pickle"
    first = pickle.dumps({"format": 1, "snapshot": vars(taken(1))})
    later = b"evograft checkpoint %d\n" % (FORMAT + 1)
    for content in (first, later, b"\x80", b"gen,best\n", bytes(100)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"{path} is no checkpoint of format {FORMAT}$"):
            load_snapshot(path)


def test_a_class_that_is_gone_is_one_clear_error(tmp_path, monkeypatch):
    module = types.ModuleType("gone")
    module.Individual = type("Individual", (), {"__module__": "gone"})  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "gone", module)
        taken(1, [module.Individual()]).save(tmp_path / "checkpoint.pickle")
    with pytest.raises(ValueError, match=r"is no readable checkpoint: No module named 'gone'"):
        load_snapshot(tmp_path / "checkpoint.pickle")


def test_the_checkpoint_before_becomes_the_previous_one(tmp_path):
    newest, previous = tmp_path / "newest", tmp_path / "previous"
    for generation in range(4):
        taken(generation).save(newest, previous=previous)
        assert load_snapshot(newest).generation == generation
        if generation:
            assert load_snapshot(previous).generation == generation - 1
        else:
            assert not previous.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"newest", "previous"}


@pytest.mark.parametrize("content", [b"", b"evograft checkpoint 2\n", b"x"])
def test_a_damaged_checkpoint_takes_not_the_place_of_a_whole_one(tmp_path, content):
    newest, previous = tmp_path / "newest", tmp_path / "previous"
    for generation in range(2):
        taken(generation).save(newest, previous=previous)
    newest.write_bytes(content)
    taken(5).save(newest, previous=previous)
    assert (load_snapshot(newest).generation, load_snapshot(previous).generation) == (5, 0)


def test_two_names_of_one_checkpoint_are_parted_again(tmp_path):
    # As they are after a kill between the two steps.
    newest, previous = tmp_path / "newest", tmp_path / "previous"
    taken(1).save(newest)
    previous.hardlink_to(newest)
    taken(2).save(newest, previous=previous)
    assert (load_snapshot(newest).generation, load_snapshot(previous).generation) == (2, 1)
    assert {path.name for path in tmp_path.iterdir()} == {"newest", "previous"}


def test_file_systems_without_hard_links_do(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    newest, previous = tmp_path / "newest", tmp_path / "previous"
    for generation in range(3):
        taken(generation).save(newest, previous=previous)
    assert (load_snapshot(newest).generation, load_snapshot(previous).generation) == (2, 1)
    assert {path.name for path in tmp_path.iterdir()} == {"newest", "previous"}
