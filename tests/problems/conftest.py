"""What the tests of the problems share."""

import os
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def data_folder():
    """The folder of the real data sets; the test is skipped where there is none."""
    folder = os.environ.get("EVOGRAFT_DATA")
    if not folder:
        pytest.skip("EVOGRAFT_DATA names no folder of data sets")
    return Path(folder)


@pytest.fixture
def sonar_folder(tmp_path, monkeypatch):
    """A folder, named by EVOGRAFT_DATA, with random numbers in the shape of the sonar set."""
    rng = np.random.default_rng(5)
    lines = [",".join([*(f"V{number}" for number in range(1, 61)), "class"])]
    for row in rng.random((208, 60)).round(4):
        lines.append(",".join([*map(str, row.tolist()), str(rng.choice(["R", "M"]))]))
    (tmp_path / "sonar.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("EVOGRAFT_DATA", str(tmp_path))
    return tmp_path
