"""Expressions against a recursive reader in plain Python, by value, by text, and in error."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.expressions import (
    PROTECTIONS,
    Expression,
    ExpressionError,
    evaluate_many,
    parse,
)

exact = settings(deadline=None, derandomize=True, max_examples=200)

X = np.array([[0.0, 0.0, 1.0], [1.0, -2.0, 0.5], [-0.75, 3.0, -1.0], [2.5, 1e3, 0.0]])

BINARY = ["+", "-", "*", "/", "^", "**"]
UNARY = ["sin", "cos", "exp", "log", "sqrt", "tanh"]


@st.composite
def sentences(draw):
    """Tokens of an expression with needed, needless and missing parentheses."""
    leaves = st.sampled_from(
        ["x1", "x2", "x3", "x[0]", "x[2]", "0", "1", "2.5", ".5", "1e-3", "7."]
    )

    def around(inner):
        return st.one_of(
            st.tuples(inner, st.sampled_from(BINARY), inner).map(lambda t: (*t[0], t[1], *t[2])),
            st.tuples(st.sampled_from(UNARY), inner).map(lambda t: (t[0], "(", *t[1], ")")),
            st.tuples(st.sampled_from("-+"), inner).map(lambda t: (t[0], *t[1])),
            inner.map(lambda t: ("(", *t, ")")),
        )

    return list(draw(st.recursive(leaves.map(lambda leaf: (leaf,)), around, max_leaves=12)))


class Reader:
    """Recursive descent over tokens; each method returns value, size and depth of what it reads.

    sum: product (+- product)*, product: sign (*/ sign)*, sign: -sign | power,
    power: atom (^ sign)?
    """

    def __init__(self, tokens, row, protection):
        self.tokens, self.row, self.protection = tokens, row, protection

    def take(self, *wanted):
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else None

    def chain(self, operand, *operators):
        left = operand()
        while operator := self.take(*operators):
            left = self.join(operator, left, operand())
        return left

    def join(self, operator, left, right):
        a, b = left[0], right[0]
        if operator == "+":
            value = a + b
        elif operator == "-":
            value = a - b
        elif operator == "*":
            value = a * b
        elif operator == "/":
            value = np.float64(1) if self.protection != "none" and b == 0 else a / b
        else:
            value = a**b
        return value, left[1] + right[1] + 1, 1 + max(left[2], right[2])

    def sum(self):
        return self.chain(self.product, "+", "-")

    def product(self):
        return self.chain(self.sign, "*", "/")

    def sign(self):
        if self.take("+"):
            return self.sign()
        if self.take("-"):
            value, size, depth = self.sign()
            return -value, size + 1, depth + 1
        left = self.atom()
        if self.take("^", "**"):
            return self.join("^", left, self.sign())
        return left

    def atom(self):
        token = self.tokens.pop(0)
        if token == "(":
            inside = self.sum()
            assert self.tokens.pop(0) == ")"
            return inside
        if token in UNARY:
            value, size, depth = self.atom()
            return self.apply(token, value), size + 1, depth + 1
        if token.startswith("x["):
            return self.row[int(token[2:-1])], 1, 1
        return self.row[int(token[1:]) - 1] if token[0] == "x" else np.float64(token), 1, 1

    def apply(self, function, x):
        if self.protection != "none" and function == "sqrt":
            return np.sqrt(np.abs(x))
        if self.protection == "offset" and function == "log":
            return plain("log", 1 + np.abs(x))
        if self.protection == "koza" and function == "log":
            return np.float64(0) if x == 0 else plain("log", np.abs(x))
        return plain(function, x)


def plain(function, x):
    """A function of the C library, which raises nothing; NumPy's own differ in the last bit."""
    try:
        return np.float64(getattr(math, function)(x))
    except OverflowError:
        return np.float64(np.inf)
    except ValueError:
        return np.float64(-np.inf if function == "log" and x == 0 else np.nan)


