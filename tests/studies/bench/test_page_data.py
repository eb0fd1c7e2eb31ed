import base64
import dataclasses
import hashlib
import json
import math
import re
import zlib

import numpy as np
import pandas as pd
import pytest
from page_sources import IMAGE, SCRIPT, hostile_source, nested, small_source

from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.view import page_data
from evograft.studies.bench.view.export import export_page
from evograft.studies.bench.view.page import page_parts, policy
from evograft.studies.bench.view.source import GENOME_COLUMNS, BenchPageSource


def test_columns_are_32_bit_floats_and_what_is_not_finite_is_missing():
    values = page_data.column(np.array([1.5, np.nan, np.inf, -np.inf, 1e39, -3e38]))
    assert values.dtype == np.dtype("<f4")
    np.testing.assert_array_equal(np.isnan(values), [0, 1, 1, 1, 1, 0])
    assert page_data.column(np.array([True, False])).tolist() == [1, 0]


def test_numbers_of_entries_stay_exact():
    source = hostile_source()
    assert page_data.numbers(source).astype(int).tolist() == [1, 2, 2**40, 2**53]


def test_json_has_no_tags_and_nothing_that_browsers_cannot_read():
    value = {SCRIPT: [math.nan, -math.inf, 2**53, 2**53 + 1, 10**5000, np.int64(3), None, True]}
    text = page_data.safe_json(value)
    assert "<" not in text
    assert text.isascii()
    shown = ["9007199254740993", "an integer of 16610 bits"]
    assert json.loads(text) == {SCRIPT: [None, None, 2**53, *shown, 3, None, True]}


def test_what_is_nested_too_deeply_is_shown_down_to_a_level():
    told = json.loads(page_data.safe_json({"name": "deep", "extra": nested(5000)}))
    assert told["name"] == "deep"
    rest = told["extra"]
    for _ in range(page_data.DEEPEST - 1):
        (rest,) = rest
    assert rest == "nested too deeply to be shown"
    whole = nested(page_data.DEEPEST)
    assert json.loads(page_data.safe_json(whole)) == whole


def test_what_is_deflated_comes_back():
    packed = base64.b64decode(page_data.deflated({"axons": ["a" * 1000]}))
    assert json.loads(zlib.decompress(packed)) == {"axons": ["a" * 1000]}
    assert len(packed) < 60


def test_the_first_axes_are_named_metrics_where_there_are_any_and_else_what_varies():
    source = small_source()
    assert page_data.description(source, "served")["axes"] == [0, 1, 2]
    columns = {**source.columns, "neurons": source.numbers, "degree_entropy": source.numbers}
    named = dataclasses.replace(source, columns=columns)
    assert page_data.description(named, "served")["axes"] == [5, 0, 4]
    constant = {"same": np.full(60, 3), "none": np.full(60, np.nan), **source.columns}
    first = dataclasses.replace(source, columns=constant)
    assert page_data.description(first, "served")["axes"] == [2, 3, 4]
    few = dataclasses.replace(source, columns={"up": source.columns["up"]})
    assert page_data.description(few, "served")["axes"] == [0, 0, 0]


def test_the_policy_allows_our_own_style_and_script_alone():
    text = "".join(page_parts(served=True))
    for kind, tag in (("script", "script"), ("style", "style")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest())
        assert f"{kind}-src 'sha256-{digest.decode()}';" in policy(served=True)
    assert policy(served=True) in text
    assert "default-src 'none'" in policy(served=False)
    assert "connect-src 'none'" in policy(served=False)
    assert "unsafe" not in policy(served=True) + policy(served=False)
    assert not re.search(r"https?://", text)  # nothing is fetched from anywhere


def test_a_file_of_hostile_data_has_only_our_own_elements(tmp_path):
    text = export_page(hostile_source(), tmp_path / "page.html").read_text()
    assert text.count("<script>") == 1
    assert IMAGE not in text
    data = r' type="(application/json|text/plain)" id="[a-z0-9-]+"'
    others = [kind for kind in re.findall(r"<script([^>]*)>", text) if kind]
    assert len(others) == 10  # described, numbers, three columns, genomes, four growths
    assert all(re.fullmatch(data, kind) for kind in others)


def test_a_file_has_evenly_spaced_growths_and_all_genomes(tmp_path):
    text = export_page(small_source(), tmp_path / "page.html", growths=3).read_text()
    assert re.findall(r'id="growth-(\d+)"', text) == ["90", "110", "130"]
    (packed,) = re.findall(r'id="genomes-\d+">([^<]+)<', text)
    genomes = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert len(genomes) == 60
    exact = small_source().genome(83)
    assert genomes[3]["diffusion_rate"] == pytest.approx(exact["diffusion_rate"], rel=1e-6)
    assert genomes[3]["max_axon_length"] == exact["max_axon_length"]


def test_a_growth_that_cannot_be_had_does_not_keep_the_others_back(tmp_path):
    source, told = small_source(3), []
    genome_of = source.genome_of
    broken = dataclasses.replace(
        source, genome_of=lambda n: {**genome_of(n), "size_x": 0 if n == 81 else 20}
    )
    file = export_page(broken, tmp_path / "page.html", progress=lambda *parts: told.append(parts))
    packed = dict(re.findall(r'id="growth-(\d+)">([^<]+)<', file.read_text()))
    growths = {n: json.loads(zlib.decompress(base64.b64decode(z))) for n, z in packed.items()}
    assert [*growths["80"], *growths["82"]] == ["growth", "growth"]
    assert growths["81"] == {"error": "size_x must be an integer from 1 to 2147483647, got 0"}
    assert told == [(done, 10) for done in range(1, 11)]  # 2, four columns, a pack, three growths


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    source, path = small_source(3), tmp_path / "page.html"
    path.write_text("old")
    with pytest.raises(ValueError, match=r"growths must be an integer of at least 0, got -1"):
        export_page(source, path, growths=-1)
    with pytest.raises(OSError, match=r"nowhere.*cannot be written"):
        export_page(source, tmp_path / "nowhere" / "page.html")
    assert path.read_text() == "old"


class FakeBench:
    def __init__(self):
        self.metadata = {"format": 1}
        self.numbers = np.array([4, 7])

    def table(self, columns=None):
        named = {"number": self.numbers, "density": [0.5, np.nan], "digest": ["aa", "bb"]}
        genomes = {name: [1, 2] for name in GENOME_COLUMNS}
        return pd.DataFrame(named if columns is None else {name: genomes[name] for name in columns})

    def genomes(self):
        return ((number, self.genome(number)) for number in self.numbers)

    def genome(self, number):
        return Genome.random(np.random.default_rng(number), 6, 6, max_growth_steps=9)


def test_a_benchmark_gives_its_numeric_columns_and_those_of_its_genomes():
    source = BenchPageSource(FakeBench(), "1k", summaries={"density": "share of pairs"})
    assert list(source.columns) == ["density", *GENOME_COLUMNS]
    described = page_data.description(source, "served")
    assert described["count"] == 2
    assert [field["group"] for field in described["columns"][:2]] == ["measured", "genome"]
    assert described["columns"][0]["summary"] == "share of pairs"
    assert source.genome(7) == FakeBench().genome(7).to_dict()
    assert [*source.genomes()] == [source.genome(4), source.genome(7)]
