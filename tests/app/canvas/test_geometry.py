"""Edge widths, routes past nodes, free places: numbers worked out by hand."""

import itertools

import pytest
from PySide6.QtCore import QPointF, QRectF

from app.canvas.geometry import BoxIndex, edge_width, free_place, snap
from app.canvas.routing import blocked, rounded, route

LEFT = QRectF(0, 0, 128, 152)
RIGHT = QRectF(178, 0, 128, 152)
BELOW = QRectF(0, 234, 128, 152)


def corners(way):
    return [(point.x(), point.y()) for point in way.points]


@pytest.mark.parametrize("value, expected", [(0, 0), (3.9, 0), (4, 8), (11.9, 8), (12, 16), (-4, 0), (-4.1, -8)])
def test_snap(value, expected):
    assert snap(value) == expected


def test_edge_width_grows_with_the_logarithm_and_is_clamped():
    assert edge_width(0) == edge_width(1) == edge_width(10) == 1.5
    assert edge_width(4700) == pytest.approx(6.0)
    assert edge_width(10_000_000) == 6.0
    assert edge_width(400) == pytest.approx(1.5 + 4.5 * 3.688879 / 6.152733, abs=1e-4)


def test_neighbours_in_a_row_are_joined_straight():
    way = route(LEFT, RIGHT, [])
    assert corners(way) == [(128, 76), (178, 76)]
    assert not way.in_gutter
    assert (way.label.x(), way.label.y()) == (153, 64)


def test_a_branch_turns_in_the_gap_behind_its_source():
    way = route(LEFT, QRectF(320, 300, 128, 152), [])
    assert corners(way) == [(128, 76), (152, 76), (152, 376), (320, 376)]


def test_a_branch_turns_before_its_target_where_a_node_is_in_the_way():
    blocker = QRectF(180, 330, 90, 152)
    way = route(LEFT, QRectF(320, 300, 128, 152), [blocker])
    assert corners(way) == [(128, 76), (296, 76), (296, 376), (320, 376)]
    assert not blocked(way.points, [blocker])


def test_a_wrap_runs_midway_between_the_rows():
    way = route(RIGHT, BELOW, [])
    assert corners(way) == [(306, 76), (322, 76), (322, 193), (-16, 193), (-16, 310), (0, 310)]
    assert way.in_gutter
    assert way.label.y() == 193


def test_a_shortcut_in_one_row_goes_over_the_nodes_into_the_top():
    target = QRectF(356, 0, 72, 152)
    way = route(LEFT, target, [RIGHT], into_top=True)
    assert corners(way) == [(128, 76), (144, 76), (144, -24), (392, -24), (392, 0)]
    assert not blocked(way.points[:-1], [RIGHT])


def test_neighbouring_corners_differ_in_one_coordinate_only():
    for source, target in ((LEFT, RIGHT), (RIGHT, BELOW), (BELOW, LEFT), (LEFT, QRectF(200, -400, 128, 152))):
        points = route(source, target, []).points
        for a, b in itertools.pairwise(points):
            assert a.x() == b.x() or a.y() == b.y()


def test_rounding_keeps_the_ends_and_short_corners_fit():
    path = rounded([QPointF(0, 0), QPointF(6, 0), QPointF(6, 6), QPointF(200, 6)])
    assert path.pointAtPercent(0) == QPointF(0, 0)
    assert path.pointAtPercent(1) == QPointF(200, 6)
    assert path.boundingRect() == QRectF(0, 0, 200, 6)


def test_the_index_finds_the_same_boxes_as_a_search_through_all():
    boxes = {f"n{i}": QRectF(i % 20 * 178, i // 20 * 234, 128, 152) for i in range(400)}
    index = BoxIndex(boxes)
    region = QRectF(500, 300, 700, 2)
    expected = {name for name, box in boxes.items() if box.intersects(region)}
    found = {name for name, box in boxes.items() if box in index.near(region)}
    assert found == expected
    assert len(index.near(region, without=expected)) == 0


def test_a_free_place_covers_no_other_node():
    taken = [QRectF(x, 0, 128, 152) for x in (0, 176, 352)]
    place = free_place(QRectF(0, 0, 128, 152), taken)
    assert (place.x(), place.y()) == (528, 0)
