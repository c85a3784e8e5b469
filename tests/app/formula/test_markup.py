"""The markup of formulas: parts, subscripts, broken braces, which number stands for which letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formula.markup import Fraction, Run, letter_parts, operands, parse, runs, split_at_equals


def texts(parts):
    return [run.text for run in runs(parts)]


def test_a_fraction_between_signs():
    fraction, *rest = parse("{n+2p−f|s} + 1")
    assert isinstance(fraction, Fraction)
    assert [(run.text, run.kind) for run in fraction.top] == [
        ("n", "symbol"), ("+", "sign"), ("2", "number"), ("p", "symbol"), ("−", "sign"), ("f", "symbol"),
    ]  # fmt: skip
    assert texts(fraction.bottom) == ["s"]
    assert "".join(run.text for run in rest) == " + 1"


def test_subscripts_of_one_and_of_several_letters():
    parts = parse("f·C_{in} + x_1")
    assert [run.letter for run in parts if run.kind == "symbol"] == ["f", "C_{in}", "x_1"]
    assert letter_parts("C_{in}") == ("C", "in")
    assert letter_parts("f_h") == ("f", "h")
    assert letter_parts("n") == ("n", "")


def test_numbers_with_commas_points_and_exponents_are_one_run():
    assert [run.text for run in parse("2,400 + 0.18·1e-5") if run.kind == "number"] == ["2,400", "0.18", "1e-5"]


def test_words_are_not_symbols():
    assert [(run.text, run.kind) for run in parse("rate·h") if run.text.isalpha()] == [
        ("rate", "word"),
        ("h", "symbol"),
    ]


def test_nested_fractions():
    (outer,) = parse("{1|{a|b}}")
    assert isinstance(outer.bottom[0], Fraction)


@pytest.mark.parametrize("text", ["{", "}", "{a", "{a|b", "{ab}", "a_", "_{", "{{{{{{", "{|}", "", "<b>&amp;</b>"])
def test_what_does_not_match_is_shown_as_it_is(text):
    shown = "".join(texts(parse(text)))
    assert shown == text or text == "{|}"


@given(st.text(alphabet="{}|_ab1+= ", max_size=60))
def test_no_text_breaks_the_parser_or_loses_letters(text):
    shown = "".join(run.text + run.subscript for run in runs(parse(text)))
    for letter in "ab1":
        assert shown.count(letter) == text.count(letter)


def test_deep_nesting_ends():
    assert texts(parse("{" * 3000 + "a" + "|b}" * 3000))


def test_letters_take_the_numbers_with_their_values_in_order():
    symbolic, numeric = parse("{n+2p−f|s} + 1"), parse("{14+2·0−5|1} + 1 = 10")
    found = operands(symbolic, numeric, {"n": "14", "p": "0", "f": "5", "s": "1"})
    numbers = [run.text for run in runs(numeric) if run.kind == "number"]
    assert {letter: numbers[index] for index, letter in found.items()} == {"n": "14", "p": "0", "f": "5", "s": "1"}
    assert found == {0: "n", 2: "p", 3: "f", 4: "s"}


def test_lines_are_cut_at_equals_signs():
    pieces = split_at_equals(parse("5·5 + 16 = 25 + 16 = 41"))
    assert ["".join(run.text for run in runs(piece)) for piece in pieces] == ["5·5 + 16", "25 + 16", "41"]


def test_runs_are_hashable_values():
    assert Run("a", "symbol") == Run("a", "symbol")
