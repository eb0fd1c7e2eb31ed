"""Plug-ins of other people: registered in the process, or announced by an installed package."""

import random
import sys
import warnings
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from deap import base

from evograft import plugins, problems
from evograft.plugins import registry
from evograft.plugins._evaluation import batch_map


@dataclass(frozen=True)
class NoParameters:
    """Nothing to set."""


def register_nothing(graft: plugins.Graft) -> plugins.Defaults:
    graft.toolbox.register("individual", list)
    return plugins.Defaults(0.5, 0.5, 10, 3)


def plugin(name: str) -> plugins.Plugin:
    return plugins.Plugin(name, "does nothing", "none", NoParameters, register_nothing)


@pytest.fixture
def announced(monkeypatch, tmp_path):
    """Entry points of packages that are, or pretend to be, installed."""
    (tmp_path / "foreign_package.py").write_text(
        "from evograft.plugins import Plugin, Defaults\n"
        "from dataclasses import dataclass\n"
        "@dataclass(frozen=True)\nclass P:\n    size: int = 3\n"
        "def register(graft):\n"
        "    graft.toolbox.register('individual', list)\n"
        "    return Defaults(0.5, 0.5, 10, 3)\n"
        "GOOD = Plugin('foreign', 'of a foreign package', 'none', P, register)\n"
        "NONSENSE = 3\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    entries = [
        EntryPoint("foreign", "foreign_package:GOOD", registry.ENTRY_POINTS),
        EntryPoint("nonsense", "foreign_package:NONSENSE", registry.ENTRY_POINTS),
        EntryPoint("broken", "no_such_package:GOOD", registry.ENTRY_POINTS),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    yield
    sys.modules.pop("foreign_package", None)


@pytest.mark.usefixtures("announced")
def test_an_announced_plugin_is_listed_loaded_and_grafted():
    assert "foreign" in plugins.names()
    assert plugins.get("foreign").summary == "of a foreign package"
    toolbox = plugins.graft(base.Toolbox(), "foreign", problems.load("wine"), size=4)
    assert toolbox.individual() == []
    assert toolbox.defaults.population == 10


@pytest.mark.usefixtures("announced")
def test_a_broken_plugin_is_reported_and_breaks_no_other():
    with pytest.raises(ValueError, match=r"method 'broken' of 'no_such_package:GOOD' is broken"):
        plugins.get("broken")
    with pytest.raises(ValueError, match=r"'nonsense' .* is broken: 3 is no Plugin"):
        plugins.get("nonsense")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names = [plugin.name for plugin in plugins.loadable()]
    assert {"foreign", "mge"} <= set(names)
    assert not {"broken", "nonsense"} & set(names)
    assert len(caught) == 2


def test_a_plugin_can_be_registered_once(monkeypatch):
    monkeypatch.setattr(registry, "_registered", {})
    plugins.register(plugin("mine"))
    assert plugins.get("mine").name == "mine"
    with pytest.raises(ValueError, match="plugin must have a name of its own, got 'mine'"):
        plugins.register(plugin("mine"))
    with pytest.raises(ValueError, match="got 'mge', which is taken"):
        plugins.register(plugin("mge"))
    with pytest.raises(TypeError, match="plugin must be a Plugin, got 3"):
        plugins.register(3)


def test_defaults_are_attributes_and_a_mapping():
    defaults = plugins.Defaults(0.9, 1.0, 200, 500)
    assert defaults.cxpb == defaults["cxpb"] == 0.9
    assert dict(**defaults) == {"cxpb": 0.9, "mutpb": 1.0, "population": 200, "generations": 500}
    with pytest.raises(KeyError):
        defaults["keys"]


def test_a_batch_goes_to_the_function_at_once_but_not_past_a_decoration():
    from functools import wraps

    calls: list[Any] = []

    class Double:
        def __init__(self):
            self.batch = self.many

        def __call__(self, x):
            return 2 * x

        def many(self, xs):
            calls.append(xs)
            return [2 * x for x in xs]

    toolbox = base.Toolbox()
    toolbox.register("evaluate", Double())
    assert batch_map(toolbox.evaluate, iter([1, 2])) == [2, 4]
    assert calls == [[1, 2]]

    def plus_one(function):
        @wraps(function)
        def wrapper(x):
            return function(x) + 1

        return wrapper

    toolbox.decorate("evaluate", plus_one)
    assert list(batch_map(toolbox.evaluate, [1, 2])) == [3, 5]
    assert len(calls) == 1


def test_a_seeded_and_an_unseeded_toolbox_say_so_in_their_record():
    random.seed(1)
    for seed in (None, 7):
        toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"), seed=seed)
        assert toolbox.method["seed"] == seed
        assert (toolbox.state()["rng"] is None) == (seed is None)


def test_an_evaluation_is_refreshed_once_per_map():
    refreshed: list[int] = []

    def evaluate(x):
        return (x + len(refreshed),)

    evaluate.refresh = lambda: refreshed.append(1)  # type: ignore[attr-defined]
    toolbox = base.Toolbox()
    toolbox.register("evaluate", evaluate)
    assert list(batch_map(toolbox.evaluate, [1, 2])) == [(2,), (3,)]
    assert list(batch_map(toolbox.evaluate, [1, 2])) == [(3,), (4,)]
