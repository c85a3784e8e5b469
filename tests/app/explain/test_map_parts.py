"""The parts of the view of maps: overlays, sums that are right as printed, cells, classes."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.explain.maps.classes_card import ClassesCard, share_text
from app.explain.maps.lines import added, cell_lines, check_lines, place_lines, power_of, sum_text
from app.explain.maps.overlay import Style, alpha_of, contour_paths, map_image, overlay_image, shares
from app.explain.maps.picture import MapPicture, callout_box
from app.explain.maps.tile import MapTile
from app.theme import theme
from engine.explain.class_maps import resampled
from tests.app.explain.answers import gradcam, integrated, occlusion, saliency


def value(text):
    return float(text.replace("−", "-"))


def test_bilinear_up_sampling_keeps_the_values_at_the_cells_centres():
    values = np.arange(6.0).reshape(2, 3)
    fine = resampled(values, 10, 15)
    np.testing.assert_allclose(fine[2::5, 2::5], values)
    assert fine.min() == 0 and fine.max() == 5
    np.testing.assert_array_equal(resampled(values, 4, 6, smooth=False), np.kron(values, np.ones((2, 2))))


def test_the_overlay_is_as_opaque_as_its_value_says(qapp):
    np.testing.assert_allclose(alpha_of(np.array([0, 0.2, 1.0]), 0.72), 0.72 * np.minimum(1, [0, 1.05 * 0.2**0.55, 1]))
    image = overlay_image(np.array([[0.0, 1.0]]), Style(opacity=0.5, smooth=False), QSize(2, 1))
    assert image.pixelColor(0, 0).alpha() == 0 and image.pixelColor(1, 0).alpha() == pytest.approx(128, abs=1)
    assert image.pixelColor(1, 0).rgb() & 0xFFFFFF == theme("dark").overlay[255] & 0xFFFFFF


def test_below_the_threshold_nothing_is_drawn(qapp):
    image = overlay_image(np.array([[0.3, 0.6]]), Style(threshold=0.5, smooth=False), QSize(2, 1))
    assert image.pixelColor(0, 0).alpha() == 0 < image.pixelColor(1, 0).alpha()


def test_signed_maps_are_blue_above_and_orange_below_zero(qapp):
    image = map_image(np.array([[-1.0, 1.0]]), signed=True)
    below, above = image.pixelColor(0, 0), image.pixelColor(1, 0)
    assert below.red() > below.blue() and above.blue() > above.red()


def test_shares_leave_out_what_is_not_yet_known():
    np.testing.assert_allclose(shares(np.array([[2.0, np.nan], [-4.0, 0.0]])), [[0.5, 0], [-1, 0]])
    assert not shares(np.zeros((2, 2))).any()


def test_contours_lie_on_the_picture(qapp):
    values = np.zeros((6, 6))
    values[2:4, 2:4] = 1
    area = QRectF(10, 20, 60, 60)
    paths = contour_paths(values, area, 0.5)
    assert len(paths) == 1 and area.contains(paths[0].boundingRect())
    assert paths[0].boundingRect().center().x() == pytest.approx(40, abs=1)


@pytest.mark.parametrize("seed", range(30))
def test_a_printed_sum_is_right(seed):
    random = np.random.default_rng(seed)
    terms = random.normal(size=5) * 10.0 ** random.integers(-5, 4)
    rest = float(random.normal())
    text, total, _power = sum_text(list(terms), rest, float(terms.sum()) + rest)
    numbers = [value(part) for part in re.sub(r"− (?=\d)", "+ −", text).split(" + ")]
    decimals = len(total.partition(".")[2])
    assert round(sum(numbers), decimals) == value(total)


def test_powers_of_ten_come_in_threes():
    assert [power_of([x]) for x in (0.0, 0.5, 12, 1234, 0.0573, 0.005, 2e-6)] == [0, 0, 0, 3, -3, -3, -6]
    assert added([1.5, -0.25, 2], 2) == "1.50 − 0.25 + 2.00"


def test_a_cell_is_written_out():
    lines = cell_lines(gradcam())
    assert lines[0].startswith("L[1, 2] = ReLU(") and "channel 3" in lines[1]
    assert check_lines(gradcam())[0].endswith("7.000 − 0.180 = 6.820")
    assert check_lines(gradcam(is_exact=False)) is None


def test_other_methods_say_what_their_number_is():
    assert place_lines(occlusion(), 0, 0)[0].endswith("= +0.91") and "lowers" in place_lines(occlusion(), 0, 0)[1]
    assert "raises" in place_lines(occlusion(), 0, 1)[1]
    assert "not been hidden" in place_lines(occlusion(), 1, 1)[0]
    assert "over channels = 0.5" in place_lines(saliency(), 0, 1)[0]
    assert "6.820 − 0.310 = 6.510" in check_lines(integrated())[0]


def test_a_probability_that_would_read_as_none_says_so():
    assert share_text(0.0001) == "<0.001" and share_text(0.0) == "0.000"


def test_a_click_on_a_class_asks_for_it(qtbot, look):
    card = ClassesCard(look)
    qtbot.addWidget(card)
    card.show_classes(gradcam())
    card.resize(300, 200)
    card.show()
    assert card.list.order[0] == 1
    with qtbot.waitSignal(card.picked) as picked:
        QTest.mouseClick(card.list, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert picked.args == [card.list.order[1]]
    with qtbot.waitSignal(card.picked):
        QTest.keyClick(card.list, Qt.Key.Key_Down)


@pytest.fixture
def picture(qtbot, look):
    made = MapPicture(look)
    qtbot.addWidget(made)
    made.set_image(QImage(40, 20, QImage.Format.Format_RGB32))
    made.set_map(gradcam().arrays["map"])
    made.resize(400, 300)
    return made


def test_a_cell_is_picked_with_mouse_and_keys(picture, qtbot):
    assert picture.area == QRectF(0, 0, 400, 200)
    center = picture.rect_of(1, 2).center()
    with qtbot.waitSignal(picture.cell_picked) as picked:
        QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=center.toPoint())
    assert picked.args == [1, 2]
    with qtbot.waitSignal(picture.cell_picked) as picked:
        QTest.keyClick(picture, Qt.Key.Key_Up)
    assert picked.args == [0, 2]
    assert picture.cell_at(QPointF(390, 250)) is None


def test_the_tip_says_the_exact_value(picture):
    at = picture.rect_of(1, 2).center().toPoint()
    assert picture.tip_at(at) == "cell row 1, column 2: 5.1"


def test_the_map_colours_the_picture_and_none_leaves_it(picture, pictures, colors_of):
    dark, light = pictures(picture)
    inner = QRect(10, 10, 380, 180)
    assert dark.copy(inner) == light.copy(inner)  # photos and what lies on them look the same in both themes
    with_map = len(colors_of(dark))
    picture.set_map(np.zeros((0, 0)))
    assert len(colors_of(pictures(picture)[0])) < with_map


def test_a_note_stays_on_the_picture():
    area = QRectF(0, 0, 300, 200)
    for frame in (QRectF(0, 0, 20, 20), QRectF(280, 0, 20, 20), QRectF(280, 180, 20, 20), QRectF(140, 90, 20, 20)):
        box = callout_box(frame, area, QSize(120, 44))
        assert area.contains(box) and not box.intersects(frame)


def test_a_tile_is_chosen_with_the_keyboard_too(qtbot, look):
    tile = MapTile(look)
    qtbot.addWidget(tile)
    tile.set_texts("Saliency", "16 copies")
    tile.show()
    for act in (
        lambda: QTest.mouseClick(tile, Qt.MouseButton.LeftButton),
        lambda: QTest.keyClick(tile, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(tile.picked):
            act()
    assert tile.accessibleName() == "Saliency, 16 copies"
