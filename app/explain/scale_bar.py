"""ScaleBar: a colour scale with the values of its ends."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.plots.plot import Plot, Table
from app.text import fixed, format_number
from app.theme import Look

BAR, TEXT = 9, 18  # px


class ScaleBar(Plot):
    """The signed colour scale between two values, its title above.

    Args:
        title: what the colours stand for.
    """

    def __init__(self, title: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._title, self._low, self._high, self._limit = title, -1.0, 1.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"Colour scale, {title}")

    def set_range(self, low: float, high: float, title: str | None = None) -> None:
        """Show the scale from `low` to `high`; zero keeps its colour."""
        self._low, self._high = low, high
        self._limit = max(abs(low), abs(high)) or 1.0
        self._title = self._title if title is None else title
        self.describe(f"{self._title} from {format_number(low)} to {format_number(high)}")

    def table(self) -> Table:
        """Return the ends."""
        return ["low", "high"], [[self._low, self._high]]

    def sizeHint(self) -> QSize:
        """Return title, bar and numbers."""
        return QSize(120, TEXT + BAR + TEXT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, colours and ends."""
        painter, theme = QPainter(self), self.look.theme
        width = self.width()
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(QRectF(0, 0, width, TEXT - 2), Qt.AlignmentFlag.AlignVCenter, self._title)
        painter.drawImage(QRectF(0, TEXT, width, BAR), self._colours())
        painter.setFont(theme.font("axis"))
        line = QRectF(0, TEXT + BAR + 1, width, TEXT - 1)
        ends = ((self._low, Qt.AlignmentFlag.AlignLeft), (self._high, Qt.AlignmentFlag.AlignRight))
        for value, side in ends:
            painter.setPen(theme.color("pos" if value > 0 else "neg" if value < 0 else "ink3"))
            text = fixed(value, 2 if abs(value) < 100 else 0) if value else "0"
            painter.drawText(line, side, ("+" if value > 0 else "") + text)
        if self._low < 0 < self._high:
            painter.setPen(theme.color("ink3"))
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, "0")

    def _colours(self) -> QImage:
        made = QImage(256, 1, QImage.Format.Format_RGB32)
        table = self.look.theme.signed
        for x in range(256):
            value = self._low + (self._high - self._low) * x / 255
            made.setPixel(x, 0, table[round((value / self._limit + 1) * 127.5)])
        return made
