import itertools
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from study_results import curves_of, results_of

from evograft.studies.reports import report_files
from evograft.studies.reports.convergence import draw_convergence
from evograft.studies.reports.report_files import safe_names, save_report
from evograft.studies.reports.result_table import result_table
from evograft.studies.statistics.measure import Measure, known_measure

ACCURACY = Measure("test_accuracy", larger_is_better=True)
TABLES = ["results.csv", "table.md", "table.tex"]
PNG = b"\x89PNG\r\n\x1a\n"

ARMS = {"mge": [0.9, 0.91, 0.92], "neat": [0.8, 0.81, 0.85], "es": [0.1, 0.2, 0.3]}
RESULTS = results_of({"data/my set.csv": ARMS, "wine": ARMS}).assign(neurons=range(18))
CURVES = curves_of(
    {problem: dict.fromkeys(ARMS, [[3, 2, 1]] * 3) for problem in ("data/my set.csv", "wine")}
)
LARGER = {"data/my set.csv": False, "wine": True}


def names(paths):
    return [path.name for path in paths]


def test_tables_come_first_and_then_the_pictures(tmp_path):
    out = tmp_path / "new" / "folder"
    measures = [ACCURACY, known_measure("neurons")]
    written = save_report(out, RESULTS, CURVES, measures, larger_fitness=LARGER)
    assert names(written) == [
        *TABLES,
        "boxes-test_accuracy.png",
        "critical-difference-test_accuracy.png",
        "boxes-neurons.png",
        "critical-difference-neurons.png",
        "convergence-data-my-set.csv.png",
        "convergence-wine.png",
    ]
    assert sorted(written) == sorted(out.iterdir())
    for path in written[3:]:
        assert path.read_bytes().startswith(PNG)


def test_the_results_come_back_from_their_file(tmp_path):
    results = RESULTS.assign(seconds=[0.1 + i / 3 for i in range(18)], note="a, b")
    save_report(tmp_path, results, CURVES, [ACCURACY], larger_fitness=LARGER)
    found = pd.read_csv(tmp_path / "results.csv", dtype=str)
    pd.testing.assert_frame_equal(found, results.map(str), check_dtype=False)


def test_the_tables_are_those_of_every_measure_with_the_options(tmp_path):
    options = {"baseline": "neat", "paired": False, "procedure": "mge", "level": 0.01}
    options["notes"] = ["budget: 30 evaluations"]
    measures = [ACCURACY, known_measure("neurons")]
    save_report(tmp_path, RESULTS, CURVES, measures, larger_fitness=LARGER, **options)
    for measure in measures:
        table = result_table(RESULTS, measure, **options)
        assert f"## {measure.name}\n\n{table.to_markdown()}" in (tmp_path / "table.md").read_text()
        assert table.to_latex() in (tmp_path / "table.tex").read_text()
    assert r"\section*{test\_accuracy}" in (tmp_path / "table.tex").read_text()


def test_a_report_is_written_over_an_older_one(tmp_path):
    half = RESULTS[RESULTS["seed"] < 2]
    save_report(tmp_path, half, CURVES, [ACCURACY], larger_fitness=LARGER)
    save_report(tmp_path, RESULTS, CURVES, [ACCURACY], larger_fitness=LARGER)
    assert len(pd.read_csv(tmp_path / "results.csv")) == 18
    assert "runs: 3 per arm" in (tmp_path / "table.md").read_text()


@pytest.mark.parametrize(
    ("results", "pictures"),
    [
        (RESULTS.iloc[:0], []),
        (RESULTS.assign(status="failed"), []),
        (RESULTS[RESULTS["arm"] == "mge"], ["boxes", "convergence", "convergence"]),
        (RESULTS[RESULTS["problem"] == "wine"], ["boxes", "convergence"]),
        (RESULTS.assign(test_accuracy=float("nan")), ["convergence", "convergence"]),
    ],
)
def test_what_there_is_no_run_for_is_not_drawn(tmp_path, results, pictures):
    written = save_report(tmp_path, results, CURVES, [ACCURACY], larger_fitness=LARGER)
    assert names(written)[:3] == TABLES
    assert [name.split("-")[0] for name in names(written)[3:]] == pictures


