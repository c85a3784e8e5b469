"""Average precision against COCO's definition, written out slowly, and numbers worked out by hand."""

import numpy as np
import pytest

from engine.vision.average_precision import (
    IOU_THRESHOLDS,
    Detections,
    Truth,
    detection_score,
    precision_recall,
)


def overlap(found, true, is_crowd):
    wide = min(found[2], true[2]) - max(found[0], true[0])
    high = min(found[3], true[3]) - max(found[1], true[1])
    if wide <= 0 or high <= 0:
        return 0.0
    own = (found[2] - found[0]) * (found[3] - found[1])
    other = (true[2] - true[0]) * (true[3] - true[1])
    return wide * high / (own if is_crowd else own + other - wide * high)


def matched(truth, found, label, threshold):
    """[(score, right, void)] of one picture, number of true boxes that count; after COCOeval.evaluateImg."""
    trues = [place for place in range(len(truth.classes)) if truth.classes[place] == label]
    void = {place: bool(truth.crowd[place] or truth.ignored[place]) for place in trues}
    trues.sort(key=lambda place: void[place])
    founds = [place for place in range(len(found.classes)) if found.classes[place] == label]
    founds.sort(key=lambda place: -found.scores[place])
    taken, outcome = set(), []
    for place in founds[:100]:
        best, winner = min(threshold, 1 - 1e-10), None
        for true in trues:
            if true in taken and not truth.crowd[true]:
                continue
            if winner is not None and not void[winner] and void[true]:
                break
            shared = overlap(found.boxes[place], truth.boxes[true], truth.crowd[true])
            if shared < best:
                continue
            best, winner = shared, true
        if winner is not None:
            taken.add(winner)
        outcome.append(
            (found.scores[place], winner is not None and not void[winner], winner is not None and void[winner])
        )
    return outcome, sum(not value for value in void.values())


def slow_average_precision(truths, founds, label, threshold):
    """After COCOeval.accumulate, area "all", 100 detections."""
    outcomes, total = [], 0
    for truth, found in zip(truths, founds, strict=True):
        some, count = matched(truth, found, label, threshold)
        outcomes, total = outcomes + some, total + count
    if not total:
        return float("nan")
    outcomes.sort(key=lambda outcome: -outcome[0])
    points, right, wrong = [], 0, 0
    for _, is_right, is_void in outcomes:
        right += is_right
        wrong += not is_right and not is_void
        if right + wrong:
            points.append((right / total, right / (right + wrong)))
    read = []
    for step in np.linspace(0, 1, 101):
        read.append(max((precision for recall, precision in points if recall >= step), default=0.0))
    return sum(read) / 101


def some_pictures(seed, count=6):
    """Pictures with a few true boxes, and detections near them, with ties of score; whole corners."""
    random = np.random.default_rng(seed)
    truths, founds = [], []
    for _ in range(count):
        n = int(random.integers(0, 6))
        corner, size = random.integers(0, 60, (n, 2)), random.integers(6, 40, (n, 2))
        boxes = np.concatenate([corner, corner + size], axis=1).astype(float)
        flags = random.random((2, n)) < 0.2
        truths.append(Truth(boxes, random.integers(0, 3, n), *flags))
        m = int(random.integers(0, 14))
        near = boxes[random.integers(0, n, m)] if n else random.integers(0, 60, (m, 4)).astype(float)
        moved = near + random.integers(-4, 5, (m, 4)) * (random.random((m, 1)) < 0.8)
        moved[:, 2:] = np.maximum(moved[:, 2:], moved[:, :2] + 1)
        founds.append(Detections(moved, random.integers(0, 3, m), np.round(random.random(m), 1)))
    return truths, founds


@pytest.mark.parametrize("seed", range(25))
def test_equals_the_slow_definition(seed):
    truths, founds = some_pictures(seed)
    score = detection_score(truths, founds, 4)
    assert score.table.shape == (10, 4)
    for row, threshold in enumerate(IOU_THRESHOLDS):
        expected = [slow_average_precision(truths, founds, label, threshold) for label in range(4)]
        assert score.table[row] == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert score.mean_average_precision == pytest.approx(float(np.nanmean(score.table)), nan_ok=True)
    assert score.at(0.75) == pytest.approx(float(np.nanmean(score.table[5])), nan_ok=True)


def at(*boxes):
    return np.array(boxes, float).reshape(-1, 4)


def one_class(truth, found, scores):
    classes = np.zeros(len(truth), int), np.zeros(len(found), int)
    return [Truth(truth, classes[0])], [Detections(found, classes[1], np.array(scores))]


def test_by_hand():
    """Two true boxes; right, wrong, right: precision 1 up to recall 0.5, then 2/3: (51 + 50 × 2/3) / 101."""
    truths, founds = one_class(
        at([0, 0, 10, 10], [20, 0, 30, 10]), at([0, 0, 10, 10], [50, 0, 60, 10], [20, 0, 30, 10]), [0.9, 0.8, 0.7]
    )
    (curve,) = precision_recall(truths, founds, 0, np.array([0.5]))
    assert curve.precision.tolist() == pytest.approx([1, 1 / 2, 2 / 3])
    assert curve.recall.tolist() == [0.5, 0.5, 1] and curve.num_truths == 2
    assert curve.average_precision == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_overlap_of_exactly_the_threshold_is_enough_and_less_is_not():
    truths, founds = one_class(at([0, 0, 10, 10]), at([0, 0, 10, 5]), [1.0])  # IoU 0.5
    score = detection_score(truths, founds, 1)
    assert score.table[:, 0].tolist() == [1] + [0] * 9 and score.mean_average_precision == pytest.approx(0.1)


def test_a_second_detection_of_one_object_is_wrong():
    truths, founds = one_class(at([0, 0, 10, 10]), at([0, 0, 10, 10], [0, 0, 10, 9]), [0.9, 0.8])
    (curve,) = precision_recall(truths, founds, 0, np.array([0.5]))
    assert curve.precision.tolist() == [1, 0.5] and curve.average_precision == 1


def test_a_crowd_takes_many_and_counts_for_nothing():
    truth = Truth(at([0, 0, 100, 100], [200, 0, 210, 10]), np.zeros(2, int), np.array([True, False]))
    found = Detections(
        at([5, 5, 15, 15], [40, 40, 60, 60], [200, 0, 210, 10]), np.zeros(3, int), np.array([0.9, 0.8, 0.7])
    )
    (curve,) = precision_recall([truth], [found], 0, np.array([0.5]))
    assert curve.num_truths == 1 and curve.scores.tolist() == [0.7] and curve.average_precision == 1


def test_only_the_best_hundred_of_a_picture_count():
    boxes = at(*[[20.0 * place, 0, 20.0 * place + 10, 10] for place in range(120)])
    truths, founds = one_class(boxes, boxes, np.linspace(1, 0.5, 120))
    (curve,) = precision_recall(truths, founds, 0, np.array([0.5]))
    assert len(curve.scores) == 100 and curve.recall[-1] == pytest.approx(100 / 120)


def test_nothing_found_and_nothing_true():
    truths, founds = one_class(at([0, 0, 1, 1]), at(), [])
    assert detection_score(truths, founds, 1).mean_average_precision == 0
    truths, founds = one_class(at(), at([0, 0, 1, 1]), [0.5])
    assert np.isnan(detection_score(truths, founds, 1).mean_average_precision)
    assert np.isnan(detection_score([], [], 2).mean_average_precision)
