from pathlib import Path

import pytest
from deap import tools

from evograft import problems
from evograft.representations.neuron_grammar import neuron_bnf
from evograft.studies import Source, read_study
from evograft.studies.ablation.toml_lines import line_of

WHOLE = """\
name = "operators"
seeds = [3, 1]
problems = [
    "flame",
    {name = "wine", label = "wine z", options = {scaling = "zscore"}},
    {name = "own.csv", target = "kind"},
]
population = 12
measures = ["test_accuracy", {name = "best", larger_is_better = false}]
baseline = "mge"
procedure = "mge"
level = 0.01
paired = false

[budget]
evaluations = 100
stagnation = 5

[arms.mge]
method = "mge"

[arms."one point"]
method = "mge"
set = {gene_length = 60}
objectives = ["error", "connections"]
cxpb = 0.5
mutpb = 0.25
population = 20

[arms."one point".aliases]
mate = "deap.tools:cxOnePoint"
mutate = {call = "deap.tools:mutShuffleIndexes", indpb = 0.5}

[arms.own]
method = "own_parts:toolbox"
"""


def write(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def whole(tmp_path):
    (tmp_path / "own_parts.py").write_text("def toolbox(problem):\n    return problem\n")
    return read_study(write(tmp_path, WHOLE))


def test_everything_in_a_file_reaches_the_study(whole, tmp_path):
    assert whole.name == "operators"
    assert whole.seeds == (3, 1)
    assert whole.problems == {
        "flame": Source("flame"),
        "wine z": Source("wine", options={"scaling": "zscore"}),
        "own.csv": Source(str(tmp_path / "own.csv"), target="kind"),
    }
    assert whole.population == 12
    assert whole.measures[0] == "test_accuracy"
    assert (whole.measures[1].name, whole.measures[1].larger_is_better) == ("best", False)
    settings = (whole.baseline, whole.procedure, whole.level, whole.paired)
    assert settings == ("mge", "mge", 0.01, False)
    assert whole.budget.describe() == {"evaluations": 100, "stagnation": 5}


def test_an_arm_of_a_file_has_all_its_overrides(whole):
    arm = whole.arms["one point"]
    assert (arm.cxpb, arm.mutpb, arm.population) == (0.5, 0.25, 20)
    assert dict(arm.parameters) == {"gene_length": 60}
    assert list(arm.objectives) == ["error", "connections"]
    assert arm.aliases["mate"] is tools.cxOnePoint
    assert arm.aliases["mutate"].func is tools.mutShuffleIndexes
    assert arm.aliases["mutate"].keywords == {"indpb": 0.5}


def test_a_module_beside_the_file_is_found(whole):
    assert whole.arms["own"].method("it") == "it"


def test_a_study_is_called_after_its_file(tmp_path):
    text = 'seeds = 1\nproblems = ["wine"]\n[arms.mge]\nmethod = "mge"\n'
    assert read_study(write(tmp_path, text)).name == "study"


GOOD = 'seeds = 2\nproblems = ["wine"]\n\n[budget]\ngenerations = 3\n\n[arms.a]\nmethod = "mge"\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("sseds = 2\n" + GOOD, 1, "unknown key 'sseds': did you mean 'seeds'"),
        (GOOD + 'presett = "literal"\n', 9, r"unknown key of arms\.a 'presett': did you mean"),
        (GOOD.replace("generations", "generation"), 5, "unknown key of budget 'generation': did"),
        (GOOD.replace("= 3", "= 0"), 5, "generations must be an integer of at least 1, got 0"),
        (GOOD.replace("seeds = 2", "seeds = [1, 1]"), 1, "seeds must differ, got 1 2 times"),
        (GOOD.replace('"mge"', '"mgee"'), 7, "unknown method 'mgee': did you mean 'mge'"),
        (GOOD.replace('method = "mge"\n', ""), 7, "arm 'a' must have a method, got none"),
        (GOOD + "aliases.mate = 'cxOnePoint'\n", 9, "mate must be 'module:function'"),
        (GOOD + "aliases.mate = 'deap.tools:cxOnePiont'\n", 9, "mate must name a function that"),
        (GOOD + "aliases.mate = 'no_such_module:f'\n", 9, "mate must name a function that"),
        (GOOD + "aliases.mate = 'deap.tools:crossover'\n", 9, "mate must name a function, got"),
        (GOOD + "aliases.mate = {indpb = 0.5}\n", 9, "mate must be 'module:function'"),
        (GOOD + "aliases = 3\n", 9, r"arms\.a\.aliases must be a table, got 3"),
        (GOOD + "set = {codons = 3}\n", 9, "unknown parameter of mge 'codons'"),
        (
            GOOD + "aliases.select = {call = 'deap.tools:selTournament', tournsz = 2}\n",
            9,
            "unknown argument of deap.tools:selTournament 'tournsz': did you mean 'tournsize'",
        ),
        (GOOD + 'method = "mge"\n', 9, "Cannot overwrite a value"),
        (GOOD.replace('["wine"]', "3"), 2, "problems must be a list, got 3"),
        (GOOD.replace('["wine"]', "[]"), 2, "problems must be one at least, got none"),
        (GOOD.replace('["wine"]', '["wine", "wine"]'), 2, "problems must differ, got 'wine' twice"),
        (GOOD.replace('["wine"]', '[{nam = "wine"}]'), 2, "unknown key of problems 'nam'"),
        (GOOD.replace('["wine"]', '[{label = "w"}]'), 2, "a problem must have a name"),
        ("measures = [3]\n" + GOOD, 1, "measures must be a table, got 3"),
        ('measures = [{name = "x"}]\n' + GOOD, 1, "a measure must have a larger_is_better"),
        ('baseline = "b"\n' + GOOD, 1, "unknown baseline 'b'"),
        ("arms = {}\n" + GOOD[: GOOD.index("[arms")], 1, "arms must be one at least, got none"),
        ("arms = 3\n" + GOOD[: GOOD.index("[arms")], 1, "arms must be a table, got 3"),
        (GOOD[: GOOD.index("[arms")], None, "arms must be given, got none"),
        (GOOD.replace("seeds = 2\n", ""), None, "seeds must be given, got none"),
        ("seeds = \n", 1, "Invalid value"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(text, line, message, tmp_path):
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=message) as error:
        read_study(path)
    assert str(path) in str(error.value)
    if line is not None:
        assert f"line {line}" in str(error.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"none\.toml cannot be read: No such file"):
        read_study(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"binary\.toml cannot be read"):
        read_study(tmp_path / "binary.toml")


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (["a"], 1),
        (["b", "c"], 3),
        (["b", "c", "d"], 4),
        (["b", "c", "e", "f"], 5),
        (["b", "none"], 2),
        (["none"], None),
        (["x y", "z"], 8),
    ],
)
def test_lines_of_keys(key, line):
    text = 'a = 1\n[b]\n[b.c]\nd = 2\ne.f = 3\n\n["x y"]  # why\nz = "="\n'
    assert line_of(text, key) == line


