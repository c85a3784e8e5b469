"""Surfaces, contours and point clouds: what lies where, what a click means, what a frame shows."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from app.plots.contour_map import ContourMap
from app.plots.contours import contour_lines
from app.plots.height_field import HeightField, logarithmic
from app.plots.paths import MARKERS, SurfacePath, marker_path
from app.plots.perspective import Perspective
from app.plots.point_cloud import PointCloud
from app.plots.surface import Surface

AXIS = np.linspace(-2, 2, 41)
BOWL = AXIS[None] ** 2 + AXIS[:, None] ** 2


def shown(widget, qtbot, width=520, height=420):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


@pytest.fixture
def surface(look, qtbot):
    made = Surface(look)
    made.set_names("a", "b", "loss")
    made.set_values(BOWL, AXIS, AXIS)
    return shown(made, qtbot)


def test_contours_of_a_bowl_are_circles():
    (line,) = contour_lines(BOWL, 1.0)
    x, y = np.interp(line[:, 0], np.arange(41), AXIS), np.interp(line[:, 1], np.arange(41), AXIS)
    np.testing.assert_allclose(np.hypot(x, y), 1, atol=0.01)
    assert tuple(line[0]) == tuple(line[-1]) and len(line) > 40


def test_contours_that_leave_the_grid_are_open_and_lie_between_the_right_points():
    (line,) = contour_lines(np.array([[0.0, 4.0], [0.0, 4.0], [0.0, 4.0]]), 1.0)
    assert {tuple(point) for point in line} == {(0.25, 0.0), (0.25, 1.0), (0.25, 2.0)}
    assert contour_lines(np.zeros((3, 3)), 0.5) == []


def test_a_height_field_knows_values_between_its_points():
    field = HeightField(BOWL, AXIS, AXIS, logarithmic)
    assert field.value_at(1.0, -1.0) == pytest.approx(2.0)
    assert field.limits == (0.0, 8.0)
    assert field.heights.min() == 0 and field.heights.max() == 1
    assert float(field.share(np.array(1.0))) == pytest.approx(np.log10(2) / np.log10(9))
    assert field.value_of(0.5) == pytest.approx(2.0, rel=1e-6)
    assert field.from_box(*(float(v) for v in field.to_box(np.array(0.3), np.array(-1.2)))) == pytest.approx(
        (0.3, -1.2)
    )


def test_values_that_are_not_finite_are_drawn_as_high_as_the_highest():
    field = HeightField(np.array([[0.0, np.nan], [np.inf, 2.0]]), np.arange(2.0), np.arange(2.0))
    assert field.heights.tolist() == [[0, 1], [1, 1]]


def test_the_camera_sees_near_things_larger_and_finds_the_floor_again():
    camera = Perspective(area=QRectF(0, 0, 500, 400))
    points = np.array([[0.5, -0.25, -0.7], [-1.0, 1.0, -0.7]])
    pixels, depth = camera.project(points)
    for point, pixel in zip(points, pixels, strict=True):
        assert camera.on_floor(*pixel, -0.7) == pytest.approx(tuple(point[:2]), abs=1e-9)
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-0.78, 0.62)])
    for turn in range(0, 360, 15):
        pixels, _ = camera.turned(turn, 0).project(corners)
        assert pixels[:, 0].min() >= 0 and pixels[:, 0].max() <= 500
        assert pixels[:, 1].min() >= -5 and pixels[:, 1].max() <= 405
    assert camera.turned(0, 500).tilt == 85 and camera.zoomed(100).zoom == 3
    assert depth[0] != depth[1]


def test_a_coarse_surface_is_there_at_once_and_the_fine_one_when_it_rests(surface, qtbot, colors_of):
    coarse = surface.grab().toImage()
    assert len(colors_of(coarse)) > 40
    qtbot.waitUntil(lambda: surface._picture is not None, timeout=8000)
    assert surface.grab().toImage() != coarse


def test_a_click_on_the_surface_says_where(surface, qtbot):
    at = surface._scene.spot(surface.camera, 0.5, -0.5).toPoint()
    with qtbot.waitSignal(surface.picked) as said:
        QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=at)
    assert said.args == pytest.approx([0.5, -0.5], abs=0.12)


def test_dragging_turns_and_the_wheel_of_keys_zooms(surface):
    turn, zoom = surface.camera.turn, surface.camera.zoom
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseMove(surface, QPoint(90, 20))
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=QPoint(90, 20))
    assert surface.camera.turn != turn
    QTest.keyClick(surface, Qt.Key.Key_Plus)
    assert surface.camera.zoom > zoom
    QTest.keyClick(surface, Qt.Key.Key_Home)
    assert surface.camera.turn == pytest.approx(turn) and surface.camera.zoom == 1


def test_the_point_is_dragged_by_mouse_and_by_keys(surface, qtbot):
    surface.set_point((0.0, 0.0))
    began = surface._scene.spot(surface.camera, 0.0, 0.0).toPoint()
    end = surface._scene.spot(surface.camera, 1.0, 0.5).toPoint()
    turn = surface.camera.turn
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, pos=began)
    with qtbot.waitSignal(surface.picked) as said:
        QTest.mouseMove(surface, end)
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=end)
    assert said.args == pytest.approx([1.0, 0.5], abs=0.15) and surface.camera.turn == turn
    with qtbot.waitSignal(surface.picked) as said:
        QTest.keyClick(surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert said.args[0] > 1.0 - 0.15


def test_a_paths_point_is_named_and_picked_on_both_pictures(surface, look, qtbot):
    path = SurfacePath(
        np.array([-1.0, 0.0, 1.5]), np.array([0.5, 0.5, -1.0]), "series1", labels=["one", "two", "three"]
    )
    above = ContourMap(look)
    above.set_values(BOWL, AXIS, AXIS)
    shown(above, qtbot)
    for plot in (surface, above):
        plot.set_paths([path])
        place = above.pixel_of(0.0, 0.5) if plot is above else QPointF(*surface._scene.pixels(surface.camera)[0][1])
        assert plot.tip_at(place.toPoint()) == "two"
        with qtbot.waitSignal(plot.path_picked) as said:
            QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place.toPoint())
        assert said.args == [0, 1]


def test_contours_from_above_say_place_and_value(look, qtbot, pictures):
    above = ContourMap(look)
    above.set_values(BOWL, AXIS, AXIS, logarithmic)
    above.resize(300, 300)
    dark, light = pictures(above)
    assert dark != light
    said = above.tip_at(above.pixel_of(1.0, 1.0).toPoint())
    assert float(said.rpartition(":")[2]) == pytest.approx(2.0, abs=0.1)
    with qtbot.waitSignal(above.picked) as said:
        QTest.mouseClick(above, Qt.MouseButton.LeftButton, pos=above.pixel_of(-1.5, 0.5).toPoint())
    assert said.args == pytest.approx([-1.5, 0.5], abs=0.02)


def test_markers_are_different_and_equally_placed():
    for marker in MARKERS:
        box = marker_path(marker, QPointF(10, 20), 5).boundingRect()
        assert abs(box.center().x() - 10) < 0.1 and abs(box.center().y() - 20) < 1.5
    assert len({marker_path(marker, QPointF(), 5).elementCount() for marker in MARKERS}) >= 3


@pytest.fixture
def cloud(look, qtbot):
    made = PointCloud(look)
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    made.set_points(points, np.array([0, 1, 4, 1]), ["a", "b", "c", "d"])
    return shown(made, qtbot)


def test_points_are_picked_by_mouse_and_walked_by_keys(cloud, qtbot):
    with qtbot.waitSignal(cloud.picked) as said:
        QTest.mouseClick(cloud, Qt.MouseButton.LeftButton, pos=QPointF(*cloud.pixels()[2]).toPoint())
    assert said.args == [2]
    cloud.set_current(0)
    for key, expected in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Up, 2)):
        with qtbot.waitSignal(cloud.picked) as said:
            QTest.keyClick(cloud, key)
        assert said.args == [expected]


def test_points_keep_what_was_in_sight_while_they_move(cloud):
    before = cloud.pixels()
    cloud.set_points(cloud._points * 0.5, np.array([0, 1, 4, 1]), list("abcd"), keeps_view=True)
    assert np.hypot(*(cloud.pixels()[1] - cloud.pixels()[0])) == pytest.approx(
        0.5 * np.hypot(*(before[1] - before[0])), rel=1e-6
    )


def test_the_hovered_sample_shows_its_picture(cloud, look):
    plain = cloud.grab().toImage()
    cloud.set_current(3, [0, 1])
    marked = cloud.grab().toImage()
    assert marked != plain
    QTest.mouseMove(cloud, QPointF(*cloud.pixels()[1]).toPoint())
    assert cloud.grab().toImage() != marked
