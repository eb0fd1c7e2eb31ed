import random
import re
from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from evograft.representations.grammar import Family, Grammar, GrammarError, NonTerminal
from evograft.representations.grammatical._rule_graph import shortest_depths

G1 = Grammar.parse(
    """
    <start> ::= <exp>
    <exp>   ::= 0 | 1 <exp>
    """
)


def test_the_published_codons_give_1110_and_leave_three_unused():
    codons = [11, 5, 73, 8, 15, 20, 30]
    derivation = G1.derive(codons)
    assert derivation.sentence == "1110"
    assert len(codons) - derivation.used == 3


def test_an_even_first_codon_gives_0_at_once():
    derivation = G1.derive([4, 5, 73, 8, 15, 20, 30])
    assert (derivation.sentence, derivation.used) == ("0", 1)


def test_over_all_parities_of_seven_codons_the_lengths_are_exactly_geometric():
    lengths = Counter(len(G1.derive(codons).sentence or "") for codons in product((0, 1), repeat=7))
    assert lengths == {1: 64, 2: 32, 3: 16, 4: 8, 5: 4, 6: 2, 7: 1, 0: 1}


def test_random_codons_give_the_published_distribution_of_lengths():
    # Null hypothesis: with 7 uniform codons the length is k with probability 2**-k for k = 1 … 7
    # and the rest, 2**-7, is invalid. Expected counts of 25 600 genes: 12 800, 6400, 3200, 1600,
    # 800, 400, 200 and 200 invalid ones. χ² with 7 degrees of freedom, p = 0.001.
    n = 25_600
    draw = random.Random(7)
    counts = Counter(len(G1.derive(list(draw.randbytes(7))).sentence or "") for _ in range(n))
    expected = {k: n * 2.0**-k for k in range(1, 8)} | {0: n * 2.0**-7}
    statistic = sum((counts[k] - e) ** 2 / e for k, e in expected.items())
    assert counts.total() == n
    assert statistic < chi2.ppf(0.999, 7)


def test_codons_are_not_read_a_second_time_when_they_run_out():
    derivation = G1.derive([1] * 7)
    assert (derivation.valid, derivation.sentence, derivation.used) == (False, None, 7)


def test_a_single_option_after_the_last_codon_fails_too():
    grammar = Grammar.parse("<s> ::= <bit> <end>\n<bit> ::= 0 | 1\n<end> ::= .")
    assert not grammar.derive([1]).valid
    assert grammar.derive([1, 9]).sentence == "1."
    assert grammar.derive([1, 9]).used == 1


def test_a_gene_without_codons_fails_even_where_none_is_needed():
    grammar = Grammar.parse("<s> ::= a")
    assert not grammar.derive([]).valid
    assert (grammar.derive([5]).sentence, grammar.derive([5]).used) == ("a", 0)


def test_the_left_most_non_terminal_reads_first():
    grammar = Grammar.parse("<s> ::= <a> <b>\n<a> ::= 0 | 1 <b>\n<b> ::= 2 | 3 | 4")
    assert grammar.derive([1, 2, 0]).sentence == "142"


def test_left_recursion_with_a_way_out_is_followed():
    grammar = Grammar.parse('<s> ::= p | <s> "," q')
    assert grammar.derive([1, 1, 0]).sentence == "p,q,q"


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.integers(0, 65535), max_size=20), st.lists(st.integers(0, 255), max_size=5))
def test_codons_behind_the_used_ones_change_nothing(codons, tail):
    grammar = Grammar.parse('<s> ::= <s> "+" <t> | <t>\n<t> ::= a | b | c')
    derivation = grammar.derive(codons)
    if derivation.valid:
        assert grammar.derive([*codons[: derivation.used], 7, *tail]) == derivation
    else:
        assert derivation.used == len(codons)


