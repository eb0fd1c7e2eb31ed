import copy

import numpy as np
import pytest
from deap import tools
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from evograft.representations._xoshiro_kernels import fill_state, next_word
from evograft.representations.grammar import Grammar, NonTerminal
from evograft.representations.grammatical import CompiledGrammar, DSGEMapping

SUMS = CompiledGrammar.of(Grammar.parse("<e> ::= <e> + <e> | ( <e> ) | <v>\n<v> ::= x | y"))
G1 = CompiledGrammar.of(Grammar.parse("<start> ::= <exp>\n<exp> ::= 0 | 1 <exp>"))


class PlainRepair:
    """Chooses as dynamic structured grammatical evolution does, and repairs a copy."""

    def __init__(self, compiled, genotype, state, max_depth, max_expansions):
        self.depths = dict(zip(compiled.rules, compiled.depths.tolist(), strict=True))
        self.genes = dict(zip(compiled.rules, map(list, genotype), strict=True))
        self.used = dict.fromkeys(compiled.rules, 0)
        self.state, self.max_depth, self.max_expansions = state, max_depth, max_expansions
        self.deepest = 0

    def __call__(self, name, options, depth):
        self.deepest = max(self.deepest, depth)
        forced = depth > self.max_depth or sum(self.used.values()) >= self.max_expansions
        fit = [
            choice
            for choice, option in enumerate(options)
            if not forced or self._flattest(option) <= self.depths[name]
        ]
        gene, place = self.genes[name], self.used[name]
        self.used[name] += 1
        if place == len(gene) or gene[place] not in fit:
            choice = None
            while choice not in fit:
                choice = int(next_word(self.state) % np.uint64(len(options)))
            gene[place : place + 1] = [choice]
        return gene[place]

    def repaired(self):
        return [*map(tuple, self.genes.values())]

    def _flattest(self, option):
        below = [self.depths[s.name] for s in option if isinstance(s, NonTerminal)]
        return 1 + max(below, default=0)


def stream(seed):
    state = np.empty(4, np.uint64)
    fill_state(np.uint64(seed), state)
    return state


def nesting(text):
    """How deep the brackets of *text* are."""
    return max(np.cumsum([{"(": 1, ")": -1}.get(c, 0) for c in text]).tolist())


@st.composite
def genotypes(draw, compiled):
    """Genes of any lengths, of which some indices may have to be drawn anew."""
    return [
        tuple(draw(st.lists(st.integers(0, count - 1), max_size=6)))
        for count in compiled.counts.tolist()
    ]


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.from_type(Grammar),
    st.data(),
    st.integers(0, 2**64 - 1),
    st.integers(0, 6),
    st.sampled_from([5, 40]),
)
def test_the_kernel_maps_and_repairs_as_the_plain_derivation(
    plain_sentence, grammar, data, seed, max_depth, most
):
    compiled = CompiledGrammar.of(grammar)
    mapping = DSGEMapping(compiled, max_depth=max_depth, initial_depth=0, max_expansions=most)
    individuals = data.draw(st.lists(genotypes(compiled), max_size=4))
    expected = copy.deepcopy(individuals)
    sentences = mapping.map(individuals, seed)
    state = stream(seed)
    for i, genotype in enumerate(expected):
        choose = PlainRepair(compiled, genotype, state, max_depth, most)
        assert sentences.text(i) == plain_sentence(grammar, choose)
        assert individuals[i] == choose.repaired()
        assert sentences.used[i].tolist() == list(choose.used.values())
        assert choose.deepest <= max_depth + compiled.depths.max()
    assert sentences.valid.all()


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.from_type(Grammar), st.data(), st.integers(0, 2**64 - 1), st.integers(0, 5))
def test_a_repaired_genotype_needs_no_repair(grammar, data, seed, max_depth):
    compiled = CompiledGrammar.of(grammar)
    mapping = DSGEMapping(compiled, max_depth=max_depth, initial_depth=0, max_expansions=50)
    individuals = data.draw(st.lists(genotypes(compiled), min_size=1, max_size=4))
    first = mapping.map(individuals, seed)
    repaired = copy.deepcopy(individuals)
    second = mapping.map(individuals, seed ^ 12345)
    assert individuals == repaired
    assert np.array_equal(first.tokens, second.tokens)
    assert np.array_equal(first.used, second.used)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.data(), st.integers(0, 2**64 - 1), st.integers(0, 6))
