"""Which channels a node shows, and how large: numbers worked out by hand from DESIGN's Node."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from app.canvas.thumbnails import BODY_HEIGHT, mosaic, sideways_histogram, strongest, tile_plan, vector_plan

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    "channels, width, plan",
    [
        (1, 114, (1, 0, 75)),
        (2, 114, (2, 2, 36)),
        (6, 114, (3, 2, 36)),
        (7, 114, (4, 1, 18)),
        (512, 114, (4, 1, 18)),
        (16, 58, (4, 1, 13)),
    ],
)
def test_tile_sizes(channels, width, plan):
    assert tile_plan(channels, width) == plan


@pytest.mark.parametrize("count, plan", [(120, (12, 1, 7)), (84, (12, 1, 7)), (8, (4, 1, 15)), (1, (1, 1, 15))])
def test_units_are_cells_of_seven_px_or_larger_where_they_are_few(count, plan):
    assert vector_plan(count, 98) == plan


def test_many_values_shrink_into_the_body():
    columns, gap, side = vector_plan(400, 70)
    assert (columns, gap) == (20, 0)
    assert side == pytest.approx(3.5)


def test_the_sixteen_strongest_channels_in_their_order():
    values = np.zeros((4, 4, 40), np.float32)
    wanted = np.arange(3, 35, 2)
    values[..., wanted] = -1.0
    assert strongest(values, 16).tolist() == wanted.tolist()


def test_every_piece_lies_in_the_body_and_reads_its_own_channel():
    values = RNG.normal(size=(10, 10, 16)).astype(np.float32)
    made = mosaic(values, 112)
    assert len(made.pieces) == 16
    assert made.limit == pytest.approx(np.abs(values).max())
    for index, piece in enumerate(made.pieces):
        source = piece.source
        cut = made.values[source.y() : source.y() + source.height(), source.x() : source.x() + source.width()]
        assert np.array_equal(cut, values[:, :, index])
        assert QRectF(0, 0, 112, BODY_HEIGHT).contains(piece.target)
    assert made.bar_box is not None and made.bar_box.right() <= 112


@pytest.mark.parametrize(
    "shape", [(28, 28, 6), (1, 1, 512), (3, 3, 32), (30, 16), (400,), (10,), (1,), (20000,), (2, 3, 4, 5)]
)
def test_any_output_fits_the_body(shape):
    made = mosaic(RNG.normal(size=shape), 112)
    for piece in made.pieces:
        assert piece.target.right() <= 112.5 and piece.target.bottom() <= 82


def test_values_that_are_not_finite_do_not_break_the_scale():
    made = mosaic(np.array([1.0, np.nan, np.inf, -2.0]), 112)
    assert made.limit == 2.0
    assert np.isfinite(made.values).all()
    assert mosaic(np.zeros(5), 112).limit == 1.0


def test_the_strongest_value_survives_where_there_are_more_than_pixels():
    values = np.zeros(50_000, np.float32)
    values[31_234] = -7.0
    assert mosaic(values, 112).values.min() == -7.0


def test_the_histogram_takes_square_roots_with_the_highest_bin_first():
    values = np.concatenate([np.zeros(100), np.ones(25)])
    lengths, middles = sideways_histogram(values, 1.0)
    assert lengths[-1] == 1.0
    assert lengths[0] == pytest.approx(0.5)
    assert sum(lengths) == pytest.approx(1.5)
    assert middles[0] == pytest.approx(0.95)
