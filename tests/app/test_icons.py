"""Every name has its icon, every family its glyph."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.glyphs import GLYPHS
from app.icons import NAMES, family_icon, icon, paint_glyph
from app.theme import Look

ASKED = {
    *("play", "pause", "step", "reset", "stop", "search", "sun", "moon", "chip", "undo", "redo", "fit", "plus"),
    *("minus", "open", "save", "export", "warning", "check", "close", "chevron_down", "chevron_left", "lock"),
    *("chevron_right", "copy", "bulb", "more", "link", "eye", "download", "trash", "image", "pencil", "shuffle"),
}


@pytest.fixture
def look(qtbot):
    return Look("dark")


def test_all_names_stand():
    assert set(NAMES) >= ASKED


@pytest.mark.parametrize("name", sorted(NAMES))
def test_icons_have_ink_in_their_colour(look, name):
    image = icon(name, look, "err").pixmap(32, 32).toImage()
    pixels = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    strongest = max(pixels, key=lambda color: color.alpha())
    assert strongest.alpha() > 100
    wanted = look.theme.color("err")
    assert abs(strongest.red() - wanted.red()) + abs(strongest.blue() - wanted.blue()) < 8


def test_an_unknown_name_is_a_mistake(look):
    with pytest.raises(KeyError):
        icon("banana", look)


def _glyph(family, color):
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_glyph(painter, family, QRectF(0, 0, 16, 16), color)
    painter.end()
    return image


def test_glyphs_differ_from_one_another(look):
    color = look.theme.color("ink")
    images = [_glyph(family, color) for family in GLYPHS]
    assert all(a != b for i, a in enumerate(images) for b in images[i + 1 :])
    assert _glyph("unheard of", color) == _glyph("input", color)


def test_family_icons_have_the_family_hue(look):
    image = family_icon("convolution", look).pixmap(16, 16).toImage()
    names = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert look.theme.family("convolution").name() in names
