"""GE, structured GE, dynamic SGE and modular GE as plug-ins."""

import random
from array import array
from dataclasses import asdict

import numpy as np
import pytest
from deap import algorithms, base, creator, tools

from evograft import plugins, problems, studies
from evograft.problems.objectives import WORST
from evograft.representations.grammar import GrammarError

METHODS = ("ge", "sge", "dsge", "modular-ge")
G1 = "<start> ::= <exp>\n<exp> ::= 0 | 1 <exp>\n"


def graft(method, problem, **settings):
    return plugins.graft(base.Toolbox(), method, problem, **settings)


@pytest.fixture
def g1(tmp_path):
    path = tmp_path / "g1.bnf"
    path.write_text(G1)
    return str(path)


def test_the_worked_example_of_ge(g1):
    toolbox = graft(
        "ge", problems.load("string_match", target="1110"), grammar=g1, wraps=0, lazy=True
    )
    assert toolbox.develop([11, 5, 73, 8, 15, 20, 30]) == "1110"
    assert toolbox.develop([4, 5, 73, 8, 15, 20, 30]) == "0"
    assert toolbox.evaluate([11, 5, 73, 8, 15, 20, 30]) == (0.0,)
    assert toolbox.develop([1] * 7) is None
    assert toolbox.evaluate([1] * 7) == (WORST,)
    assert toolbox.explain([4]).splitlines()[-1] == "valid, 1 codons used"


def test_eager_reading_and_wrapping_are_parameters(g1):
    problem = problems.load("string_match", target="1110")
    eager = graft("ge", problem, grammar=g1, wraps=1, lazy=False)
    # <start> reads 4; the fourth choice is read from the first codon again.
    assert eager.develop([4, 5, 73]) == "110"


def test_modular_ge_on_neurons_is_mge():
    problem = problems.load("wine")
    runs = []
    for method in ("mge", "modular-ge"):
        random.seed(7)
        toolbox = graft(method, problem, initial_genes=(2, 10))
        run = studies.evolve(toolbox, population=20, generations=15, progress=False)
        runs.append(([list(i) for i in run.population], run.best.fitness.values))
    assert runs[0] == runs[1]


def test_genes_of_modular_ge_are_added_up_or_joined():
    x = graft("modular-ge", problems.load("symbolic_regression", function="nguyen-1"))
    leaf = bytes([3, 0])  # <expr> takes its fourth option, and <leaf> the first one, x1
    assert str(x.develop([leaf, leaf, bytes([3, 1])])) == "x1 + x1 + 1"
    assert str(x.develop([b"", leaf])) == "x1"
    assert x.develop([b""]) is None
    text = graft("modular-ge", problems.load("string_match", target="ab"))
    assert text.develop([bytes([0, 0]), bytes([0, 1])]) == "ab"
    assert text.evaluate([bytes([0, 0]), bytes([0, 1])]) == (0.0,)


@pytest.mark.parametrize("method", METHODS)
def test_a_population_is_measured_as_each_member_by_itself(method):
    for problem in (problems.load("wine"), problems.load("symbolic_regression")):
        random.seed(3)
        toolbox = graft(method, problem)
        population = toolbox.population(n=30)
        batch = toolbox.evaluate.batch(population)
        assert batch == [toolbox.evaluate(individual) for individual in population]


@pytest.mark.parametrize("method", METHODS)
def test_evolution_improves_a_network_and_finds_a_text(method):
    random.seed(5)
    run = studies.evolve(
        graft(method, problems.load("wine")), population=100, generations=20, progress=False
    )
    assert run.logbook[-1]["best"] < 0.8 * run.logbook[0]["best"]
    text = graft(method, problems.load("string_match", target="abba"))
    assert studies.evolve(text, population=100, generations=20, progress=False).network == "abba"


def test_the_mean_of_a_generation_is_that_of_the_valid(g1):
    random.seed(15)
    problem = problems.load("string_match", target="1110")
    toolbox = graft("ge", problem, grammar=g1, genome_length=2, wraps=0)
    run = studies.evolve(toolbox, population=40, generations=0, progress=False)
    values = [individual.fitness.values[0] for individual in run.population]
    assert 0 < values.count(WORST) < 40
    assert run.logbook[0]["mean"] == np.mean([value for value in values if value != WORST])


