"""Icons from the Phosphor font that comes with qtawesome, read without importing qtawesome, which takes 0.3 s."""

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

SHARE = 0.9  # of the height that the glyph fills, as qtawesome draws it


@cache
def _font_files() -> tuple[Path, Path] | None:
    """The font and the table of its names; None where qtawesome is not installed as usual."""
    spec = importlib.util.find_spec("qtawesome")
    folders = [Path(place) / "fonts" for place in (spec.submodule_search_locations or ())] if spec else []
    for folder in folders:
        fonts, tables = sorted(folder.glob("phosphor-*.ttf")), sorted(folder.glob("phosphor-charmap-*.json"))
        if fonts and tables:
            return fonts[-1], tables[-1]
    return None


@cache
def _family() -> str:
    files = _font_files()
    names = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(files[0]))) if files else []
    return names[0] if names else ""


@cache
def _letters() -> dict[str, str]:
    files = _font_files()
    return {name: chr(int(code, 16)) for name, code in json.loads(files[1].read_bytes()).items()} if files else {}


def glyph_icon(name: str, color: QColor, disabled: QColor) -> QIcon:
    """Return a glyph of the font as an icon that is sharp at every size.

    Args:
        name: in the font's own table, e.g. "magnifying-glass".

    Raises:
        KeyError: the font has no such glyph.
    """
    return QIcon(_GlyphEngine(_letters()[name], color, disabled))


class _GlyphEngine(QIconEngine):
    def __init__(self, letter: str, color: QColor, disabled: QColor) -> None:
        super().__init__()
        self._letter, self._color, self._disabled = letter, color, disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the letter in the middle of `rect`."""
        font = QFont(_family())
        font.setPixelSize(max(1, round(rect.height() * SHARE)))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font)
        painter.setPen(self._disabled if mode is QIcon.Mode.Disabled else self._color)
        painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the letter on a transparent ground."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        """Return a copy, as Qt wants when icons are copied and changed."""
        return _GlyphEngine(self._letter, self._color, self._disabled)
