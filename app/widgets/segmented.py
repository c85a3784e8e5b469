"""A segmented control: one of a few options, all of them in sight."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Look

INSET = 2
PADDING = 10


class Segmented(QWidget):
    """One of a few options. Tab enters it once; arrows, Home and End choose.

    Args:
        options: (value, label) pairs.
    """

    changed = Signal(str)

    def __init__(self, options: list[tuple[str, str]], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options, self._look = list(options), look
        self._index, self._hovered = 0, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setProperty("focusRing", look.theme.radius("control"))
        self._describe()
        look.changed.connect(self.update)

    @property
    def value(self) -> str:
        """The chosen option's value; empty when there are no options."""
        return self._options[self._index][0] if self._options else ""

    def set_value(self, value: str) -> None:
        """Choose an option without emitting `changed`; an unknown value is ignored."""
        values = [name for name, _ in self._options]
        if value in values:
            self._index = values.index(value)
            self._describe()
            self.update()

    def set_options(self, options: list[tuple[str, str]]) -> None:
        """Offer other options; the chosen value stays where it still exists."""
        value = self.value
        self._options, self._index = list(options), 0
        self.updateGeometry()
        self.set_value(value)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of all labels and the height of a control."""
        return QSize(int(sum(self._natural()) + 2 * INSET), self._look.theme.size("controlH"))

    def minimumSizeHint(self) -> QSize:
        """Return the width with tight labels."""
        return QSize(self.sizeHint().width() - 8 * len(self._options), self._look.theme.size("controlH"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, the active segment and the labels."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = theme.radius("control")
        painter.setPen(theme.color("line2"))
        painter.setBrush(theme.color("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)
        for index, cell in enumerate(self._cells()):
            self._paint_cell(painter, index, cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the segment under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the segment under the mouse."""
        self._hovered = self._at(event.position())
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Forget the hovered segment."""
        self._hovered = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with arrows, Home and End."""
        last = len(self._options) - 1
        keys = {
            Qt.Key.Key_Left: self._index - 1,
            Qt.Key.Key_Up: self._index - 1,
            Qt.Key.Key_Right: self._index + 1,
            Qt.Key.Key_Down: self._index + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in keys:
            self._choose(min(max(keys[Qt.Key(event.key())], 0), last))
        else:
            super().keyPressEvent(event)

    def _paint_cell(self, painter: QPainter, index: int, cell: QRectF) -> None:
        theme = self._look.theme
        active = index == self._index
        if active and self.isEnabled():
            painter.setPen(theme.color("line2"))
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        token = "off" if not self.isEnabled() else "ink" if active or index == self._hovered else "ink2"
        painter.setPen(theme.color(token))
        painter.setFont(theme.font("control"))
        label = QFontMetrics(painter.font()).elidedText(
            self._options[index][1], Qt.TextElideMode.ElideRight, int(cell.width()) - 4
        )
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, label)

    def _natural(self) -> list[float]:
        metrics = QFontMetrics(self._look.theme.font("control"))
        return [metrics.horizontalAdvance(label) + 2.0 * PADDING for _, label in self._options]

    def _cells(self) -> list[QRectF]:
        widths = self._natural()
        space = self.width() - 2.0 * INSET
        equal = space / max(1, len(widths))
        if max(widths, default=0) <= equal + 8:
            widths = [equal] * len(widths)
        else:
            widths = [width * space / sum(widths) for width in widths]
        cells, left = [], float(INSET)
        for width in widths:
            right = round(left + width)
            cells.append(QRectF(round(left) + 1, INSET + 1, right - round(left) - 2, self.height() - 2 * INSET - 2))
            left += width
        return cells

    def _at(self, place: QPointF) -> int:
        cells = self._cells()
        return next((i for i, cell in enumerate(cells) if place.x() <= cell.right() + 1), len(cells) - 1)

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._options) and index != self._index:
            self._index = index
            self._describe()
            self.update()
            self.changed.emit(self.value)

    def _describe(self) -> None:
        if self._options:
            labels = ", ".join(label for _, label in self._options)
            self.setAccessibleDescription(f"{self._options[self._index][1]} chosen of {labels}")
