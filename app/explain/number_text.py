"""An opened number as text: its lines of arithmetic, a line of Python, LaTeX."""

import re

from app.text import TIMES, format_number, signed
from engine.explain.opened import Factor, Opened, Place, Term

DIGITS = 4
NAMES = {
    "activation": "a",
    "error": "∂L/∂a",
    "delta": "∂L/∂z",
    "weight": "w",
    "gradient": "∂L/∂w",
    "loss": "loss",
    "input": "raw",
    "probability": "p",
    "scale": "γ/√(σ² + ε)",
    "shift": "shift",
    "mean": "mean",
    "gate_sum": "z of",
    "gate_delta": "∂L/∂z of",
    "state_error": "∂L/∂ of",
    "alpha": "α",
    "cell_weight": "share",
    "map": "map",
    "saliency": "S",
    "attribution": "attribution",
    "occlusion": "occlusion",
    "slot": "slot",
    "update": "new w",
    "step_size": "step size",
    "root": "1/√",
}
TERMS = ("W·x", "U·h", "b")
UNSAFE = "−·×/^"  # before a negative operand, which then needs brackets


def number(value: float) -> str:
    """A value with four significant digits."""
    return format_number(value, DIGITS)


def title(place: Place) -> str:
    """Name a number, e.g. "a[3, 2, 6]" or "∂L/∂w kernel[0, 0, 0, 6]"."""
    index = f"[{', '.join(str(n) for n in place.index)}]" if place.index else ""
    variable = place.variable.replace("backward_", "backward ")
    if place.what in ("held", "gate"):
        return f"{variable}{index}"
    if place.what == "gate_term":
        gate, _, which = variable.partition("/")
        return f"{TERMS[int(which)]} of {gate}{index}"
    symbol = NAMES[place.what]
    if place.of >= 0:
        symbol = symbol.replace("∂L", f"∂z[{place.of}]")
    has_variable = variable and place.what not in ("alpha", "map", "mean")
    return f"{symbol} {variable}{index}" if has_variable else f"{symbol}{index}"


def short_title(place: Place) -> str:
    """Where an operand stands, short: "unit 8" of a vector, "[3, 2, 0]" of a map, "step 3" of a state."""
    if place.what in ("gate", "gate_delta", "state_error", "gate_term", "gate_sum"):
        return f"{place.variable.replace('backward_', '').partition('/')[0]}[{', '.join(map(str, place.index))}]"
    if place.what in ("activation", "error", "delta", "input", "probability") and len(place.index) == 1:
        return f"unit {place.index[0]}"
    return f"[{', '.join(str(n) for n in place.index)}]" if place.index else title(place)


def name_of(opened: Opened) -> str:
    """What an opened number is called."""
    return opened.name or title(opened.place)


def sum_line(opened: Opened) -> str:
    """The sum with its numbers: "0.3803 + 0.1759 = 0.5562", then what is done to it."""
    whole = opened.sum + (opened.bias.value if opened.bias else 0.0)
    line = number(whole)
    if opened.bias is not None:
        line = f"{number(opened.sum)} {_plus(opened.bias.value)} = {number(whole)}"
    return line if opened.then is None else f"{line}   →   {then_line(opened)}"


def then_line(opened: Opened) -> str:
    """What is done to the sum, with its numbers: "max(0, 0.5562) = 0.5562"; empty where nothing is."""
    pieces = then_pieces(opened)
    text = "".join(piece if isinstance(piece, str) else number(piece.value) for piece in pieces)
    return f"{text} = {number(opened.result)}" if pieces else ""


def then_pieces(opened: Opened) -> list[str | Factor]:
    """What is done to the sum as words, and operands that may open; empty where nothing is."""
    if opened.then is None:
        return []
    whole = Factor(opened.sum + (opened.bias.value if opened.bias else 0.0))
    operands = {"z": whole, **{str(n): operand for n, operand in enumerate(opened.then.operands)}}
    found: list[str | Factor] = []
    parts = re.split(r"(\{\w+\})", opened.then.written)  # words at even places, operands between them
    for at, part in enumerate(parts):
        if not at % 2:
            found += [part] if part else []
            continue
        operand = operands[part[1:-1]]
        needs = operand.value < 0 and (parts[at - 1].rstrip()[-1:] in tuple(UNSAFE) or parts[at + 1][:1] == "²")
        found += ["(", operand, ")"] if needs else [operand]
    return found


