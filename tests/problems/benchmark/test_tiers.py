"""Tiers: what they are is fixed, and they are told from others; data cards say how."""

import json
import re
from pathlib import Path

import pytest
from bench_functions import SAMPLER, make_bench

from evograft.problems.benchmark_generation import tiers
from evograft.problems.benchmark_generation.data_card import data_card
from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.metrics import METRICS
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import RandomSampler, StratifiedSampler
from evograft.problems.benchmark_generation.tiers import TIERS, Tier, tier, tier_of
from evograft.problems.benchmark_generation.validation import validate
from evograft.representations.morphogenesis import Organism


def test_tiers_are_the_published_ones():
    assert {name: (found.seed, found.accepted) for name, found in TIERS.items()} == {
        "random-1k": (101, 1_000),
        "random-10k": (102, 10_000),
        "random-100k": (103, 100_000),
        "stratified-1k": (201, 1_000),
        "stratified-10k": (202, 10_000),
        "stratified-100k": (203, 100_000),
    }
    for name, found in TIERS.items():
        assert found.name == name
        kind = {"random": RandomSampler, "stratified": StratifiedSampler}[found.mode]
        assert found.sampler() == kind(found.seed, size=(20, 20), max_growth_steps=200)
        assert found.quality == Quality(5, 3, 0.7, "weak")
        assert tier_of(found.settings() | {"more": 1}) is found is tier(name)
        assert tier_of(found.settings() | {"accepted": 999}) is None
    assert tier_of({}) is None
    with pytest.raises(ValueError, match="unknown tier 'random-2k': did you mean"):
        tier("random-2k")


def test_the_published_hashes_are_those_of_the_documentation():
    text = (Path(__file__).parents[3] / "docs" / "bench_tiers.md").read_text()
    documented = dict(re.findall("^\\| `([a-z0-9-]+)` .* `([0-9a-f]{16})` \\|$", text, re.M))
    published = {name: found.content_hash for name, found in TIERS.items()}
    assert documented == {name: text[:16] for name, text in published.items() if text}
    assert all(len(text) == 64 for text in published.values() if text)


def made_again(name, out, **changes):
    found = tier(name)
    settings = {"quality": found.quality, "accepted": found.accepted} | changes
    report = generate(out, found.sampler(), **settings)
    return report.attempts, report.content_hash


def test_the_smallest_random_tier_is_made_again(tmp_path):
    assert made_again("random-1k", tmp_path) == (4963, tier("random-1k").content_hash)


def test_the_first_entries_of_the_smallest_stratified_tier_are_made_again(tmp_path):
    expected = "c7b3ea6b416b06a5bbca2885c0c3efab33f1757910a27e55b1b185a665b5a75b"
    assert made_again("stratified-1k", tmp_path, accepted=3, layout="json") == (165, expected)


@pytest.fixture
def small(monkeypatch):
    """A tier that is made at once, and its hash."""

    def add(content_hash):
        made = Tier("small", "random", 1, 5, (8, 8), 100, content_hash=content_hash)
        monkeypatch.setitem(tiers.TIERS, "small", made)
        return made

    return add


def test_validation_knows_tiers_and_their_hashes(tmp_path, small):
    unhashed = small(None)
    report = make_bench(tmp_path, accepted=5)
    assert unhashed.sampler() == SAMPLER
    found = validate(tmp_path)
    assert (found.findings, found.tier) == ([], unhashed)
    assert found.unchecked == ["tier small has no published hash yet"]
    small(report.content_hash)
    assert (validate(tmp_path).findings, validate(tmp_path).unchecked) == ([], [])
    other = small("0" * 64)
    (one,) = validate(tmp_path, tier=other).findings
    expected = f"{'0' * 64}, that of tier small"
    assert (one.field, one.expected, one.found) == ("content_hash", expected, report.content_hash)
    fields = [one.field for one in validate(tmp_path, tier=tier("random-1k")).findings]
    assert fields == ["sampler", "accepted", "content_hash"]


def few(organism: Organism) -> dict[str, float]:
    return {"density": 0.5, "my_own": 1.0}


@pytest.mark.parametrize("layout", ["parquet", "json"])
def test_a_data_card_tells_what_there_is(tmp_path, small, layout):
    small(None)
    report = make_bench(tmp_path, accepted=5, layout=layout, measure=few)
    bench = Bench.open(tmp_path)
    card = (tmp_path / "README.md").read_text()
    assert card == data_card(bench.metadata)
    assert card.startswith("# MorphoNAS-Bench: small\n")
    for text in (
        "| seed | 1 |",
        "| coverage | 0.7 |",
        f"| all | {report.attempts} (100.00%) |",
        f"| rejected for edges | {report.rejected['edges']} (",
        f"| content hash | {report.content_hash} |",
        f"| numpy | {bench.metadata['versions']['numpy']} |",
        f"| `density` | {METRICS['density'].summary} |",
        "| `my_own` | by a measure of the maker's own |",
        "`evograft split 0 NUMBER`",
        "## Known limits",
        "MIT",
    ):
        assert text in card
    for code in re.findall("```python\n(.*?)```", card, re.S):
        names: dict[str, object] = {}
        exec(code.replace("DIR", str(tmp_path)), names)
        if "pd" in names:
            assert len(names["table"]) == 5
        if "entry" in names:
            assert sorted(names["entry"]) == ["genome", "metrics", "network", "number"]  # type: ignore[call-overload]


def test_a_card_says_what_was_left_open_and_of_any_mode(tmp_path):
    make_bench(
        tmp_path,
        sampler=StratifiedSampler(1, None, None),
        quality=Quality(0, 0, 0, None),
        accepted=1,
        layout="json",
    )
    card = (tmp_path / "README.md").read_text()
    assert card.startswith("# MorphoNAS-Bench: stratified\n")
    assert "| size | drawn |" in card
    assert "| connected | any |" in card
    assert "Metrics" not in card
    metadata = json.loads((tmp_path / "generation_metadata.json").read_text())
    metadata["scores"] = ["cartpole_0"]
    assert "`cartpole_0`" in data_card(metadata)
