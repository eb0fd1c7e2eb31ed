"""Lines for whoever waits."""

import time

import pytest

from evograft.studies._waiting import said_if_slow
from evograft.studies.bench import generation_bar
from evograft.studies.engines import cluster


def test_only_what_takes_long_is_told(capsys):
    with said_if_slow("quick", 60):
        pass
    with said_if_slow("slow", 0.01):
        time.sleep(0.2)
    assert capsys.readouterr().err == "slow\n"


def test_a_scheduler_that_does_not_answer_is_waited_for_aloud(monkeypatch, capsys):
    import dask
    import distributed  # noqa: F401 (its settings have to be there to be put back)

    monkeypatch.setattr(cluster, "WAIT", 0.05)
    soon = dask.config.set({"distributed.comm.timeouts.connect": "300ms"})
    with soon, pytest.raises(ValueError, match="must be the address of a Dask scheduler"):
        cluster.connect("tcp://127.0.0.1:9")
    assert capsys.readouterr().err.startswith("waiting for the Dask scheduler tcp://127.0.0.1:9\n")


def test_what_is_no_address_is_refused_at_once(monkeypatch):
    monkeypatch.setattr("distributed.Client", None)  # nobody is asked
    with pytest.raises(ValueError, match="scheduler, got 'nonsense': missing port number"):
        cluster.connect("nonsense")


@pytest.mark.parametrize(("attempts", "told"), [([], True), ([300], True), ([300, 310], False)])
def test_a_bar_says_what_takes_long_before_the_first_attempts(monkeypatch, capsys, attempts, told):
    """There are 300 of an earlier generation."""
    monkeypatch.setattr(generation_bar, "PATIENCE", 0.05)
    with generation_bar.GenerationBar(100) as bar:
        for now in attempts:
            bar.show(20, now)
        time.sleep(0.2)
    said = capsys.readouterr().err
    assert ("kernels that are not compiled yet" in said) == told
    assert ("20/100" in said) == bool(attempts)


def test_a_bar_shows_attempts_of_which_none_was_accepted(monkeypatch, capsys):
    with generation_bar.GenerationBar(100) as bar:
        for accepted, attempts in ((0, 0), (50, 100), (50, 350), (50, 400)):
            bar.show(accepted, attempts)
            time.sleep(0.12)
    said = capsys.readouterr().err
    assert "attempts=350, yield=14.29%" in said
    assert "attempts=400, yield=12.50%" in said