def test_without_curves_there_is_no_convergence(tmp_path):
    empty = pd.DataFrame()
    written = save_report(tmp_path, RESULTS, empty, [ACCURACY], larger_fitness={})
    assert not [name for name in names(written) if name.startswith("convergence")]


def test_curves_of_failed_runs_are_not_drawn(tmp_path, monkeypatch):
    drawn = []

    def note(curves, problem, **options):
        drawn.append((curves, problem, options))
        return draw_convergence(curves, problem, **options)

    monkeypatch.setattr(report_files, "draw_convergence", note)
    results = RESULTS.copy()
    failed = (results["arm"] == "mge") & (results["seed"] == 1)
    results.loc[failed, "status"] = "failed"
    # A run that is not in the results at all has not finished either.
    results = results[~((results["arm"] == "es") & (results["seed"] == 2))]
    save_report(tmp_path, results, CURVES, [ACCURACY], larger_fitness=LARGER)
    assert [(problem, options) for _, problem, options in drawn] == [
        (problem, {"larger_is_better": larger}) for problem, larger in LARGER.items()
    ]
    runs = drawn[0][0].groupby("arm", sort=False)["seed"].unique()
    assert {arm: seeds.tolist() for arm, seeds in runs.items()} == {
        "mge": [0, 2],
        "neat": [0, 1, 2],
        "es": [0, 1],
    }


def test_an_error_of_a_picture_loses_neither_tables_nor_earlier_pictures(tmp_path, monkeypatch):
    save = Figure.savefig
    calls = itertools.count()

    def fail(figure, file, **options):
        if next(calls) == 2:
            file.write(PNG)
            raise RuntimeError("cannot draw")
        save(figure, file, **options)

    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(RuntimeError, match="cannot draw"):
        save_report(tmp_path, RESULTS, CURVES, [ACCURACY], larger_fitness=LARGER)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*TABLES, "boxes-test_accuracy.png", "critical-difference-test_accuracy.png"]
    )


def test_large_pictures_are_not_larger_than_a_picture_can_be(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, file, **options: seen.append(options))
    monkeypatch.setattr(report_files, "draw_all_boxes", lambda *_: Figure(figsize=(10, 1000)))
    save_report(tmp_path, RESULTS, pd.DataFrame(), [ACCURACY], larger_fitness={})
    assert [options["dpi"] for options in seen] == [20, 150]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        save_report(tmp_path / "file", RESULTS, CURVES, [ACCURACY], larger_fitness=LARGER)


@given(st.lists(st.text(max_size=90), max_size=6))
def test_file_names_are_safe_and_different(problems):
    safe = safe_names(problems)
    assert len(safe) == len(problems) == len({name.lower() for name in safe})
    for name in safe:
        assert re.fullmatch(r"[\w+=][\w.+=-]*", name)
        assert len(name.encode()) < 250
        assert not name.startswith((".", "-"))


def test_names_that_are_safe_stay():
    kept = ["wine", "fashion_mnist", "set.csv", "a+b=c"]
    assert safe_names(kept) == kept
    assert safe_names(["..", "/", "a/b", "a b", "A:B"]) == [
        *("unnamed", "unnamed-2", "a-b", "a-b-2", "A-B-3"),
    ]


@pytest.mark.parametrize(
    ("measures", "larger", "message"),
    [
        ([ACCURACY, ACCURACY], LARGER, "measures must differ, got 'test_accuracy' more than once"),
        ([ACCURACY], {"wine": True}, "larger_fitness must be given for .* not for 'data/my set"),
        (
            [Measure("best", larger_is_better=True)],
            LARGER,
            "measure 'best' must have the direction of the fitness on every problem, "
            "got larger_is_better=True and another on 'data/my set.csv'",
        ),
    ],
)
def test_directions_that_are_missing_or_disagree_are_refused(tmp_path, measures, larger, message):
    out = tmp_path / "out"
    with pytest.raises(ValueError, match=message):
        save_report(out, RESULTS.assign(best=0), CURVES, measures, larger_fitness=larger)
    assert not out.exists()
