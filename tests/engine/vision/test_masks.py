"""Mean IoU and Dice of masks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.errors import UserError
from engine.vision.masks import mask_score

MASKS = arrays(np.uint8, (5, 6), elements=st.integers(0, 3))


@given(MASKS, MASKS)
def test_against_sets_of_pixels(truth, predicted):
    score = mask_score(truth, predicted, 5)
    for label in range(5):
        a, b = set(np.flatnonzero(truth == label)), set(np.flatnonzero(predicted == label))
        wanted = (len(a & b) / len(a | b), 2 * len(a & b) / (len(a) + len(b))) if a | b else (np.nan, np.nan)
        assert (score.iou[label], score.dice[label]) == pytest.approx(wanted, nan_ok=True)
    assert score.mean_iou == pytest.approx(float(np.nanmean(score.iou)))
    known = score.iou[~np.isnan(score.iou)]
    assert score.dice[~np.isnan(score.dice)] == pytest.approx(2 * known / (1 + known))


@pytest.mark.tensorflow
def test_mean_iou_is_that_of_keras():
    import keras

    random = np.random.default_rng(0)
    truth, predicted = random.integers(0, 5, (2, 4, 16, 16))
    truth[truth == 3] = 2
    predicted[predicted == 3] = 2  # class 3 is nowhere
    metric = keras.metrics.MeanIoU(num_classes=5)
    metric.update_state(truth, predicted)
    assert mask_score(truth, predicted, 5).mean_iou == pytest.approx(float(metric.result()), abs=1e-6)


def test_scores_of_pictures_add_up_and_ignored_pixels_do_not_count():
    truth, predicted = np.array([[0, 1, 255], [1, 1, 0]]), np.array([[0, 1, 1], [0, 1, 7]])
    truth[1, 2] = 255
    score = mask_score(truth, predicted, 2)
    assert score.confusion.tolist() == [[1, 0], [1, 2]]
    assert score.iou.tolist() == [1 / 2, 2 / 3] and score.mean_iou == pytest.approx(7 / 12)
    assert (mask_score(truth[:1], predicted[:1], 2) + mask_score(truth[1:], predicted[1:], 2)).iou.tolist() == [
        1 / 2,
        2 / 3,
    ]


def test_mistakes():
    with pytest.raises(UserError, match="true mask is"):
        mask_score(np.zeros((2, 2), int), np.zeros((2, 3), int), 2)
    with pytest.raises(UserError, match="class 4; expected 0 to 1"):
        mask_score(np.zeros((1, 2), int), np.array([[0, 4]]), 2)
    with pytest.raises(UserError, match="class -1"):
        mask_score(np.zeros((1, 2), int), np.array([[0, -1]]), 2)


def test_no_pixel_at_all():
    assert np.isnan(mask_score(np.full((2, 2), 255), np.zeros((2, 2), int), 3).mean_iou)