def test_structured_genotypes_are_always_valid():
    for method in ("sge", "dsge"):
        random.seed(6)
        toolbox = graft(method, problems.load("wine"))
        population = toolbox.population(n=100)
        for a, b in zip(population[::2], population[1::2], strict=True):
            toolbox.mate(a, b)
            toolbox.mutate(a)
        assert all(toolbox.develop(individual).complexity().neurons for individual in population)


def test_dsge_keeps_what_it_repairs_and_reads_the_rest_always_alike():
    random.seed(8)
    toolbox = graft("dsge", problems.load("wine"))
    a, b = toolbox.population(n=2)
    toolbox.mate(a, b)
    network = toolbox.develop(a)
    a[:] = [gene[: len(gene) // 2] for gene in a]
    half = list(a)
    assert toolbox.develop(a) == toolbox.develop(a)
    assert list(a) == half
    toolbox.mutate(a)
    assert sum(map(len, a)) > sum(map(len, half))
    assert network.complexity().neurons > 0


def test_dsge_reads_what_is_unfit_alike_in_any_company():
    random.seed(13)
    toolbox = graft("dsge", problems.load("wine"))
    population = toolbox.population(n=12)
    for individual in population:
        individual[:] = [gene[: len(gene) // 2] for gene in individual]
    batch = toolbox.evaluate.batch(population)
    assert batch == [toolbox.evaluate(individual) for individual in population]
    assert batch[::-1] == toolbox.evaluate.batch(population[::-1])
    assert len(set(batch)) > 6


def test_a_rule_neuron_that_is_no_neuron_is_refused(tmp_path):
    path = tmp_path / "terms.bnf"
    path.write_text(
        '<net> ::= "output1:+1.0*sig(" <neuron> ")" | "output1:+1.0*sig(" <neuron> <neuron> ")"\n'
        '<neuron> ::= "+1.0*" <input>\n<input> ::= x* | h*\n'
    )
    with pytest.raises(GrammarError, match="<neuron> can put '\\+' where a neuron needs output1"):
        graft("dsge", problems.load("wine"), grammar=str(path))


class Vowels:
    """A problem of somebody else's."""

    grammar = "<s> ::= a | e | b <s>"
    objective = "error"

    def interpret(self, sentence):
        return sentence

    def measure(self, phenotypes):
        return np.array([1e8 if p is None else float(len(p)) for p in phenotypes])


def test_a_problem_of_ones_own_needs_four_names_and_for_several_genes_one_more():
    for method in ("ge", "sge", "dsge"):
        toolbox = graft(method, Vowels())
        assert toolbox.evaluate(toolbox.individual())[0] >= 1
    with pytest.raises(ValueError, match="problem must combine the sentences of several genes"):
        graft("modular-ge", Vowels())
    strange = Vowels()
    strange.objective = "score"
    with pytest.raises(ValueError, match="unknown objective of the problem 'score'"):
        graft("ge", strange)


def test_odd_genes_of_16_bit_codons_are_refused():
    toolbox = graft("modular-ge", problems.load("wine"), codon_bits=16)
    with pytest.raises(ValueError, match="genes of 16-bit codons must have even lengths"):
        toolbox.develop([b"abc", b"def"])


def test_dsge_grows_layers_unless_it_shall_not():
    for multi_layer in (True, False):
        random.seed(9)
        toolbox = graft("dsge", problems.load("wine"), multi_layer=multi_layer, initial_depth=10)
        layers = {toolbox.develop(i).complexity().hidden_layers for i in toolbox.population(n=200)}
        assert (max(layers) > 1) is multi_layer


@pytest.mark.parametrize("method", METHODS)
def test_a_users_class_around_our_genotypes_serves(method):
    creator.create(f"{method}Loss", base.Fitness, weights=(-1.0,))
    creator.create(f"{method}List", list, fitness=getattr(creator, f"{method}Loss"))
    kind = getattr(creator, f"{method}List")
    random.seed(14)
    toolbox = graft(method, problems.load("wine"))
    population = [kind(toolbox.individual()) for _ in range(6)]
    population, _ = algorithms.eaSimple(population, toolbox, 0.7, 0.5, 2, verbose=False)
    assert {type(one) for one in population} == {kind}


@pytest.mark.parametrize("kind", [list, array])
def test_a_users_class_and_a_users_operators_serve_ge(kind):
    name = f"Codons{kind.__name__}"
    settings = {"typecode": "B"} if kind is array else {}
    creator.create(f"{name}Loss", base.Fitness, weights=(-1.0,))
    creator.create(name, kind, fitness=getattr(creator, f"{name}Loss"), **settings)
    individual = getattr(creator, name)
    random.seed(10)
    toolbox = graft("ge", problems.load("wine"), individual=individual)
    toolbox.register("mate", tools.cxTwoPoint)
    toolbox.register("mutate", tools.mutUniformInt, low=0, up=255, indpb=0.05)
    run = studies.evolve(toolbox, population=20, generations=3, progress=False)
    assert isinstance(run.best, individual)
    assert toolbox.evaluate(run.best) == run.best.fitness.values


def test_codons_become_wider_with_long_rules(tmp_path):
    path = tmp_path / "long.bnf"
    path.write_text("<n> ::= " + " | ".join(f"{i}" for i in range(300)))
    toolbox = graft("ge", problems.load("string_match"), grammar=str(path))
    assert toolbox.individual().typecode == "H"
    assert toolbox.develop([299] * 3) == "299"


TABLE_2 = {"cxpb": 0.9, "mutpb": 1.0, "population": 200, "tournament": 7, "elite": 0.05}
"""Of the MGE paper: rate of crossover, population, selection; mutation is always on."""

NETWORKS = {"number": "wide", "monolithic": True, "output": "linear_softmax", "parsimony": 0.0}
"""The weights of MGE's default, in (-5, 5), and its loss, so that all search the same networks."""

OWN: dict[str, dict[str, object]] = {
    # Table 2 draws Pm for every offspring and replaces a codon with half of it. There is no
    # wrapping, and a rule with one option reads no codon. Ten genes of 100 codons are the most
    # that MGE begins with.
    "ge": {
        "pm": (0.001 / 2, 0.002 / 2, 0.003 / 2, 0.01 / 2),
        "length_pb": 0.0,
        "max_codons": None,
        "genome_length": 10 * 100,
        "codon_bits": "auto",
        "wraps": 0,
        "lazy": True,
    },
    # Their own mutation, recursion and depths stay those of their authors' programs.
    "sge": {"gene_pb": 0.05, "levels": 3},
    "dsge": {"indpb": 0.1, "max_depth": 17, "initial_depth": None, "multi_layer": True},
}


@pytest.mark.parametrize("method", OWN)
def test_the_preset_comparison_is_table_2_of_the_mge_paper(method):
    parameters = asdict(plugins.get(method).configure("comparison", {}))
    # The 500 generations of up to 3 classes; studies of more classes set 3000.
    expected = {**TABLE_2, "generations": 500, **NETWORKS, **OWN[method]}
    assert parameters == {**expected, "grammar": None, "threads": None}
    ours = asdict(plugins.get("mge").configure(None, {}))
    shared = (*TABLE_2, "number", "output", "parsimony", "grammar", "codon_bits")
    assert {n: parameters[n] for n in shared if n in parameters} == {
        n: ours[n] for n in shared if n in parameters
    }


@pytest.mark.parametrize("method", OWN)
def test_the_preset_comparison_reaches_the_operators(method):
    toolbox = graft(method, problems.load("wine"), preset="comparison")
    settings = {**TABLE_2, "generations": 500}
    assert {n: settings.get(n) for n in dict(toolbox.defaults)} == dict(toolbox.defaults)
    assert toolbox.select.keywords["tournsize"] == TABLE_2["tournament"]
    assert toolbox.replace.keywords["elite"] == TABLE_2["elite"]


@pytest.mark.parametrize("levels", [0, 3, 8])
def test_structured_ge_has_a_neuron_more_than_levels_at_most(levels):
    random.seed(2)
    toolbox = graft("sge", problems.load("wine"), preset="comparison", levels=levels)
    sizes = {toolbox.develop(one).complexity().neurons for one in toolbox.population(n=200)}
    assert sizes <= set(range(1, levels + 2))
    assert levels > 3 or len(sizes) == levels + 1
    said = plugins.get("sge").presets["comparison"].summary
    assert said.endswith("at the default 3 levels of recursion a network has at most 4 neurons")


@pytest.mark.parametrize(
    ("method", "settings", "message"),
    [
        ("ge", {"genome_length": 0}, "genome_length must be an integer from 1 to 1000000, got 0"),
        ("ge", {"pm": ()}, "pm must be a tuple of numbers from 0 to 1, got ()"),
        (
            "ge",
            {"genome_length": 20, "max_codons": 1},
            "max_codons must be an integer of at least 20, got 1",
        ),
        ("ge", {"wraps": -1}, "wraps must be an integer from 0 to 1000000, got -1"),
        ("ge", {"number": "wild"}, "number must be"),
        ("sge", {"levels": -1}, "levels must be an integer from 0 to 1000, got -1"),
        ("sge", {"gene_pb": 2}, "gene_pb must be a number from 0 to 1, got 2"),
        (
            "dsge",
            {"max_depth": 3, "initial_depth": 6},
            "initial_depth must be an integer from 0 to 3, got 6",
        ),
        ("dsge", {"indpb": 2}, "indpb must be a number from 0 to 1, got 2"),
        ("modular-ge", {"initial_genes": (3, 2)}, "initial_genes must be two integers 1 <= low"),
    ],
)
def test_bad_parameters_are_refused(method, settings, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(").replace(")", r"\)")):
        graft(method, problems.load("wine"), **settings)


@pytest.mark.parametrize(
    ("bnf", "message"),
    [
        ("<s> ::= <s> <s>", "<s> can never end"),
        ('<s> ::= ""', 'has no terminal other than ""'),
        ("<s> ::= a <b>", "<b>"),
        ("<s> ::= h* | a", "bind h"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_grammars_that_derive_nothing_are_refused(method, bnf, message, tmp_path):
    path = tmp_path / "bad.bnf"
    path.write_text(bnf)
    with pytest.raises(GrammarError, match=message):
        graft(method, problems.load("string_match"), grammar=str(path))


@pytest.mark.parametrize(
    ("bnf", "message"),
    [
        ("<e> ::= x1 | x9", "got 'x9': .*x9"),
        ('<e> ::= "foo(" <e> ")" | x1', "got 'foo"),
        ("<e> ::= <e> <e> | x1", "got 'x1x1"),
        ("<e> ::= y* | x1", "got 'y[*]'"),
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_a_grammar_of_what_the_problem_cannot_read_is_refused(method, bnf, message, tmp_path):
    path = tmp_path / "wrong.bnf"
    path.write_text(bnf)
    with pytest.raises(ValueError, match=f"grammar must derive what the problem reads, {message}"):
        graft(method, problems.load("symbolic_regression"), grammar=str(path))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("family", "things"), [("x", "features"), ("output", "outputs")])
def test_a_grammar_of_features_that_a_problem_has_not_is_refused(method, family, things, tmp_path):
    path = tmp_path / "wrong.bnf"
    path.write_text(f"<s> ::= a | {family}*")
    message = rf"must do without {family}\*, as the problem has no {things}, got '.*wrong\.bnf'"
    with pytest.raises(ValueError, match=message):
        graft(method, problems.load("string_match"), grammar=str(path))


@pytest.mark.parametrize("method", METHODS)
def test_one_option_of_many_that_cannot_be_read_is_found(method, tmp_path):
    path = tmp_path / "one.bnf"
    numbers = " | ".join(map(str, range(200)))
    path.write_text(f"<e> ::= x1 + <n> | x1\n<n> ::= {numbers} | sine(x1)")
    with pytest.raises(ValueError, match=r"what the problem reads, got 'x1\+sine\(x1\)': "):
        graft(method, problems.load("symbolic_regression"), grammar=str(path))


@pytest.mark.parametrize("method", METHODS)
def test_what_only_options_together_make_unreadable_is_invalid(method, tmp_path):
    # 1 and 1.1 are numbers, the shortest sentences of both options; 1.1.1 is none.
    path = tmp_path / "together.bnf"
    path.write_text('<d> ::= 1 | 1 "." <d>')
    random.seed(4)
    toolbox = graft(
        method,
        problems.load("symbolic_regression"),
        grammar=str(path),
        objectives=("error", "length"),
    )
    population = toolbox.population(n=60)
    read = [toolbox.develop(individual) for individual in population]
    assert 0 < read.count(None) < 60
    values = toolbox.evaluate.batch(population)
    assert values == [toolbox.evaluate(individual) for individual in population]
    for phenotype, value in zip(read, values, strict=True):
        assert (value == (WORST, WORST)) is (phenotype is None)
    algorithms.eaSimple(population, toolbox, 0.9, 0.5, 2, verbose=False)


def test_a_sentence_that_interpret_refuses_is_invalid_and_any_other_error_is_told():
    class Broken(Vowels):
        error: Exception

        def interpret(self, sentence):
            if len(sentence) > 3:
                raise self.error
            return sentence

    problem = Broken()
    problem.error = SyntaxError("too long")
    toolbox = graft("ge", problem)
    assert toolbox.evaluate([2, 2, 2, 0]) == (WORST,)
    problem.error = AttributeError("a bug")
    other = graft("ge", problem)
    with pytest.raises(AttributeError, match="a bug"):
        other.evaluate([2, 2, 2, 0])


def test_the_grammar_of_a_problem_is_tried_too_but_not_measured():
    class Fussy(Vowels):
        def interpret(self, sentence):
            if "b" in sentence:
                raise ValueError("no b")
            return sentence

    with pytest.raises(ValueError, match="what the problem reads, got 'ba': no b"):
        graft("ge", Fussy())

    class Slow(Vowels):
        def measure(self, phenotypes):
            raise AssertionError("measured before evolution begins")

    graft("ge", Slow())


def test_equal_sentences_have_one_phenotype():
    toolbox = graft("ge", problems.load("symbolic_regression"), lazy=True, wraps=0)
    x, again = toolbox.develop([3, 0]), toolbox.develop([3, 0, 7])
    assert x is again


def test_rules_that_cannot_be_reached_are_warned_of_and_left_out(tmp_path):
    path = tmp_path / "lost.bnf"
    path.write_text("<s> ::= a | b\n<lost> ::= c")
    with pytest.warns(UserWarning, match="<lost> cannot be reached"):
        toolbox = graft("ge", problems.load("string_match"), grammar=str(path))
    assert toolbox.develop([1, 1]) == "b"


def test_a_recursion_depth_of_0_leaves_what_is_not_recursive():
    toolbox = graft("sge", problems.load("string_match", target="ab"), levels=0)
    assert {len(toolbox.develop(i)) for i in toolbox.population(n=50)} == {1}
    grown = graft("dsge", problems.load("string_match", target="ab"), max_depth=0)
    assert {len(grown.develop(i)) for i in grown.population(n=50)} <= {1, 2}


def test_a_problem_without_sentences_is_refused():
    with pytest.raises(ValueError, match="problem must be classification, or one that reads"):
        graft("ge", problems.load("cartpole"))


def test_lengths_count_terminals():
    toolbox = graft(
        "ge", problems.load("string_match", target="ab"), objectives=("error", "length"), wraps=0
    )
    # <text> (2 options) and <char> (2): two characters, a and b.
    assert toolbox.evaluate([1, 0, 0, 1]) == (0.0, 2.0)
    assert toolbox.evaluate([1]) == (WORST, WORST)
    assert np.isfinite(toolbox.evaluate.batch(toolbox.population(n=5))).all()
