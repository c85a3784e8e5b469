"""The markup of formulas, parsed: `{a|b}` is a fraction, `_x` or `_{xy}` behind a letter a subscript."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["symbol", "number", "word", "sign"]
TOKEN = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?(?:e[-−]?\d+)?)|(?P<word>[^\W\d_]+)|(?P<sign>.)", re.DOTALL)
MOST_DEPTH = 12


@dataclass(frozen=True)
class Run:
    """Characters of one kind: a one-letter symbol, a number, a word of several letters, or signs and spaces."""

    text: str
    kind: Kind
    subscript: str = ""

    @property
    def letter(self) -> str:
        """The symbol as a legend names it, e.g. "C_{in}"."""
        if not self.subscript:
            return self.text
        return f"{self.text}_{self.subscript}" if len(self.subscript) == 1 else f"{self.text}_{{{self.subscript}}}"


@dataclass(frozen=True)
class Fraction:
    """One part over another."""

    top: tuple["Part", ...]
    bottom: tuple["Part", ...]


Part = Run | Fraction


def parse(text: str) -> tuple[Part, ...]:
    """Return the parts of a line. Braces that do not match are shown as they are; nothing raises."""
    return tuple(_parts(text, 0))


def letter_parts(letter: str) -> tuple[str, str]:
    """A legend's letter as base and subscript: ("C", "in") for "C_{in}"."""
    base, _, below = letter.partition("_")
    return base, below.strip("{}")


def runs(parts: Sequence[Part]) -> Iterator[Run]:
    """Every run in reading order, fractions top first."""
    for part in parts:
        if isinstance(part, Fraction):
            yield from runs(part.top)
            yield from runs(part.bottom)
        else:
            yield part


def _parts(text: str, depth: int) -> Iterator[Part]:
    at = 0
    while at < len(text):
        cut = _fraction_end(text, at) if text[at] == "{" and depth < MOST_DEPTH else None
        if cut is not None:
            bar, end = cut
            yield Fraction(tuple(_parts(text[at + 1 : bar], depth + 1)), tuple(_parts(text[bar + 1 : end], depth + 1)))
            at = end + 1
        else:
            run, at = _run(text, at)
            yield run


def _fraction_end(text: str, start: int) -> tuple[int, int] | None:
    """Where the bar and the closing brace of the fraction at `start` stand; None where it is none."""
    depth, bar = 0, None
    for at in range(start, len(text)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return (bar, at) if bar is not None else None
        elif text[at] == "|" and depth == 1 and bar is None:
            bar = at
    return None


def _run(text: str, at: int) -> tuple[Run, int]:
    match = TOKEN.match(text, at)
    assert match is not None
    found, end = match[0], match.end()
    if match.lastgroup == "number":
        return Run(found, "number"), end
    if match.lastgroup == "sign":
        return Run(found, "sign"), end
    below, end = _subscript(text, end)
    return Run(found, "symbol" if len(found) == 1 else "word", below), end


def _subscript(text: str, at: int) -> tuple[str, int]:
    braced = re.compile(r"_\{([^{}|]*)\}").match(text, at)
    if braced:
        return braced[1], braced.end()
    single = re.compile(r"_(\w)").match(text, at)
    return (single[1], single.end()) if single else ("", at)


def operands(symbolic: Sequence[Part], numeric: Sequence[Part], values: dict[str, str]) -> dict[int, str]:
    """Find which numbers of the numeric line stand for which letters of the symbolic one.

    The letters are looked up in their order: each takes the next number that has its value.

    Args:
        values: the legend, letter to value.

    Returns:
        index of a number among the numeric line's numbers -> letter.
    """
    numbers = [run.text for run in runs(numeric) if run.kind == "number"]
    found: dict[int, str] = {}
    at = 0
    for run in runs(symbolic):
        value = values.get(run.letter)
        place = next((i for i in range(at, len(numbers)) if numbers[i] == value), None)
        if place is not None:
            found[place] = run.letter
            at = place + 1
    return found


def split_at_equals(parts: Sequence[Part]) -> list[list[Part]]:
    """Cut a line at its equals signs, without them and the spaces round them."""
    pieces: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, Run) and part.text == "=":
            pieces.append([])
        else:
            pieces[-1].append(part)
    return [stripped for piece in pieces if (stripped := _stripped(piece))]


def _stripped(parts: list[Part]) -> list[Part]:
    while parts and isinstance(parts[0], Run) and not parts[0].text.strip():
        parts = parts[1:]
    while parts and isinstance(parts[-1], Run) and not parts[-1].text.strip():
        parts = parts[:-1]
    return parts
