"""Two columns of real tables for a model of two weights, read from the files that come with scikit-learn."""

from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np

from engine.errors import UserError
from engine.explain.surfaces import LossSurface, surface_of
from engine.explain.two_weights import TwoWeights


@dataclass(frozen=True)
class Table:
    """Where two features and a target are.

    Args:
        file: in scikit-learn's folder of data; its import, which takes 2 s, is not needed to read it.
        columns: of the two features.
        features: their names.
        kind: of the model.
        target: name of the target.
        source: who made the table.
    """

    file: str
    columns: tuple[int, int]
    features: tuple[str, str]
    kind: Literal["linear", "logistic"]
    target: str
    source: str


TABLES = {
    "cancer": Table(
        "breast_cancer.csv", (0, 1), ("mean radius", "mean texture"), "logistic", "benign",
        "569 tumours, mean radius and mean texture against benign (Wolberg, Street and Mangasarian 1995).",
    ),
    "diabetes": Table(
        "diabetes_data_raw.csv.gz", (2, 8), ("body mass index", "log of triglycerides"), "linear", "progression",
        "442 patients, body mass index and log of triglycerides against progression (Efron et al. 2004).",
    ),
}  # fmt: skip
TITLES = {"cancer": "Tumours, logistic", "diabetes": "Patients, linear"}


@cache
def raw_columns(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The two features in their own units, float64 (sample, 2), and the target (sample,).

    Raises:
        UserError: there is no such table.
    """
    if name not in TABLES:
        raise UserError(f"There are no data {name[:40]!r}.", f"Data: {', '.join(TABLES)}.", "surface")
    table, folder = TABLES[name], _folder()
    if table.file.endswith(".gz"):
        rows = np.loadtxt(folder / table.file)
        target = np.loadtxt(folder / table.file.replace("data_raw", "target"))
        return rows[:, table.columns], target
    rows = np.loadtxt(folder / table.file, delimiter=",", skiprows=1, usecols=(*table.columns, -1))
    return rows[:, :2], rows[:, 2]


@cache
def two_weights(name: str, scaling: str = "standard") -> TwoWeights:
    """The model on a table.

    Args:
        scaling: of the features: "standard" (mean 0, deviation 1), "centred" (mean 0, own units), or "range"
            (from 0 to 1). A number as target has mean 0 and deviation 1.

    Raises:
        UserError: there is no such table or scaling.
    """
    x, y = raw_columns(name)
    target = y if TABLES[name].kind == "logistic" else (y - y.mean()) / y.std()
    return TwoWeights(TABLES[name].kind, scaled(x, scaling), target)


@cache
def data_surface(name: str, scaling: str = "standard") -> LossSurface:
    """The loss of that model as a surface.

    Raises:
        UserError: there is no such table or scaling.
    """
    made = two_weights(name, scaling).surface(TITLES[name], TABLES[name].source)
    return replace(made, id=name)


def any_surface(name: str) -> LossSurface:
    """A surface with a formula, or one of real data.

    Raises:
        UserError: there is none of that name.
    """
    return data_surface(name) if name in TABLES else surface_of(name, tuple(TABLES))


def scaled(x: np.ndarray, scaling: str) -> np.ndarray:
    """Features (sample, 2), scaled.

    Raises:
        UserError: there is no such scaling.
    """
    match scaling:
        case "standard":
            return np.asarray((x - x.mean(axis=0)) / x.std(axis=0))
        case "centred":
            return np.asarray(x - x.mean(axis=0))
        case "range":
            return np.asarray((x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0)))
    raise UserError(f"There is no scaling {scaling[:40]!r}.", "Scalings: standard, centred, range.", "scaling")


def _folder() -> Path:
    found = find_spec("sklearn")
    if found is None or found.origin is None:
        raise UserError("scikit-learn, whose tables are used here, is not installed.", "Install the program again.")
    return Path(found.origin).parent / "datasets" / "data"
