"""Colours, fonts and pictures come from the tokens, and read well."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app import color_maps
from app.qss import style_sheet
from app.theme import Look, color_image, grey_image, magnitude_image, sample_image, signed_image, theme

RESOURCES = Path(__file__).parents[2] / "resources"
TOKENS = json.loads((RESOURCES / "tokens.json").read_text("utf-8"))
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
INKS = ("ink", "ink2", "ink3", "pos", "neg", "train", "val", "warn", "err")
GROUNDS = ("canvas", "panel", "card", "raised")


@pytest.fixture(params=["dark", "light"])
def either(qtbot, request):
    return theme(request.param)


def rgb(value):
    return QColor.fromRgb(value).name().upper()


def lightness(table):
    colors = np.array([QColor.fromRgb(value).getRgbF()[:3] for value in table])
    return color_maps.oklab(colors)[:, 0]


def test_colours_are_those_of_the_tokens(either):
    tokens = TOKENS["themes"][either.name]
    for name, value in tokens.items():
        if isinstance(value, str):
            assert either.color(name).name().upper() == value
    assert [either.series(i).name().upper() for i in range(5)] == [*tokens["series"], tokens["series"][0]]
    assert {name: either.family(name).name().upper() for name in tokens["family"]} == tokens["family"]
    assert either.color("test") == either.color("ctl")


def test_an_unknown_token_is_a_mistake_and_an_unknown_family_is_grey(either):
    with pytest.raises(KeyError):
        either.color("purple")
    assert either.family("unheard of") == either.color("ink2")


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_reads_on_every_ground(either, ink, ground):
    assert color_maps.contrast(either.color(ink), either.color(ground)) >= 4.5


@pytest.mark.parametrize(
    "ink, ground, ratio",
    [("ink", "canvas", 16.5), ("ink3", "raised", 4.8), ("val", "card", 5.4), ("err", "panel", 7.0)],
)
def test_contrast_agrees_with_the_measured_table(qtbot, ink, ground, ratio):
    dark = theme("dark")
    assert color_maps.contrast(dark.color(ink), dark.color(ground)) == pytest.approx(ratio, abs=0.11)


def test_primary_buttons_and_controls_read(either):
    assert color_maps.contrast(either.color("onink"), either.color("ink")) >= 12
    assert color_maps.contrast(either.color("ctl"), either.color("panel")) >= 3
    for family in TOKENS["themes"][either.name]["family"]:
        assert color_maps.contrast(either.family(family), either.color("canvas")) >= 4.5


def test_signed_map_has_its_stops_and_zero_is_the_surface(either):
    stops = TOKENS["themes"][either.name]["diverging"]
    assert len(either.signed) == 256
    assert rgb(either.signed[0]) == stops[0][1]
    assert rgb(either.signed[255]) == stops[-1][1]
    middle = color_maps.oklab(np.array(QColor.fromRgb(either.signed[128]).getRgbF()[:3]))
    zero = color_maps.oklab(np.array(QColor(stops[3][1]).getRgbF()[:3]))
    assert np.abs(middle - zero).max() < 0.01


def test_salience_of_the_signed_map_grows_with_magnitude_on_both_sides(either):
    light = lightness(either.signed)
    sign = 1 if either.name == "dark" else -1
    assert (np.diff(sign * light[128:]) >= -0.002).all()
    assert (np.diff(sign * light[:128]) <= 0.002).all()


def test_magnitude_map_rises_evenly_and_is_reversed_in_light(qtbot):
    dark, light = theme("dark"), theme("light")
    assert (np.diff(lightness(dark.magnitude)) > -1e-3).all()
    assert light.magnitude == dark.magnitude[::-1]
    assert light.overlay == dark.overlay == dark.magnitude
    assert rgb(dark.magnitude[0]) == "#281B47"
    assert rgb(dark.magnitude[255]) == "#F2EC9A"


def test_grey_map_runs_from_surface_to_ink(either):
    assert rgb(either.grey[0]).lower() == either.color("card").name()
    assert rgb(either.grey[255]).lower() == either.color("ink").name()


def test_oklab_agrees_with_published_values():
    assert color_maps.oklab(np.array([1.0, 1.0, 1.0])) == pytest.approx([1.0, 0.0, 0.0], abs=1e-4)
    assert color_maps.oklab(np.array([1.0, 0.0, 0.0])) == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-4)
    some = np.random.default_rng(0).random((50, 3))
    assert color_maps.srgb(color_maps.oklab(some)) == pytest.approx(some, abs=1e-5)


def test_signed_picture_is_indexed_and_clipped(either):
    image = signed_image(np.array([[-9.0, 0.0, 9.0, np.nan]]), 1.0, either)
    assert image.format() == QImage.Format.Format_Indexed8
    assert [image.pixelIndex(x, 0) for x in (0, 2)] == [0, 255]
    assert image.pixelIndex(1, 0) in (127, 128)
    assert image.pixelIndex(3, 0) in (127, 128)
    assert image.pixel(2, 0) == either.signed[255]


def test_magnitude_and_grey_pictures_use_their_range(either):
    values = np.array([[2.0, 4.0], [3.0, 1.0]])
    image = magnitude_image(values, 2.0, 4.0, either)
    assert [image.pixelIndex(x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))] == [0, 255, 128, 0]
    assert grey_image(values, 2.0, 4.0, either).pixel(1, 0) == either.grey[255]


def test_a_range_of_no_width_does_not_divide_by_zero(either):
    assert magnitude_image(np.full((2, 2), 3.0), 3.0, 3.0, either).pixelIndex(0, 0) == 0


def test_colour_pictures_are_the_same_in_both_themes(qtbot):
    x = np.random.default_rng(1).random((5, 7, 3))
    dark, light = (sample_image(x, (0.0, 1.0), theme(name)) for name in ("dark", "light"))
    assert dark == light
    assert (dark.width(), dark.height()) == (7, 5)
    expected = np.rint(x[2, 3] * 255).astype(int).tolist()
    assert list(QColor.fromRgb(dark.pixel(3, 2)).getRgb()[:3]) == expected
    assert color_image(np.zeros((2, 3, 3), np.uint8)).pixelColor(0, 0).name() == "#000000"


def test_single_channel_samples_use_the_grey_ramp(either):
    image = sample_image(np.array([[[0.0], [16.0]]]), (0.0, 16.0), either)
    assert image.pixel(0, 0) == either.grey[0]
    assert image.pixel(1, 0) == either.grey[255]


def test_a_picture_outlives_its_array(either):
    image = grey_image(np.eye(64), 0.0, 1.0, either)
    np.random.default_rng(2).random((512, 512))
    assert image.pixelIndex(5, 5) == 255


def test_fonts_have_the_sizes_and_weights_of_the_tokens(either):
    for role, record in TOKENS["type"].items():
        font = either.font(role)
        assert font.pixelSize() == record["size"]
        assert int(font.weight()) == record["weight"]
    assert int(either.font("result").weight()) == 700
    assert either.font("number").featureTags()
    assert either.line_height("body") == 16


def test_sizes_come_from_the_tokens(either):
    assert (either.size("topBar"), either.size("transport"), either.size("controlH")) == (48, 60, 28)
    assert either.radius("card") == 8
    assert either.motion("hover") == 80


def test_the_style_sheet_leaves_no_name_unresolved(either):
    sheet = style_sheet(either)
    assert "$" not in sheet
    assert "@" not in sheet
    for part in sheet.split('url("')[1:]:
        assert Path(part.split('"')[0]).is_file()


def test_pictures_of_the_style_sheet_have_token_colours(either):
    tokens = TOKENS["themes"][either.name]
    inks = {"chevron_down": "ink3", "chevron_right": "ink3", "chevron_up": "ink3", "check": "onink", "tick": "ink"}
    for name, token in inks.items():
        text = (RESOURCES / "styles" / f"{name}_{either.name}.svg").read_text("utf-8")
        assert tokens[token] in text


def test_chrome_has_no_hue(either):
    for name in ("bg0", "panel", "card", "raised", "pressed", "line2", "ink", "ink2"):
        assert color_maps.oklab(np.array(either.color(name).getRgbF()[:3]))[1:] == pytest.approx([0, 0], abs=0.03)


def test_setting_a_mode_restyles_and_tells(qtbot):
    look = Look("dark")
    with qtbot.waitSignal(look.changed):
        look.set_mode("light")
    assert look.theme.name == "light"
    assert theme("light").color("panel").name() in QApplication.instance().styleSheet()
    assert QApplication.palette().window().color() == theme("light").color("panel")
    with qtbot.assertNotEmitted(look.changed):
        look.set_mode("light")


def test_an_unknown_mode_means_the_system(qtbot):
    look = Look("dark")
    look.set_mode("sepia")
    assert look.mode == "system"


def test_system_mode_follows_the_desktop_live(qtbot):
    hints = QGuiApplication.styleHints()
    look, fixed = Look("system"), Look("dark")
    hints.setColorScheme(Qt.ColorScheme.Light)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    expected = "light" if hints.colorScheme() == Qt.ColorScheme.Light else "dark"
    assert look.theme.name == expected
    assert fixed.theme.name == "dark"
    hints.unsetColorScheme()


def test_tooltips_wait_a_quarter_of_a_second(qtbot):
    from PySide6.QtWidgets import QStyle

    Look("dark")
    style = QApplication.instance().style()
    assert style.styleHint(QStyle.StyleHint.SH_ToolTip_WakeUpDelay) == 250


def _pair(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, second, field = QPushButton("first"), QPushButton("second"), QLineEdit()
    for widget in (first, second, field):
        column.addWidget(widget)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window, first, second, field


def test_the_focus_ring_follows_the_keyboard(qtbot):
    look = Look("dark")
    window, first, second, field = _pair(qtbot)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: window.findChild(QWidget, "focusRing") is not None)
    ring = window.findChild(QWidget, "focusRing")
    assert ring.isVisible()
    assert ring.geometry() == first.geometry().adjusted(-4, -4, 4, 4)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: second.hasFocus())
    rings = [child for child in window.findChildren(QWidget, "focusRing") if child.isVisible()]
    assert rings
    assert all(child.geometry() == second.geometry().adjusted(-4, -4, 4, 4) for child in rings)
    picture = window.grab().toImage()
    assert picture.pixelColor(second.geometry().center().x(), second.geometry().top() - 3) == look.theme.color("ink")
    qtbot.keyClick(second, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: field.hasFocus())
    assert not [child for child in window.findChildren(QWidget, "focusRing") if child.isVisible()]


def test_a_focused_widget_may_be_deleted(qtbot):
    look = Look("dark")  # its ring lives as long as it does
    window, first, second, _ = _pair(qtbot)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    first.setParent(None)
    first.deleteLater()
    second.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: second.hasFocus())
    assert window.findChild(QWidget, "focusRing") is not None
    assert look.theme.name == "dark"
