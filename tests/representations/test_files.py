import pytest

from evograft.representations.files import PARTIAL, remove_partial_files, replacing, sync_directory


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("old")

    def fail():
        with replacing(path) as file:
            file.write("new")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_success_replaces_the_old_file(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("old")
    with replacing(path) as file:
        file.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["missing/log.csv", "file/log.csv", "folder"])
def test_a_file_that_cannot_be_is_named(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    message = f"{tmp_path / name} cannot be written: "
    with pytest.raises(OSError, match=message), replacing(tmp_path / name) as file:
        file.write("new")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


def test_what_was_being_written_can_be_removed_and_nothing_else(tmp_path):
    kept = ("log.csv", ".hidden", f"report{PARTIAL}", ".download.part")
    for name in kept:
        (tmp_path / name).write_text("kept")
    with replacing(tmp_path / "log.csv") as file:
        file.write("new")
        file.flush()
        (partial,) = {path.name for path in tmp_path.iterdir()} - set(kept)
        (tmp_path / f"{partial[: -len(PARTIAL)]}x{PARTIAL}").write_text("of a killed process")
    remove_partial_files(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(kept)


def test_a_directory_that_cannot_be_synced_is_no_error(tmp_path):
    sync_directory(tmp_path)
    sync_directory(tmp_path / "missing")
