"""Kill runs and studies with SIGKILL at random moments, resume them, and compare what they find.

    python benchmarks/kill_and_resume.py run --kills 50
    python benchmarks/kill_and_resume.py study --kills 50

A run is mge on wine with 40 individuals; a study is two arms on two problems with three seeds on
two worker processes, of which the parent is killed. Both write a checkpoint every generation. The
moment is uniform from the start of the first generation to the time that the whole took. What was
killed is resumed once, and then has to hold what it holds when it is never killed: the same log,
population, best individual and states of random numbers, of every run.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from deap import base, tools

from evograft import plugins, problems, studies
from evograft.studies import Arm, Budget, Study

GENERATIONS = 150


def make_run(out: Path, *, resume: bool) -> None:
    """A single run, begun or resumed."""
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 (whose state is compared, as operators may draw from it)
    toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    studies.evolve(
        toolbox,
        population=40,
        generations=GENERATIONS,
        out=out,
        resume=resume,
        checkpoint_seconds=0,
        progress=False,
        pictures=False,
    )


def make_study(out: Path, *, resume: bool) -> None:
    """A study, begun or resumed."""
    arms = {"ours": Arm("mge"), "one point": Arm("mge", aliases={"mate": tools.cxOnePoint})}
    study = Study(arms, ["wine", "flame"], 3, Budget(generations=100), population=40)
    options = {"workers": 2, "checkpoint_seconds": 0, "progress": False}
    studies.run_study(study, out, resume=resume, **options)


WHAT: dict[str, Callable[..., None]] = {"run": make_run, "study": make_study}


def start(what: str, out: Path, *, resume: bool) -> "subprocess.Popen[str]":
    """Start it in a process of its own."""
    arguments = [sys.executable, __file__, what, "--out", str(out), *["--resume"] * resume]
    return subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)


def finish(process: "subprocess.Popen[str]") -> None:
    """Wait for the end, which has to be a good one."""
    _, errors = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(errors)


def wait_for_the_first(out: Path) -> None:
    """Wait until a run has written what it is."""
    while not any(out.rglob("config.json")):
        time.sleep(0.005)


def content(out: Path) -> dict[str, Any]:
    """All that was found, by run."""
    found = {}
    for path in sorted(out.rglob("checkpoint.pickle")):
        snapshot = studies.RunDirectory(path.parent).snapshot()
        individuals = [*snapshot.population, *snapshot.best]
        found[str(path.parent.relative_to(out))] = (
            snapshot.generation,
            snapshot.log,
            [(list(one), one.fitness.values) for one in individuals],
            snapshot.random,
            str(snapshot.numpy),
            (path.parent / "log.csv").read_bytes(),
        )
    return found


def killed(what: str, out: Path, seconds: float) -> str:
    """Start it, kill it after *seconds*, and say what was there by then."""
    process = start(what, out, resume=False)
    wait_for_the_first(out)
    time.sleep(seconds)
    if process.poll() is not None:
        process.communicate()
        return "had ended"
    process.kill()
    process.communicate()
    done = len(list(out.rglob("result.json"))) if what == "study" else 0
    begun = len(list(out.rglob("checkpoint.pickle")))
    return f"{done} runs done, {begun - done} under way" if what == "study" else f"{begun} begun"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--resume", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.out is not None:
        WHAT[options.what](options.out, resume=options.resume)
        return
    moments = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole")
        process = start(options.what, whole, resume=False)
        wait_for_the_first(whole)
        began = time.perf_counter()
        finish(process)
        seconds = time.perf_counter() - began
        expected = content(whole)
        print(f"{options.what}: {len(expected)} runs, {seconds:.1f} s from the first generation on")
        same = 0
        for number in range(options.kills):
            out = Path(folder, str(number))
            moment = moments.uniform(0, seconds)
            there = killed(options.what, out, moment)
            finish(start(options.what, out, resume=True))
            equal = content(out) == expected
            same += equal
            print(
                f"{number + 1:3} killed after {moment:5.2f} s ({there}): "
                + ("the same" if equal else "ANOTHER RESULT"),
                flush=True,
            )
    print(f"{same} of {options.kills} ended bit for bit as if never killed")


if __name__ == "__main__":
    main()
