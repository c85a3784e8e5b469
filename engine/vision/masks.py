"""Masks, the class of every pixel: how well two of them agree."""

from dataclasses import dataclass

import numpy as np

from engine.errors import UserError

IGNORED = 255  # the class of a pixel that counts for nothing


@dataclass(frozen=True)
class MaskScore:
    """How well predicted masks agree with true ones.

    Args:
        confusion: int64 (true class, predicted class), pixels.
    """

    confusion: np.ndarray

    @property
    def iou(self) -> np.ndarray:
        """Intersection over union of each class, TP / (TP + FP + FN), float64 (class,); NaN where it is nowhere."""
        hits, either = self._counts()
        return _ratio(hits, either - hits)

    @property
    def dice(self) -> np.ndarray:
        """Dice coefficient of each class, 2 TP / (2 TP + FP + FN), float64 (class,); NaN where it is nowhere."""
        hits, either = self._counts()
        return _ratio(2 * hits, either)

    @property
    def mean_iou(self) -> float:
        """Over the classes that are somewhere, as keras.metrics.MeanIoU; NaN where there is no pixel."""
        return _mean(self.iou)

    @property
    def mean_dice(self) -> float:
        """Over the classes that are somewhere; NaN where there is no pixel."""
        return _mean(self.dice)

    def __add__(self, other: "MaskScore") -> "MaskScore":
        return MaskScore(self.confusion + other.confusion)

    def _counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each class: pixels that agree; true pixels plus predicted ones."""
        return np.diag(self.confusion), self.confusion.sum(axis=0) + self.confusion.sum(axis=1)


def mask_score(truth: np.ndarray, predicted: np.ndarray, num_classes: int, ignored: int = IGNORED) -> MaskScore:
    """Count how often each class was taken for each; scores of several pictures can be added.

    Args:
        truth, predicted: int (..., height, width), classes from 0.
        ignored: pixels whose true class this is are left out.

    Raises:
        UserError: the shapes differ, or a class is not below `num_classes`.
    """
    if truth.shape != predicted.shape:
        raise UserError(
            f"The true mask is {truth.shape}, the predicted one {predicted.shape}.", "Give both the same size.", "mask"
        )
    counted = truth != ignored
    rows, columns = truth[counted].astype(np.int64), predicted[counted].astype(np.int64)
    for found in (rows, columns):
        if found.size and not 0 <= found.min() <= found.max() < num_classes:
            wrong = int(found.max() if found.max() >= num_classes else found.min())
            raise UserError(
                f"A pixel has the class {wrong}; expected 0 to {num_classes - 1}.", "Check the classes.", where="mask"
            )
    flat = np.bincount(rows * num_classes + columns, minlength=num_classes**2)
    return MaskScore(flat.reshape(num_classes, num_classes))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