def _plus(value: float) -> str:
    text = number(abs(value))
    return f"− {text}" if value < 0 else f"+ {text}"


def around(term: Term) -> tuple[str, ...]:
    """What stands before, between and after the operands of a summand: one more than there are operands."""
    count = len(term.factors)
    match term.form:
        case "exp":
            return ("exp(", *[" − "] * (count - 1), ")")
        case "square":
            return (
                "",
                f"² {TIMES} " if count > 1 else "²",
                *[f" {TIMES} "] * (count - 2),
                *([""] if count > 1 else []),
            )
        case "root":
            return ("√", *[f" {TIMES} "] * (count - 1), "")
    return ("", *[f" {TIMES} "] * (count - 1), "")


def term_line(term: Term) -> str:
    """A summand, e.g. "0.375 × 0.3334" or "padding"."""
    if not term.factors:
        return term.text
    before, *after = around(term)
    product = before + "".join(number(f.value) + sign for f, sign in zip(term.factors, after, strict=True))
    return f"{term.text}  {product}".strip() if term.text else product


def python_text(opened: Opened) -> str:
    """The arithmetic as Python that gives `result`, in full precision."""
    terms = [f"{_python(term)}," for term in opened.terms]
    if opened.rest_count:
        terms.append(f"{opened.rest!r},  # {opened.rest_count} smaller terms")
    if opened.bias is not None:
        terms.append(f"{opened.bias.value!r},  # bias")
    body = "\n    ".join(terms)
    lines = [f"z = sum([\n    {body}\n])" if terms else f"z = {opened.result!r}"]
    if opened.then is not None:
        values = {"z": "z", **{str(n): repr(operand.value) for n, operand in enumerate(opened.then.operands)}}
        code = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], opened.then.code)
        lines.append(f"result = {code}")
    else:
        lines.append("result = z")
    heading = f"# {name_of(opened)} of {opened.place.layer or 'the network'}"
    needs_math = any("math." in line for line in lines)
    return "\n".join([heading, *(["import math"] if needs_math else []), *lines]) + "\n"


def _python(term: Term) -> str:
    if not term.factors:
        return repr(term.value)
    first, *others = (repr(factor.value) for factor in term.factors)
    match term.form:
        case "exp":
            return f"math.exp({' - '.join([first, *others])})"
        case "square":
            return " * ".join([f"({first}) ** 2", *others])
        case "root":
            return " * ".join([f"math.sqrt({first})", *others])
    return " * ".join([first, *others])


def latex_text(opened: Opened) -> str:
    """The arithmetic as a line of LaTeX, rounded as on screen."""
    terms = [_latex_term(term) for term in opened.terms]
    if opened.rest_count:
        terms.append(f"{opened.rest:.4g}")
    if opened.bias is not None:
        terms.append(f"{opened.bias.value:.4g}")
    return f"{' + '.join(terms)} = {opened.result:.4g}" if terms else f"{opened.result:.4g}"


def _latex_term(term: Term) -> str:
    if not term.factors:
        return f"{term.value:.4g}"
    first, *others = (_latex(factor) for factor in term.factors)
    match term.form:
        case "exp":
            return "e^{" + " - ".join([first, *others]) + "}"
        case "square":
            return r" \cdot ".join([f"{first}^2", *others])
        case "root":
            return r" \cdot ".join([rf"\sqrt{{{first}}}", *others])
    return r" \cdot ".join([first, *others])


def _latex(factor: Factor) -> str:
    return f"({factor.value:.4g})" if factor.value < 0 else f"{factor.value:.4g}"


def spoken(opened: Opened) -> str:
    """One sentence for those who listen."""
    said = f", {sum_line(opened)}" if opened.terms or opened.bias else ""
    return f"{name_of(opened)} is {number(opened.result)}: {opened.symbolic}{said}"


def signed_number(value: float) -> str:
    """A summand's value with its sign."""
    return signed(value, DIGITS)
