"""Rows of a CSV file as raw inputs of a network that takes numbers."""

import msgspec
import numpy as np

from engine.datasets.choice import describe
from engine.errors import UserError
from engine.inspect.dialect import TableOptions
from engine.inspect.rows_client import read_rows
from engine.runtime.shelf import UsedNetwork


def rows_of(used: UsedNetwork, paths: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Read CSV files that hold the columns the network learned from, in any order.

    Returns:
        x (row, feature), "file:line" for every row, problems.

    Raises:
        UserError: the network takes no rows, a column is missing, or a file cannot be read.
    """
    wanted = feature_names(used)
    files = [(path, read_rows(path, wanted, table_options(used))) for path in paths]
    x = np.concatenate([given.x for _, given in files])
    names = tuple(f"{path}:{line}" for path, given in files for line in given.lines.tolist())
    return x, names, tuple(problem for _, given in files for problem in given.problems)


def feature_names(used: UsedNetwork) -> tuple[str, ...]:
    """The columns a run learned from, in its order; a run that does not remember them is asked for its data.

    Raises:
        UserError: the network does not take rows with these columns.
    """
    names = used.info.feature_names or describe(used.project.data).feature_names
    if used.info.input_shape != (len(names),):
        raise UserError(
            f"The network takes inputs {used.info.input_shape}; its data have {len(names)} named columns.",
            "Rows of a CSV file go to networks that learned from a table or from points.",
        )
    return names


def table_options(used: UsedNetwork) -> TableOptions:
    """How the run's own CSV file is written, where it learned from one; else to be found out."""
    values = used.project.data.values if used.project.data.dataset == "csv" else {}
    said = {name: value for name, value in values.items() if name in TableOptions.__struct_fields__}
    return msgspec.convert(said, TableOptions)
