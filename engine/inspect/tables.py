"""A CSV file to features and a target, with a sentence for everything that was left out or looks wrong."""

from collections.abc import Sequence

import numpy as np

from engine.datasets.spec import Description, Samples
from engine.errors import UserError
from engine.inspect.dialect import TableOptions
from engine.inspect.names import listed, shown
from engine.inspect.rows import Cells, Sheet, open_sheet, read_cells
from engine.inspect.targets import Target, read_target
from engine.inspect.text import encoding_of, whole_lines

MIN_ROWS = 3
FLOAT32_MAX = float(np.finfo(np.float32).max)


def read_table(data: bytes, name: str, options: TableOptions, whole: bool = True) -> Samples:
    """Read a table.

    Args:
        data: the file's bytes.
        name: of the file, for the messages.
        whole: whether these are all its bytes; if not, the last line is dropped and the count stays unknown (0).

    Returns:
        x float32 (row, feature), y int32 labels or float32 numbers (row,).

    Raises:
        UserError: the table cannot be used; says what was found where, what was expected and what to do.
    """
    data = data if whole else whole_lines(data)
    if not data.strip():
        raise UserError(f"{name} is empty ({len(data)} bytes).", "Choose a file with a header and rows.", "path")
    encoding, note = encoding_of(data, name)
    sheet = open_sheet(data, encoding, name, options)
    target = _target_place(sheet, options.target, name)
    features = _feature_places(sheet, target, options.leave_out, name)
    cells = read_cells(sheet, target, features, name)
    if len(cells.targets) < MIN_ROWS:
        found = _rows(len(cells.targets)) if cells.targets else "a header but no rows"
        raise UserError(f"{name} has {found} of data; at least {MIN_ROWS} are needed.", "Add rows.", where="path")
    titles = [sheet.names[place] for place in features]
    values, titles, problems = _features(cells, titles, name)
    goal = read_target(cells.targets, cells.lines, sheet.names[target], options.predict, sheet.dialect.decimal_comma)
    kept, losses = _whole_rows(values, goal, [*titles, sheet.names[target]], name)
    x = values[kept].astype(np.float32)
    y = goal.y[kept].astype(np.int32 if goal.class_names else np.float32)
    problems += [*losses, *_rounded(values[kept], x, titles), *_constant(x, titles)]
    description = Description(
        "table",
        (len(titles),),
        "class" if goal.class_names else "number",
        goal.class_names,
        len(y) if whole else 0,
        tuple(titles),
        sheet.names[target],
    )
    return Samples(x, y, description, tuple(filter(None, [note, *sheet.problems, *problems])))


def _target_place(sheet: Sheet, wanted: str, name: str) -> int:
    if not wanted.strip():
        return sheet.last
    if wanted.strip() not in sheet.names:
        raise UserError(
            f"{name} has no column {shown(wanted.strip())!r}.",
            f"Its columns are {listed(sheet.names, 12)}.",
            where="target",
        )
    return sheet.names.index(wanted.strip())


def _feature_places(sheet: Sheet, target: int, leave_out: str, name: str) -> list[int]:
    ignored = {title.strip() for title in leave_out.split(",") if title.strip()}
    unknown = sorted(ignored - set(sheet.names))
    if unknown:
        raise UserError(
            f"{name} has no column {listed(unknown)} to leave out.",
            f"Its columns are {listed(sheet.names, 12)}.",
            where="leave_out",
        )
    return [place for place, title in enumerate(sheet.names) if place != target and title not in ignored]


def _features(cells: Cells, titles: list[str], name: str) -> tuple[np.ndarray, list[str], list[str]]:
    """The columns with numbers in them, float64 (row, feature), their titles, and what was left out."""
    values = np.frombuffer(cells.values, np.float64).reshape(len(cells.targets), len(titles)).copy()
    values[np.abs(values) > FLOAT32_MAX] = np.inf
    filled = np.asarray(~np.isnan(values).all(axis=0))  # (feature,)
    _require_no_mixture(cells, titles, filled, name)
    if not filled.any():
        raise UserError(
            f"{name} has no column of numbers besides the target.", "Choose another target or delimiter.", "path"
        )
    texts = [title for place, title in enumerate(titles) if not filled[place] and place in cells.texts]
    empty = [title for place, title in enumerate(titles) if not filled[place] and place not in cells.texts]
    problems = [f"Columns of text were left out: {listed(texts)}."] if texts else []
    problems += [f"Columns without values were left out: {listed(empty)}."] if empty else []
    return values[:, filled], [title for place, title in enumerate(titles) if filled[place]], problems


def _require_no_mixture(cells: Cells, titles: list[str], filled: np.ndarray, name: str) -> None:
    for place, (count, line, text) in sorted(cells.texts.items()):
        if filled[place]:
            more = f" ({count:,} such cells)" if count > 1 else ""
            raise UserError(
                f"{name}, column {titles[place]}, line {line:,}, holds “{shown(text)}”; expected a number{more}.",
                "Correct the cell, empty it, or name the column under Leave out. Thousands separators do not work.",
                where="leave_out",
            )


def _whole_rows(values: np.ndarray, goal: Target, titles: Sequence[str], name: str) -> tuple[np.ndarray, list[str]]:
    """Which rows have all their numbers, bool (row,), and a sentence about the others."""
    lacking = ~np.isfinite(values)
    kept = ~lacking.any(axis=1) & np.isfinite(goal.y)
    infinite = int(np.isinf(values).sum() + np.isinf(goal.y).sum())
    counts = [*lacking.sum(axis=0).tolist(), int((~np.isfinite(goal.y)).sum())]
    columns = [f"{count:,} in {title}" for title, count in zip(titles, counts, strict=True) if count]
    lost = int((~kept).sum())
    found = f"empty, NaN{' or infinite' if infinite else ''} cells ({listed(columns, 5)})"
    if kept.sum() < MIN_ROWS:
        reason = f", because {lost:,} have {found}" if lost else ""
        raise UserError(
            f"{name} has {_rows(int(kept.sum()))} to learn from{reason}; at least {MIN_ROWS} are needed.",
            "Add rows, or name the columns with gaps under Leave out." if lost else "Add rows.",
            where="path",
        )
    return kept, [f"{_rows(lost)} of {kept.size:,} left out for {found}."] if lost else []


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _rounded(values: np.ndarray, x: np.ndarray, titles: list[str]) -> list[str]:
    """Fractions are always rounded a little; for whole numbers, such as an account number, it is news."""
    whole = (values == np.rint(values)).all(axis=0) & (values != x).any(axis=0)  # (feature,)
    columns = [title for place, title in enumerate(titles) if whole[place]]
    return [f"Whole numbers too long for 32 bits were rounded to 7 digits: {listed(columns)}."] if columns else []


def _constant(x: np.ndarray, titles: list[str]) -> list[str]:
    columns = [title for place, title in enumerate(titles) if (x[:, place] == x[0, place]).all()]
    return [f"The same value in every row, so no help: {listed(columns)}."] if columns else []