def test_members_are_offered_as_the_plain_derivation_does(
    plain_sentence, layered, data, seed, max_depth
):
    for rules in ({"member_rule": "node", "scope_rule": "layer"}, {"member_rule": "node"}):
        compiled = CompiledGrammar.of(layered, **rules)
        mapping = DSGEMapping(compiled, max_depth=max_depth, initial_depth=0)
        lists = st.lists(st.integers(0, 1), max_size=8).map(tuple)
        individuals = [
            [
                data.draw(st.lists(st.integers(0, 9), max_size=8).map(tuple) if dynamic else lists)
                if count > 1 or dynamic
                else ()
                for count, dynamic in zip(
                    compiled.counts.tolist(), (compiled.families >= 0).tolist(), strict=True
                )
            ]
            for _ in range(2)
        ]
        expected = copy.deepcopy(individuals)
        sentences = mapping.map(individuals, seed)
        assert sentences.valid.all()
        state = stream(seed)
        for i, genotype in enumerate(expected):
            choose = PlainRepair(compiled, genotype, state, max_depth, 10**5)
            assert sentences.text(i) == plain_sentence(layered, choose, **rules)
        again = mapping.map(individuals, seed + 1 if seed < 2**63 else 0)
        assert np.array_equal(again.tokens, sentences.tokens)


def test_a_genotype_grows_from_nothing_by_what_its_derivation_used():
    mapping = DSGEMapping(SUMS, initial_depth=6)
    genotypes = mapping.grow(300, seed=1)
    lengths = [[len(gene) for gene in genotype] for genotype in genotypes]
    grown = copy.deepcopy(genotypes)
    sentences = mapping.map(genotypes, seed=2)
    assert genotypes == grown
    assert sentences.used.tolist() == lengths
    assert len({sentences.text(i) for i in range(300)}) > 50


@pytest.mark.parametrize("depth", [0, 1, 4, 9])
def test_no_derivation_is_deeper_than_the_limit_demands(depth):
    # A bracket that opens at a depth up to the limit holds <v> at once, so that there are at most
    # limit + 1 of them, one in the other; and with so many genotypes some reach it.
    mapping = DSGEMapping(SUMS, max_depth=depth, initial_depth=depth)
    sentences = mapping.map(mapping.grow(4000, seed=3), seed=4)
    deepest = max(nesting(sentences.text(i)) for i in range(4000))
    assert deepest <= depth + 1
    assert depth > 4 or deepest == depth + 1


def test_the_limit_holds_for_indices_that_were_there_before():
    mapping = DSGEMapping(SUMS, max_depth=2, initial_depth=0)
    individual = [(1, 1, 1, 1, 1, 1), (0,)]
    sentences = mapping.map([individual], seed=1)
    assert sentences.text(0) == "(((x)))"
    assert individual == [(1, 1, 1, 2, 1, 1), (0,)]
    assert sentences.used.tolist() == [[4, 1]]


def test_after_so_many_expansions_everything_ends():
    branching = CompiledGrammar.of(Grammar.parse("<e> ::= <e> <e> | <e> <e> <e> | x"))
    mapping = DSGEMapping(branching, max_depth=40, max_expansions=1000)
    individuals: list[list[tuple[int, ...]]] = [[()] for _ in range(50)]
    sentences = mapping.map(individuals, seed=5)
    lengths = np.diff(sentences.limits)
    assert sentences.valid.all()
    assert 500 < lengths.max() <= 2 * 1000 + 1
    assert sentences.used.max() <= 1000 + 2 * 1000 + 1


def test_grown_lengths_have_the_distribution_of_fair_options_under_the_limit():
    # The lengths of G1 are 1, 2, 3, 4 with probability 1/2 … 1/16, and 5 with 1/16, since <exp> at
    # depth 5 has to end. χ² with 4 degrees of freedom, p = 0.001.
    n = 16_000
    mapping = DSGEMapping(G1, initial_depth=4)
    sentences = mapping.map(mapping.grow(n, seed=7), seed=0)
    counts = np.bincount(np.diff(sentences.limits), minlength=7)
    expected = n * np.array([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16])
    assert counts[0] == counts[6] == 0
    assert ((counts[1:6] - expected) ** 2 / expected).sum() < chi2.ppf(0.999, 4)


def test_the_seed_decides_what_is_drawn_and_nothing_else_does():
    mapping = DSGEMapping(SUMS)
    assert mapping.grow(20, seed=2**64 - 1) == mapping.grow(20, seed=2**64 - 1)
    assert mapping.grow(20, seed=1) != mapping.grow(20, seed=2)
    assert mapping.grow(20, seed=1)[:5] == mapping.grow(5, seed=1)


