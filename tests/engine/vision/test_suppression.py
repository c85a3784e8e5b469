"""Non-max suppression against TensorFlow's, and who killed whom."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import UserError
from engine.vision.boxes import iou
from engine.vision.suppression import non_max_suppression


def selected(boxes, scores, threshold, most=None, least=-np.inf):
    """What TensorFlow keeps."""
    import tensorflow as tf

    turned = np.asarray(boxes, np.float32)[:, [1, 0, 3, 2]]
    most = len(boxes) if most is None else most
    found = tf.image.non_max_suppression(turned, np.asarray(scores, np.float32), most, threshold, least)
    return found.numpy().tolist()


def some_boxes(count, seed, whole=False):
    """Boxes that overlap a good deal; whole numbers make ties of score and of overlap likely."""
    random = np.random.default_rng(seed)
    corner, size = random.uniform(0, 90, (count, 2)), random.uniform(0, 40, (count, 2))
    scores = random.random(count)
    if whole:
        corner, size, scores = np.rint(corner / 8), np.rint(size / 8), np.rint(scores * 4) / 4
    return np.concatenate([corner, corner + size], axis=1), scores


@pytest.mark.tensorflow
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("threshold", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_keeps_what_tensorflow_keeps(threshold, whole):
    for seed, count in enumerate((1, 5, 60, 700)):
        boxes, scores = some_boxes(count, seed, whole)
        assert non_max_suppression(boxes, scores, threshold).kept.tolist() == selected(boxes, scores, threshold)


@pytest.mark.tensorflow
def test_limits_and_corners_in_any_order_are_tensorflows():
    boxes, scores = some_boxes(300, 4)
    swapped = boxes[:, [2, 1, 0, 3]]
    for most, least in ((7, 0.2), (300, 0.9), (0, 0.1), (40, 0.5)):
        found = non_max_suppression(swapped, scores, 0.4, score_threshold=least, max_output_size=most)
        assert found.kept.tolist() == selected(swapped, scores, 0.4, most, least)


@pytest.mark.tensorflow
def test_across_the_borders_of_blocks_and_pieces(monkeypatch):
    from engine.vision import suppression

    boxes, scores = some_boxes(200, 9)
    expected = non_max_suppression(boxes, scores, 0.3)
    assert expected.kept.tolist() == selected(boxes, scores, 0.3)
    for first, block, piece in ((1, 1, 1), (3, 5, 7), (200, 200, 200)):
        monkeypatch.setattr(suppression, "FIRST_BLOCK", first)
        monkeypatch.setattr(suppression, "BLOCK", block)
        monkeypatch.setattr(suppression, "PIECE", piece)
        found = non_max_suppression(boxes, scores, 0.3)
        for name in ("kept", "killed", "by", "overlaps", "left"):
            assert np.array_equal(getattr(found, name), getattr(expected, name))


@pytest.mark.tensorflow
def test_per_class_is_tensorflows_class_by_class():
    boxes, scores = some_boxes(250, 6)
    classes = np.random.default_rng(6).integers(0, 4, 250)
    expected = []
    for label in range(4):
        mine = np.flatnonzero(classes == label)
        expected += [int(mine[place]) for place in selected(boxes[mine], scores[mine], 0.3)]
    found = non_max_suppression(boxes, scores, 0.3, classes)
    assert found.kept.tolist() == sorted(expected, key=lambda place: (-scores[place], place))
    assert (classes[found.by] == classes[found.killed]).all()
    assert len(found.kept) > len(non_max_suppression(boxes, scores, 0.3).kept)


def slowly(boxes, scores, threshold):
    """The rule in one loop: kept boxes, and {killed: (killer, overlap)}."""
    overlaps = iou(np.asarray(boxes, np.float32), np.asarray(boxes, np.float32))
    kept, killed = [], {}
    for place in sorted(range(len(boxes)), key=lambda place: (-scores[place], place)):
        over = [winner for winner in kept if overlaps[winner, place] > np.float32(threshold)]
        if over:
            killed[place] = (over[0], overlaps[over[0], place])
        else:
            kept.append(place)
    return kept, killed


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 90), st.integers(0, 10**6), st.booleans(), st.sampled_from([0.0, 0.3, 0.5, 0.7]))
def test_every_killed_box_names_the_best_kept_box_that_overlaps_it(count, seed, whole, threshold):
    boxes, scores = some_boxes(count, seed, whole)
    found = non_max_suppression(boxes, scores, threshold)
    kept, killed = slowly(boxes, scores.astype(np.float32), threshold)
    assert found.kept.tolist() == kept and len(found.left) == 0
    triples = zip(found.killed.tolist(), found.by.tolist(), found.overlaps, strict=True)
    assert {place: (by, overlap) for place, by, overlap in triples} == killed


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 10**6), st.integers(0, 12), st.sampled_from([-np.inf, 0.3, 0.8]))
def test_every_box_has_exactly_one_fate(count, seed, most, least):
    boxes, scores = some_boxes(count, seed)
    found = non_max_suppression(boxes, scores, 0.3, score_threshold=least, max_output_size=most)
    everything = np.concatenate([found.kept, found.killed, found.left])
    assert sorted(everything) == list(range(count)) and len(found.kept) <= most
    assert set(found.by) <= set(found.kept) and (found.overlaps > np.float32(0.3)).all()
    assert (scores[np.concatenate([found.kept, found.killed])] > least).all()


def test_no_boxes():
    found = non_max_suppression(np.zeros((0, 4)), np.zeros(0))
    assert [len(part) for part in (found.kept, found.killed, found.by, found.left)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "boxes, scores, threshold, classes, says",
    [
        ([[0, 0, 1]], [1.0], 0.5, None, "shape"),
        ([[0, 0, 1, 1]], [1.0, 2.0], 0.5, None, "shape"),
        ([[0, 0, 1, np.nan]], [1.0], 0.5, None, "box 0"),
        ([[0, 0, 1, 1], [0, 0, 1e200, 1]], [1.0, 1.0], 0.5, None, "box 1"),
        ([[0, 0, 1, 1]], [np.inf], 0.5, None, "score 0"),
        ([[0, 0, 1, 1]], [1.0], 1.5, None, "expected 0 to 1"),
        ([[0, 0, 1, 1]], [1.0], np.nan, None, "expected 0 to 1"),
        ([[0, 0, 1, 1]], [1.0], 0.5, [1, 2], "1 boxes but 2 classes"),
    ],
)
def test_mistakes(boxes, scores, threshold, classes, says):
    with pytest.raises(UserError, match=says):
        classes = None if classes is None else np.array(classes)
        non_max_suppression(np.array(boxes, float), np.array(scores), threshold, classes)
