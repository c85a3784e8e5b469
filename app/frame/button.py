"""FrameButton: a button of the frame that paints itself: border, hover and pressed as the design draws them."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.text import tooltip
from app.theme import Look


class FrameButton(QAbstractButton):
    """A flat button; a subclass draws its content in `paint_content` and says its width in `content_width`.

    Args:
        text: its accessible name, plain text.
        tip: shown on hover, plain text.
        bordered: draw a hairline box around it.
    """

    def __init__(self, text: str, look: Look, tip: str = "", bordered: bool = False) -> None:
        super().__init__()
        self.look = look
        self._bordered = bordered
        self.setAccessibleName(text)
        self.setToolTip(tooltip(tip))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self.updateGeometry)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as the content, as high as a control."""
        return QSize(self.content_width(), self.look.theme.size("controlH"))

    def minimumSizeHint(self) -> QSize:
        """Nothing in the frame is squeezed."""
        return self.sizeHint()

    def content_width(self) -> int:
        """Width in px that the content needs."""
        return self.look.theme.size("controlH")

    def paint_content(self, painter: QPainter) -> None:
        """Draw what is inside the box."""

    def metrics(self, role: str) -> QFontMetrics:
        """Font metrics of a type role."""
        return QFontMetrics(self.look.theme.font(role))

    def ink(self, token: str) -> QColor:
        """The colour to write with: that of `token`, or `off` while disabled."""
        return self.look.theme.color(token if self.isEnabled() else "off")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box and the content."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_box(painter)
        self.paint_content(painter)

    def paint_box(self, painter: QPainter) -> None:
        """Draw the ground and the border."""
        theme = self.look.theme
        active = self.isEnabled() and (self.isDown() or self.underMouse())
        painter.setPen(QPen(theme.color("line2")) if self._bordered else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("pressed" if self.isDown() else "raised") if active else Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.radius("control"), theme.radius("control"))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show it at rest."""
        super().leaveEvent(event)
        self.update()
