"""Boxes: sizes, overlaps, other ways to write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.vision.boxes import areas, clipped, from_centres, intersection_over_first, iou, to_centres

SIDES = st.tuples(*[st.integers(0, 40)] * 4).map(
    lambda s: (min(s[0], s[2]), min(s[1], s[3]), max(s[0], s[2]), max(s[1], s[3]))
)
BOXES = st.lists(SIDES, min_size=1, max_size=5).map(np.array)


def painted(box):
    """The pixels of a box with whole corners."""
    x0, y0, x1, y1 = box
    picture = np.zeros((40, 40), bool)
    picture[y0:y1, x0:x1] = True
    return picture


@given(BOXES, BOXES)
def test_iou_counts_pixels(a, b):
    found, first = iou(a, b), intersection_over_first(a, b)
    assert found.shape == first.shape == (len(a), len(b))
    for row, one in enumerate(a):
        assert areas(one) == painted(one).sum()
        for column, other in enumerate(b):
            both = (painted(one) & painted(other)).sum()
            either = (painted(one) | painted(other)).sum()
            assert found[row, column] == (both / either if both else 0)
            assert first[row, column] == (both / painted(one).sum() if both else 0)


@given(BOXES, BOXES)
def test_iou_is_symmetric_within_0_and_1_and_1_with_itself(a, b):
    found = iou(a, b)
    assert np.array_equal(found, iou(b, a).T) and found.min() >= 0 and found.max() <= 1
    assert np.array_equal(np.diag(iou(a, a)), areas(a) > 0)


def test_known_numbers():
    found = iou(np.array([[0, 0, 2, 2]]), np.array([[1, 1, 3, 3], [2, 0, 4, 2], [0, 0, 2, 2], [0, 0, 2, 1]]))
    assert found.tolist() == [[1 / 7, 0, 1, 0.5]]


def test_float32_stays_and_everything_else_becomes_float64():
    box = np.array([[0, 0, 3, 7]])
    assert iou(box.astype(np.float32), box.astype(np.float32)).dtype == np.float32
    assert iou(box, box).dtype == np.float64


def test_boxes_without_area_overlap_nothing():
    assert iou(np.array([[5, 5, 5, 9], [7, 7, 3, 3]]), np.array([[0, 0, 9, 9]])).tolist() == [[0], [0]]


@given(BOXES)
def test_centres_and_back(boxes):
    assert np.array_equal(from_centres(to_centres(boxes.astype(float))), boxes)
    assert to_centres(np.array([[2.0, 4.0, 8.0, 5.0]])).tolist() == [[5, 4.5, 6, 1]]


def test_clipping():
    assert clipped(np.array([[-3.0, 2, 50, 60]]), 40, 30).tolist() == [[0, 2, 40, 30]]


def test_no_boxes():
    assert iou(np.zeros((0, 4)), np.zeros((3, 4))).shape == (0, 3)
    assert areas(np.zeros((0, 4))) == pytest.approx(np.zeros(0))
