"""Expressions: what they mean, what wrong ones are told, and that nothing typed is ever run."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.explain.back_propagation import backward, check, forward
from engine.explain.expression import parse, start_values


def value(text, **values):
    graph = parse(text)
    return forward(graph, start_values(graph, values))[-1]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2^3^2", 512),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("8 / 4 / 2", 1),
        ("5 - 2 - 1", 2),
        ("2 − 3 × 4 · 1", -10),
        ("--3", 3),
        ("1.5e1 + .5", 15.5),
        ("cos(pi)", -1),
        ("log(e)", 1),
        ("relu(-3) + abs(-3)", 3),
        ("sigmoid(0)", 0.5),
        ("sigmoid(-800)", 0),
    ],
)
def test_what_an_expression_means(text, expected):
    assert value(text) == pytest.approx(expected)


WRONG = {
    "": "is empty",
    "a +": "Position 4: Expected a number, a name or a bracket, found the end",
    "a b": "Position 3: Did not expect 'b' here",
    "(a": "Position 3: Expected a closing bracket, found the end",
    "a)": "Position 2: Did not expect ')'",
    "foo(a)": "Position 1: There is no function 'foo'",
    "__import__(a)": "Position 1: There is no function '__import__'",
    "a.b": "Position 2: '.' means nothing here",
    "a; b": "Position 2: ';' means nothing here",
    "'a'": "means nothing here",
    "a == b": "means nothing here",
    "sin a": "sin needs a bracket",
    "1e999": "too large a number",
    "(" * 60 + "a": "nested too deeply",
    "-" * 60 + "a": "too many signs",
    "^".join("a" * 50): "too many powers",
    "+".join("a" * 50): "more than 40 operations",
    "a" * 201: "201 characters, more than 200",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_expression_is_told_where(text):
    with pytest.raises(UserError) as caught:
        parse(text)
    assert WRONG[text] in caught.value.message
    assert caught.value.hint and caught.value.where.isdigit()


@given(st.text(alphabet="ab1.2+-*/^() \u2212\u00d7sinelog_é'\"[]", max_size=40))
def test_no_text_breaks_the_parser(text):
    try:
        graph = parse(text)
    except UserError as error:
        assert error.message
        return
    try:
        found = forward(graph, start_values(graph))
        backward(graph, found)
    except UserError as error:
        assert int(error.where) < len(graph.nodes)
        return
    assert all(math.isfinite(number) for number in found)


@pytest.mark.parametrize(
    "text, values, words",
    [
        ("a / b", {"a": 1, "b": 0}, "a / b divides by zero."),
        ("1 / (a - a)", {"a": 1}, "divides by zero"),
        ("log(a)", {"a": 0}, "log(a) has no finite value for 0"),
        ("sqrt(a)", {"a": -1}, "sqrt(a) has no finite value for -1"),
        ("exp(a)", {"a": 1000}, "exp(a) has no finite value"),
        ("a^b", {"a": -2, "b": 0.5}, "has no finite value"),
        ("0^a", {"a": -1}, "has no finite value"),
    ],
)
def test_what_has_no_value_is_said_at_its_node(text, values, words):
    graph = parse(text)
    with pytest.raises(UserError) as caught:
        forward(graph, values)
    assert words in caught.value.message
    assert 0 <= int(caught.value.where) < len(graph.nodes)


def test_the_slope_of_a_root_at_zero_is_said():
    graph = parse("sqrt(a)")
    with pytest.raises(UserError, match="no finite derivative"):
        backward(graph, forward(graph, {"a": 0.0}))


def test_the_published_gradient_of_a_length():
    """sqrt(a² + b²) at (3, 4): (0.6, 0.8) (shared goldens)."""
    found = check(parse("sqrt(a^2 + b^2)"), {"a": 3.0, "b": 4.0})
    assert [(one.name, one.verdict) for one in found] == [("a", "right"), ("b", "right")]
    assert [one.analytic for one in found] == pytest.approx([0.6, 0.8])


def test_a_variable_used_twice_gathers_both_ways():
    graph = parse("(a + b) * (b + 1)")
    gradients, flows = backward(graph, forward(graph, {"a": 2.0, "b": 1.0}))
    place = next(index for index, node in enumerate(graph.nodes) if node.name == "b")
    assert sorted(flow.value for flow in flows if flow.input == place) == [2.0, 3.0]
    assert gradients[place] == 5.0
