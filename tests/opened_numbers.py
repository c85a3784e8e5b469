"""The arithmetic of an opened number, worked out from what it lists, as a reader with a calculator would."""

import math
import re

import pytest


def worked_out(opened, rel=1e-6, abs=1e-9):
    """The result that the listed terms, the rest, the bias and what is done to their sum give."""
    for term in opened.terms:
        if term.factors:
            assert of_term(term) == pytest.approx(term.value, rel=rel, abs=abs), term
    listed = sum(term.value for term in opened.terms) + opened.rest
    assert listed == pytest.approx(opened.sum, rel=rel, abs=abs)
    z = opened.sum + (opened.bias.value if opened.bias else 0.0)
    if opened.then is None:
        return z
    values = {"z": "z", **{str(n): repr(operand.value) for n, operand in enumerate(opened.then.operands)}}
    code = re.sub(r"\{(\w+)\}", lambda found: f"({values[found[1]]})", opened.then.code)
    return eval(code, {"math": math, "z": z})


def of_term(term):
    """A summand from its operands."""
    values = [factor.value for factor in term.factors]
    match term.form:
        case "exp":
            return math.exp(values[0] - sum(values[1:]))
        case "square":
            return values[0] ** 2 * math.prod(values[1:])
        case "root":
            return math.sqrt(values[0]) * math.prod(values[1:])
    return math.prod(values)


def operands(opened):
    """Every operand of an opened number that opens in turn."""
    factors = [factor for term in opened.terms for factor in term.factors]
    factors += [opened.bias] if opened.bias else []
    factors += opened.then.operands if opened.then else ()
    factors += [factor for _, factor in opened.also]
    return [factor for factor in factors if factor.place is not None]
