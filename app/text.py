"""How numbers, counts, shapes, times and sizes are written on screen."""

import html
import math
from collections.abc import Iterable

MINUS = "\u2212"
TIMES = "\u00d7"


def minus(text: str) -> str:
    """Return `text` with the minus sign U+2212 for every hyphen-minus."""
    return text.replace("-", MINUS)


def format_number(value: float, digits: int = 4, sign: bool = False) -> str:
    """Return `value` with `digits` significant digits, a real minus, and thousands commas from 10,000.

    Args:
        digits: significant digits, at least 1; zeros at the end of a fraction are dropped.
        sign: write a plus before positive values.
    """
    if not math.isfinite(value):
        return (
            "not a number"
            if math.isnan(value)
            else minus(f"{value:+g}"[0 if sign or value < 0 else 1 :].replace("inf", "∞"))
        )
    magnitude = abs(value)
    if magnitude and not 1e-4 <= magnitude < 1e7:
        text = _exponent(f"{value:.{digits - 1}e}")
    else:
        text = _plain(value, digits)
    return minus(f"+{text}" if sign and value > 0 else text)


def number(value: float) -> str:
    """Return `value` with four significant digits."""
    return format_number(value, 4)


def signed(value: float, digits: int = 4) -> str:
    """Return `value` with its sign, plus included."""
    return format_number(value, digits, sign=True)


def fixed(value: float, decimals: int) -> str:
    """Return `value` with exactly `decimals` digits after the point; "−0.00" becomes "0.00"."""
    if not math.isfinite(value):
        return format_number(value)
    text = f"{value:,.{decimals}f}"
    return text.lstrip("-") if not float(text.replace(",", "")) else minus(text)


def count(n: int) -> str:
    """Return a count with thousands commas, e.g. "64,026"."""
    return minus(f"{int(n):,}")


def short_count(n: int) -> str:
    """Return a count in four or five characters, e.g. "840", "64.0k", "7.10M"."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(n) >= size:
            share = n / size
            decimals = 2 if abs(share) < 10 else 1 if abs(share) < 100 else 0
            return minus(f"{share:.{decimals}f}{letter}")
    return minus(str(int(n)))


def shape(sizes: Iterable[int | None]) -> str:
    """Return "28×28×1"; an axis of unknown length is a question mark."""
    return TIMES.join("?" if size is None or size < 0 else str(size) for size in sizes)


def seconds(value: float) -> str:
    """Return a span of time: "0.42 s", "8.1 s", "0:47", "12:05", "1:02:05"."""
    if not math.isfinite(value) or value < 0:
        return "–"
    if value < 0.0995:
        return f"{value * 1000:.0f} ms"
    if value < 9.95:
        return f"{value:.1f} s" if value >= 0.995 else f"{value:.2f} s"
    whole = round(value)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def bytes_text(size: float) -> str:
    """Return a size in memory in powers of 1,024: "512 B", "6.25 KiB", "250 KiB", "1.1 GiB"."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1000 or unit == "GiB":
            break
        size /= 1024
    if unit == "B" or size >= 100:
        return f"{size:,.0f} {unit}"
    return f"{size:.2f}".rstrip("0").rstrip(".") + f" {unit}" if size < 10 else f"{size:.1f} {unit}"


def superscript(n: int) -> str:
    """Return a whole number as an exponent, e.g. "¹²⁰"."""
    return str(int(n)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def percent(rate: float, decimals: int = 1) -> str:
    """Return a rate of 0..1 as "69.9%"."""
    return f"{fixed(rate * 100, decimals)}%"


def tooltip(text: str) -> str:
    """Return `text` so that a tooltip shows it literally, whatever markup it holds."""
    return f"<span>{html.escape(text).replace(chr(10), '<br>')}</span>" if text else ""


def button_text(text: str) -> str:
    """Return `text` so that a button or menu shows its ampersands."""
    return text.replace("&", "&&")


def _unbounded(value: float, sign: bool) -> str:
    if math.isnan(value):
        return "not a number"
    return f"{MINUS}∞" if value < 0 else "+∞" if sign else "∞"


def _plain(value: float, digits: int) -> str:
    whole_digits = math.floor(math.log10(abs(value))) + 1 if value else 1
    decimals = max(0, digits - max(whole_digits, 0)) if abs(value) >= 1 else digits - whole_digits
    text = f"{value:,.{max(0, min(decimals, 12))}f}"
    if abs(value) < 9999.5:
        text = text.replace(",", "")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _exponent(text: str) -> str:
    mantissa, power = text.split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(power)}"
