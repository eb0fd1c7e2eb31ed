"""Studies that run: in this process, in others, killed, hung up, and taken up again."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import study_functions as parts
from deap import tools

from evograft import studies
from evograft.representations.directory_lock import locked
from evograft.studies import Arm, Budget, Source, Study
from evograft.studies.ablation import attempts

SAME = ["arm", "problem", "seed", "status", "generations", "evaluations", "best"]


def bits(**aliases):
    return Arm(parts.counting_toolbox, aliases=aliases)


def study(arms=None, **changes):
    given = {
        "arms": arms or {"two point": bits(), "one point": bits(mate=tools.cxOnePoint)},
        "problems": ["wine"],
        "seeds": 2,
        "budget": Budget(generations=4),
    }
    return Study(**(given | changes))


def run(made, out, **options):
    return studies.run_study(made, out, progress=False, **options)


def contents(out):
    """Everything that runs have found, without the times they took."""
    found = {}
    for path in sorted(Path(out).glob("runs/*/*/[0-9]/log.csv")):
        found[str(path.relative_to(out))] = path.read_text()
    return found


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    out = tmp_path_factory.mktemp("serial") / "out"
    return run(study(), out)


def test_a_study_leaves_all_that_is_promised(serial):
    names = {path.name for path in serial.out.iterdir()}
    assert names == {
        *("study.json", "runs", "results.csv", "table.md", "table.tex"),
        *("boxes-best.png", "convergence-wine.png"),
    }
    results = pd.read_csv(serial.out / "results.csv")
    pd.testing.assert_frame_equal(results, serial.results, check_dtype=False)
    assert len(results) == 4
    assert set(results["status"]) == {"finished"}
    assert [table.measure.name for table in serial.tables] == ["best"]
    described = json.loads((serial.out / "study.json").read_text())
    assert described["known"]["arms"]["one point"]["aliases"] == {
        "mate": "deap.tools.crossover:cxOnePoint"
    }
    assert described["sessions"][0]["versions"]["deap"]


def test_a_run_of_a_study_is_what_evolve_makes_with_its_seed(serial):
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 (as a run does)
    toolbox = parts.counting_toolbox(None)
    alone = studies.evolve(toolbox, generations=4, progress=False)
    log = studies.RunDirectory(serial.out / "runs" / "two-point" / "wine" / "1").log()
    assert [row["best"] for row in log] == alone.logbook.select("best")
    assert [row["mean"] for row in log] == pytest.approx(alone.logbook.select("mean"))


def test_runs_in_other_processes_are_the_same(serial, tmp_path):
    found = run(study(), tmp_path / "out", workers=2)
    assert contents(tmp_path / "out") == contents(serial.out)
    pd.testing.assert_frame_equal(found.results[SAME], serial.results[SAME])


@pytest.mark.parametrize(
    ("harm", "options"),
    [
        (parts.dying, {}),
        (parts.hanging, {"timeout": 3.0}),
        (parts.raising, {}),
    ],
)
def test_a_worker_that_dies_hangs_or_raises_costs_a_retry(harm, options, tmp_path):
    marker = tmp_path / "marker"
    arms = {"harmed": bits(mutate=partial(harm, path=str(marker))), "sound": bits()}
    found = run(study(arms, seeds=1), tmp_path / "out", workers=2, **options)
    assert marker.exists(), "harm was done"
    assert list(found.results["status"]) == ["finished", "finished"]
    assert not found.failed
    expected = run(study({"harmed": bits()}, seeds=1), tmp_path / "sound")
    assert contents(found.out)["runs/sound/wine/0/log.csv"] == contents(expected.out).popitem()[1]


def test_runs_on_a_cluster_are_the_same(serial, cluster, tmp_path):
    found = run(study(), tmp_path / "out", scheduler=cluster.scheduler_address)
    assert contents(found.out) == contents(serial.out)
    pd.testing.assert_frame_equal(found.results[SAME], serial.results[SAME])


@pytest.mark.parametrize(
    ("harm", "options"), [(parts.dying, {}), (parts.hanging, {"timeout": 3.0})]
)
def test_a_worker_of_a_cluster_that_dies_or_hangs_costs_a_retry(harm, options, cluster, tmp_path):
    marker = tmp_path / "marker"
    arms = {"harmed": bits(mutate=partial(harm, path=str(marker))), "sound": bits()}
    address = cluster.scheduler_address
    found = run(study(arms, seeds=1), tmp_path / "out", scheduler=address, **options)
    assert marker.exists(), "harm was done"
    assert list(found.results["status"]) == ["finished", "finished"]
    logs = contents(found.out)
    assert logs["runs/harmed/wine/0/log.csv"] == logs["runs/sound/wine/0/log.csv"]


def test_a_folder_that_a_cluster_does_not_see_is_refused(cluster, tmp_path, monkeypatch):
    from evograft.studies.ablation import cluster_runs

    monkeypatch.setattr(cluster_runs, "_sees", parts.sees_nothing)
    with pytest.raises(ValueError, match=r"worker .* must share the file system of"):
        run(study(), tmp_path / "out", scheduler=cluster.scheduler_address)


@pytest.mark.parametrize("workers", [None, 1])
def test_a_run_that_fails_for_good_fails_alone_and_is_tried_again_on_resume(workers, tmp_path):
    harm = parts.always_dying if workers else parts.raising
    error = "its process died (signal 9, SIGKILL)" if workers else "ArithmeticError: no such bit"
    broken = study({"broken": bits(mutate=harm), "sound": bits()}, seeds=1)
    found = run(broken, tmp_path / "out", workers=workers, retries=1)
    assert list(found.results["status"]) == ["failed", "finished"]
    assert [job.arm_name for job in found.failed] == ["broken"]
    assert error in (found.failed[0].directory / "failure.txt").read_text()
    before = (tmp_path / "out" / "runs" / "sound" / "wine" / "0" / "result.json").stat()
    again = run(broken, tmp_path / "out", workers=workers, retries=0, resume=True)
    assert len(again.failed) == 1
    after = (tmp_path / "out" / "runs" / "sound" / "wine" / "0" / "result.json").stat()
    assert before.st_mtime_ns == after.st_mtime_ns, "what is finished is not run again"


def test_where_every_run_failed_there_are_no_tables(tmp_path):
    found = run(study({"a": bits(mutate=parts.raising), "b": bits(mutate=parts.raising)}), tmp_path)
    assert found.tables == []
    assert set(found.results["status"]) == {"failed"}


def test_a_study_grows_when_it_is_resumed_and_repeats_nothing(tmp_path):
    run(study(seeds=[0], budget=Budget(generations=2)), tmp_path / "out")
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("runs/**/*.json")}
    arms = {"two point": bits(), "third": bits(mate=tools.cxUniform)}
    grown = run(
        study(
            {"two point": bits(), "one point": bits(mate=tools.cxOnePoint), **arms},
            seeds=[0, 1],
            budget=Budget(generations=2),
        ),
        tmp_path / "out",
        resume=True,
    )
    assert len(grown.results) == 6
    for path, time_ in files.items():
        assert path.stat().st_mtime_ns == time_
    sessions = json.loads((tmp_path / "out" / "study.json").read_text())["sessions"]
    assert [len(session["study"]["seeds"]) for session in sessions] == [1, 2]


def test_a_larger_budget_makes_runs_go_on_as_if_it_had_been_so_from_the_start(tmp_path, serial):
    run(study(budget=Budget(generations=2)), tmp_path / "out")
    found = run(study(), tmp_path / "out", resume=True)
    assert contents(found.out) == contents(serial.out)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "other"}, "are of study 'study', not 'other'"),
        ({"arms": {"two point": bits(mate=tools.cxUniform)}}, "arm 'two point' must be as in the"),
        (
            {"problems": {"wine": studies.Source("flame")}},
            "problem 'wine' must be as in the results",
        ),
        ({"population": 7}, "population must be that of the results"),
        ({"budget": Budget(generations=1)}, "budget must limit the same .* and no less"),
        ({"budget": Budget(evaluations=100)}, "budget must limit the same"),
    ],
)
def test_the_results_of_another_study_are_refused_and_left_alone(changes, message, tmp_path):
    run(study(seeds=1, budget=Budget(generations=2)), tmp_path / "out")
    before = (tmp_path / "out" / "study.json").read_text()
    with pytest.raises(ValueError, match=message):
        run(
            study(**({"seeds": 1, "budget": Budget(generations=2)} | changes)),
            tmp_path / "out",
            resume=True,
        )
    assert (tmp_path / "out" / "study.json").read_text() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "workers must be an integer of at least 1, got 0"),
        ({"retries": -1}, "retries must be an integer of at least 0, got -1"),
        ({"workers": 1, "timeout": 0}, "timeout must be a number above 0, got 0"),
        ({"timeout": 3}, "timeout must be given with workers or a scheduler"),
        ({"workers": 1, "scheduler": "tcp://x"}, "workers and scheduler must not both be given"),
        ({"resume": True}, "out must be the folder of a study to resume"),
        ({"scheduler": "tcp://127.0.0.1:9"}, "must be the address of a Dask scheduler"),
    ],
)
def test_bad_options_are_refused_before_anything_is_made(options, message, tmp_path, monkeypatch):
    import dask
    import distributed  # noqa: F401 (its settings have to be there to be put back)

    soon = dask.config.set({"distributed.comm.timeouts.connect": "500ms"})
    with soon, pytest.raises((ValueError, TypeError), match=message):
        run(study(), tmp_path / "out", **options)
    assert not list(tmp_path.glob("out/runs/*"))


def test_a_folder_with_other_things_in_it_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(ValueError, match="out must be a new or empty directory"):
        run(study(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_studies_refuse_each_other_in_one_folder(tmp_path):
    run(study(seeds=1), tmp_path / "out")
    with locked(tmp_path / "out"), pytest.raises(ValueError, match="is in use by process"):
        run(study(seeds=1), tmp_path / "out", resume=True)


def test_what_does_not_pickle_is_refused_for_workers_and_fine_without(tmp_path):
    arms = {"a": Arm(lambda problem: parts.counting_toolbox(problem)), "b": bits()}
    with pytest.raises(studies.StudyError, match="'a' must pickle to reach a worker") as error:
        run(study(arms), tmp_path / "out", workers=1)
    assert error.value.key == ("arms", "a")
    assert len(run(study(arms, seeds=1), tmp_path / "out").results) == 2


def test_a_damaged_run_is_made_anew(tmp_path, serial):
    shutil.copytree(serial.out, tmp_path / "out")
    folder = tmp_path / "out" / "runs" / "one-point" / "wine" / "1"
    (folder / "result.json").write_text('{"row"')
    for path in folder.glob("checkpoint*.pickle"):
        path.write_bytes(b"cut off")
    with pytest.warns(UserWarning, match="moved to 1-unreadable-1, the run begins anew"):
        found = run(study(), tmp_path / "out", resume=True)
    assert contents(found.out) == contents(serial.out)
    assert folder.with_name("1-unreadable-1").is_dir(), "nothing is thrown away"


@pytest.mark.parametrize("content", ["[]", '{"row": []}', "edited"])
def test_a_result_that_is_none_is_made_again_from_its_run(tmp_path, serial, content):
    shutil.copytree(serial.out, tmp_path / "out")
    file = tmp_path / "out" / "runs" / "one-point" / "wine" / "1" / "result.json"
    if content == "edited":
        found = json.loads(file.read_text())
        found["row"]["best"] = "high"
        content = json.dumps(found)
    file.write_text(content)
    assert contents(run(study(), tmp_path / "out", resume=True).out) == contents(serial.out)


def test_an_arm_that_comes_back_changed_is_refused(tmp_path):
    out = tmp_path / "out"
    run(study(seeds=1), out)
    run(study({"two point": bits()}, seeds=1), out, resume=True)
    back = {"two point": bits(), "one point": bits(mate=tools.cxUniform)}
    with pytest.raises(studies.StudyError, match="arm 'one point' must be as in") as error:
        run(study(back, seeds=1), out, resume=True)
    assert error.value.key == ("arms", "one point")
    shutil.rmtree(out / "runs" / "one-point")
    assert len(run(study({"two point": bits()}, seeds=1), out, resume=True).results) == 1


def test_data_that_have_changed_are_refused(tmp_path):
    path = tmp_path / "own.csv"
    rows = [f"{i % 7},{i % 5},{'ab'[i % 2]}" for i in range(60)]
    path.write_text("\n".join(["x,y,kind", *rows]))
    own = study({"mge": Arm("mge")}, problems={"own": Source(str(path), "kind")}, population=6)
    run(own, tmp_path / "out")
    path.write_text("\n".join(["x,y,kind", *rows[::-1]]))
    with pytest.raises(studies.StudyError, match="data of problem 'own' must be as in") as error:
        run(own, tmp_path / "out", resume=True)
    assert error.value.key == ("problems", "own")


def test_a_larger_budget_is_refused_where_a_method_follows_it_from_the_start(tmp_path):
    annealed = {"es": Arm("lowrank-es", parameters={"population": 8})}
    run(study(annealed, seeds=1, budget=Budget(generations=2)), tmp_path / "out")
    with pytest.raises(studies.StudyError, match="as arm 'es' follows its generations"):
        run(study(annealed, seeds=1), tmp_path / "out", resume=True)


def test_a_method_that_draws_while_it_is_made_is_repeated(tmp_path):
    drawing = study({"drawing": Arm(parts.drawing_toolbox)}, seeds=[3])
    first, second = (run(drawing, tmp_path / name) for name in "ab")
    assert contents(first.out) == contents(second.out)


def test_a_folder_that_was_killed_before_it_had_a_study_can_be_resumed(tmp_path, serial):
    out = tmp_path / "out"
    out.mkdir()
    (out / ".study.json.abc.evograft-part").write_text("{")
    assert contents(run(study(), out, resume=True).out) == contents(serial.out)


def test_a_run_whose_directory_is_in_use_waits_for_it(tmp_path, serial):
    shutil.copytree(serial.out, tmp_path / "out")
    folder = tmp_path / "out" / "runs" / "one-point" / "wine" / "1"
    (folder / "result.json").unlink()
    code = "import sys, time; from pathlib import Path; "
    code += "from evograft.representations.directory_lock import locked\n"
    code += "with locked(Path(sys.argv[1])):\n    print('in', flush=True); time.sleep(1.5)"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        found = run(study(), tmp_path / "out", resume=True)
    assert list(found.results["status"]) == ["finished"] * 4
    assert contents(found.out) == contents(serial.out)


def test_an_operator_that_leaves_python_fails_its_run_alone(tmp_path):
    leaving = study({"leaving": bits(mutate=parts.leaving), "sound": bits()}, seeds=1)
    found = run(leaving, tmp_path / "out", retries=0)
    assert list(found.results["status"]) == ["failed", "finished"]


def test_what_is_damaged_of_finished_runs_costs_no_table(tmp_path, serial):
    shutil.copytree(serial.out, tmp_path / "out")
    runs = tmp_path / "out" / "runs"
    (runs / "one-point" / "wine" / "0" / "log.csv").write_bytes(b"\x00")
    (runs / "one-point" / "wine" / "1" / "config.json").write_text("{")
    (runs / "two-point" / "wine" / "0" / "result.json").write_text('{"row": {}}')
    with pytest.warns(UserWarning, match="its curve is left out"):
        found = run(study(), tmp_path / "out", resume=True)
    pd.testing.assert_frame_equal(found.results[SAME], serial.results[SAME])


def test_pictures_of_an_earlier_report_do_not_stay(tmp_path):
    arms = {"a": bits(), "b": bits(mate=tools.cxOnePoint)}
    run(study(arms, seeds=1), tmp_path / "out")
    assert (tmp_path / "out" / "boxes-best.png").exists()
    run(study(arms, seeds=1, measures=["seconds"]), tmp_path / "out", resume=True)
    assert {path.name for path in (tmp_path / "out").glob("boxes-*")} == {"boxes-seconds.png"}


def test_methods_whose_fitness_has_another_sign_are_compared_by_what_both_have(tmp_path):
    mixed = study({"mge": Arm("mge"), "genreg": Arm("genreg")}, seeds=2, population=20)
    found = run(mixed, tmp_path / "out")
    assert [table.measure.name for table in found.tables] == ["test_accuracy"]
    assert not (tmp_path / "out" / "convergence-wine.png").exists()
    with pytest.raises(studies.StudyError, match="fitness of different kinds") as error:
        run(study(mixed.arms, population=20, measures=["best"]), tmp_path / "out", resume=True)
    assert error.value.key == ("measures",)


SCRIPT = """
import sys
from functools import partial
import study_functions as parts
from evograft import studies
from evograft.studies import Arm, Budget, Study

