import numpy as np
import pytest

from evograft.problems.tables import read_features, read_table


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "data.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def test_the_target_may_stand_anywhere_and_the_features_keep_their_order(write):
    table = read_table(write("b,kind,a\n1,x,2\n3,y,4.5\n"), "kind")
    assert table.feature_names == ("b", "a")
    assert table.X.tolist() == [[1, 2], [3, 4.5]]
    assert table.labels.tolist() == ["x", "y"]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffa,y\n1,p\n2,q\n",
        "a,y\r\n1,p\r\n2,q\r\n",
        "a, y\n1, p\n2, q",
        '"a","y"\n"1","p"\n"2","q"\n',
        "\na,y\n\n1,p\n   \n2,q\n\n",
    ],
)
def test_byte_order_marks_line_ends_blanks_and_quotes_make_no_difference(write, content):
    table = read_table(write(content), "y")
    assert table.feature_names == ("a",)
    assert table.X.tolist() == [[1], [2]]
    assert table.labels.tolist() == ["p", "q"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "there must be a header line, got an empty file"),
        ("\n\n", "there must be a header line, got an empty file"),
        ("a,y\n", "at least two rows, got 0"),
        ("a,y\n1,p\n", "at least two rows, got 1"),
        ("y\np\nq\n", "a feature besides the target 'y'"),
        ("a,a,y\n1,2,p\n3,4,q\n", "line 1: column names must differ, got 'a' twice"),
        (",a,y\n0,1,p\n1,2,q\n", "line 1: column 1 has no name"),
        ("a,z\n1,p\n2,q\n", "unknown target column 'y'"),
        ("a,y\n1,p\n,q\n", "line 3, column 'a': the value is missing, got ''"),
        ("a,y\n1,p\n\n\nNA,q\n", "line 5, column 'a': the value is missing, got 'NA'"),
        ("a,y\n1,p\n?,q\n", "line 3, column 'a': the value is missing, got '?'"),
        ("a,y\n1,p\n2,\n", "line 3, column 'y': the value is missing"),
        ("a,y\n1,p\n2,nan\n", "line 3, column 'y': the value is missing"),
        ("a,y\n1,p\nred,q\n", "line 3, column 'a': the value must be a number, got 'red'"),
        ("a,y\n1,p\n1 000,q\n", "line 3, column 'a': the value must be a number, got '1 000'"),
        ("a,y\nTrue,p\nFalse,q\n", "line 2, column 'a': the value must be a number, got 'True'"),
        ("a,y\n1,p\n-inf,q\n", "line 3, column 'a': the value must be finite, got '-inf'"),
        ("a,y\n1,p\n1e999,q\n", "line 3, column 'a': the value must be finite, got '1e999'"),
        (f"a,y\n1,p\n{'9' * 400},q\n", "line 3, column 'a': the value must be finite, got '999"),
        ('a,y\n1,p\n \n""\n2,q\n', "line 4: there must be 2 values, got 1"),
        ("a,y\n1,p,5\n2,q\n", "line 2: there must be 2 values, got 3"),
        ("a,y\n1,p\n2,q,5\n", "line 3: there must be 2 values, got 3"),
        ("a,y\n1,p,\n2,q,\n", "line 2: there must be 2 values, got 3"),
        ("a,b,y\n1,2,p\n3\n", "line 3: there must be 3 values, got 1"),
        ('a,b,y\n1,"2\n2",p\n3\n', "column 'b': the value must be a number"),
        ('a,y\n1,p\n2,"q\n', "data.csv: .*EOF inside string"),
        (b"a,y\n1,p\n2,\xff\n", "must be UTF-8 text, got byte 0xff"),
        (b"\xff\xfea,y\n", "must be UTF-8 text, got byte 0xff"),
        (b"PK\x03\x04\x00\x00", "data.csv"),
    ],
)
def test_every_fault_is_one_line_with_file_line_and_column(write, content, message):
    path = write(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_table(path, "y")
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_misspelt_target_gets_the_nearest_columns(write):
    with pytest.raises(ValueError, match="did you mean 'species'"):
        read_table(write("a,species\n1,p\n2,q\n"), "specis")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"path must name an existing CSV file.*gone\.csv"):
        read_table(tmp_path / "gone.csv", "y")
    with pytest.raises(FileNotFoundError, match="path must name an existing CSV file"):
        read_features(tmp_path, ["a"])


def test_features_are_taken_by_name_and_others_ignored(write):
    path = write("id,b,,note,a\nu1,1,0,hello,2\nu2,3,0,,4\n")
    assert read_features(path, ["a", "b"]).tolist() == [[2, 1], [4, 3]]


def test_one_row_is_enough_to_predict(write):
    assert read_features(write("a\n7\n"), ["a"]).tolist() == [[7]]


def test_missing_features_are_named_with_a_hint_where_only_the_names_differ(write):
    path = write("u,v\n1,2\n")
    with pytest.raises(ValueError, match=r"none for 'a', 'b' \(it has the right number"):
        read_features(path, ["a", "b"])
    with pytest.raises(ValueError, match=r"none for 'a'$"):
        read_features(path, ["u", "v", "a"])
    with pytest.raises(ValueError, match=r"'f0', 'f1', 'f2', 'f3', 'f4' and 4 more$"):
        read_features(path, [f"f{number}" for number in range(9)])


def test_no_row_to_predict_is_refused(write):
    with pytest.raises(ValueError, match="at least one row, got none"):
        read_features(write("a\n"), ["a"])


def test_a_fault_in_a_wanted_column_is_located(write):
    with pytest.raises(ValueError, match="line 3, column 'b': the value is missing"):
        read_features(write("a,b\n1,2\n3,\n"), ["b"])


def test_an_encoder_sees_named_columns_before_they_must_be_numbers(write):
    path = write("size,y\nsmall,p\nlarge,q\n")

    def encode(frame):
        return frame.replace({"size": {"small": 1, "large": 2}})

    assert read_features(path, ["size"], encode=encode).tolist() == [[1], [2]]
    assert read_table(path, "y", encode=encode).X.tolist() == [[1], [2]]


def test_many_rows_are_read_exactly(write):
    X = np.random.default_rng(1).normal(size=(30000, 3))
    lines = [f"{a!r},{b!r},{c!r},{index % 2}" for index, (a, b, c) in enumerate(X.tolist())]
    table = read_table(write("a,b,c,y\n" + "\n".join(lines)), "y")
    np.testing.assert_allclose(table.X, X, rtol=1e-15)
    assert table.labels[:3].tolist() == [0, 1, 0]
