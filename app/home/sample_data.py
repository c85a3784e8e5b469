"""Real samples for pictures on Home: read from the files that come with scikit-learn, without importing it (2 s)."""

import csv
import gzip
import importlib.util
import io
from functools import cache
from pathlib import Path

import numpy as np


def _folder() -> Path | None:
    spec = importlib.util.find_spec("sklearn")
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(places[0]) / "datasets" / "data" if places else None
    return folder if folder is not None and folder.is_dir() else None


def _rows(name: str, limit: int) -> list[list[str]]:
    """The first rows of a table; none where the file is not there, and then no picture is drawn."""
    folder = _folder()
    path = folder / name if folder else None
    if path is None or not path.is_file():
        return []
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = raw.decode("utf-8").splitlines()[:limit]
    return list(csv.reader(io.StringIO("\n".join(lines)), delimiter="," if "," in lines[0] else " "))


@cache
def digit(label: int, nth: int = 0) -> np.ndarray | None:
    """The n-th scan of a digit among the first 400, float (8, 8), 0 to 1; None where it cannot be read."""
    found = [row for row in _rows("digits.csv.gz", 400) if int(float(row[64])) == label]
    if len(found) <= nth:
        return None
    return np.array(found[nth][:64], float).reshape(8, 8) / 16


@cache
def iris() -> tuple[np.ndarray, np.ndarray] | None:
    """Petal length and width in cm, float (150, 2), and the kind of iris, int (150,); None where not readable."""
    rows = _rows("iris.csv", 151)[1:]
    if not rows:
        return None
    table = np.array(rows, float)
    return table[:, 2:4], table[:, 4].astype(int)


@cache
def diabetes() -> tuple[np.ndarray, np.ndarray] | None:
    """Body mass index, float (442,), and disease progression, float (442,); None where not readable."""
    measured = _rows("diabetes_data_raw.csv.gz", 442)
    target = _rows("diabetes_target.csv.gz", 442)
    if not measured or len(measured) != len(target):
        return None
    return np.array([float(row[2]) for row in measured]), np.array([float(row[0]) for row in target])


def resized(image: np.ndarray, side: int) -> np.ndarray:
    """Bilinear interpolation of a square picture (n, n) to (side, side), pixel centres aligned as Pillow does."""
    n = len(image)
    at = np.clip((np.arange(side) + 0.5) * n / side - 0.5, 0, n - 1)
    low = np.minimum(np.floor(at).astype(int), n - 2)
    part = at - low
    rows = image[low] * (1 - part)[:, None] + image[low + 1] * part[:, None]  # (side, n)
    return rows[:, low] * (1 - part) + rows[:, low + 1] * part  # (side, side)


def correlated(image: np.ndarray, kernel: np.ndarray, pad: int = 0) -> np.ndarray:
    """What a convolution layer computes with one kernel and no bias: the sum of window × kernel, everywhere."""
    padded = np.pad(image, pad)
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel)
