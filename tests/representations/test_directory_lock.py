import errno
import os
import signal
import subprocess
import sys
import threading
import warnings
from datetime import datetime
from pathlib import Path

import pytest

from evograft.representations.directory_lock import LOCK, locked

fcntl = pytest.importorskip("fcntl", reason="locks of Windows are others")

HOLD = """
import os, subprocess, sys, time
from pathlib import Path
from evograft.representations.directory_lock import locked
with locked(Path(sys.argv[1])):
    if sys.argv[2] == "fork" and os.fork() == 0:
        print("child", os.getpid(), flush=True)
        time.sleep(60)
    elif sys.argv[2] == "start":
        child = subprocess.Popen(["sleep", "60"], close_fds=False)
        print("child", child.pid, flush=True)
    elif sys.argv[2] == "alone":
        print("child", 0, flush=True)
    time.sleep(60)
"""


class Held:
    """Another process that has locked a directory, and its child, if it has one."""

    def __init__(self, path, child):
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), child], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.child = int(self.process.stdout.readline().split()[1])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.kill()
        if self.child:
            os.kill(self.child, signal.SIGKILL)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(params=["alone", "fork", "start"])
def held(request, tmp_path):
    held = Held(tmp_path, request.param)
    yield held
    held.end()


def test_another_process_is_named_and_a_killed_one_leaves_no_lock(held, tmp_path):
    with pytest.raises(ValueError, match=str(tmp_path)) as refusal, locked(tmp_path):
        pass
    words = str(refusal.value).replace(":", " ", 1).split()
    assert words[words.index("process") + 1] == str(held.process.pid)
    assert words[words.index("on") + 1] == os.uname().nodename
    since = datetime.fromisoformat(str(refusal.value).split("since ")[1].split(": ")[0])
    assert 0 <= (datetime.now(since.tzinfo) - since).total_seconds() < 60
    held.kill()  # its child, if it has one, goes on
    assert (tmp_path / LOCK).exists()
    with locked(tmp_path):
        assert str(os.getpid()) in (tmp_path / LOCK).read_text()
    assert list(tmp_path.iterdir()) == []


def test_the_same_process_is_refused_too_and_nothing_is_left_behind(tmp_path):
    with locked(tmp_path):
        for _ in range(2):
            with pytest.raises(ValueError, match=f"process {os.getpid()} on"), locked(tmp_path):
                pass
        assert [path.name for path in tmp_path.iterdir()] == [LOCK]
    assert list(tmp_path.iterdir()) == []
    with locked(tmp_path):
        pass


def test_it_ends_with_an_error_as_well(tmp_path):
    with pytest.raises(KeyError), locked(tmp_path):
        raise KeyError
    with locked(tmp_path):
        pass


def is_refused(path):
    try:
        with locked(path):
            return False
    except ValueError:
        return True


def test_a_forked_process_can_leave_the_context_and_the_lock_stays(tmp_path):
    with locked(tmp_path):
        pid = os.fork()
        if pid:
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
            assert is_refused(tmp_path)
    if pid == 0:  # here the parent is still inside
        os._exit(0 if is_refused(tmp_path) else 1)
    assert not is_refused(tmp_path)


def test_only_one_at_a_time_of_many_that_come_and_go(tmp_path):
    # The file is removed again and again, while others have opened it already.
    inside, entered, wrong = [], [0, 0, 0], []

    def come_and_go(number):
        for _ in range(300):
            try:
                with locked(tmp_path):
                    inside.append(number)
                    entered[number] += 1
                    if len(inside) != 1:
                        wrong.append(list(inside))
                    inside.remove(number)
            except ValueError:
                pass

    threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert min(entered) > 0
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_which_the_lock_is_got_only_after_its_removal_is_not_taken(tmp_path, monkeypatch):
    flock = fcntl.flock
    opened: list[int] = []

    def late(descriptor, operation):
        if not opened:
            opened.append(os.fstat(descriptor).st_ino)
            (tmp_path / LOCK).unlink()  # as one does that ends between opening and locking
            (tmp_path / LOCK).write_text("of somebody else")
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with locked(tmp_path):
        assert (tmp_path / LOCK).stat().st_ino != opened[0]
        with pytest.raises(ValueError, match="is in use"), locked(tmp_path):
            pass


def test_a_file_system_without_locks_is_said_and_used(tmp_path, monkeypatch):
    def unknown(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unknown)
    with pytest.warns(UserWarning, match="cannot be locked, No locks available"), locked(tmp_path):
        pass
    monkeypatch.undo()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with locked(tmp_path):
            pass


def test_a_holder_that_cannot_be_read_is_another_process(tmp_path):
    with locked(tmp_path):
        for text in ("", "{", "[]", '{"process": 1}'):
            (tmp_path / LOCK).write_text(text)
            with pytest.raises(ValueError, match="in use by another process:"), locked(tmp_path):
                pass


@pytest.mark.parametrize("name", ["missing", "file", "file/inside"])
def test_what_is_no_directory_is_one_clear_error(tmp_path, name):
    (tmp_path / "file").write_text("")
    message = f"{name}' must be a directory that can be written"
    with pytest.raises(ValueError, match=message), locked(tmp_path / name):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_nothing_of_an_open_lock_stays_open(tmp_path):
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("open files are counted in /proc")
    before = len(list(descriptors.iterdir()))
    for _ in range(20):
        with locked(tmp_path), pytest.raises(ValueError, match="is in use"), locked(tmp_path):
            pass
    assert len(list(descriptors.iterdir())) == before
