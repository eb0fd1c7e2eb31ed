"""The notebook of the analysis runs from its first to its last cell, and is kept small."""

from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[3] / "examples" / "benchmark_analysis.ipynb"


@pytest.fixture(scope="module")
def stored():
    nbformat = pytest.importorskip("nbformat", reason="the extra 'test' is not installed")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_it_is_stored_without_outputs(stored):
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert len(code) >= 10
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert all(not cell.metadata for cell in stored.cells)
    assert set(stored.metadata) == {"kernelspec", "language_info"}


def test_it_runs(stored, tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="the extra 'test' is not installed")
    pytest.importorskip("ipykernel", reason="the extra 'test' is not installed")
    client = nbclient.NotebookClient(
        stored.copy(), timeout=60, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    outputs = [output for cell in client.execute().cells for output in cell.get("outputs", ())]
    said = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "random: 200 of " in said
    assert "stratified: 40 of " in said
    assert "50 of 200 networks, drawn with seed 0, each beside a random network" in said
    assert "(2, " in said  # the shape of an edge index
    shown = [output.data for output in outputs if output.output_type == "execute_result"]
    assert sum("image/png" in data for data in shown) == 6
    assert any("# Comparison of the modes" in data.get("text/markdown", "") for data in shown)
    assert any("undecided" in data.get("text/plain", "") for data in shown)
    assert list(tmp_path.iterdir()) == []
