"""Settings: canonical values, and sentences that name the setting, what was received and what is expected."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.params import Param, check_values, defaults

INT = Param("units", "int", 8, low=1, high=64)
FLOAT = Param("rate", "float", 0.5, low=0.0, high=1.0)
PAIR = Param("kernel_size", "pair", [3, 3], low=1, high=9, unit="px")
SHAPE = Param("target_shape", "shape", [-1], low=-1)
CHOICE = Param("padding", "choice", "valid", choices=("valid", "same"))
BOOL = Param("use_bias", "bool", True)
TEXT = Param("title", "text", "")


@pytest.mark.parametrize(
    "param, value, expected",
    [
        (INT, 64, 64),
        (FLOAT, 1, 1.0),
        (FLOAT, 0.25, 0.25),
        (PAIR, (3, 5), [3, 5]),
        (SHAPE, [4, -1], [4, -1]),
        (CHOICE, "same", "same"),
        (BOOL, False, False),
        (TEXT, "<b>", "<b>"),
    ],
)
def test_good_values(param, value, expected):
    found = param.check(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "param, value, expected",
    [
        (INT, 0, "1 to 64"),
        (INT, 65, "1 to 64"),
        (INT, 2.0, "a whole number"),
        (INT, True, "a whole number"),
        (INT, "8", "a whole number"),
        (INT, None, "a whole number"),
        (FLOAT, math.nan, "a finite number"),
        (FLOAT, math.inf, "a finite number"),
        (FLOAT, -0.1, "0 to 1"),
        (FLOAT, 10**400, "a finite number"),
        (PAIR, [3], "2 numbers"),
        (PAIR, [3, 3, 3], "2 numbers"),
        (PAIR, 3, "a list of whole numbers"),
        (PAIR, [3, 0], "each 1 to 9 px"),
        (PAIR, [3, True], "a list of whole numbers"),
        (SHAPE, [], "1 to 4 numbers"),
        (SHAPE, [1] * 5, "1 to 4 numbers"),
        (SHAPE, [-2], "each -1 or more"),
        (CHOICE, "full", "one of valid, same"),
        (CHOICE, ["same"], "one of valid, same"),
        (BOOL, 1, "on or off"),
        (BOOL, "yes", "on or off"),
        (TEXT, 3, "text"),
    ],
)
def test_bad_values(param, value, expected):
    with pytest.raises(UserError) as caught:
        param.check(value)
    message = caught.value.message
    assert message.startswith(f"{param.title} is {repr(value)[:40]}")
    assert message.endswith(f"expected {expected}.")
    assert len(message) < 160
    assert caught.value.where == param.name


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=4)
)


@given(st.sampled_from([INT, FLOAT, PAIR, SHAPE, CHOICE, BOOL, TEXT]), anything)
def test_a_checked_value_passes_again_unchanged(param, value):
    try:
        found = param.check(value)
    except UserError:
        return
    assert param.check(found) == found


def test_values_get_their_defaults():
    params = (INT, FLOAT)
    assert check_values(params, {"units": 3}, "dense_1") == {"units": 3, "rate": 0.5}
    assert defaults(params) == {"units": 8, "rate": 0.5}


def test_owner_and_name_are_said():
    with pytest.raises(UserError, match=r"dense_1: Units is 0; expected 1 to 64"):
        check_values((INT,), {"units": 0}, "dense_1")
    with pytest.raises(UserError, match="dense_1 has no setting 'unit'") as caught:
        check_values((INT,), {"unit": 1}, "dense_1")
    assert caught.value.hint == "It knows units."


def test_title():
    assert INT.title == "Units"
    assert Param("kernel_size", "pair", [1, 1]).title == "Kernel size"
    assert Param("use_bias", "bool", True, label="Bias").title == "Bias"