def test_example_studies_can_be_read():
    for path in sorted(Path(__file__).parents[2].glob("examples/*.toml")):
        assert read_study(path).arms


def arms_of(tmp_path, text):
    path = tmp_path / "arms.toml"
    path.write_text(f'problems = ["wine"]\nseeds = 1\n[arms]\n{text}\n')
    return read_study(path).arms


def test_one_vs_all_is_a_method_and_no_function(tmp_path):
    arms = arms_of(
        tmp_path,
        """
a = {method = "ova:neat", preset = "shared-budget", set = {generations = 7}}
b = {method = "ova:ge"}
""",
    )
    assert [arm.method for arm in arms.values()] == ["ova:neat", "ova:ge"]
    assert arms["a"].describe()["parameters"] == {"generations": 7}
    with pytest.raises(ValueError, match=r"line 4: unknown method 'ova:naet'.*did you mean.*neat"):
        arms_of(tmp_path, 'a = {method = "ova:naet"}')
    with pytest.raises(ValueError, match="must name a function that can be imported"):
        arms_of(tmp_path, 'a = {method = "nova:neat"}')


def test_a_grammar_lies_beside_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    (tmp_path / "own.bnf").write_text(neuron_bnf())
    elsewhere = tmp_path / "elsewhere.bnf"
    text = 'a = {method = "mge", set = {grammar = "own.bnf"}}\n'
    text += f'b = {{method = "ge", set = {{grammar = "{elsewhere}"}}}}'
    arms = arms_of(tmp_path, text)
    assert arms["a"].parameters == {"grammar": str(tmp_path / "own.bnf")}
    assert arms["b"].parameters == {"grammar": str(elsewhere)}
    toolbox = arms["a"].toolbox(problems.load("wine"))
    assert toolbox.method["grammar_digest"]
    with pytest.raises(ValueError, match="grammar must be the path of a BNF file, got 3"):
        arms_of(tmp_path, 'a = {method = "mge", set = {grammar = 3}}')


def test_a_grammar_is_described_by_what_its_file_says(tmp_path):
    def described(folder, text):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "own.bnf").write_text(text)
        arms = arms_of(tmp_path / folder, 'a = {method = "mge", set = {grammar = "own.bnf"}}')
        return arms["a"].describe()["parameters"]["grammar"]

    wide = described("here", neuron_bnf())
    assert wide.startswith("own.bnf, sha256 ")
    assert described("there", neuron_bnf()) == wide
    assert described("here", neuron_bnf(number="unit")) != wide
    missing = arms_of(tmp_path, 'a = {method = "mge", set = {grammar = "none.bnf"}}')
    assert missing["a"].describe()["parameters"]["grammar"] == str(tmp_path / "none.bnf")
