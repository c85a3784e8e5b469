"""How a CSV file is written: delimiter, decimal mark, header. Found from its first lines, or as the user says."""

import csv
import re
from collections import Counter
from typing import Literal

import msgspec

from engine.errors import UserError

DELIMITERS = {"tab": "\t", "semicolon": ";", "comma": ","}
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})
COMMA_NUMBER = re.compile(r"\s*[+-]?\d+,\d+\s*")
POINT_NUMBER = re.compile(r"\s*[+-]?\d+\.\d+\s*")


class TableOptions(msgspec.Struct, frozen=True):
    """What the user may say about a CSV file; the defaults leave it to be found out.

    Args:
        target: name of the column to predict; the last one where empty.
        leave_out: names of columns to ignore, with commas between.
    """

    target: str = ""
    predict: Literal["auto", "class", "number"] = "auto"
    delimiter: Literal["auto", "comma", "semicolon", "tab"] = "auto"
    decimal: Literal["auto", "point", "comma"] = "auto"
    header: Literal["auto", "yes", "no"] = "auto"
    leave_out: str = ""


class Dialect(msgspec.Struct, frozen=True):
    """How the cells are to be read."""

    delimiter: str
    decimal_comma: bool
    has_header: bool


def number(cell: str, decimal_comma: bool = False) -> float | None:
    """Read a cell: NaN where it is missing, None where it is text.

    No thousands separator is understood, because "1,234" and "1.234" mean different numbers in different countries.
    """
    text = cell.strip()
    if text.lower() in MISSING:
        return float("nan")
    if "_" in text or (decimal_comma and "." in text):
        return None
    try:
        return float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        return None


def sniff(lines: list[str], options: TableOptions, name: str, fewest: int = 2) -> Dialect:
    """Find out how the first lines of a file are written.

    Args:
        fewest: columns it must have.

    Raises:
        UserError: there are too few columns, or numbers with point and with comma stand side by side.
    """
    delimiter = _delimiter(lines) if options.delimiter == "auto" else DELIMITERS[options.delimiter]
    rows = _rows(lines, delimiter)
    if max(len(row) for row in rows) < fewest:
        raise UserError(
            f"{name} has one column only; expected features and a target.",
            "Choose the delimiter that stands between its values.",
            where="delimiter",
        )
    comma = _decimal_comma(rows, delimiter, name) if options.decimal == "auto" else options.decimal == "comma"
    header = _has_header(rows, comma) if options.header == "auto" else options.header == "yes"
    return Dialect(delimiter, comma, header)


def _delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most lines into the same number of pieces; of equals, the one rarer inside values."""

    def share(delimiter: str) -> float:
        lengths = Counter(len(row) for row in _rows(lines, delimiter))
        length, times = lengths.most_common(1)[0]
        return times / lengths.total() if length > 1 else 0.0

    return max(DELIMITERS.values(), key=share) if any(map(share, DELIMITERS.values())) else ","


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    return [row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row] or [[]]


def _decimal_comma(rows: list[list[str]], delimiter: str, name: str) -> bool:
    cells = [cell for row in rows for cell in row]
    commas = [cell for cell in cells if COMMA_NUMBER.fullmatch(cell)]
    points = [cell for cell in cells if POINT_NUMBER.fullmatch(cell)]
    if commas and points and delimiter != ",":
        raise UserError(
            f"{name} holds numbers with a comma ({commas[0].strip()}) and with a point ({points[0].strip()}).",
            "Choose which of them is the decimal mark.",
            where="decimal",
        )
    return bool(commas) and delimiter != ","


def _has_header(rows: list[list[str]], decimal_comma: bool) -> bool:
    """A first row with numbers in it that looks like the second one is no header."""
    first, second = ([number(cell, decimal_comma) is not None for cell in row] for row in (rows * 2)[:2])
    return not any(first) or (not all(first) and first != second)
