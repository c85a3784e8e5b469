"""Lines of arithmetic as they are printed: symbols, numbers, result, with digits enough that the line is right."""

import math

from app.text import fixed, format_number, minus

ENOUGH = 9


def operand(value: float, digits: int = 5) -> str:
    """Return a value for use in a line: whole numbers whole, others with `digits` significant digits."""
    return minus(f"{int(value)}") if float(value).is_integer() and abs(value) < 1e6 else format_number(value, digits)


def scaled_line(raw: float, offset: float, scale: float) -> tuple[str, str]:
    """Write out normalised = (raw − offset) · scale as a quotient.

    Returns:
        The terms, e.g. "13 / 16" or "(5.1 − 4.3) / 3.6", and the result, e.g. "0.8125". The operands get as many digits
        as it takes until the printed line gives the printed result.
    """
    width = 1.0 / scale if scale else math.inf
    result = (raw - offset) * scale
    shown = fixed(result, 4)
    for digits in range(4, ENOUGH + 1):
        parts = [operand(value, digits) for value in (raw, offset, width)]
        top, low, wide = (_value(part) for part in parts)
        if wide and fixed((top - low) / wide, 4) == shown:
            break
    return _terms(parts, offset, width), shown


def quotient(part: int, whole: int, digits: int = 3) -> tuple[str, str]:
    """Write out part / whole: "2 / 28" and "0.071"; "–" where the whole is 0."""
    return f"{part:,} / {whole:,}", fixed(part / whole, digits) if whole else "–"


def _value(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def _terms(parts: list[str], offset: float, width: float) -> str:
    raw, low, wide = parts
    if width == 1.0 and offset == 0.0:
        return raw
    top = raw if offset == 0.0 else f"{raw} + {low[1:]}" if low.startswith("−") else f"{raw} − {low}"
    if width == 1.0:
        return top
    return f"{top} / {wide}" if offset == 0.0 else f"({top}) / {wide}"
