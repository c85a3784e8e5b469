"""CardButton: a card that can be pressed; hovered or focused, it is outlined in ink."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from app.text import tooltip
from app.theme import Look

LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class CardButton(QAbstractButton):
    """A subclass draws its content in `paint_content`.

    Args:
        name: for the screen reader, plain text.
        tip: shown on hover, plain text.
    """

    def __init__(self, name: str, tip: str, size: QSize, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setAccessibleName(name)
        self.setToolTip(tooltip(tip))
        self.setFixedSize(size)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRing", look.theme.radius("card"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    @property
    def is_lit(self) -> bool:
        """Whether the mouse or the keyboard is here."""
        return self.isEnabled() and (self.underMouse() or self.hasFocus())

    def paint_content(self, painter: QPainter) -> None:
        """Draw what is on the card."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, its content within the rounded corners, and the border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, radius = self.look.theme, self.look.theme.radius("card")
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.fillPath(outline, theme.color("pressed" if self.isDown() else "card"))
        painter.save()
        painter.setClipPath(outline)
        self.paint_content(painter)
        painter.restore()
        lit = self.is_lit
        painter.setPen(QPen(theme.color("ink" if lit else "line"), 2 if lit else 1))
        inset = 1 if lit else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)

    def write(self, painter: QPainter, place: tuple[float, float], text: str, role: str, token: str) -> float:
        """Write one line that ends before the right edge; return where it ends, px."""
        theme, (x, y) = self.look.theme, place
        painter.setFont(theme.font(role))
        painter.setPen(theme.color(token))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(self.write_limit() - x))
        painter.drawText(QRectF(x, y, self.width(), theme.line_height(role)), LEFT, shown)
        return x + metrics.horizontalAdvance(shown)

    def write_limit(self) -> float:
        """The right edge of what is written, px."""
        return self.width() - 14

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go out."""
        super().leaveEvent(event)
        self.update()
