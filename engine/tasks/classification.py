"""Classification: one class per sample."""

from engine.datasets.spec import Description
from engine.tasks.spec import Task


def _num_units(description: Description, activation: str) -> int:
    return 1 if activation == "sigmoid" else len(description.class_names)


CLASSIFICATION = Task(
    id="classification",
    name="Classification",
    target="class",
    losses={"softmax": ("sparse_categorical_crossentropy",), "sigmoid": ("binary_crossentropy",)},
    metric="accuracy",
    metric_name="Accuracy",
    higher_is_better=True,
    num_units=_num_units,
)
