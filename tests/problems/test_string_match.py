"""The distance of texts, and the grammar that derives them."""

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.problems.objectives import SIGNS, WORST
from evograft.problems.string_match import StringMatchProblem
from evograft.representations.grammar import Grammar

exact = settings(deadline=None, derandomize=True)

printable = st.text(st.characters().filter(str.isprintable), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "error"),
    [("abc", 0), ("", 3), ("abd", 1), ("bca", 3), ("ab", 1), ("abcabc", 3), ("xabc", 4)],
)
def test_differing_characters_and_difference_in_length(text, error):
    assert StringMatchProblem(target="abc").score(text) == error


@exact
@given(printable, st.text(max_size=12))
def test_the_error_is_that_of_padded_texts(target, text):
    width = max(len(target), len(text))
    pairs = zip(list(target) + [None] * width, list(text) + [None] * width, strict=False)
    expected = sum(a != b for a, b in list(pairs)[:width])
    problem = StringMatchProblem(target=target)
    assert problem.measure([text, None, target]).tolist() == [expected, WORST, 0.0]


@exact
@given(printable)
def test_the_grammar_derives_the_target(target):
    problem = StringMatchProblem(target=target)
    grammar = Grammar.parse(problem.grammar)
    characters = [option[0] for option in grammar.rules["char"]]
    assert characters == sorted(set(target))
    n = len(characters)
    codons = []
    for place, character in enumerate(target):
        codons.append(int(place < len(target) - 1))
        if n > 1:
            codons.append(characters.index(character))
    # The mapping needs a codon in hand for the last expansion, even one that reads none.
    sentence = grammar.derive([*codons, 0]).sentence
    assert problem.interpret(sentence) == problem.interpret(list(sentence)) == target


def test_what_others_ask_of_the_problem():
    problem = StringMatchProblem("string_match", target="ab")
    assert (problem.kind, problem.objective, problem.name) == ("string", "error", "string_match")
    assert SIGNS[problem.objective] == -1.0
    report = problem.report("ac")
    assert report == {"error": 1.0, "success": False, "text": "ac", "target": "ab"}
    assert json.loads(json.dumps(report)) == report
    assert problem.report("ab")["success"] is True
    assert problem.progress("abc") == {"length": 3.0}
    assert pickle.loads(pickle.dumps(problem)) == problem


@pytest.mark.parametrize("target", ["", "two\nlines", "tab\t", "\u2028"])
def test_a_target_has_printable_characters(target):
    with pytest.raises(ValueError, match="target must have one or more characters"):
        StringMatchProblem(target=target)


def test_texts_only():
    with pytest.raises(TypeError, match="target must be a text, got 3"):
        StringMatchProblem(target=3)
    with pytest.raises(TypeError, match="phenotype must be a text, got 3"):
        StringMatchProblem().score(3)
