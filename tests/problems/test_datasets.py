import pickle
import shutil

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
from sklearn.utils import Bunch

from evograft.problems.catalogue import FACTS
from evograft.problems.datasets import DataUnavailableError, encoder, load_raw
from evograft.problems.tables import read_features

# OpenML's words and labels, in the order of the codes and labels of the CSV files.
OPENML_WORDS = {
    "checking_status": {"A11": "<0", "A12": "0<=X<200", "A13": ">=200", "A14": "no checking"},
    "credit_history": {
        "A30": "no credits/all paid",
        "A31": "all paid",
        "A32": "existing paid",
        "A33": "delayed previously",
        "A34": "critical/other existing credit",
    },
    "purpose": {
        "A40": "new car",
        "A41": "used car",
        "A42": "furniture/equipment",
        "A43": "radio/tv",
        "A44": "domestic appliance",
        "A45": "repairs",
        "A46": "education",
        "A48": "retraining",
        "A49": "business",
        "A410": "other",
    },
    "savings": {
        "A61": "<100",
        "A62": "100<=X<500",
        "A63": "500<=X<1000",
        "A64": ">=1000",
        "A65": "no known savings",
    },
    "employment_since": {
        "A71": "unemployed",
        "A72": "<1",
        "A73": "1<=X<4",
        "A74": "4<=X<7",
        "A75": ">=7",
    },
    "personal_status_sex": {
        "A91": "male div/sep",
        "A92": "female div/dep/mar",
        "A93": "male single",
        "A94": "male mar/wid",
    },
    "other_debtors": {"A101": "none", "A102": "co applicant", "A103": "guarantor"},
    "property": {
        "A121": "real estate",
        "A122": "life insurance",
        "A123": "car",
        "A124": "no known property",
    },
    "other_installment_plans": {"A141": "bank", "A142": "stores", "A143": "none"},
    "housing": {"A151": "rent", "A152": "own", "A153": "for free"},
    "job": {
        "A171": "unemp/unskilled non res",
        "A172": "unskilled resident",
        "A173": "skilled",
        "A174": "high qualif/self emp/mgmt",
    },
    "telephone": {"A191": "none", "A192": "yes"},
    "foreign_worker": {"A201": "yes", "A202": "no"},
}
OPENML_LABELS = {
    "ionosphere": {"good": "g", "bad": "b"},
    "sonar": {"R": "Rock", "M": "Mine"},
    "credit": {"1": "good", "2": "bad"},
    "heart": {"1": "absent", "2": "present"},
    "letter": {},
}


@pytest.fixture
def openml(monkeypatch):
    """Put a function of the data set's number in place of scikit-learn's download."""

    def install(answer):
        def fetch_openml(data_id, as_frame, parser):
            assert as_frame
            return answer(data_id)

        # A set that an earlier test loaded from there would be remembered.
        monkeypatch.setenv("EVOGRAFT_DATA", f"/nowhere/{id(answer)}")
        monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch_openml)

    return install


@pytest.mark.parametrize("name", ["wdbc", "wine", "digits"])
def test_what_scikit_learn_ships_needs_no_folder(name, monkeypatch):
    monkeypatch.delenv("EVOGRAFT_DATA", raising=False)
    raw = load_raw(name)
    facts = FACTS[name]
    assert raw.X.shape == (facts.n_instances, facts.n_features)
    assert len(raw.class_names) == facts.n_classes
    assert len(set(raw.feature_names)) == facts.n_features


def test_wdbc_labels_are_sorted_as_text():
    raw = load_raw("wdbc")
    assert raw.class_names == ("benign", "malignant")
    assert np.bincount(raw.y).tolist() == [357, 212]


@pytest.mark.parametrize(
    ("name", "class_names", "counts"),
    [
        ("flame", ("1", "2"), [87, 153]),
        ("ionosphere", ("bad", "good"), [126, 225]),
        ("sonar", ("M", "R"), [111, 97]),
        ("credit", ("1", "2"), [700, 300]),
        ("heart", ("1", "2"), [150, 120]),
    ],
)
def test_the_folder_gives_the_published_classes(data_folder, name, class_names, counts):
    raw = load_raw(name)
    assert raw.class_names == class_names
    assert np.bincount(raw.y).tolist() == counts


