"""Grid targets: which cell and anchor owns an object, there and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.vision.anchors import size_iou
from engine.vision.grid import CLASS, OBJECTNESS, Grid, decode, encode, predictions

ANCHORS = np.array([[10.0, 10], [30, 15], [20, 60]])
GRID = Grid(6, 8, 96, 128, ANCHORS)


def objects(count, seed):
    random = np.random.default_rng(seed)
    centres = random.uniform(0, 1, (count, 2)) * [128, 96]
    sizes = random.uniform(1, 90, (count, 2))
    return np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1), random.integers(0, 20, count)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(0, 10**6))
def test_round_trip(count, seed):
    boxes, classes = objects(count, seed)
    targets = encode(GRID, boxes, classes)
    back = decode(GRID, targets.values[..., 1:CLASS])
    placed = targets.owners[:, 0] >= 0
    assert targets.values[..., OBJECTNESS].sum() == placed.sum()
    for place in np.flatnonzero(placed):
        row, column, anchor = targets.owners[place]
        assert back[row, column, anchor] == pytest.approx(boxes[place], abs=1e-3)
        assert targets.values[row, column, anchor, CLASS] == classes[place]
        x, y = targets.values[row, column, anchor, 1:3]
        assert 0 <= x <= 1 and 0 <= y <= 1
        middle = (boxes[place, :2] + boxes[place, 2:]) / 2
        assert row == int(middle[1] // 16) and column == int(middle[0] // 16)
    assert len({tuple(owner) for owner in targets.owners[placed]}) == placed.sum()


def test_the_anchor_that_overlaps_most_owns_the_object():
    for box in (np.array([[0, 0, 9.0, 9]]), np.array([[10, 10, 42.0, 24]]), np.array([[50, 20, 72.0, 78]])):
        owner = encode(GRID, box, np.array([1])).owners[0]
        assert owner[2] == size_iou(box[:, 2:] - box[:, :2], ANCHORS).argmax()


def test_objects_of_one_cell_take_its_anchors_in_turn_and_the_last_finds_none():
    boxes = np.tile([[20.0, 20, 30, 30]], (4, 1))
    targets = encode(GRID, boxes, np.arange(4))
    assert targets.owners.tolist() == [[1, 1, 0], [1, 1, 1], [1, 1, 2], [-1, -1, -1]]
    assert targets.values[1, 1, :, CLASS].tolist() == [0, 1, 2]


def test_a_centre_on_the_far_edge_belongs_to_the_last_cell():
    owner = encode(GRID, np.array([[118.0, 86, 138, 106]]), np.array([0])).owners[0]
    assert owner[:2].tolist() == [5, 7]


def test_raw_outputs_that_say_the_targets_decode_to_the_boxes():
    boxes, classes = objects(5, 11)
    targets = encode(GRID, boxes, classes)
    values = targets.values.astype(np.float64)
    logits = np.full((6, 8, 3, 25), -20.0)
    inside = np.clip(values[..., 1:3], 1e-6, 1 - 1e-6)
    logits[..., 0] = np.where(values[..., 0] > 0, 20, -20)
    logits[..., 1:3] = np.log(inside / (1 - inside))
    logits[..., 3:5] = values[..., 3:5]
    for row, column, anchor in targets.owners:
        logits[row, column, anchor, 5 + int(values[row, column, anchor, CLASS])] = 20
    found = predictions(GRID, logits)
    assert found.scores.shape == (6, 8, 3, 20)
    assert found.probabilities.sum(axis=-1) == pytest.approx(np.ones((6, 8, 3)), abs=1e-6)
    for place, (row, column, anchor) in enumerate(targets.owners):
        assert found.boxes[row, column, anchor] == pytest.approx(boxes[place], abs=1e-2)
        assert found.scores[row, column, anchor].argmax() == classes[place]
        assert found.scores[row, column, anchor].max() > 0.99
    assert (found.objectness > 0.5).sum() == 5


def test_wild_outputs_stay_finite_and_batches_are_kept():
    logits = np.random.default_rng(0).normal(0, 1e4, (2, 6, 8, 3, 9))
    found = predictions(GRID, logits)
    assert found.boxes.shape == (2, 6, 8, 3, 4) and np.isfinite(found.boxes).all() and np.isfinite(found.scores).all()


@pytest.mark.parametrize(
    "box, says", [([5, 5, 5, 9], "no area"), ([np.nan, 0, 1, 1], "no area"), ([120, 0, 140, 9], "off the picture")]
)
def test_mistakes(box, says):
    with pytest.raises(UserError, match=says):
        encode(GRID, np.array([box], float), np.array([0]))