@exact
@given(sentences(), st.sampled_from(PROTECTIONS))
def test_value_size_and_depth_are_those_of_recursive_descent(tokens, protection):
    expression = parse(" ".join(tokens), protection=protection)
    with np.errstate(all="ignore"):
        read = [Reader(list(tokens), row, protection).sum() for row in X]
    values = expression(X)
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, [value for value, _, _ in read])
    assert {(size, depth) for _, size, depth in read} == {(expression.size, expression.depth)}


@exact
@given(sentences(), st.sampled_from(PROTECTIONS))
def test_the_text_parses_to_the_same_program(tokens, protection):
    expression = parse(" ".join(tokens), protection=protection)
    again = parse(str(expression), protection=protection)
    assert again.codes.tolist() == expression.codes.tolist()
    assert again.operands.tolist() == expression.operands.tolist()
    assert str(again) == str(expression)


@settings(exact, max_examples=60)  # the programs are those of the tests above
@given(st.lists(sentences(), max_size=5), st.integers(0, 300))
def test_many_at_once_are_one_at_a_time(many, n_samples):
    rows = np.resize(X, (n_samples, 3))
    expressions = [parse(" ".join(tokens)) for tokens in many]
    values = evaluate_many(expressions, rows)
    assert values.shape == (len(many), n_samples)
    for expression, found in zip(expressions, values, strict=True):
        one_by_one = [expression(rows[i : i + 1])[0] for i in range(min(n_samples, 3))]
        np.testing.assert_array_equal(found[: len(one_by_one)], one_by_one)
        np.testing.assert_array_equal(found, np.resize(expression(X), n_samples))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("((x1)+((2.0)))", "x1 + 2"),
        ("x1-(x2-x3)", "x1 - (x2 - x3)"),
        ("(x1-x2)-x3", "x1 - x2 - x3"),
        ("x1/(x2*x3)", "x1 / (x2 * x3)"),
        ("(x1+x2)*x3", "(x1 + x2) * x3"),
        ("x1**(x2**x3)", "x1 ^ x2 ^ x3"),
        ("(x1^x2)^x3", "(x1 ^ x2) ^ x3"),
        ("-x1^2", "-x1 ^ 2"),
        ("(-x1)^2", "(-x1) ^ 2"),
        ("2^-x1", "2 ^ (-x1)"),
        ("-(x1*x2)", "-(x1 * x2)"),
        ("-x1*x2", "-x1 * x2"),
        ("x1 - - + -x[1]", "x1 - --x2"),
        ("log(x[007])*1e+20", "log(x8) * 1e+20"),
    ],
)
def test_the_text_has_no_needless_parentheses(text, plain):
    assert str(parse(text)) == plain


def test_terminals_are_joined_as_in_a_sentence():
    assert str(parse(["sin(", "x", "1", "2", ")", "*", "*", "1", ".", "5"])) == "sin(x12) ^ 1.5"
    assert parse(("x1",)).size == 1


@pytest.mark.parametrize(
    ("protection", "quotient", "logarithms", "root"),
    [
        ("offset", 1.0, [0.0, np.log(3), np.log(3)], np.sqrt(2)),
        ("koza", 1.0, [0.0, np.log(2), np.log(2)], np.sqrt(2)),
        ("none", np.inf, [-np.inf, np.nan, np.log(2)], np.nan),
    ],
)
def test_protections_at_zero_and_below(protection, quotient, logarithms, root):
    def value(text, x):
        return parse(text, protection=protection)([[x]])[0]

    assert value("3 / x1", 0.0) == quotient
    assert value("3 / x1", 2.0) == 1.5
    found = [value("log(x1)", x) for x in (0.0, -2.0, 2.0)]
    np.testing.assert_allclose(found, logarithms, rtol=1e-15)
    np.testing.assert_allclose(value("sqrt(x1)", -2.0), root, rtol=1e-15)
    assert value("sqrt(x1)", 4.0) == 2.0


