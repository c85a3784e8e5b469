"""The frame of an opened number: a small window with an arrow, a breadcrumb and a body."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel

ARROW = 8
HEAD = 40


class Popover(QWidget):
    """Floats over the window, 392 wide. Esc closes it and gives the focus back; Backspace asks to go one level up.

    It can be dragged by its head, which pins it: it then loses its arrow and stays.

    Args:
        parent: any widget of the window it belongs to.
    """

    closed = Signal()
    up_requested = Signal()
    copy_requested = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent.window())
        self._look, self._over = look, parent.window()
        self._arrow_x, self._points_up, self._pinned = 24.0, True, False
        self._grip: QPoint | None = None
        self._opener: QWidget | None = None
        self.setFixedWidth(look.theme.size("popover"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(14, 10, 14, 12)
        self.body.setSpacing(6)
        self._crumbs = QHBoxLayout()
        self._crumbs.setSpacing(6)
        self._arrange()
        self.hide()
        look.changed.connect(self.update)

    @property
    def is_pinned(self) -> bool:
        """Whether it was dragged off the number that it was opened from."""
        return self._pinned

    def set_breadcrumb(self, parts: Sequence[str]) -> None:
        """Show where the number is: sample, layer, number."""
        while self._crumbs.count():
            item = self._crumbs.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            if index:
                self._crumbs.addWidget(PlainLabel("›", "body", self._look, "ink3"))
            self._crumbs.addWidget(PlainLabel(part, "title" if last else "body", self._look, "ink" if last else "ink2"))
        self._crumbs.addStretch(1)
        self.setAccessibleName(" › ".join(parts))

    def open_at(self, target: QRect, opener: QWidget | None = None) -> None:
        """Open below a rectangle in global coordinates, or above it where there is no room below.

        Args:
            target: the number that was clicked.
            opener: gets the focus back on closing.
        """
        self._opener = opener
        self._column.activate()
        self.adjustSize()
        window = self._over
        if self._pinned:  # it stays where it was dragged
            self.show()
            self.raise_()
            self.setFocus(Qt.FocusReason.PopupFocusReason)
            return
        corner = window.mapFromGlobal(target.topLeft())
        place = QRect(corner, target.size())
        self._points_up = place.bottom() + self.height() + 4 <= window.height() or place.top() < self.height()
        x = min(max(8, place.center().x() - 40), max(8, window.width() - self.width() - 8))
        y = place.bottom() + 2 if self._points_up else place.top() - self.height() - 2
        self.move(x, min(max(4, y), max(4, window.height() - self.height() - 4)))
        self._arrow_x = float(min(max(20, place.center().x() - x), self.width() - 20))
        self._set_margins()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_popover(self) -> None:
        """Close and give the focus back."""
        self.hide()
        if self._opener is not None:
            self._opener.setFocus(Qt.FocusReason.PopupFocusReason)
        self._opener = None
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc, go up on Backspace."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_popover()
        elif event.key() == Qt.Key.Key_Backspace:
            self.up_requested.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the head to drag it off."""
        if event.position().y() < ARROW + HEAD:
            self._grip = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag and pin."""
        if self._grip is not None:
            self._pinned = True
            place = event.globalPosition().toPoint() - self._grip
            room = self._over.rect().adjusted(HEAD - self.width(), 0, -HEAD, -HEAD)  # the head stays in reach
            self.move(min(max(place.x(), room.left()), room.right()), min(max(place.y(), room.top()), room.bottom()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the head."""
        self._grip = None

    def changeEvent(self, event: QEvent) -> None:
        """Repaint with the theme."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, its arrow and the line under the head."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("line2"))
        painter.setBrush(theme.color("card"))
        painter.drawPath(self._outline())
        top = self._box().top() + HEAD
        painter.fillRect(QRectF(1, round(top), self.width() - 2, 1), theme.color("line"))

    def _box(self) -> QRectF:
        top = ARROW if self._points_up else 0
        return QRectF(0.5, top + 0.5, self.width() - 1, self.height() - ARROW - 1)

    def _outline(self) -> QPainterPath:
        box, outline = self._box(), QPainterPath()
        radius = self._look.theme.radius("card")
        outline.addRoundedRect(box, radius, radius)
        if self._pinned:
            return outline
        edge, tip = (box.top(), -ARROW) if self._points_up else (box.bottom(), ARROW)
        arrow = QPainterPath(QPointF(self._arrow_x - ARROW, edge))
        arrow.lineTo(self._arrow_x, edge + tip)
        arrow.lineTo(self._arrow_x + ARROW, edge)
        arrow.closeSubpath()
        return outline.united(arrow)

    def _arrange(self) -> None:
        self._copy = IconButton("copy", "Copy", self._look)
        self._copy.clicked.connect(self.copy_requested)
        self._close = IconButton("close", "Close", self._look)
        self._close.clicked.connect(self.close_popover)
        head = QHBoxLayout()
        head.setContentsMargins(14, 0, 8, 0)
        head.setSpacing(4)
        head.addLayout(self._crumbs, 1)
        head.addWidget(self._copy)
        head.addWidget(self._close)
        holder = QWidget()
        holder.setFixedHeight(HEAD)
        holder.setLayout(head)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addWidget(holder)
        column.addLayout(self.body)
        self._set_margins()

    def _set_margins(self) -> None:
        top = ARROW if self._points_up else 0
        self._column.setContentsMargins(1, top + 1, 1, ARROW - top + 1)
