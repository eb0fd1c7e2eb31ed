"""Whole leaderboards: killed and taken up again, with own searchers, from the command line."""

import math
import multiprocessing
import os
import signal

import pandas as pd
import pytest
from toy_targets import OWN, SMALL, nearness, priced_nearness

from evograft.studies import Source
from evograft.studies.bench.leaderboard.running import run_leaderboard
from evograft.studies.bench.leaderboard.searchers import random_search
from evograft.studies.bench.leaderboard.targets import CallableTarget
from evograft.studies.cli import main

TWO = {name: OWN[name] for name in ("regularised-evolution", "cma-es")}
TIMELESS = ["searcher", "target", "seed", "best", "regret", "evaluations", "cost"]


def board(out, objective=priced_nearness, searchers=TWO, **changes):
    options = {"evaluations": 40, "seeds": 2, "settings": SMALL, "progress": False} | changes
    return run_leaderboard(searchers, {"toy": CallableTarget(objective, "toy")}, out, **options)


def contents(out):
    """What has been found, without the times that it took."""
    curves = {
        str(path.relative_to(out)): path.read_text() for path in sorted(out.glob("curves/*/*/*"))
    }
    return pd.read_csv(out / "runs.csv")[TIMELESS].to_dict("records"), curves


class Killer:
    """An objective of which the query *number* kills the process."""

    def __init__(self, number):
        self.left = number

    def __call__(self, genome):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return nearness(genome), 1.0


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, board(out)


def test_every_run_spends_the_budget_exactly(whole):
    _, found = whole
    assert found.runs["evaluations"].tolist() == [40] * 4
    assert found.standings["runs"].tolist() == [2, 2]
    assert found.failed == []


def test_killed_and_taken_up_again_gives_the_same_rows(whole, tmp_path):
    out = tmp_path / "out"
    # The first two runs have finished, the third is under way.
    child = multiprocessing.get_context("fork").Process(target=board, args=(out, Killer(100)))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert len([*out.glob("study/runs/*/*/*/result.json")]) == 2
    asked = []

    def objective(genome):
        asked.append(genome)
        return priced_nearness(genome)

    board(out, objective, resume=True)
    assert 40 < len(asked) <= 80  # those of the finished runs are not asked for again
    assert contents(out) == contents(whole[0])


def test_a_searcher_of_ones_own_and_more_seeds_join_what_is_there(whole, tmp_path):
    out = tmp_path / "out"
    board(out, seeds=1)
    found = board(out, searchers=TWO | {"mine": random_search}, resume=True)
    assert found.standings["searcher"].nunique() == 3
    assert found.runs["evaluations"].tolist() == [40] * 6
    mine = found.runs["arm"] == "mine"
    assert found.runs[~mine]["best"].tolist() == whole[1].runs["best"].tolist()


def failing(problem, **ground):
    toolbox = random_search(problem, **ground)
    toolbox.register("breed", math.sqrt, -1)
    return toolbox


def test_runs_that_fail_are_counted_and_the_others_are_ranked(tmp_path):
    found = board(tmp_path / "out", searchers={"random": {}, "failing": failing}, seeds=1)
    assert found.standings["searcher"].tolist() == ["random"]
    assert [job.arm_name for job in found.failed] == ["failing"]
    assert "1 runs failed and are missing" in (tmp_path / "out" / "leaderboard.md").read_text()
    with pytest.raises(ValueError, match="no run has finished"):
        board(tmp_path / "other", searchers={"failing": failing}, seeds=1)


def test_a_cost_ends_all_runs_alike(tmp_path):
    found = board(tmp_path / "out", cost=25.0)
    assert found.runs["cost"].tolist() == [25.0] * 4
    assert pd.read_csv(tmp_path / "out" / "curves.csv")["cost"].max() == 25.0
    text = (tmp_path / "out" / "leaderboard.md").read_text()
    assert "budget of a run: 40 evaluations, or a cost of 25, or until the optimum" in text


def test_another_budget_is_another_leaderboard(whole):
    with pytest.raises(ValueError, match="give it another name, or the results another folder"):
        board(whole[0], evaluations=50, resume=True)


def test_a_folder_that_is_in_use_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="out must be a new or empty directory"):
        board(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"evaluations": 0}, "evaluations must be an integer of at least 1, got 0"),
        ({"evaluations": 11}, "evaluations must suffice for the initial population of 12, got 11"),
        ({"searchers": ["rendom"]}, "unknown searcher 'rendom': did you mean 'random'"),
        ({"searchers": ["random", "random"]}, "searchers must differ, got 'random' 2 times"),
        ({"seeds": 0}, "seeds must be one at least"),
    ],
)
def test_bad_input_is_named_before_anything_runs(changes, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        board(tmp_path / "out", **changes)


COMMAND = ["bench", "leaderboard", "--target", "K06", "--searchers", "random", "morphonas"]
TINY = ["--set", "size_x=6", "--set", "size_y=6", "--set", "max_growth_steps=20"]


def test_the_command_runs_and_resumes(tmp_path, capsys):
    out = tmp_path / "out"
    more = ["--set", "morphonas.population=20", "--budget", "30", "--seeds", "1"]
    assert main([*COMMAND, *TINY, *more, "--out", str(out)]) == 0
    assert "seconds_per_1000" in capsys.readouterr().out
    before = contents(out)
    assert main([*COMMAND, *TINY, *more, "--out", str(out), "--resume"]) == 0
    assert contents(out) == before
    assert (out / "leaderboard.md").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--resume"], "--out must be given to resume"),
        (["--set", "cma-es.sigma=1"], "unknown searcher to be set 'cma-es'"),
        (["--set", "sise_x=1"], "did you mean 'size_x'"),
        (["--budget", "100"], "initial population of 2000, got 100"),
        (["--target", "K99"], "unknown target 'K99': did you mean 'K19' or 'K09'"),
        (["--target", "cartpol"], "unknown target 'cartpol': did you mean 'cartpole'"),
        (["--target", "K06", "K06"], "--target must differ, got 'K06' 2 times"),
        (["--searchers", "random", "random"], "--searchers must differ, got 'random' 2 times"),
        (["--closed"], "--closed must go with benchmarks, as DIR:TASK, got the target 'K06'"),
        (["--target", "nowhere:wine"], "directory must be that of a benchmark, got 'nowhere'"),
    ],
)
def test_the_command_says_what_is_wrong(options, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "K06").mkdir()  # the name of a board's folder, and of a graph still
    out = [] if options == ["--resume"] else ["--out", str(tmp_path / "out")]
    assert main([*COMMAND, *options, *out]) == 2
    assert message in capsys.readouterr().err


def test_sources_are_loaded_where_they_are_run(tmp_path):
    found = run_leaderboard(
        ["random"],
        {"K04": Source("graph_target", options={"target": "K04"})},
        tmp_path / "out",
        evaluations=10,
        seeds=1,
        settings=SMALL,
        progress=False,
    )
    assert found.ranking is None
    assert not (tmp_path / "out" / "ranks.png").exists()
