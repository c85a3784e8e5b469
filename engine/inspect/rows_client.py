"""Rows of the user's CSV files to predict from, read by a disposable inspector process."""

import os
from collections.abc import Callable, Sequence

import numpy as np

from engine.errors import UserError
from engine.inspect.dialect import TableOptions
from engine.inspect.given_rows import GivenRows
from engine.inspect.inspector import ChildDied, Inspection, Inspector
from engine.inspect.names import absolute, shown
from engine.inspect.protocol import Answer, NumberedRows, ReadRows, Refused, RowsRead


def read_rows(
    path: str, feature_names: Sequence[str], options: TableOptions, inspection: Inspection | None = None
) -> GivenRows:
    """Read the features of every row of a CSV file; the rules are those of `engine.inspect.given_rows`.

    Raises:
        UserError: the file cannot be used, lacks a column, or has no row with a number in every feature.
        Cancelled: the inspection was cancelled.
    """
    inspection = inspection or Inspection()
    file = absolute(path)
    question = ReadRows(path=os.fsencode(file), feature_names=tuple(feature_names), options=options)
    try:
        with Inspector(inspection, inspection.table_seconds) as inspector:
            (first,) = inspector.ask(question, 1)
            return _gathered(first, inspector.answer)
    except ChildDied as death:
        raise UserError(
            f"{shown(file.name)} could not be read: {death.cause}.", "Use a smaller file.", where="path"
        ) from death


def _gathered(first: Answer, following: Callable[[], Answer]) -> GivenRows:
    if isinstance(first, Refused):
        raise UserError(first.message, first.hint, first.where)
    assert isinstance(first, RowsRead)
    blocks: list[NumberedRows] = []
    while sum(len(block.lines) for block in blocks) < first.rows:
        block = following()
        assert isinstance(block, NumberedRows)
        blocks.append(block)
    x, lines = (np.concatenate(parts) for parts in zip(*((block.x, block.lines) for block in blocks), strict=True))
    return GivenRows(x, lines, first.problems)
