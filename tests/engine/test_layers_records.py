"""Every layer record by itself: settings, text page, wording, and the arithmetic on its formula cards."""

import json
import math
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.layers import LAYERS
from engine.layers.spec import FAMILIES, ShapeProblem
from engine.params import check_values, defaults

TEXT = Path(__file__).parents[2] / "resources" / "text"
IMAGE = (12, 9, 4)
INPUTS = {
    "input": (),
    "lstm": ((7, 5),),
    "gru": ((7, 5),),
    "simple_rnn": ((7, 5),),
    "bidirectional": ((7, 5),),
    "embedding": ((9,),),
    "output": ((20,),),
    "add": (IMAGE, IMAGE, (1, 1, 4)),
    "concatenate": (IMAGE, (12, 9, 3)),
}


def inputs_of(kind):
    return INPUTS.get(kind, (IMAGE,))


@pytest.mark.parametrize("kind", list(LAYERS))
def test_record(kind):
    spec = LAYERS[kind]
    assert spec.id == kind
    assert spec.family in FAMILIES
    assert check_values(spec.params, {}, kind) == defaults(spec.params)
    assert json.loads(msgspec.json.encode(defaults(spec.params))) == defaults(spec.params)
    assert spec.summary(defaults(spec.params))
    assert all(param.help for param in spec.params)


@pytest.mark.parametrize("kind", list(LAYERS))
def test_text_page(kind):
    page = (TEXT / LAYERS[kind].text).read_text(encoding="utf-8")
    assert page.startswith("# ")
    assert "**Source.**" in page
    assert "**Formula" in page or kind == "activation"


@pytest.mark.parametrize("kind", list(LAYERS))
def test_wrong_settings_name_setting_and_value(kind):
    spec = LAYERS[kind]
    for param in spec.params:
        for value in ("nonsense", None, -99, 10**12, math.nan, [-5, 0], [1, 2, 3, 4, 5], {}, b"x"):
            try:
                param.check(value)
            except UserError as error:
                assert error.where == param.name
                assert param.title in error.message
                assert repr(value)[:20] in error.message
            else:
                assert param.kind in ("text", "path") or value in param.choices


@pytest.mark.parametrize("kind", list(LAYERS))
def test_unknown_setting(kind):
    with pytest.raises(UserError, match="colour") as caught:
        check_values(LAYERS[kind].params, {"colour": 3}, kind)
    assert caught.value.where == "colour"


def evaluated(text):
    """The value of one side of a written equation, or None where it is no arithmetic but, say, a shape."""
    plain = text.replace("·", "*").replace("−", "-").replace(",", "")
    plain = re.sub(r"⌈\{([^|{}]*)\|([^|{}]*)\}⌉", r"-(-(\1)//(\2))", plain)
    floor = "+ 1" in plain and "|" in plain
    plain = re.sub(r"\{([^|{}]*)\|([^|{}]*)\}", r"((\1)//(\2))" if floor else r"((\1)/(\2))", plain)
    if not re.fullmatch(r"[\d\s.()+*/e-]+", plain):
        return None
    return eval(plain, {"__builtins__": {}})


@pytest.mark.parametrize("kind", list(LAYERS))
@settings(max_examples=40, deadline=None, database=None)
@given(data=st.data())
def test_formula_cards_add_up(kind, data):
    """Every equation that is pure arithmetic is true as printed, and the parameter card ends in the count."""
    spec = LAYERS[kind]
    choices = {
        param.name: data.draw(
            {
                "int": st.integers(int(param.low or 1), int(min(param.high or 9, 40))),
                "pair": st.tuples(st.integers(1, 4), st.integers(1, 4)).map(list),
                "bool": st.booleans(),
                "choice": st.sampled_from(param.choices or ("",)),
                "float": st.floats(param.low or 0, param.high or 1),
                "shape": st.just(param.default),
            }[param.kind],
            label=param.name,
        )
        for param in spec.params
    }
    values, inputs = check_values(spec.params, choices, kind), inputs_of(kind)
    try:
        shape = spec.output_shape(values, inputs)
    except ShapeProblem:
        return
    cards = spec.formulas(values, inputs)
    assert cards[0].title == "Output size"
    assert cards[0].result == " × ".join(f"{size:,}" for size in shape)
    for card in cards:
        sides = [evaluated(side) for side in card.numeric.split(" = ")]
        known = [side for side in sides if side is not None]
        assert all(math.isclose(side, known[0], rel_tol=1e-3) for side in known), card.numeric
        params = {param.name for param in spec.params}
        assert {symbol.param for symbol in card.legend} - {""} <= params
        if card.title == "Parameters":
            assert card.numeric.endswith(card.result)
            assert card.result == f"{spec.num_params(values, inputs):,}"
    if spec.num_params(values, inputs):
        assert any(card.title == "Parameters" for card in cards)


def test_output_size_card_as_drawn():
    """The card of the design's picture: a 5×5 kernel on 14×14×6, sixteen filters."""
    spec = LAYERS["conv2d"]
    values = check_values(spec.params, {"filters": 16, "kernel_size": [5, 5]}, "conv2d_2")
    size, count = spec.formulas(values, ((14, 14, 6),))
    assert (size.result, size.symbolic) == ("10 × 10 × 16", "{n+2p−f|s} + 1")
    assert size.numeric == "{14+2·0−5|1} + 1 = 10"
    assert size.note == "rounded down; width is the same"
    assert [(s.letter, s.meaning, s.value) for s in size.legend] == [
        ("n", "input height", "14"),
        ("p", "padding, valid", "0"),
        ("f", "kernel", "5"),
        ("s", "stride", "1"),
    ]
    assert (count.result, count.numeric) == ("2,416", "5·5·6·16 + 16 = 2,400 + 16 = 2,416")
    assert spec.multiply_adds(values, ((14, 14, 6),)) == 240_000
    assert spec.summary(values) == "16 filters, 5×5, valid"


def test_same_padding_is_shown_as_it_is():
    """TensorFlow pads 3 rows as 1 above and 2 below: 8 cells, kernel 5, stride 2 needs (4 − 1)·2 + 5 − 8 = 3."""
    spec = LAYERS["conv2d"]
    values = check_values(spec.params, {"kernel_size": [5, 5], "strides": [2, 2], "padding": "same"}, "c")
    size = spec.formulas(values, ((8, 8, 1),))[0]
    assert size.numeric == "⌈{8|2}⌉ = 4"
    assert "padding 1 above, 2 below: the odd row is below" in size.note


@pytest.mark.parametrize(
    "kind, values, summary",
    [
        ("dense", {"units": 120}, "120 units, ReLU"),
        ("max_pooling2d", {}, "2×2, stride 2"),
        ("output", {}, "10 units, softmax"),
        ("output", {"units": 1, "activation": "sigmoid"}, "1 unit, sigmoid"),
        ("conv2d", {"filters": 8, "strides": [2, 1], "padding": "same"}, "8 filters, 3×3, same, stride 2×1"),
        ("dropout", {"rate": 0.25}, "25 % dropped"),
    ],
)
def test_summary(kind, values, summary):
    assert LAYERS[kind].summary(check_values(LAYERS[kind].params, values, kind)) == summary


def test_flatten_says_how_many_values():
    assert LAYERS["flatten"].outcome((400,)) == "400 values"
    assert [kind for kind, spec in LAYERS.items() if spec.outcome((3,))] == ["flatten"]
