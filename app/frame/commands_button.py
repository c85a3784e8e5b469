"""CommandsButton: opens the command palette and names its key."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from app.frame.button import FrameButton
from app.icons import icon
from app.theme import Look

ICON, GAP, PADDING, KEY_PADDING = 16, 8, 10, 5
TEXT = "Commands"


class CommandsButton(FrameButton):
    """Magnifier, word, key."""

    def __init__(self, key: str, look: Look) -> None:
        super().__init__(f"{TEXT}, {key}", look, tip=f"Command palette ({key})", bordered=True)
        self._key = key.replace("+", " ")
        self._compact = False

    def set_compact(self, compact: bool) -> None:
        """Leave out the word, where the window is narrow."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def content_width(self) -> int:
        """Icon, word and key."""
        word = 0 if self._compact else self.metrics("body").horizontalAdvance(TEXT) + GAP
        return PADDING + ICON + GAP + word + key_width(self._key, self.look) + KEY_PADDING + 1

    def paint_content(self, painter: QPainter) -> None:
        """Draw icon, word and key."""
        theme = self.look.theme
        icon("search", self.look).paint(painter, PADDING, (self.height() - ICON) // 2, ICON, ICON)
        x = float(PADDING + ICON + GAP)
        if not self._compact:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("ink2"))
            rect = QRectF(x, 0, self.width(), self.height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, TEXT)
        paint_key(painter, self.width() - KEY_PADDING - 1, self.height() / 2, self._key, self.look)


def key_width(key: str, look: Look) -> int:
    """Width of a key's box in px."""
    return QFontMetrics(look.theme.font("axis")).horizontalAdvance(key) + 2 * KEY_PADDING


def paint_key(painter: QPainter, right: float, middle: float, key: str, look: Look) -> float:
    """Draw a key's box that ends at `right`; return its left edge."""
    theme, width = look.theme, key_width(key, look)
    box = QRectF(right - width + 0.5, middle - 8.5, width - 1, 17)
    painter.setPen(QPen(theme.color("line2")))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(theme.font("axis"))
    painter.setPen(theme.color("ink2"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
    return right - width
