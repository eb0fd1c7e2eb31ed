"""Table 4 and Figure 9 of the MGE paper, reproduced."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evograft.studies.cli import main
from evograft.studies.paper_figures import paper_figures
from evograft.studies.reproduction import Request, reproduce
from evograft.studies.reproduction.locality_claims import flattest_course, smallest_distance
from evograft.studies.reproduction.mge_locality import _course

METHODS = ["mge", "ge", "sge", "dsge"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small Table 4, and the folder that it is in."""
    out = tmp_path_factory.mktemp("locality")
    request = Request(out, quick=True, progress=False)
    return out, list(reproduce("mge-table4", request, individuals=12))


def test_our_distances_stand_beside_the_papers(made):
    out, (section, _) = made
    table = pd.read_csv(out / "table.csv").set_index(["bits", "method"])
    assert set(table.index) == {(bits, method) for bits in (1, 2) for method in METHODS}
    paper = table[["paper_mean", "paper_sd"]].T.to_dict("list")
    assert paper[1, "mge"] == [1.24, 3.31]
    assert paper[2, "sge"] == [8.30, 15.01]
    assert [table.at[(1, name), "paper_rank"] for name in METHODS] == [1, 2, 3, 4]
    assert [table.at[(2, name), "paper_rank"] for name in METHODS] == [1, 3, 2, 4]
    measured = pd.read_csv(out / "locality.csv")
    assert sorted(measured["neurons"].unique()) == list(range(2, 10))
    part = measured[(measured["bits"] == 2) & (measured["method"] == "dsge")]
    pooled = np.average(part["mean"], weights=part["distances"])
    assert table.at[(2, "dsge"), "mean"] == pytest.approx(pooled)
    assert "NOT THE PAPER'S SETTING: 5000" in section.notes[0]


def test_whether_the_distance_of_mge_is_the_smallest_is_tested(made):
    out, _ = made
    table = pd.read_csv(out / "table.csv").set_index(["bits", "method"])
    claims = pd.read_csv(out / "claims.csv")
    assert claims["other"].tolist() == [name for _ in (1, 2) for name in _others(claims)]
    for row in claims.to_dict("records"):
        mge, other = (table.loc[(row["bits"], name)] for name in ("mge", row["other"]))
        expected = stats.ttest_ind_from_stats(
            *mge[["mean", "sd", "distances"]], *other[["mean", "sd", "distances"]], equal_var=False
        )
        assert row["p"] == pytest.approx(expected.pvalue)
        assert row["difference"] == pytest.approx(mge["mean"] - other["mean"])


def _others(claims):
    return claims.loc[claims["bits"] == 1, "other"].tolist()


def test_figure_9_goes_on_with_the_populations_of_table_4(made, tmp_path):
    out, _ = made
    before = (out / "locality.csv").read_bytes()
    (tmp_path / "locality.csv").write_bytes(before)
    request = Request(tmp_path, quick=True, resume=True, progress=False)
    sections = list(reproduce("mge-figure9", request, individuals=12))
    assert (tmp_path / "locality.csv").read_bytes() == before
    assert (tmp_path / "figure9.png").read_bytes().startswith(b"\x89PNG")
    table = pd.read_csv(tmp_path / "table.csv")
    assert len(table) == 8
    for row in table.to_dict("records"):
        flat = row["slope_low"] <= 0 <= row["slope_high"]
        assert (row["course"] == "flat") == flat
        assert row["share"] == pytest.approx(row["slope"] / row["mean"])
    assert "the least" in sections[1].title
    flat = table[table["method"] == "mge"]["course"].tolist()
    (note,) = [text for text in sections[0].notes if text.startswith("MGE is flat")]
    words = [text.rpartition(" at ")[0] for text in note.partition(": ")[2].split(", ")]
    assert words == ["holds" if course == "flat" else "does not hold" for course in flat]


def test_courses():
    assert [_course(*interval) for interval in ((-1, 1), (0, 1), (0.1, 1), (-2, -1))] == [
        *("flat", "flat"),
        *("grows", "falls"),
    ]


def summary(**values):
    """Rows of two methods: mean or slope, and the half width of its interval."""
    rows = [
        {"bits": 1, "method": name, "mean": value, "sd": 1.0, "distances": 50, "slope": value}
        | {"slope_low": value - half, "slope_high": value + half}
        for name, (value, half) in values.items()
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("mge", "ge", "verdict"), [(0.0, 2.0, "holds"), (2.0, 0.0, "does not hold"), (0.0, 0.01, "tie")]
)
def test_verdicts_of_locality(mge, ge, verdict):
    rows = summary(mge=(mge, 0.5), ge=(ge, 0.5))
    for decide in (smallest_distance, flattest_course):
        assert decide(rows).rows["verdict"].tolist() == [verdict]


def test_slopes_are_told_apart_by_their_errors():
    half = stats.norm.ppf(0.975)  # of a standard error of 1
    (row,) = flattest_course(summary(mge=(0.0, half), ge=(3.0, half))).rows.to_dict("records")
    assert row["p"] == pytest.approx(2 * stats.norm.sf(3 / np.sqrt(2)), rel=1e-5)
    (row,) = flattest_course(summary(mge=(0.0, 0.0), ge=(3.0, 0.0))).rows.to_dict("records")
    assert np.isnan(row["p"])
    assert row["verdict"] == "untested"


def test_the_papers_figures_are_all_there():
    figures = paper_figures("mge-table4", "locality")
    assert figures["runs"].tolist() == [40000] * 8
    means = figures.pivot(index="dataset", columns="method", values="mean")[["ge", "sge", "dsge"]]
    assert means.values.tolist() == [[6.84, 6.91, 7.85], [8.48, 8.30, 9.37]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--runs", "3"), "runs are of no use for this reproduction, got 3"),
        (("--parts", "ge"), "parts are of no use"),
        (("--workers", "2"), "workers are of no use"),
        (("--set", "individuals=1"), "individuals must be an integer of at least 2, got 1"),
        (("--set", "sites=some"), "sites must be"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(tmp_path, capsys, arguments, message):
    out = tmp_path / "out"
    assert main(["reproduce", "mge-figure9", *arguments, "--out", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()