def test_the_printed_derivation_shows_every_expansion():
    grammar = Grammar.parse("<s> ::= <a> <b>\n<a> ::= u | v | w\n<b> ::= <a> | z")
    assert str(grammar.derive([8, 2, 0])) == (
        "<s>  single option  ->  <a><b>\n"
        "<a>  8 mod 3 = 2  ->  w<b>\n"
        "<b>  2 mod 2 = 0  ->  w<a>\n"
        "<a>  0 mod 3 = 0  ->  wu\n"
        "valid, 3 codons used"
    )
    assert str(grammar.derive([8])) == (
        "<s>  single option  ->  <a><b>\n<a>  8 mod 3 = 2  ->  w<b>\ninvalid: the codons ran out"
    )


def test_a_step_remembers_what_was_read_and_taken():
    step = G1.derive([11, 4]).steps[1]
    assert (step.rule, step.options, step.codon, step.option, step.form) == (
        "exp", 2, 11, 1, "1<exp>",
    )  # fmt: skip
    assert G1.derive([11, 4]).steps[0].codon is None


def test_options_go_on_over_lines_comments_and_blanks():
    grammar = Grammar.parse(
        """
        # a comment ::= with | marks
        <s> ::= a
              | <t> b

              # another
              | 'c | d' "<e>"
        <t> ::= "x*" | ""
        """
    )
    assert grammar.start == "s"
    assert grammar.rules == {
        "s": (("a",), (NonTerminal("t"), "b"), ("c | d", "<e>")),
        "t": (("x*",), ("",)),
    }
    assert grammar.families() == set()


def test_only_bare_starred_words_of_known_names_are_families():
    grammar = Grammar.parse("<s> ::= x* | h* | output* | y* | 'h*' | xx*")
    assert grammar.families() == {"x", "h", "output"}
    assert grammar.rules["s"][3:] == (("y*",), ("h*",), ("xx*",))
    assert str(Family("x")) == "x*"


def test_binding_numbers_the_members_in_place():
    grammar = Grammar.parse("<s> ::= first | '2*' x* end | last")
    assert grammar.bind(x=2).rules["s"] == (
        ("first",), ("2*", "x1", "end"), ("2*", "x2", "end"), ("last",),
    )  # fmt: skip


def test_two_families_in_one_option_make_every_pair():
    pairs = Grammar.parse("<s> ::= x* output*").bind(x=2, output=2).rules["s"]
    assert pairs == (("x1", "output1"), ("x1", "output2"), ("x2", "output1"), ("x2", "output2"))


def test_families_may_be_bound_one_after_the_other():
    grammar = Grammar.parse("<s> ::= x* | h*")
    half = grammar.bind(x=1)
    assert half.families() == {"h"}
    assert half.bind(h=2) == grammar.bind(x=1, h=2)
    assert grammar.families() == {"x", "h"}


def test_an_empty_family_moves_the_options_after_it_up():
    grammar = Grammar.parse("<s> ::= a | h* b | c")
    assert grammar.bind(h=0).derive([1]).sentence == "c"
    assert grammar.bind(h=1).derive([1]).sentence == "h1b"


def test_a_rule_left_without_options_goes_and_so_do_those_that_need_it():
    grammar = Grammar.parse("<s> ::= <u> | <k>\n<u> ::= <h> a\n<h> ::= h*\n<k> ::= k")
    assert grammar.bind(h=0).rules == {"s": ((NonTerminal("k"),),), "k": (("k",),)}
    assert set(grammar.bind(h=1).rules) == {"s", "u", "h", "k"}


def test_a_rule_that_can_no_longer_end_goes_with_its_empty_family():
    grammar = Grammar.parse("<s> ::= x* | <h>\n<h> ::= h* | <h>")
    assert grammar.bind(x=2, h=0).rules == {"s": (("x1",), ("x2",))}


def test_a_start_left_without_options_is_an_error():
    with pytest.raises(GrammarError, match=r"no sentence is left when bound to \{'h': 0\}"):
        Grammar.parse("<s> ::= h*").bind(h=0)


