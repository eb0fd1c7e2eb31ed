"""Classifiers that stand beside evolved networks."""

import dataclasses
import math

import pytest

from evograft import problems
from evograft.studies.paper_figures import packaged_study
from evograft.studies.reproduction import Request
from evograft.studies.reproduction.classifiers import SMALL, classifier_runs, fit_classifier
from evograft.studies.reproduction.study_tables import asked


def test_a_classifier_sees_only_the_training_part_and_costs_what_its_formula_says():
    problem = problems.load("wine", test_size=0.2)
    found = {name: fit_classifier(SMALL[name], problem, 0) for name in SMALL}
    assert found["k-nn"]["operations"] == 142 * 13
    assert found["cart"]["operations"] == math.log2(142)
    assert found["svm"]["operations"] % 13 == 0
    assert found["k-nn-selected"]["operations"] == 142 * found["k-nn-selected"]["features"]
    assert all(0.8 < row["test_accuracy"] <= 1 for row in found.values())
    shuffled = problems.from_arrays(
        problem.X_train, problem.y_train, X_test=problem.X_test, y_test=problem.y_test[::-1]
    )
    kept = fit_classifier(SMALL["svm-selected"], shuffled, 0)["features"]
    assert kept == found["svm-selected"]["features"]


def test_classifiers_go_on_where_they_stopped(tmp_path):
    study = asked(packaged_study("mge-table6", "holdout"), Request(tmp_path, runs=2))
    study = dataclasses.replace(study, problems={"wine": study.problems["wine"]})
    file = tmp_path / "classifiers.csv"
    names = {"cart": SMALL["cart"], "svm": SMALL["svm"]}
    first = classifier_runs({"cart": SMALL["cart"]}, study, file, progress=False)
    marked = first.assign(test_accuracy=0.123)
    marked.to_csv(file, index=False)
    second = classifier_runs(names, study, file, progress=False)
    assert second["arm"].tolist() == ["cart", "svm"] * 2
    assert second.loc[second["arm"] == "cart", "test_accuracy"].tolist() == [0.123] * 2
    assert (second.loc[second["arm"] == "svm", "test_accuracy"] > 0.8).all()
    # Fitted on fewer samples they are others.
    fewer = classifier_runs(names, study, file, training_samples=60, progress=False)
    assert (fewer["test_accuracy"] != 0.123).all()
    file.write_text("no,table\n1,2\n")
    with pytest.raises(ValueError, match="is no table of classifiers"):
        classifier_runs(names, study, file, progress=False)
