"""The user's own table: a CSV file with a column to predict."""

from typing import TYPE_CHECKING

import msgspec

from engine.datasets.spec import Dataset, Description, Samples
from engine.errors import UserError
from engine.inspect.dialect import TableOptions
from engine.inspect.names import absolute, shown
from engine.inspect.text import MAX_BYTES, read_head
from engine.params import Param, Values

if TYPE_CHECKING:
    from engine.inspect.inspector import Inspection

GLANCE = 1 << 16
LONG_GLANCE = 1 << 22  # where the header alone is longer than a glance
PARAMS = (
    Param("path", "path", "", "File", help="A CSV file: a header, then rows of numbers."),
    Param("target", "text", "", "Target column", help="The column to predict; the last one where empty."),
    Param("predict", "choice", "auto", "Predict", choices=("auto", "class", "number"), help="What the target holds."),
    Param(
        "delimiter",
        "choice",
        "auto",
        "Delimiter",
        choices=("auto", "comma", "semicolon", "tab"),
        help="Between values.",
    ),
    Param("decimal", "choice", "auto", "Decimal mark", choices=("auto", "point", "comma"), help="Inside a number."),
    Param("header", "choice", "auto", "Header", choices=("auto", "yes", "no"), help="Whether row one names columns."),
    Param("leave_out", "text", "", "Leave out", help="Names of columns to ignore, with commas between."),
)


def _describe(values: Values) -> Description:
    """From the first rows; the count, and classes that come later, are known after loading only."""
    from engine.inspect.tables import read_table  # makes Samples, so it needs this package first

    path = absolute(_require_path(values))
    head, size = read_head(path, GLANCE)
    if size > MAX_BYTES:
        raise UserError(
            f"{shown(path.name)} has {size / 1e6:,.0f} MB; at most {MAX_BYTES >> 20} MB are read.",
            "Keep fewer rows or columns.",
            where="path",
        )
    if len(head) < size and head.count(b"\n") < 4:
        head, size = read_head(path, LONG_GLANCE)
    return read_table(head, shown(path.name), _options(values), whole=len(head) >= size).description


def _load(values: Values, seed: int, inspection: "Inspection | None" = None) -> Samples:
    from engine.inspect.client import load_table

    return load_table(_require_path(values), _options(values), inspection)


def _require_path(values: Values) -> str:
    if not values["path"].strip():
        raise UserError("No file is chosen yet.", "Choose a CSV file.", where="path")
    return str(values["path"])


def _options(values: Values) -> TableOptions:
    return msgspec.convert({name: value for name, value in values.items() if name != "path"}, TableOptions)


CSV_FILE = Dataset(
    id="csv",
    name="CSV file",
    summary="Your own table, a number or class to predict",
    params=PARAMS,
    describe=_describe,
    load=_load,
    origin="Your own file; it stays where it is.",
    is_foreign=True,
)
