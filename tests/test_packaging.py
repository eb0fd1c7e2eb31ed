"""What is installed is what is there, and the rooms import only downwards."""

import ast
import configparser
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import evograft

ROOT = Path(__file__).parents[1]
FLOORS = {"studies": 4, "plugins": 3, "problems": 2, "operators": 2, "representations": 1}


def modules(room):
    return [path for path in (ROOT / room).rglob("*.py") if "__pycache__" not in path.parts]


def test_every_package_on_disk_is_listed():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = set(config["options"]["packages"].split())
    on_disk = {"evograft"}
    for room in FLOORS:
        for path in modules(room):
            on_disk.add("evograft." + ".".join(path.parent.relative_to(ROOT).parts))
    assert listed == on_disk


def test_the_version_is_the_installed_one():
    assert version("evograft") == evograft.__version__


@pytest.mark.parametrize("room", FLOORS)
def test_a_room_imports_only_rooms_below_it(room):
    for path in modules(room):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                parts = (name or "").split(".")
                if parts[0] != "evograft" or len(parts) == 1 or parts[1] == room:
                    continue
                assert FLOORS[parts[1]] < FLOORS[room], f"{path} imports {name}"


def test_commands_use_the_benchmark_and_not_the_other_way_round():
    for path in [*modules("studies/bench"), *(ROOT / "benchmarks").rglob("*.py")]:
        if "commands" not in path.parts:
            assert "evograft.studies.bench.commands" not in path.read_text(), path


@pytest.mark.parametrize("room", FLOORS)
def test_a_source_folder_cannot_be_imported_under_its_bare_name(room):
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {room}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"source folder: import evograft.{room} instead" in run.stderr


def test_importing_the_plugins_loads_no_heavy_library():
    heavy = {"sklearn", "pandas", "matplotlib", "networkx"}
    code = "import sys, evograft.plugins; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(run.stdout.split())
