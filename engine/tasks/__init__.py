"""The tasks, one record per file."""

from engine.tasks.classification import CLASSIFICATION
from engine.tasks.regression import REGRESSION
from engine.tasks.spec import Task

TASKS: dict[str, Task] = {task.id: task for task in (CLASSIFICATION, REGRESSION)}

LOSS_NAMES = {
    "sparse_categorical_crossentropy": "Sparse categorical cross-entropy",
    "binary_crossentropy": "Binary cross-entropy",
    "mean_squared_error": "Mean squared error",
    "mean_absolute_error": "Mean absolute error",
    "huber": "Huber",
}
