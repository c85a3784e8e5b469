"""Figure: a caption with a number below it, as the transport shows them; of fixed width, so that nothing moves."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.text import tooltip
from app.theme import Look

DASH, GAP = 8, 5
EMPTY = "–"


class Figure(QWidget):
    """One number of the run.

    Args:
        caption: what it is.
        widest: the longest number it has to hold.
        series: token of the coloured dash before the caption; none where empty.
    """

    def __init__(self, caption: str, widest: str, look: Look, series: str = "") -> None:
        super().__init__()
        self._look, self._widest, self._series = look, widest, series
        self._caption, self._value, self._rest = caption, EMPTY, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)
        self._say()

    @property
    def text(self) -> str:
        """The number shown."""
        return self._value + self._rest

    def set_caption(self, caption: str) -> None:
        """Say what the number is."""
        if caption != self._caption:
            self._caption = caption
            self.updateGeometry()
            self._say()

    def set_value(self, value: str, rest: str = "") -> None:
        """Show a number.

        Args:
            rest: what stands behind it in grey, e.g. "/30".
        """
        if (value, rest) != (self._value, self._rest):
            self._value, self._rest = value or EMPTY, rest
            self._say()

    def set_tip(self, tip: str) -> None:
        """Say more on hover."""
        self.setToolTip(tooltip(tip))

    def sizeHint(self) -> QSize:
        """Room for the caption and the longest number."""
        theme = self._look.theme
        dash = DASH + GAP if self._series else 0
        caption = QFontMetrics(theme.font("caption")).horizontalAdvance(self._caption) + dash
        return QSize(max(caption, QFontMetrics(theme.font("number")).horizontalAdvance(self._widest)) + 2, 36)

    def minimumSizeHint(self) -> QSize:
        """Never squeezed."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw dash, caption, number."""
        painter = QPainter(self)
        theme, x = self._look.theme, 0.0
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if self._series:
            painter.fillRect(QRectF(0, 8, DASH, 2), theme.color(self._series))
            x = DASH + GAP
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(QRectF(x, 1, self.width(), 16), left, self._caption)
        painter.setFont(theme.font("number"))
        painter.setPen(theme.color("ink" if self._value != EMPTY else "ink3"))
        painter.drawText(QRectF(0, 18, self.width(), 17), left, self._value)
        if self._rest:
            painter.setPen(theme.color("ink3"))
            x = QFontMetrics(theme.font("number")).horizontalAdvance(self._value)
            painter.drawText(QRectF(x, 18, self.width(), 17), left, self._rest)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._caption} {self.text}")
        self.update()