def test_more_repairs_and_tokens_than_room_is_first_made_for(plain_sentence):
    digit = " ".join("0" * 60)
    long = CompiledGrammar.of(Grammar.parse(f"<l> ::= <d> <l> | <d>\n<d> ::= {digit} | 1 | 2 <d>"))
    mapping = DSGEMapping(long, max_depth=150)
    individuals = [[(0,) * 100 + (1,), ()] for _ in range(20)]
    expected = copy.deepcopy(individuals)
    sentences = mapping.map(individuals, seed=9)
    state = stream(9)
    for i, genotype in enumerate(expected):
        choose = PlainRepair(long, genotype, state, 150, 10**5)
        assert sentences.text(i) == plain_sentence(long.grammar, choose)
        assert individuals[i] == choose.repaired()


def test_operators_of_deap_vary_genotypes():
    mapping = DSGEMapping(SUMS)
    a, b = mapping.grow(2, seed=11)
    tools.cxUniform(a, b, 0.5)
    sentences = mapping.map([a, b], seed=12)
    assert sentences.valid.all()
    assert [len(gene) >= used for gene, used in zip(a, sentences.used[0], strict=True)] == [
        True
    ] * 2


def test_a_rule_without_options_yet_makes_the_genotype_invalid():
    compiled = CompiledGrammar.of(
        Grammar.parse("<s> ::= <n> <s> | <n>\n<n> ::= x | <h>\n<h> ::= h*"), member_rule="n"
    )
    individual: list[tuple[int, ...]] = [(1,), (1,), ()]
    sentences = DSGEMapping(compiled).map([individual], seed=1)
    assert sentences.text(0) is None
    assert individual == [(1,), (1,), ()]


def test_a_rule_that_can_only_end_with_a_member_is_invalid_beyond_the_limit():
    compiled = CompiledGrammar.of(
        Grammar.parse("<s> ::= <i> <n>\n<i> ::= h* | z <i>\n<n> ::= x"), member_rule="n"
    )
    assert not DSGEMapping(compiled, max_depth=5, initial_depth=5).map([[(), (), ()]], 1).valid[0]


def test_an_index_of_a_member_that_is_not_offered_is_drawn_anew():
    compiled = CompiledGrammar.of(
        Grammar.parse("<s> ::= <n> <s> | <n>\n<n> ::= x | h*"), member_rule="n"
    )
    individual: list[tuple[int, ...]] = [(0, 0, 1), (5, 1, 2)]
    sentences = DSGEMapping(compiled).map([individual], seed=1)
    assert (sentences.text(0), individual) == ("xh1h2", [(0, 0, 1), (0, 1, 2)])


def test_no_individuals_give_no_sentences():
    mapping = DSGEMapping(G1)
    assert (len(mapping.map([], 0)), mapping.grow(0, 0)) == (0, [])


def test_one_list_that_stands_twice_is_repaired_for_neither():
    mapping = DSGEMapping(SUMS)
    individual: list[tuple[int, ...]] = [(2,), ()]
    with pytest.raises(ValueError, match=r"need repair must differ, got \[\(2,\), \(\)\] twice"):
        mapping.map([individual, individual], seed=1)
    mapping.map([individual], seed=1)
    assert mapping.map([individual, individual], seed=1).valid.all()


@pytest.mark.parametrize(
    ("individual", "error", "message"),
    [
        ([[0]], ValueError, "one gene for each of the 2 rules, got 1 in individual 1"),
        ([[3], [0]], ValueError, "<e> must hold integers from 0 to 2, got 3 in individual 1"),
        ([[0], [-1]], ValueError, "genes must be lists of integers .* got -1"),
        ([[0], [0.5]], TypeError, "genes must be lists of integers .* got 0.5"),
    ],
)
def test_what_is_no_genotype_is_refused(individual, error, message):
    with pytest.raises(error, match=message):
        DSGEMapping(SUMS).map([[(), ()], individual], seed=1)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"max_depth": -1}, "max_depth must be an integer of at least 0, got -1"),
        ({"max_depth": 3}, "initial_depth must be an integer from 0 to 3, got 6"),
        ({"max_expansions": 0}, "max_expansions must be an integer of at least 1, got 0"),
    ],
)
def test_wrong_parameters_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        DSGEMapping(SUMS, **parameters)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_that_has_not_64_bits_is_refused(seed):
    with pytest.raises(ValueError, match=f"seed must be an integer from 0 to .*, got {seed}"):
        DSGEMapping(SUMS).grow(1, seed)


def test_a_grammar_that_is_not_compiled_is_refused():
    with pytest.raises(TypeError, match=r"made by CompiledGrammar\.of, got a Grammar"):
        DSGEMapping(G1.grammar)