def test_an_unbound_family_cannot_be_derived():
    with pytest.raises(GrammarError, match="bind h, x before deriving"):
        Grammar.parse("<s> ::= x* | h*").derive([1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<s> ::= a <t>", "<s> uses <t>, which has no rule"),
        ("<s> ::= a\n<t> ::= b\n<s> ::= c", "line 3: <s> is defined twice"),
        ("<s> ::= <s> a", "<s> can never end in terminals"),
        ("<s> ::= a | <t>\n<t> ::= <u>\n<u> ::= b <t>", "<t>, <u> can never end in terminals"),
        ("\n\nno rule here", "line 3: expected <name> ::= …, got 'no rule here'"),
        ("<s> ::= a > b", "line 1: cannot read '>' in <s>"),
        ('<s> ::= a "b', "line 1: cannot read '\"b' in <s>"),
        ("<s> ::= a | | b", 'line 1: <s> has an empty option (write "" for one)'),
        ("# nothing\n<s> ::=", "line 2: <s> has an empty option"),
        ("<s> ::= a |", "line 1: <s> has an empty option"),
        ("", "no rule found"),
        ("# only a comment", "no rule found"),
    ],
)
def test_a_grammar_that_cannot_be_used_is_refused(text, message):
    with pytest.raises(GrammarError, match=re.escape(message)):
        Grammar.parse(text)


def test_a_grammar_error_is_a_value_error():
    assert issubclass(GrammarError, ValueError)


def test_a_file_is_read_as_its_text(tmp_path):
    path = tmp_path / "g.bnf"
    path.write_text("<s> ::= ä | b", encoding="utf-8")
    assert Grammar.from_file(path) == Grammar.parse("<s> ::= ä | b")
    assert Grammar.from_file(str(path)).derive([0]).sentence == "ä"
    path.write_text("<s> ::= ä | b", encoding="utf-8-sig")  # as some editors begin their files
    assert Grammar.from_file(path) == Grammar.parse("<s> ::= ä | b")


def test_a_rule_has_at_most_as_many_options_as_16_bits_choose_from():
    options = " | ".join(map(str, range(65_536)))
    assert len(Grammar.parse(f"<s> ::= {options}").rules["s"]) == 65_536
    with pytest.raises(GrammarError, match="<s> must have at most 65536 options, got 65537"):
        Grammar.parse(f"<s> ::= {options} | one more")
    with pytest.raises(GrammarError, match="<s> must have at most 65536 options, got 65537"):
        Grammar.parse("<s> ::= x* | y").bind(x=65_536)


def test_rules_may_lead_to_each_other_in_a_long_chain():
    # One sweep over all rules for each of them would take minutes.
    chain = [f'<s{i}> ::= <s{i + 1}> "a" | <s{i + 1}>' for i in range(3000)]
    grammar = Grammar.parse("\n".join([*chain, "<s3000> ::= b"]))
    assert shortest_depths(grammar.rules)["s0"] == 3001
    with pytest.raises(GrammarError, match=r"<s0>, <s1>, .*, <s3000> can never end in terminals"):
        Grammar.parse("\n".join([*chain, "<s3000> ::= <s0>"]))


def test_errors_of_a_file_name_it(tmp_path):
    path = tmp_path / "g.bnf"
    with pytest.raises(GrammarError, match=r"g\.bnf' cannot be read: No such file"):
        Grammar.from_file(path)
    path.write_bytes(b"<s> ::= \xff\xfe")
    with pytest.raises(GrammarError, match=r"g\.bnf' cannot be read: it is not UTF-8 text"):
        Grammar.from_file(path)
    path.write_text("<s> ::= <t>")
    with pytest.raises(GrammarError, match=r"g\.bnf: grammar: <s> uses <t>"):
        Grammar.from_file(path)
    with pytest.raises(GrammarError, match="cannot be read: Is a directory"):
        Grammar.from_file(tmp_path)
