"""Masks as polygons, run lengths and pixels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.errors import UserError
from engine.vision.annotation import Polygons, RunLengths
from engine.vision.mask_forms import box_of, decompressed, painted, run_lengths

MASKS = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(lambda shape: arrays(bool, shape))


@given(MASKS)
def test_run_lengths_and_back(mask):
    assert np.array_equal(painted(run_lengths(mask), mask.shape[::-1]), mask)


def test_run_lengths_go_down_the_columns_and_begin_outside():
    mask = np.array([[1, 0, 1], [1, 0, 0]], bool)
    assert run_lengths(mask).counts == (0, 2, 2, 1, 1)


def compressed(counts):
    """COCO's own compression, after rleToString of its C code."""
    text = ""
    for place, count in enumerate(counts):
        value = count - counts[place - 2] if place > 2 else count
        while True:
            digit = value & 0x1F
            value >>= 5
            more = value != -1 if digit & 0x10 else value != 0
            text += chr((digit | 0x20 if more else digit) + 48)
            if not more:
                break
    return text


@given(st.lists(st.integers(0, 100_000), max_size=30))
def test_compressed_counts(counts):
    assert decompressed(compressed(counts)).counts == tuple(counts)


def test_a_string_of_cocos_own():
    """From pycocotools: encode of a 5×4 mask with rows 1 to 3 of columns 1 and 2 set."""
    mask = np.zeros((5, 4), bool)
    mask[1:4, 1:3] = True
    assert decompressed("63203N3").counts != run_lengths(mask).counts
    assert decompressed(compressed(run_lengths(mask).counts)) == run_lengths(mask)


@pytest.mark.parametrize("text", ["\x00", "é", "P", "PPPPPPPPPPPPPPPPPPPPP0", "0\n"])
def test_strings_that_are_none(text):
    with pytest.raises(UserError):
        decompressed(text)


@given(st.lists(st.tuples(st.integers(-4, 14), st.integers(-4, 14)), min_size=3, max_size=7))
def test_a_polygon_holds_the_pixels_whose_centre_lies_in_it(points):
    mask = painted(Polygons((tuple(float(value) for point in points for value in point),)), (10, 8))
    for row in range(8):
        for column in range(10):
            ways = [
                column + 0.5 - x0 - (row + 0.5 - y0) / (y1 - y0) * (x1 - x0)
                for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True)
                if (y0 <= row + 0.5) != (y1 <= row + 0.5)
            ]
            if all(abs(way) > 1e-9 for way in ways):  # a centre on an edge lies neither inside nor outside
                assert mask[row, column] == sum(way > 0 for way in ways) % 2


def test_a_rectangle_is_exact_parts_join_and_sizes_scale():
    one = (1.0, 2.0, 5.0, 2.0, 5.0, 4.0, 1.0, 4.0)
    mask = painted(Polygons((one, (6.0, 0.0, 8.0, 0.0, 8.0, 1.0, 6.0, 1.0))), (10, 6))
    assert np.argwhere(mask).tolist() == [[0, 6], [0, 7], *[[row, column] for row in (2, 3) for column in (1, 2, 3, 4)]]
    assert box_of(painted(Polygons((one,)), (10, 6))) == (1, 2, 5, 4)
    assert box_of(painted(Polygons((one,)), (10, 6), (12, 20))) == (2, 4, 10, 8)
    assert box_of(np.zeros((3, 3), bool)) is None
    half = painted(run_lengths(mask), (10, 6), (3, 5))
    assert half.tolist() == mask[1::2, 1::2].tolist()


@pytest.mark.parametrize(
    "mask",
    [
        RunLengths((3, 4)),
        RunLengths((-1, 61)),
        RunLengths(()),
        Polygons(((1.0, 2.0, 3.0, 4.0),)),
        Polygons(((1.0,) * 7,)),
    ],
)
def test_masks_that_do_not_fit(mask):
    with pytest.raises(UserError):
        painted(mask, (10, 6))
