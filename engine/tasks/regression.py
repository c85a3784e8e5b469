"""Regression: one number per sample."""

from engine.datasets.spec import Description
from engine.tasks.spec import Task


def _num_units(description: Description, activation: str) -> int:
    return 1


REGRESSION = Task(
    id="regression",
    name="Regression",
    target="number",
    losses={"linear": ("mean_squared_error", "mean_absolute_error", "huber")},
    metric="mae",
    metric_name="MAE",
    higher_is_better=False,
    num_units=_num_units,
)