def test_what_is_not_finite_stays_so():
    values = parse("exp(x1)", protection="offset")([[1e4], [np.nan], [-np.inf]])
    np.testing.assert_array_equal(values, [np.inf, np.nan, 0.0])
    np.testing.assert_array_equal(parse("(0-8)^(1/3)")([[0.0]]), [np.nan])
    assert parse("0^0 + 3*x1")([[np.inf]])[0] == np.inf


def test_long_and_deep_sentences_are_read_without_recursion():
    deep = parse("(" * 50_000 + "x1" + ")" * 50_000)
    assert (deep.size, str(deep)) == (1, "x1")
    right = parse("x1-(" * 2_000 + "x1" + ")" * 2_000)
    assert (right.size, right.depth) == (4_001, 2_001)
    assert right([[3.0]]).tolist() == [3.0]
    assert parse("-" * 10_001 + "x1")([[3.0]]).tolist() == [-3.0]
    chain = parse("+".join(["x2"] * 10_000))
    assert (chain.depth, chain([[0.0, 0.5]]).tolist()) == (10_000, [5_000.0])


def test_expressions_are_frozen_and_pickle():
    expression = parse("x1 / x2", protection="none")
    with pytest.raises(AttributeError):
        setattr(expression, "codes", np.zeros(1, np.int32))  # noqa: B010
    again = pickle.loads(pickle.dumps(expression))
    assert isinstance(again, Expression)
    assert again([[1.0, 0.0]])[0] == np.inf


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a number, a variable, a function or '(', got the end of ''"),
        ("x1 +", "expected a number, a variable, a function or '(', got the end of 'x1 +'"),
        ("x1 * / x2", "got '/' at position 6 of 'x1 * / x2'"),
        ("()", "got ')' at position 2"),
        ("x1 x2", "expected an operator, got 'x2' at position 4"),
        ("2x1", "expected an operator, got 'x1' at position 2"),
        ("(x1 2)", "expected an operator or ')', got '2' at position 5"),
        ("(x1) (x2)", "expected an operator, got '(' at position 6"),
        ("x1)", "expected an operator or the end, got ')' at position 3"),
        ("x1 + ((x2)", "expected ')' for the '(' at position 6"),
        ("sin x1", "expected '(' after sin, got 'x1' at position 5"),
        ("x1 + sin", "expected '(' after sin, got the end"),
        ("x1 * * x2", "got '*' at position 6"),
        ("x0", "expected a variable (x1, x2, … or x[0], x[1], …) or one of sin, cos"),
        ("x", "got 'x' at position 1"),
        ("x1x2", "got 'x1x2' at position 1"),
        ("__import__('os')", "got '__import__' at position 1"),
        ("x[-1]", "got 'x' at position 1"),
        ("x1 % 2", "expected a symbol of arithmetic, got '%' at position 4"),
        ("x1 + ²", "got '²' at position 6"),
        ("1e999", "expected a finite number, got '1e999' at position 1"),
        ("x" + "9" * 5000, "variables, got"),
        ("x2147483649", "expected one of 2147483648 variables, got 'x2147483649'"),
    ],
)
def test_no_expression(text, message):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert message in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("sentence", [None, 3, b"x1", ["x1", 2], {"x1"}])
def test_a_sentence_is_text(sentence):
    with pytest.raises(TypeError, match="sentence must be a text or a sequence of texts, got"):
        parse(sentence)


def test_other_bad_input():
    with pytest.raises(ValueError, match="protection must be one of 'offset', 'koza', 'none'"):
        parse("x1", protection="safe")
    with pytest.raises(TypeError, match="expressions must be made by parse, got 'x1'"):
        evaluate_many(("x1",), X)
    with pytest.raises(TypeError, match="X must hold real numbers, got dtype <U1"):
        parse("x1")([["1"]])
    with pytest.raises(
        ValueError, match=r"X must have shape \(n_samples, n_features\), got \(3,\)"
    ):
        parse("x1")([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"3 for 'x3 \+ x1', got 2"):
        evaluate_many([parse("x1"), parse("x3 + x1"), parse("x2")], X[:, :2])
    assert parse("x1")(np.empty((0, 1))).shape == (0,)
