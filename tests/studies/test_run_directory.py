import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from deap import base

from evograft import plugins, problems, studies
from evograft.representations.directory_lock import LOCK
from evograft.representations.files import PARTIAL
from evograft.studies.checkpoint import Snapshot, load_snapshot
from evograft.studies.run_directory import CHECKPOINT, CONFIG, LOG, PREVIOUS, RunDirectory

NOBODY = 65534


def taken(generation, population=()):
    log = [{"gen": number, "best": float(number)} for number in range(generation + 1)]
    return Snapshot.take(base.Toolbox(), generation, list(population), [], log)


@pytest.fixture
def directory(tmp_path):
    """A directory of a run with a checkpoint of generation 2, and before it of generation 1."""
    directory = RunDirectory(tmp_path / "run")
    directory.create()
    for generation in (1, 2):
        directory.save(taken(generation), None)
    return directory


@pytest.fixture
def folder():
    """A folder of somebody without the rights of an administrator, who does what follows."""
    folder = Path(tempfile.mkdtemp())  # that of pytest is in a folder of the administrator
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, -1)
        os.seteuid(NOBODY)
    yield folder
    if is_root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def in_a_process(script, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_newest_checkpoint_is_read_without_a_word(directory, recwarn):
    assert directory.snapshot().generation == 2
    assert load_snapshot(directory.path / PREVIOUS).generation == 1
    assert not recwarn.list


def test_the_previous_one_is_used_where_the_newest_cannot_be_read(directory):
    path = directory.path / CHECKPOINT
    content = path.read_bytes()
    damages = {
        b"": "is no readable checkpoint: it is cut off after 0 bytes",
        content[:-1]: f"cut off after {len(content) - 1} of {len(content)} bytes",
        content[:-1] + bytes([content[-1] ^ 1]): "it is damaged",
        b"PK\x03\x04": "is no checkpoint of format 2",
        None: "does not exist",
    }
    for damaged, why in damages.items():
        if damaged is None:
            path.unlink()
        else:
            path.write_bytes(damaged)
        with pytest.warns(UserWarning, match="goes on from generation 1") as said:
            assert directory.snapshot().generation == 1
        (warning,) = (str(one.message) for one in said)
        assert warning.startswith(str(path))
        assert why in warning
        assert warning.endswith(f"the run goes on from generation 1, of {PREVIOUS}")


def test_both_unreadable_is_one_error_that_names_both(directory):
    (directory.path / CHECKPOINT).write_bytes(b"")
    (directory.path / PREVIOUS).write_bytes(b"x")
    message = rf"{CHECKPOINT} is no readable .* 0 bytes; \S*{PREVIOUS} is no checkpoint of format 2"
    with pytest.raises(ValueError, match=message):
        directory.snapshot()


def test_none_at_all_is_said_once(directory):
    assert directory.has_checkpoint()
    (directory.path / CHECKPOINT).unlink()
    assert directory.has_checkpoint()
    (directory.path / PREVIOUS).unlink()
    assert not directory.has_checkpoint()
    with pytest.raises(ValueError, match="does not exist: there is no checkpoint") as error:
        directory.snapshot()
    assert str(error.value).count("does not exist") == 1


KILLED_EVERYWHERE = """
import os, random, signal, sys
from deap import base
from evograft.studies.checkpoint import Snapshot
from evograft.studies.run_directory import RunDirectory

def taken(generation):
    return Snapshot.take(base.Toolbox(), generation, [], [], [{"gen": generation, "best": 0.0}])

directory = RunDirectory(sys.argv[1])
generation, moment, alive = 0, 0, False
while not alive:
    pid = os.fork()
    if pid == 0:
        left = moment
        def kill(event, arguments):
            # Once at every moment at which something has just been done, or is about to be.
            global left
            if event.startswith(("os.", "open", "shutil.", "tempfile.")):
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
        sys.addaudithook(kill)
        directory.save(taken(generation + 1), None)
        os._exit(0)
    alive = os.waitpid(pid, 0)[1] == 0
    try:
        found = directory.snapshot().generation
    except ValueError as error:
        found = str(error)
    print(moment, generation, found, (directory.path / "checkpoint.pickle").exists())
    if isinstance(found, int):
        generation = found
    moment += 1
"""


def test_a_kill_at_any_file_operation_leaves_a_checkpoint(directory):
    lines = in_a_process(KILLED_EVERYWHERE, directory.path).splitlines()
    assert len(lines) > 8
    seen = set()
    for number, line in enumerate(lines):
        moment, before, found, exists = line.split(maxsplit=3)
        assert int(moment) == number
        # The first in the loop stands for the two checkpoints that were there.
        expected = 2 if number == 0 else int(before)
        seen.add(int(found) - expected)
        assert int(found) in (expected, expected + 1), line
        assert exists == "True"
    assert seen == {0, 1}
    assert list(directory.path.glob(f".*{PARTIAL}")), "else the next line says nothing"
    with directory.locked(new=False):
        left = {path.name for path in directory.path.iterdir()}
    assert left == {CONFIG, LOG, CHECKPOINT, PREVIOUS, LOCK}


TOO_LARGE = """
import resource, sys
from evograft.studies.run_directory import RunDirectory
from deap import base
from evograft.studies.checkpoint import Snapshot

directory = RunDirectory(sys.argv[1])
log = [{"gen": number, "best": 0.0} for number in range(10)]
snapshot = Snapshot.take(base.Toolbox(), 9, [bytes(100_000)], [], log)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    directory.save(snapshot, None)
except OSError as error:
    print(error)
"""


def test_a_checkpoint_that_cannot_be_written_is_named_and_the_last_two_are_there(directory):
    pytest.importorskip("resource", reason="limits of file sizes are those of Unix")
    before = [(directory.path / name).read_bytes() for name in (CHECKPOINT, PREVIOUS)]
    said = in_a_process(TOO_LARGE, directory.path)
    assert said.strip().endswith(f"{directory.path / CHECKPOINT} cannot be written: File too large")
    assert [(directory.path / name).read_bytes() for name in (CHECKPOINT, PREVIOUS)] == before
    assert len(directory.log()) == 10, "the log had room"
    assert {path.name for path in directory.path.iterdir()} == {CONFIG, LOG, CHECKPOINT, PREVIOUS}


FULL = """
import random, resource, sys
from deap import base
from evograft import plugins, problems, studies

random.seed(1)
toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
settings = {"population": 10, "out": sys.argv[1], "progress": False, "pictures": False,
            "checkpoint_seconds": 0}
studies.evolve(toolbox, generations=2, **settings)
size = (studies.RunDirectory(sys.argv[1]).path / "checkpoint.pickle").stat().st_size
limit = size - 1_000  # enough for anything else
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    studies.evolve(toolbox, generations=6, resume=True, **settings)
except OSError as error:
    print(error)
"""


def test_a_run_that_could_write_its_log_but_no_checkpoint_goes_on_as_if_nothing_had_been(tmp_path):
    pytest.importorskip("resource", reason="limits of file sizes are those of Unix")
    out = tmp_path / "full"
    said = in_a_process(FULL, out)
    assert f"{out / CHECKPOINT} cannot be written: File too large" in said
    directory = RunDirectory(out)
    assert directory.snapshot().generation == 2
    assert directory.log()[-1]["gen"] == 3, "the log is ahead of the checkpoint"

    def run(generations, **settings):
        random.seed(1)
        toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
        return studies.evolve(
            toolbox,
            population=10,
            generations=generations,
            progress=False,
            pictures=False,
            **settings,
        )

    # Also a run that goes no further makes the log that of the checkpoint.
    run(2, out=out, resume=True)
    assert directory.log()[-1]["gen"] == 2
    run(6, out=out, resume=True)
    run(6, out=tmp_path / "whole")
    for name in (LOG, "network.json"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_directory_that_cannot_be_written_is_named_and_the_checkpoint_stays(folder):
    directory = RunDirectory(folder / "run")
    directory.create()
    directory.save(taken(1), None)
    directory.path.chmod(0o500)
    with pytest.raises(OSError, match=f"{directory.path / LOG} cannot be written: Permission"):
        directory.save(taken(2), None)
    message = f"'{directory.path}' must be a directory that can be written: Permission denied"
    with pytest.raises(ValueError, match=message), directory.locked(new=False):
        pass
    assert directory.snapshot().generation == 1
    assert len(list(directory.path.iterdir())) == 3
    directory.path.chmod(0o700)
    directory.save(taken(2), None)
    assert directory.snapshot().generation == 2


def test_a_new_directory_in_one_that_cannot_be_written_is_refused(folder):
    folder.chmod(0o500)
    directory = RunDirectory(folder / "run")
    message = f"out must be a directory that can be written, got '{directory.path}': Permission"
    with pytest.raises(ValueError, match=message):
        directory.create()
    with pytest.raises(ValueError, match=message), directory.locked(new=True):
        pass


def test_a_lock_is_no_content_and_goes_with_a_run_that_has_nothing_to_keep(tmp_path):
    directory, next_one = RunDirectory(tmp_path / "run"), RunDirectory(tmp_path / "run")
    with contextlib.ExitStack() as stack:
        with directory.locked(new=True):
            directory.create()
            with pytest.raises(ValueError, match="is in use by process"):
                stack.enter_context(next_one.locked(new=True))
            directory.discard()
            assert not directory.path.exists()
            stack.enter_context(next_one.locked(new=True))
        # The end of the first does nothing to who came after it.
        with pytest.raises(ValueError, match="is in use by process"):
            stack.enter_context(directory.locked(new=True))
        next_one.create()
    assert [path.name for path in next_one.path.iterdir()] == [CONFIG]


def test_the_lock_of_a_killed_process_and_what_it_was_writing_are_no_content(tmp_path):
    (tmp_path / LOCK).write_text("{}")
    (tmp_path / f".config.json.abc{PARTIAL}").write_text("{")
    directory = RunDirectory(tmp_path)
    with directory.locked(new=True):
        directory.create()
    assert [path.name for path in tmp_path.iterdir()] == [CONFIG]


def test_only_a_run_is_locked_to_go_on(tmp_path):
    nowhere = RunDirectory(tmp_path / "nowhere").locked(new=False)
    with pytest.raises(ValueError, match="nowhere' is no run directory"), nowhere:
        pass
    assert list(tmp_path.iterdir()) == []


def test_files_of_others_are_refused_and_left_alone(tmp_path):
    (tmp_path / ".download.part").write_text("mine")
    directory = RunDirectory(tmp_path)
    with directory.locked(new=True), pytest.raises(ValueError, match="new or empty directory"):
        directory.create()
    assert [path.name for path in tmp_path.iterdir()] == [".download.part"]
