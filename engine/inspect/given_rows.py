"""The rows of a CSV file that a trained network is to answer for: its features by name, no target."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.inspect.dialect import TableOptions
from engine.inspect.names import listed, shown
from engine.inspect.rows import Cells, Sheet, open_sheet, read_cells
from engine.inspect.tables import FLOAT32_MAX
from engine.inspect.text import encoding_of


@dataclass(frozen=True)
class GivenRows:
    """Rows to predict from.

    Args:
        x: raw inputs, float32 (row, feature), in the order the network learned them.
        lines: int64 (row,), the line of the file on which each begins.
        problems: what was left out or looks wrong, one sentence each.
    """

    x: np.ndarray
    lines: np.ndarray
    problems: tuple[str, ...]


def read_given_rows(data: bytes, name: str, feature_names: Sequence[str], options: TableOptions) -> GivenRows:
    """Read the columns called `feature_names`; one row is enough, other columns and `options.leave_out` are ignored.

    A file without a header that has as many columns as there are features is taken in the order it stands.

    Args:
        data: the file's bytes.
        name: of the file, for the messages.

    Raises:
        UserError: the file cannot be used, lacks a column, or has no row with a number in every feature.
    """
    if not data.strip():
        raise UserError(f"{name} is empty ({len(data)} bytes).", "Choose a file with a header and rows.", "path")
    encoding, note = encoding_of(data, name)
    sheet = open_sheet(data, encoding, name, options, fewest=1)
    places, remark = _places(sheet, feature_names, name)
    cells = read_cells(sheet, None, places, name)
    if not cells.lines:
        raise UserError(f"{name} has a header but no rows of data.", "Add a row for each answer wanted.", "path")
    values = np.frombuffer(cells.values, np.float64).reshape(-1, len(places))
    kept, loss = _whole_rows(values, cells, feature_names, name)
    problems = tuple(filter(None, (note, remark, loss)))
    return GivenRows(values[kept].astype(np.float32), np.array(cells.lines, np.int64)[kept], problems)


def _places(sheet: Sheet, wanted: Sequence[str], name: str) -> tuple[list[int], str]:
    """Where the features stand, and a sentence where that was taken from their order."""
    missing = [title for title in wanted if title not in sheet.names]
    if not sheet.dialect.has_header and len(sheet.names) == len(wanted):
        remark = f"{name} has no header; its columns were taken as {listed(wanted, 12)}." if missing else ""
        return list(range(len(wanted))), remark
    if not missing:
        return [sheet.names.index(title) for title in wanted], ""
    if not sheet.dialect.has_header:
        raise UserError(
            f"{name} has no header and {len(sheet.names):,} columns; the network takes {len(wanted):,}.",
            f"Keep the columns {listed(wanted, 12)} in this order, or add a header.",
            where="path",
        )
    raise UserError(
        f"{name} has no column {listed(missing)}; it has {listed(sheet.names, 12)}.",
        f"The network learned from {listed(wanted, 12)}.",
        where="path",
    )


def _whole_rows(values: np.ndarray, cells: Cells, titles: Sequence[str], name: str) -> tuple[np.ndarray, str]:
    """Which rows have a number in every feature, bool (row,), and a sentence about the others."""
    lacking = ~np.isfinite(values) | (np.abs(values) > FLOAT32_MAX)
    kept = ~lacking.any(axis=1)
    if kept.all():
        return kept, ""
    lost = np.flatnonzero(~kept)
    lines = listed([f"{cells.lines[row]:,}" for row in lost])
    row = int(lost[0])
    column = int(np.flatnonzero(lacking[row])[0])
    first = f"column {titles[column]}, line {cells.lines[row]:,}, holds {_found(cells, column, cells.lines[row])}"
    if not kept.any():
        raise UserError(
            f"{name} has no row with a number in every feature: {first}; expected a number.",
            "Correct the cell. Thousands separators do not work.",
            where="path",
        )
    rows = f"{len(lost):,} row{'s' if len(lost) > 1 else ''} of {kept.size:,}"
    place = "line" if len(lost) == 1 else "lines"
    return kept, f"{name}: {rows} left out ({place} {lines}): {first}; expected a number."


def _found(cells: Cells, column: int, line: int) -> str:
    """What stands in a cell that is no number, as far as it was kept."""
    _, first_line, text = cells.texts.get(column, (0, 0, ""))
    return f"“{shown(text)}”" if first_line == line else "no finite number"
