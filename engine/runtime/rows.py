"""Rows of a CSV file as raw inputs of a network that takes numbers."""

import numpy as np

from engine.datasets.choice import describe
from engine.errors import UserError
from engine.inspect.client import load_table
from engine.inspect.dialect import TableOptions
from engine.runtime.shelf import UsedNetwork


def rows_of(used: UsedNetwork, paths: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Read CSV files that hold the columns the network learned from, in any order, and one more at least.

    Returns:
        x (row, feature), a name for every row, problems.

    Raises:
        UserError: a column is missing, or a file cannot be read.
    """
    description = describe(used.project.data)
    wanted = description.feature_names
    target = description.target_name
    x: list[np.ndarray] = []
    names: list[str] = []
    problems: list[str] = []
    for path in paths:
        table = load_table(path, TableOptions(target=target, predict="auto"))
        found = table.description.feature_names
        missing = [name for name in wanted if name not in found]
        if missing:
            raise UserError(
                f"{path} has no column {missing[0]!r}; it has {', '.join(found)[:200]}.",
                f"The network learned from {', '.join(wanted)[:200]}.",
            )
        x.append(table.x[:, [found.index(name) for name in wanted]])
        names += [f"{path}:{row + 1}" for row in range(len(table.x))]
        problems += table.problems
    return np.concatenate(x), tuple(names), tuple(problems)
