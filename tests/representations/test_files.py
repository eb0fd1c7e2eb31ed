import pytest

from evograft.representations.files import replacing


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
