"""A look, and pictures of what is drawn with it."""

import pytest
from PySide6.QtGui import QImage

from app.theme import Look


@pytest.fixture
def look(qtbot):
    return Look("dark")


@pytest.fixture
def pictures(qtbot, look):
    """Return the picture of a widget in each theme; the look ends as it began."""

    def take(widget):
        qtbot.addWidget(widget)
        taken = []
        for mode in ("dark", "light"):
            look.set_mode(mode)
            if hasattr(widget, "flush"):
                widget.flush()
            taken.append(widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))
        look.set_mode("dark")
        return taken

    return take


@pytest.fixture
def colors_of():
    """Return the set of colours of a picture, as names."""

    def find(image):
        width, height = image.width(), image.height()
        return {image.pixelColor(x, y).name() for x in range(width) for y in range(height)}

    return find
