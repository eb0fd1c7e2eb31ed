import pandas as pd
import pytest

from evograft.studies.representation.measured_cells import cell_generator, measured_cells

CELLS = [{"method": name, "neurons": n} for n in (2, 3) for name in ("a", "b")]


class Measure:
    """Two rows with random numbers for each cell; remembers what it was asked for."""

    def __init__(self, stop_at=None):
        self.asked = []
        self.stop_at = stop_at

    def __call__(self, cell):
        if cell == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(cell)
        rng = cell_generator(cell)
        return [{"bits": bits, "mean": rng.random(), "sd": float("nan")} for bits in (1, 2)]


def measured(cells, measure, file=None):
    return measured_cells(cells, measure, file, progress=False)


def test_rows_begin_with_their_cell_in_the_order_of_the_cells():
    frame = measured(CELLS, Measure())
    assert list(frame) == ["method", "neurons", "bits", "mean", "sd"]
    assert frame["method"].tolist() == ["a", "a", "b", "b"] * 2
    assert frame["neurons"].tolist() == [2] * 4 + [3] * 4
    assert frame["mean"].nunique() == 8


def test_an_interrupted_table_goes_on_and_equals_a_whole_one(tmp_path):
    file = tmp_path / "rows.csv"
    with pytest.raises(KeyboardInterrupt):
        measured(CELLS, Measure(stop_at=CELLS[2]), file)
    assert len(pd.read_csv(file)) == 4
    again = Measure()
    resumed = measured(CELLS, again, file)
    assert again.asked == CELLS[2:]
    pd.testing.assert_frame_equal(resumed, measured(CELLS, Measure()), check_exact=True)
    never = Measure()
    pd.testing.assert_frame_equal(measured(CELLS, never, file), resumed, check_exact=True)
    assert never.asked == []


def test_other_cells_stay_in_the_file_and_out_of_the_table(tmp_path):
    file = tmp_path / "rows.csv"
    measured(CELLS, Measure(), file)
    more = [{"method": "c", "neurons": 2}, CELLS[1]]
    frame = measured(more, Measure(), file)
    assert frame["method"].tolist() == ["c", "c", "b", "b"]
    assert len(pd.read_csv(file)) == 10


def test_a_cell_depends_on_its_own_settings_alone():
    alone = measured(CELLS[3:], Measure())["mean"].tolist()
    assert measured(CELLS, Measure())["mean"].tolist()[6:] == alone


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("method,size\na,2\n", "must be a table of this analysis, it has no 'neurons'"),
        ("", "must be a table of this analysis, it has no 'method'"),
        ("method,neurons\na\n", r"rows\.csv must be .*, got a line of another length"),
        ("method,neurons\na,2,3\n", r"rows\.csv must be .*, got a line of another length"),
        (b"\xd6\xff", r"rows\.csv must be a table of this analysis, got 'utf-8' codec"),
    ],
)
def test_a_foreign_file_is_refused_and_kept(tmp_path, content, message):
    file = tmp_path / "rows.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = file.read_bytes()
    with pytest.raises(ValueError, match=message):
        measured(CELLS, Measure(), file)
    assert file.read_bytes() == before
