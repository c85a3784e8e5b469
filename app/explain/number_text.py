"""An opened number as text: its lines of arithmetic, a line of Python, LaTeX."""

from app.text import format_number, signed
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
}


def number(value: float) -> str:
    """A value with four significant digits."""
    return format_number(value, DIGITS)


def title(place: Place) -> str:
    """Name a number, e.g. "a[3, 2, 6]" or "∂L/∂w kernel[0, 0, 0, 6]"."""
    index = f"[{', '.join(str(n) for n in place.index)}]" if place.index else ""
    symbol = NAMES[place.what]
    return f"{symbol} {place.variable}{index}" if place.variable else f"{symbol}{index}"


def sum_line(opened: Opened) -> str:
    """The sum with its numbers: "0.3803 + 0.1759 = 0.5562", then what is done to it."""
    whole = opened.sum + (opened.bias.value if opened.bias else 0.0)
    line = number(whole)
    if opened.bias is not None:
        line = f"{number(opened.sum)} {_plus(opened.bias.value)} = {number(whole)}"
    if opened.then is None:
        return line
    _, written, _ = opened.then
    return f"{line}   →   {written} = {number(opened.result)}"


def _plus(value: float) -> str:
    text = number(abs(value))
    return f"− {text}" if value < 0 else f"+ {text}"


def term_line(term: Term) -> str:
    """A summand, e.g. "0.375 × 0.3334" or "padding"."""
    product = " × ".join(number(factor.value) for factor in term.factors)
    return f"{term.text}  {product}".strip() if term.text else product


def python_text(opened: Opened) -> str:
    """The arithmetic as Python that gives the result, in full precision."""
    terms = [f"{_python(term)}," for term in opened.terms]
    if opened.rest_count:
        terms.append(f"{opened.rest!r},  # {opened.rest_count} smaller terms")
    if opened.bias is not None:
        terms.append(f"{opened.bias.value!r},  # bias")
    body = "\n    ".join(terms)
    lines = [f"z = sum([\n    {body}\n])" if terms else f"z = {opened.result!r}"]
    if opened.then is not None:
        lines.append(f"result = {opened.result!r}  # {opened.then[0]}: {opened.then[1]}")
    return f"# {title(opened.place)} of {opened.place.layer or 'the network'}\n" + "\n".join(lines) + "\n"


def _python(term: Term) -> str:
    return " * ".join(repr(factor.value) for factor in term.factors) or repr(term.value)


def latex_text(opened: Opened) -> str:
    """The arithmetic as a line of LaTeX, rounded as on screen."""
    terms = [r" \cdot ".join(_latex(factor) for factor in term.factors) or f"{term.value:.4g}" for term in opened.terms]
    if opened.rest_count:
        terms.append(f"{opened.rest:.4g}")
    if opened.bias is not None:
        terms.append(f"{opened.bias.value:.4g}")
    return f"{' + '.join(terms)} = {opened.result:.4g}" if terms else f"{opened.result:.4g}"


def _latex(factor: Factor) -> str:
    return f"({factor.value:.4g})" if factor.value < 0 else f"{factor.value:.4g}"


def spoken(opened: Opened) -> str:
    """One sentence for those who listen."""
    return f"{title(opened.place)} is {number(opened.result)}: {opened.symbolic}, {sum_line(opened)}"


def signed_number(value: float) -> str:
    """A summand's value with its sign."""
    return signed(value, DIGITS)