def test_letters_are_in_alphabetical_order(data_folder):
    raw = load_raw("letter")
    assert "".join(raw.class_names) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert raw.class_names[raw.y[0]] == "T"


def test_credit_codes_become_the_number_after_their_attribute(data_folder):
    raw = load_raw("credit")
    # The first line of the file, with A11,6,A34,A43,1169,A65,A75,4,A93,A101,4,A121,67,A143,A152,…
    first = [1, 6, 4, 3, 1169, 5, 5, 4, 3, 1, 4, 1, 67, 3, 2, 2, 3, 1, 2, 1]
    assert raw.X[0].tolist() == first
    purpose = raw.X[:, raw.feature_names.index("purpose")]
    assert np.count_nonzero(purpose == 10) == 12


def test_predicting_from_the_raw_credit_file_sees_the_same_numbers(data_folder):
    raw = load_raw("credit")
    path = data_folder / "german_credit.csv"
    assert np.array_equal(read_features(path, raw.feature_names, encoder("credit")), raw.X)
    with pytest.raises(ValueError, match=r"line 2, column 'checking_status'.*got 'A11'"):
        read_features(path, raw.feature_names)


@pytest.mark.parametrize("name", ["ionosphere", "sonar", "credit", "heart", "letter"])
def test_openml_and_the_folder_give_the_same_data(data_folder, name, openml):
    local = load_raw(name)
    table = pd.read_csv(data_folder / FACTS[name].file)
    labels = table.pop("class").astype(str).replace(OPENML_LABELS[name]).astype("category")
    if name == "credit":
        table = table.replace(OPENML_WORDS)
        table["job"] = table["job"].str.upper().astype("category")
    table.columns = [f"openml_{number}" for number in range(table.shape[1])]

    def answer(data_id):
        assert data_id == FACTS[name].openml_id
        return Bunch(data=table, target=labels)

    openml(answer)
    remote = load_raw(name)
    assert np.array_equal(remote.X, local.X)
    assert np.array_equal(remote.y, local.y)
    assert remote.feature_names == local.feature_names
    assert remote.class_names == local.class_names


def test_openml_gives_images_as_bytes(openml):
    pixels = np.zeros((70000, 784), dtype=np.uint8)
    pixels[1, 2] = 255
    labels = pd.Series(np.arange(70000) % 10).astype(str).astype("category")
    openml(lambda data_id: Bunch(data=pd.DataFrame(pixels, copy=False), target=labels))
    raw = load_raw("mnist")
    assert raw.X.dtype == np.uint8
    assert raw.X[1, 2] == 255
    assert raw.class_names == tuple("0123456789")
    assert raw.y[:12].tolist() == [*range(10), 0, 1]


def test_openml_answering_with_another_set_is_refused(openml):
    openml(lambda data_id: Bunch(data=pd.DataFrame({"a": [1, 2]}), target=pd.Series(["g", "b"])))
    with pytest.raises(ValueError, match=r"OpenML's data set 59: there must be 34 features, got 1"):
        load_raw("ionosphere")


def test_an_unknown_word_of_openml_is_refused(openml):
    table = pd.DataFrame([["?!"] * 20] * 1000)
    openml(lambda data_id: Bunch(data=table, target=pd.Series(["good", "bad"] * 500)))
    with pytest.raises(ValueError, match="OpenML's data set 31: features must be numbers"):
        load_raw("credit")


def test_a_set_that_cannot_be_had_names_all_three_ways(openml):
    def offline(data_id):
        raise OSError("no route\nto host")

    openml(offline)
    with pytest.raises(DataUnavailableError) as caught:
        load_raw("sonar")
    message = str(caught.value)
    assert "scikit-learn itself has only wdbc, wine, digits" in message
    assert "set EVOGRAFT_DATA to a folder with sonar.csv" in message
    assert "OpenML's data set 40 failed (OSError: no route to host)" in message
    assert "\n" not in message
    assert str(pickle.loads(pickle.dumps(caught.value))) == message


