"""One real handwritten digit of each class, read from the file that comes with scikit-learn, without its import."""

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.errors import UserError

SIDE, MOST = 8, 16.0  # px; the largest value


@cache
def digits() -> np.ndarray:
    """The first scan of each digit: whole numbers 0..16, float64 (digit, row, column).

    Raises:
        UserError: scikit-learn is not installed.
    """
    found: dict[int, np.ndarray] = {}
    with gzip.open(_file(), "rt", encoding="ascii") as lines:
        for line in lines:
            *pixels, label = (int(float(value)) for value in line.split(","))
            found.setdefault(label, np.array(pixels, float).reshape(SIDE, SIDE))
            if len(found) == 10:
                break
    return np.stack([found[digit] for digit in range(10)])


def _file() -> Path:
    found = find_spec("sklearn")
    if found is None or found.origin is None:
        raise UserError("scikit-learn, whose digits are used here, is not installed.", "Install the program again.")
    return Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"
