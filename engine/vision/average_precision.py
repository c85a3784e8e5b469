"""Average precision of detections, as COCO measures it (Lin et al. 2014; cocodataset.org, "Detection Evaluation").

Of one picture and class, detections go from the highest score down; each takes the free true box it overlaps most, if
by at least the IoU threshold. Over all pictures, again from the highest score down, precision = right / (right + wrong)
and recall = right / all true boxes; precision is made to fall only, and read at 101 recalls 0, 0.01, ..., 1; average
precision is the mean of what is read. mAP is its mean over classes and the thresholds 0.50, 0.55, ..., 0.95.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.vision.boxes import intersection_over_first, iou

IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0, 1, 101)
MOST_DETECTIONS = 100  # of one picture and class


@dataclass(frozen=True)
class Truth:
    """The true boxes of one picture.

    Args:
        boxes: (box, 4), px.
        classes: int (box,).
        crowd: bool (box,), a crowd counts for nothing and may take many detections, each of which then counts for
            nothing; its overlap is the share of the detection that lies in it. None: no crowds.
        ignored: bool (box,), counts for nothing, nor does the detection that takes it. None: none.
    """

    boxes: np.ndarray
    classes: np.ndarray
    crowd: np.ndarray | None = None
    ignored: np.ndarray | None = None


@dataclass(frozen=True)
class Detections:
    """What was found in one picture: boxes (box, 4) in px, classes int (box,), scores (box,)."""

    boxes: np.ndarray
    classes: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision over recall of one class at one IoU threshold.

    Args:
        scores: (detection,), falling: those that count, of all pictures.
        precision, recall: (detection,), when all down to this score are taken.
        interpolated: (101,), the highest precision at this recall or more; 0 where it is never reached.
        average_precision: the mean of `interpolated`; NaN where there is no true box.
        num_truths: how many true boxes count.
    """

    scores: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    interpolated: np.ndarray
    average_precision: float
    num_truths: int


@dataclass(frozen=True)
class DetectionScore:
    """The score of a detector.

    Args:
        table: (threshold, class), average precisions; NaN for a class without true boxes.
        iou_thresholds: (threshold,).
    """

    table: np.ndarray
    iou_thresholds: np.ndarray = field(default_factory=lambda: IOU_THRESHOLDS)

    @property
    def mean_average_precision(self) -> float:
        """Over all thresholds and the classes that have true boxes; NaN where none has."""
        return _mean(self.table)

    def at(self, threshold: float) -> float:
        """Over classes, at one of the thresholds: 0.5 gives AP50."""
        return _mean(self.table[int(np.abs(self.iou_thresholds - threshold).argmin())])


def detection_score(
    truths: Sequence[Truth],
    detections: Sequence[Detections],
    num_classes: int,
    iou_thresholds: np.ndarray = IOU_THRESHOLDS,
) -> DetectionScore:
    """Measure detections, one entry per picture in both lists, over boxes of all sizes."""
    table = np.empty((len(iou_thresholds), num_classes))
    for label in range(num_classes):
        curves = precision_recall(truths, detections, label, iou_thresholds)
        table[:, label] = [curve.average_precision for curve in curves]
    return DetectionScore(table, iou_thresholds)


def precision_recall(
    truths: Sequence[Truth], detections: Sequence[Detections], label: int, iou_thresholds: np.ndarray = IOU_THRESHOLDS
) -> list[PrecisionRecall]:
    """The curve of one class for every threshold; one entry per picture in both lists."""
    pictures = [
        _match(_truth_of(truth, label), _best_of(found, label), iou_thresholds)
        for truth, found in zip(truths, detections, strict=True)
    ]
    scores = np.concatenate([picture.scores for picture in pictures] or [np.zeros(0)])
    order = np.argsort(-scores, kind="stable")
    total = sum(picture.num_truths for picture in pictures)
    curves = []
    for number in range(len(iou_thresholds)):
        right = np.concatenate([picture.right[number] for picture in pictures] or [np.zeros(0, bool)])[order]
        void = np.concatenate([picture.void[number] for picture in pictures] or [np.zeros(0, bool)])[order]
        curves.append(_curve(scores[order][~void], right[~void], total))
    return curves


@dataclass(frozen=True)
class _Matched:
    """Of one picture and class: scores (detection,); which are right, which are void, bool (threshold, detection)."""

    scores: np.ndarray
    right: np.ndarray
    void: np.ndarray
    num_truths: int


def _match(truth: Truth, found: Detections, thresholds: np.ndarray) -> _Matched:
    """Give every detection a true box, at every threshold."""
    crowd, ignored = _flags(truth)
    overlaps = iou(_floats(found.boxes), _floats(truth.boxes))
    overlaps[:, crowd] = intersection_over_first(_floats(found.boxes), _floats(truth.boxes[crowd]))
    right = np.zeros((len(thresholds), len(found.scores)), bool)
    void = np.zeros_like(right)
    for number, threshold in enumerate(thresholds):
        free = np.ones(len(crowd), bool)
        for place in range(len(found.scores)):
            chosen = _chosen(overlaps[place], free | crowd, ignored, min(float(threshold), 1 - 1e-10))
            if chosen >= 0:
                free[chosen] = False
                (void if ignored[chosen] else right)[number, place] = True
    return _Matched(found.scores, right, void, int((~ignored).sum()))


def _chosen(overlaps: np.ndarray, free: np.ndarray, ignored: np.ndarray, least: float) -> int:
    """The free true box with the largest overlap of at least `least`, −1 where there is none.

    One that counts goes before one that does not; of equal overlaps the last one is taken, as in COCO's own code.
    """
    for wanted in (~ignored, ignored):
        able = np.flatnonzero(free & wanted & (overlaps >= least))
        if len(able):
            return int(able[::-1][overlaps[able[::-1]].argmax()])
    return -1


def _curve(scores: np.ndarray, right: np.ndarray, total: int) -> PrecisionRecall:
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(right) + 1)
    if not total:
        return PrecisionRecall(scores, precision, np.full(len(right), np.nan), np.full(101, np.nan), np.nan, 0)
    recall = hits / total
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    interpolated = np.append(falling, 0.0)[np.searchsorted(recall, RECALLS, side="left")]
    return PrecisionRecall(scores, precision, recall, interpolated, float(interpolated.mean()), total)


def _truth_of(truth: Truth, label: int) -> Truth:
    mine = truth.classes == label
    crowd, ignored = _flags(truth)
    return Truth(truth.boxes[mine], truth.classes[mine], crowd[mine], ignored[mine])


def _best_of(found: Detections, label: int) -> Detections:
    """The detections of a class, the highest score first, at most 100."""
    mine = np.flatnonzero(found.classes == label)
    mine = mine[np.argsort(-found.scores[mine], kind="stable")][:MOST_DETECTIONS]
    return Detections(found.boxes[mine], found.classes[mine], found.scores[mine])


def _flags(truth: Truth) -> tuple[np.ndarray, np.ndarray]:
    none = np.zeros(len(truth.classes), bool)
    crowd = none if truth.crowd is None else truth.crowd
    return crowd, crowd if truth.ignored is None else crowd | truth.ignored


def _floats(boxes: np.ndarray) -> np.ndarray:
    return np.asarray(boxes, np.float64).reshape(-1, 4)


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
