"""Figures 10 and 11 of the MGE paper, reproduced."""

import pandas as pd
import pytest
from deap import base

from evograft import plugins, problems
from evograft.studies.cli import main
from evograft.studies.representation import run_scalability
from evograft.studies.reproduction import Request, reproduce
from evograft.studies.reproduction.mge_curves import error_settings, scalability_settings

METHODS = ["mge", "ge", "sge", "dsge"]


def grafted(name, settings):
    return plugins.graft(base.Toolbox(), name, problems.load("wdbc"), **settings[name])


def test_genotypes_are_of_comparable_length_at_first():
    settings = scalability_settings()
    (modular,), (plain,), (structured,) = (
        grafted(name, settings).population(n=1) for name in ("mge", "ge", "sge")
    )
    assert sum(map(len, modular)) == len(plain) == 300
    assert sum(map(len, structured)) > 5 * 300


def test_rates_are_comparable():
    settings = scalability_settings()
    pm = plugins.get("mge").configure(None, settings["mge"]).pm
    assert settings["ge"]["pm"] == tuple(rate / 2 for rate in pm)
    assert settings["dsge"]["indpb"] == pytest.approx(sum(pm) / len(pm) / 2)
    # MGE adds or deletes 50 codons at once, GE one.
    assert settings["ge"]["length_pb"] == pytest.approx(50 * sum(pm) / len(pm))
    configured = [plugins.get(name).configure(None, settings[name]) for name in METHODS]
    assert {parameters.cxpb for parameters in configured} == {0.9}
    assert {parameters.tournament for parameters in configured} == {7}
    assert {parameters.elite for parameters in configured} == {0.05}


def test_the_levels_of_structured_ge_bound_its_connections():
    settings = {"sge": scalability_settings(levels=1)["sge"]}
    curves = run_scalability(
        ["sge"], runs=1, generations=15, population=40, settings=settings, progress=False
    )
    assert curves["connections"].iloc[-1] == curves["connections"].max() == 2 * 3


def test_errors_are_those_of_the_presets_of_table_5():
    settings = error_settings()
    assert list(settings) == METHODS
    assert settings["mge"] == {}
    assert settings["ge"]["genome_length"] == 1000


@pytest.fixture(scope="module")
def tenth(tmp_path_factory):
    out = tmp_path_factory.mktemp("reproduced") / "figure10"
    return out, main(["reproduce", "mge-figure10", "--quick", "--out", str(out)])


def test_figure_10_is_made_and_its_claim_tested(tenth):
    out, status = tenth
    assert status == 0
    names = {path.name for path in out.iterdir()}
    assert names == {"table.md", "table.csv", "claims.csv", "figure10.png", "scalability"}
    table = pd.read_csv(out / "table.csv").set_index("method")
    assert list(table.index) == METHODS
    assert table["runs"].tolist() == [2] * 4
    assert table["generations"].tolist() == [10] * 4
    claims = pd.read_csv(out / "claims.csv").set_index("other")
    assert list(claims.index) == METHODS[1:]
    means, sizes = table["mean"].to_dict(), claims["A"].to_dict()
    for other, difference in claims["difference"].items():
        assert difference == pytest.approx(means["mge"] - means[other])
        if abs(sizes[other] - 0.5) == 0.5:
            assert (sizes[other] == 1) == (difference > 0)  # more is better
    assert {0, 1} & set(sizes.values())  # so that this was tested
    text = (out / "table.md").read_text()
    assert "runs 2 in place of 30, generations 10 in place of 500, population 50" in text


def test_figure_10_goes_on_where_it_stopped(tenth):
    out, _ = tenth
    files = sorted(out.glob("scalability/runs/*/*/*/result.json"))
    assert len(files) == 8
    before = [path.stat().st_mtime_ns for path in files]
    table = (out / "table.csv").read_bytes()
    request = Request(out, quick=True, resume=True, progress=False)
    assert len(list(reproduce("mge-figure10", request))) == 2
    assert [path.stat().st_mtime_ns for path in files] == before
    assert (out / "table.csv").read_bytes() == table


def test_figure_11_has_a_part_for_each_data_set(tmp_path):
    out = tmp_path / "out"
    request = Request(out, quick=True, generations=3, progress=False)
    sections = list(reproduce("mge-figure11", request))
    titles = ["Figure 11 of the MGE paper: wdbc", "MGE's error is the lowest: verdicts"]
    assert [section.title for section in sections] == titles
    assert {path.name for path in out.iterdir() if path.suffix == ".png"} == {"figure11.png"}
    table = pd.read_csv(out / "table.csv").set_index("method")
    assert list(table.index) == METHODS
    claims = pd.read_csv(out / "claims.csv").set_index("other")
    means, sizes = table["mean"].to_dict(), claims["A"].to_dict()
    for other, difference in claims["difference"].items():
        assert difference == pytest.approx(means["mge"] - means[other])
        if abs(sizes[other] - 0.5) == 0.5:
            assert (sizes[other] == 1) == (difference < 0)  # less is better
    assert {0, 1} & set(sizes.values())  # so that this was tested


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("mge-figure10", ("--parts", "mge"), "parts are of no use"),
        ("mge-figure10", ("--set", "population=1"), "population must be an integer of at least 2"),
        (
            "mge-figure10",
            ("--set", "levels=-1"),
            "levels must be an integer from 0 to 1000, got -1",
        ),
        ("mge-figure10", ("--scheduler", "tcp://x:1"), "scheduler is of no use"),
        ("mge-figure11", ("--parts", "wbdc"), "unknown part 'wbdc': did you mean 'wdbc'?"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(
    tmp_path, capsys, name, arguments, message
):
    out = tmp_path / "out"
    assert main(["reproduce", name, *arguments, "--out", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_data_that_cannot_be_had_are_told_first(tmp_path, capsys, monkeypatch):
    def load(name, **options):
        raise ValueError(f"there is no {name}")

    monkeypatch.setattr("evograft.studies.reproduction.mge_curves.problems.load", load)
    arguments = ["reproduce", "mge-figure11", "--parts", "sonar", "--out", str(tmp_path / "out")]
    assert main(arguments) == 2
    assert "part 'sonar': there is no sonar" in capsys.readouterr().err
