"""From a DataChoice to arrays: checked, loaded, split and scaled. The same choice gives the same arrays."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.datasets import DATASETS
from engine.datasets.spec import Dataset, Description, Samples
from engine.errors import UserError
from engine.params import check_values, defaults
from engine.project import DataChoice

if TYPE_CHECKING:
    import numpy as np

    from engine.datasets.scaling import Scaling
    from engine.inspect.inspector import Inspection

CODES = {"train": 0, "validation": 1, "test": 2}


@dataclass(frozen=True)
class LoadedData:
    """A choice of data, ready to train on.

    Args:
        samples: raw inputs and targets, whole set.
        split: int8 (sample,): 0 train, 1 validation, 2 test.
        scaling: learned on the training part.
    """

    samples: Samples
    split: "np.ndarray"
    scaling: "Scaling"

    def indices(self, name: str) -> "np.ndarray":
        """Which samples belong to "train", "validation" or "test", int64 (sample,)."""
        return (self.split == CODES[name]).nonzero()[0]

    def part(self, name: str) -> "tuple[np.ndarray, np.ndarray]":
        """Normalised inputs float32 (sample, *input_shape) and targets (sample,) of one part."""
        return self.rows(self.indices(name))

    def first(self, name: str, count: int) -> "tuple[np.ndarray, np.ndarray]":
        """As `part`, of its first samples only."""
        return self.rows(self.indices(name)[:count])

    def rows(self, indices: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
        """Normalised inputs float32 (sample, *input_shape) and targets (sample,) of some samples of the set."""
        return self.scaling.apply(self.samples.x[indices]), self.samples.y[indices]


def dataset_of(choice: DataChoice) -> Dataset:
    """Return the chosen dataset's record.

    Raises:
        UserError: there is no such dataset.
    """
    if choice.dataset not in DATASETS:
        raise UserError(
            f"There is no dataset {choice.dataset[:40]!r}.", f"Known: {', '.join(DATASETS)}.", where="dataset"
        )
    return DATASETS[choice.dataset]


def wanted(choice: DataChoice) -> str:
    """What the user is still to choose, e.g. "your own pictures, one folder for each class, each read as 224×224 px".

    Returns:
        Empty where the data are there, or were chosen and cannot be read.
    """
    dataset = DATASETS.get(choice.dataset)
    names = [param.name for param in dataset.params] if dataset is not None else []
    if dataset is None or "path" not in names or str(choice.values.get("path", "")).strip():
        return ""
    values = {**defaults(dataset.params), **choice.values}
    size = f", each read as {values['height']}×{values['width']} px" if {"height", "width"} <= values.keys() else ""
    return f"{dataset.summary[:1].lower()}{dataset.summary[1:]}{size}"


def describe(choice: DataChoice) -> Description:
    """Say what the chosen data are without loading them; takes milliseconds.

    Raises:
        UserError: the dataset, a setting, or a file or folder is wrong.
    """
    dataset = dataset_of(choice)
    return dataset.describe(check_values(dataset.params, choice.values, dataset.name))


def load(choice: DataChoice, inspect: "Inspection | None" = None) -> LoadedData:
    """Load, split and scale the chosen data; the user's own files are opened in a disposable process.

    Args:
        inspect: watches and may cancel the reading of files.

    Raises:
        UserError: the dataset, a setting, a share, or the data themselves are wrong.
        Cancelled: `inspect` said so.
    """
    from engine.datasets.scaling import learn
    from engine.datasets.split import split_blocks, split_codes

    dataset = dataset_of(choice)
    values = check_values(dataset.params, choice.values, dataset.name)
    extra = (inspect,) if dataset.is_foreign else ()
    samples = dataset.load(values, choice.seed, *extra)
    labels = samples.y if samples.description.target == "class" else len(samples.y)
    names = samples.description.class_names
    if samples.blocks is not None:
        split = split_blocks(samples.y, samples.blocks, choice.validation, choice.test, choice.seed, names)
    else:
        split = split_codes(labels, choice.validation, choice.test, choice.stratified, choice.seed, names)
    if dataset.is_foreign:
        samples = _checked(samples, split)
    return LoadedData(
        samples, split, learn(choice.normalisation, samples.x, samples.description, (split == 0).nonzero()[0])
    )


def _checked(samples: Samples, split: "np.ndarray") -> Samples:
    from engine.datasets.checks import class_problems, duplicate_problem

    problems = [*samples.problems, duplicate_problem(samples.x, split)]
    if samples.description.target == "class":
        problems += class_problems(samples.y, samples.description.class_names)
    return replace(samples, problems=tuple(problem for problem in problems if problem))