if __name__ == "__main__":
    slow = Arm(parts.counting_toolbox, aliases={"mutate": partial(parts.slow, seconds=0.01)})
    study = Study({"slow": slow}, ["wine"], 4, Budget(generations=12))
    studies.run_study(study, sys.argv[1], workers=2, resume=len(sys.argv) > 2, progress=False)
"""


def script(folder, *arguments):
    (folder / "script.py").write_text(SCRIPT)
    helpers = Path(parts.__file__).parent
    return subprocess.Popen(
        [sys.executable, str(folder / "script.py"), str(folder / "out"), *arguments],
        env=os.environ | {"PYTHONPATH": str(helpers)},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_interruption_as_a_kernel_ends_is_no_failure_of_a_run(monkeypatch):
    def interrupted(job, progress):
        raise SystemError("a result with an exception set") from KeyboardInterrupt()

    monkeypatch.setattr(attempts, "run_job", interrupted)
    with pytest.raises(KeyboardInterrupt):
        attempts.attempt(None, print)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_study_that_is_killed_goes_on_and_ends_as_if_never_killed(how, tmp_path):
    process = script(tmp_path)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out").glob("runs/*/*/*/config.json")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(how)
    process.communicate(timeout=60)
    assert process.returncode != 0
    finished = script(tmp_path, "resume")
    _, errors = finished.communicate(timeout=120)
    assert finished.returncode == 0, errors
    slow = bits(mutate=partial(parts.slow, seconds=0.0))
    whole = run(study({"slow": slow}, seeds=4, budget=Budget(generations=12)), tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(whole.out)
    assert len(contents(whole.out)) == 4
