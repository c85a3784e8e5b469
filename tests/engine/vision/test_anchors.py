"""Anchors by k-means with the distance 1 − IoU."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.vision.anchors import find_anchors, rounds_of_anchors, size_iou
from engine.vision.boxes import iou


def sizes_of(count, seed):
    return np.random.default_rng(seed).uniform(2, 80, (count, 2))


def test_size_iou_is_that_of_boxes_around_one_centre():
    a, b = sizes_of(7, 0), sizes_of(5, 1)
    assert size_iou(a, b) == pytest.approx(iou(np.hstack([-a / 2, a / 2]), np.hstack([-b / 2, b / 2])))


def test_clear_clusters_are_found():
    random = np.random.default_rng(3)
    centres = np.array([[8.0, 8], [12, 50], [70, 20]])
    sizes = np.concatenate([centre + random.normal(0, 0.4, (40, 2)) for centre in centres])
    found = find_anchors(sizes, 3, seed=1)
    assert found.sizes == pytest.approx(centres, abs=0.4) and found.mean_iou > 0.9
    assert found.nearest.tolist() == [0] * 40 + [1] * 40 + [2] * 40


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 9), st.integers(0, 1000))
def test_every_box_is_with_its_nearest_anchor_and_the_best_round_is_returned(count, anchors, seed):
    sizes = sizes_of(count, seed)
    anchors = min(anchors, count)
    rounds = list(rounds_of_anchors(sizes, anchors, seed))
    found = find_anchors(sizes, anchors, seed)
    assert found.sizes.shape == (anchors, 2) and (np.diff(found.sizes.prod(axis=1)) >= 0).all()
    overlaps = size_iou(sizes, found.sizes)
    assert (overlaps[np.arange(count), found.nearest] == overlaps.max(axis=1)).all()
    assert found.mean_iou == max(one.mean_iou for one in rounds) == pytest.approx(overlaps.max(axis=1).mean())
    assert np.array_equal(find_anchors(sizes, anchors, seed).sizes, found.sizes)


def test_as_many_anchors_as_different_sizes_fit_exactly():
    sizes = np.array([[3.0, 3], [3, 3], [9, 1], [1, 9]] * 5)
    assert find_anchors(sizes, 3, seed=0).mean_iou == 1


@pytest.mark.parametrize(
    "sizes, count, says",
    [([[3, 3], [3, 3]], 2, "2 anchors were asked of 1"), ([], 1, "0 different"), ([[0, 2]], 1, "no area"),
     ([[np.nan, 2]], 1, "no area"), ([[3, 3]], 0, "0 anchors")],
)  # fmt: skip
def test_mistakes(sizes, count, says):
    with pytest.raises(UserError, match=says):
        find_anchors(np.array(sizes, float).reshape(-1, 2), count)
