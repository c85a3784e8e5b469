"""The table of all rows, as it is printed."""

from rich.table import Table
from rich.text import Text

from tests.benchmarks.row import Row

MET = {True: Text("yes", "green"), False: Text("NO", "bold red"), None: Text("")}


def table_of(groups: dict[str, list[Row]], title: str) -> Table:
    """Lay out the rows of every group."""
    table = Table(title=title, title_justify="left", show_lines=False)
    for heading in ("row", "ours", "other side", "figure", "wanted", "met", "note"):
        table.add_column(heading, justify="right" if heading in ("ours", "figure", "wanted") else "left")
    for name, rows in groups.items():
        table.add_section()
        for row in rows:
            table.add_row(f"{name}: {row.name}", *_cells(row), MET[row.is_met], row.note)
    return table


def _cells(row: Row) -> tuple[str, str, str, str]:
    ours = "" if row.ours is None else f"{_number(row.ours)} {row.sides_unit}"
    other = "" if row.other is None else f"{_number(row.other)} {row.sides_unit}, {row.other_name}"
    figure = "" if row.figure is None else f"{_number(row.figure)} {row.unit}"
    sign = {"at least": "≥", "below": "<"}[row.bound]
    wanted = "" if row.wanted is None else f"{sign} {row.wanted:g} {row.unit}"
    return ours, other, figure, wanted


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"