def test_flame_says_that_openml_does_not_have_it(openml):
    openml(lambda data_id: pytest.fail("flame is not on OpenML"))
    with pytest.raises(DataUnavailableError, match=r"flame\.csv.*OpenML does not have it"):
        load_raw("flame")


def test_an_unknown_set_gets_the_nearest_names():
    with pytest.raises(ValueError, match="unknown data set 'sonnar': did you mean 'sonar'"):
        load_raw("sonnar")


def test_columns_of_a_file_may_come_in_another_order(sonar_folder):
    before = load_raw("sonar")
    other = sonar_folder / "other"
    other.mkdir()
    table = pd.read_csv(sonar_folder / "sonar.csv")
    table[table.columns[::-1]].to_csv(other / "sonar.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVOGRAFT_DATA", str(other))
        after = load_raw("sonar")
    assert np.array_equal(before.X, after.X)
    assert np.array_equal(before.y, after.y)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: "", "must be a header line"),
        (lambda text: text[: len(text) // 2], "there must be 61 values, got"),
        (lambda text: "\n".join(text.splitlines()[:-1]), "must be 208 rows.*got 207"),
        (lambda text: text.replace("V60", "V61"), "none for 'V60'"),
        (lambda text: text.replace("class", "label"), "unknown target column 'class'"),
    ],
)
def test_a_damaged_csv_is_named(sonar_folder, damage, message):
    path = sonar_folder / "sonar.csv"
    path.write_text(damage(path.read_text()))
    with pytest.raises(ValueError, match=message) as caught:
        load_raw("sonar")
    assert str(caught.value).startswith(str(path))


def write_images(path, **changes):
    arrays = {
        "x_train": np.zeros((6, 28, 28), dtype=np.uint8),
        "y_train": np.arange(6, dtype=np.uint8),
        "x_test": np.zeros((4, 28, 28), dtype=np.uint8),
        "y_test": np.arange(6, 10, dtype=np.uint8),
    }
    np.savez_compressed(path, **{**arrays, **changes})


def damage_truncate(path):
    path.write_bytes(path.read_bytes()[:300])


def damage_flip(path):
    content = bytearray(path.read_bytes())
    content[60:80] = bytes(20)
    path.write_bytes(bytes(content))


def damage_text(path):
    path.write_text("<html>not found</html>")


def damage_plain_array(path):
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


@pytest.mark.parametrize("damage", [damage_truncate, damage_flip, damage_text, damage_plain_array])
def test_a_damaged_npz_is_named(tmp_path, monkeypatch, damage):
    path = tmp_path / "mnist.npz"
    write_images(path)
    damage(path)
    monkeypatch.setenv("EVOGRAFT_DATA", str(tmp_path))
    with pytest.raises(ValueError, match="the file must hold uint8 arrays x_train") as caught:
        load_raw("mnist")
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_test": np.zeros((4, 28, 28))}, "the file must hold uint8 arrays"),
        ({"x_test": np.zeros((4, 20, 20), dtype=np.uint8)}, "the file must hold uint8 arrays"),
        ({"y_test": np.array([{}] * 4, dtype=object)}, "the file must hold uint8 arrays"),
        ({}, "there must be 70000 rows, 784 features and 10 classes, got 10, 784 and 10"),
        ({"y_test": np.arange(3, dtype=np.uint8)}, "there must be 70000 rows"),
    ],
)
def test_an_npz_with_other_content_is_refused(tmp_path, monkeypatch, changes, message):
    write_images(tmp_path / "mnist.npz", **changes)
    monkeypatch.setenv("EVOGRAFT_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=message):
        load_raw("mnist")


def test_raw_data_is_remembered_per_folder_and_read_only(sonar_folder, tmp_path, monkeypatch):
    raw = load_raw("sonar")
    assert load_raw("sonar") is raw
    for array in (raw.X, raw.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    shutil.copytree(sonar_folder, tmp_path / "copy")
    monkeypatch.setenv("EVOGRAFT_DATA", str(tmp_path / "copy"))
    assert load_raw("sonar") is not raw
