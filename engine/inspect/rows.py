"""The rows of a CSV file: header, cells, and what is wrong with the form of the file."""

import csv
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from itertools import chain

from engine.errors import UserError
from engine.inspect.dialect import Dialect, TableOptions, number, sniff
from engine.inspect.names import listed, shown

MAX_COLUMNS = 50_000
SNIFFED_LINES = 100
SNIFFED_CHARACTERS = 1 << 16  # of all lines; twice that is the longest cell the csv module takes
Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Sheet:
    """A CSV file up to its first row of data.

    Args:
        names: of the columns, all different, fit for the screen.
        rows: line number and cells of the rows of data, still to be read.
        last: place of the last column with a title, or simply the last one without a header.
        problems: one sentence each.
    """

    dialect: Dialect
    names: tuple[str, ...]
    rows: Rows
    last: int
    problems: tuple[str, ...]


@dataclass
class Cells:
    """What stands in the rows.

    Args:
        values: of the features, row by row; NaN where there is no number.
        targets: text of the target column (row,); empty where it is not wanted.
        lines: line number (row,).
        texts: count, first line and first value of the texts in a feature, by its place among the features.
    """

    values: "array[float]" = field(default_factory=lambda: array("d"))
    targets: list[str] = field(default_factory=list)
    lines: "array[int]" = field(default_factory=lambda: array("q"))
    texts: dict[int, tuple[int, int, str]] = field(default_factory=dict)


def open_sheet(data: bytes, encoding: str, name: str, options: TableOptions, fewest: int = 2) -> Sheet:
    """Find out how the file is written and read its header.

    Args:
        fewest: columns it must have.

    Raises:
        UserError: the form of the file is wrong.
    """
    dialect = sniff(_first_lines(data, encoding), options, name, fewest)
    rows = _rows(data, encoding, dialect.delimiter, name)
    line, first = next(rows)
    if len(first) > MAX_COLUMNS:
        raise UserError(
            f"{name} has {len(first):,} columns; at most {MAX_COLUMNS:,} are read.",
            "Choose another delimiter, or keep fewer columns.",
            where="path",
        )
    if dialect.has_header:
        names, problems = _unique_names(first)
        titled = [place for place, title in enumerate(first) if title.strip()]
        return Sheet(dialect, names, rows, titled[-1] if titled else len(names) - 1, problems)
    names = tuple(f"column_{number}" for number in range(1, len(first) + 1))
    problem = f"{name} has no header; its columns were named {listed(names)}."
    return Sheet(dialect, names, chain([(line, first)], rows), len(names) - 1, (problem,))


def read_cells(sheet: Sheet, target: int | None, features: Sequence[int], name: str) -> Cells:
    """Read all rows.

    Args:
        target: place of the column to predict; None where it is not wanted.

    Raises:
        UserError: a row has more or fewer cells than there are columns, or a quote is wrong.
    """
    cells = Cells()
    ragged: list[tuple[int, int]] = []
    known: dict[str, str] = {}  # one object for equal texts: a class name may stand there a million times
    for line, row in sheet.rows:
        if len(row) != len(sheet.names):
            ragged.append((line, len(row)))
            continue
        cells.lines.append(line)
        if target is not None:
            cells.targets.append(known.setdefault(row[target], row[target]))
        cells.values.extend(_numbers([row[place] for place in features], sheet.dialect.decimal_comma, line, cells))
    if ragged:
        line, length = ragged[0]
        others = "row" if len(ragged) == 2 else "rows"
        more = f" (and {len(ragged) - 1:,} more {others} like it)" if len(ragged) > 1 else ""
        raise UserError(
            f"{name}, line {line:,}, has {length:,} values; the {_first(sheet)} has {len(sheet.names):,}{more}.",
            "Correct these rows, or choose another delimiter.",
            where="path",
        )
    return cells


def _first(sheet: Sheet) -> str:
    return "header" if sheet.dialect.has_header else "first row"


def _numbers(texts: list[str], decimal_comma: bool, line: int, cells: Cells) -> list[float]:
    joined = ";".join(texts)
    try:
        if "_" not in joined and not decimal_comma:
            return [float(text) for text in texts]
    except ValueError:
        pass  # Some cell is empty or text: look at each.
    found = []
    for place, text in enumerate(texts):
        value = number(text, decimal_comma)
        if value is None:
            count, first, shown_first = cells.texts.get(place, (0, line, text.strip()))
            cells.texts[place] = (count + 1, first, shown_first)
        found.append(float("nan") if value is None else value)
    return found


def _first_lines(data: bytes, encoding: str) -> list[str]:
    lines: list[str] = []
    size = 0
    for line in TextIOWrapper(BytesIO(data), encoding, newline=""):
        if line.strip():
            lines.append(line[:SNIFFED_CHARACTERS])
            size += len(lines[-1])
        if len(lines) >= SNIFFED_LINES or (size > SNIFFED_CHARACTERS and len(lines) > 1):
            break
    return lines


def _rows(data: bytes, encoding: str, delimiter: str, name: str) -> Rows:
    """Yield the line on which a row begins, and its cells; blank rows are passed over."""
    text = TextIOWrapper(BytesIO(data), encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True, skipinitialspace=True)
    start = 1
    try:
        for row in reader:
            if len(row) > 1 or (row and row[0].strip()):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise _quote_error(error, name, start) from None


def _quote_error(error: csv.Error, name: str, line: int) -> UserError:
    if "unexpected end" in str(error):
        found = "a quote is opened there and never closed"
    elif "field larger" in str(error):
        found = f"a cell has more than {csv.field_size_limit():,} characters; perhaps a quote is never closed"
    else:
        found = f"a quote stands inside a cell ({error})"
    return UserError(f"{name}, line {line:,}: {found}.", "Correct the quotes of that line.", where="path")


def _unique_names(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names for the columns, and a sentence about those that had to be changed."""
    names: dict[str, None] = {}
    changed = []
    for place, title in enumerate(header, start=1):
        wanted = shown(title.strip()) or f"column_{place}"
        name, copy = wanted, 2
        while name in names:
            name, copy = f"{wanted}_{copy}", copy + 1
        if name != title.strip():
            changed.append(f"{place} is called {name}")
        names[name] = None
    problem = f"Empty, double or overlong column names were changed: {listed(changed)}."
    return tuple(names), (problem,) if changed else ()
