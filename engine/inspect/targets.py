"""The column to predict: classes or numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.inspect.dialect import number
from engine.inspect.names import shown

MAX_CLASSES = 1000
FEW = 20  # whole numbers with at most so many different values are classes


@dataclass(frozen=True)
class Target:
    """A target column.

    Args:
        y: float64 (row,): labels or numbers; NaN where the cell is missing.
        class_names: in label order; empty for numbers.
    """

    y: np.ndarray
    class_names: tuple[str, ...]


def read_target(cells: Sequence[str], lines: Sequence[int], name: str, predict: str, decimal_comma: bool) -> Target:
    """Read the target column, deciding between classes and numbers where `predict` is "auto".

    Numbers are text-free columns with fractions or with more than 20 different values; all else are classes.

    Raises:
        UserError: text among numbers, one value only, or too many classes.
    """
    values = {cell: number(cell, decimal_comma) for cell in set(cells)}
    texts = [cell for cell, value in values.items() if value is None]
    numbers = {value for value in values.values() if value is not None and np.isfinite(value)}
    whole = all(value == int(value) for value in numbers)
    if predict == "number" or (predict == "auto" and len(numbers) > FEW and _mostly_numbers(cells, values)):
        _require_no_text(cells, lines, name, set(texts))
        predict = "number"
    elif predict == "auto":
        predict = "class" if texts or (whole and len(numbers) <= FEW) else "number"
    return _numbers(cells, values, name) if predict == "number" else _classes(cells, values, bool(texts), name)


def _mostly_numbers(cells: Sequence[str], values: dict[str, float | None]) -> bool:
    return sum(values[cell] is not None for cell in cells) > len(cells) / 2


def _require_no_text(cells: Sequence[str], lines: Sequence[int], name: str, texts: set[str]) -> None:
    for cell, line in zip(cells, lines, strict=True):
        if cell in texts:
            raise UserError(
                f"Target column {name}, line {line:,}, holds “{shown(cell)}”; expected a number.",
                "Correct the cell or leave it empty, or choose to predict a class.",
                where="target",
            )


def _numbers(cells: Sequence[str], values: dict[str, float | None], name: str) -> Target:
    y = np.array([values[cell] for cell in cells], np.float64)
    if np.unique(y[np.isfinite(y)]).size < 2:
        raise UserError(
            f"Target column {name} holds one value only ({shown(cells[0])}); there is nothing to learn.",
            "Choose another target column.",
            where="target",
        )
    return Target(y, ())


def _classes(cells: Sequence[str], values: dict[str, float | None], has_text: bool, name: str) -> Target:
    # "NA" or "none" is missing among numbers, but may be the name of a class among texts.
    keys = {cell: cell.strip() if has_text else values[cell] for cell in values}
    missing = {cell for cell, key in keys.items() if key == "" or (isinstance(key, float) and not np.isfinite(key))}
    classes = sorted({key for cell, key in keys.items() if cell not in missing})  # type: ignore[type-var]
    if len(classes) < 2 or len(classes) > MAX_CLASSES:
        found = f"only the class {_class_name(classes[0])}" if classes else "no values"
        found = f"{len(classes):,} different values" if len(classes) > 1 else found
        raise UserError(
            f"Target column {name} holds {found}; expected 2 to {MAX_CLASSES:,} classes.",
            "Choose another target column, or predict a number." if len(classes) > 1 else "Choose another column.",
            where="target",
        )
    codes = {key: float(code) for code, key in enumerate(classes)}
    y = np.array([np.nan if cell in missing else codes[keys[cell]] for cell in cells])
    return Target(y, tuple(_class_name(key) for key in classes))


def _class_name(key: str | float | None) -> str:
    return str(int(key)) if isinstance(key, float) and key == int(key) else str(key)
