"""Icons by our own names, in the colours of the theme."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from app.glyphs import paint_glyph
from app.icon_font import glyph_icon
from app.theme import Look

__all__ = ["NAMES", "family_icon", "icon", "icon_in", "paint_glyph"]

NAMES = {
    "play": "play-fill",
    "pause": "pause-fill",
    "step": "skip-forward-fill",
    "reset": "skip-back-fill",
    "stop": "stop-fill",
    "search": "magnifying-glass",
    "sun": "sun",
    "moon": "moon",
    "chip": "cpu",
    "undo": "arrow-u-up-left",
    "redo": "arrow-u-up-right",
    "fit": "corners-out",
    "plus": "plus",
    "minus": "minus",
    "open": "folder-open",
    "save": "floppy-disk",
    "export": "export",
    "warning": "warning",
    "check": "check",
    "close": "x",
    "chevron_down": "caret-down",
    "chevron_left": "caret-left",
    "chevron_right": "caret-right",
    "chevron_up": "caret-up",
    "lock": "lock-simple",
    "copy": "copy",
    "bulb": "lightbulb",
    "more": "dots-three",
    "link": "link-simple",
    "unlink": "link-simple-break",
    "eye": "eye",
    "download": "download-simple",
    "trash": "trash",
    "image": "image",
    "pencil": "pencil-simple",
    "shuffle": "shuffle",
    "retry": "arrow-counter-clockwise",
    "home": "house",
    "info": "info",
    "help": "question",
    "eraser": "eraser",
    "film": "film-strip",
    "branch": "git-branch",
    "stages": "list-numbers",
}


def icon(name: str, look: Look, token: str = "ink2") -> QIcon:
    """Return the icon `name` in the colour of `token`; make it anew when the look changes.

    Raises:
        KeyError: there is no such name in `NAMES`.
    """
    return icon_in(name, look.theme.any_color(token), look.theme.color("off"))


def icon_in(name: str, color: QColor, disabled: QColor) -> QIcon:
    """Return the icon `name` in a colour, and another where it is disabled."""
    return glyph_icon(NAMES[name], color, disabled)


def family_icon(family: str, look: Look) -> QIcon:
    """Return a layer family's glyph in its hue."""
    made = QIcon()
    for scale in (1, 2):
        pixmap = QPixmap(16 * scale, 16 * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        pixmap.setDevicePixelRatio(scale)
        painter = QPainter(pixmap)
        paint_glyph(painter, family, QRectF(0, 0, 16, 16), look.theme.family(_hue(family)))
        painter.end()
        made.addPixmap(pixmap)
    return made


def _hue(family: str) -> str:
    return {"reshape": "input", "dropout": "normalisation"}.get(family, family)
