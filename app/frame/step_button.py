"""StepButton: one batch or one epoch, with a menu for the unit."""

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QMenu

from app.frame.button import FrameButton
from app.frame.project_button import paint_chevron
from app.text import tooltip
from app.theme import Look

UNITS = ("batch", "epoch")
SIGN, CHEVRON, PADDING = 34, 22, 8


class StepButton(FrameButton):
    """Left part: do one step. Right part, or the down arrow: choose what one step is."""

    stepped = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__("Step", look, bordered=True)
        self._at_menu = False
        self.unit = UNITS[0]
        self.set_unit(UNITS[0])

    def set_unit(self, unit: str) -> None:
        """Choose what one step is: "batch" or "epoch"."""
        self.unit = unit
        key = "." if unit == "batch" else "Shift+."
        self.setAccessibleName(f"Step one {unit}")
        self.setToolTip(tooltip(f"Step one {unit} ({key}); the arrow chooses the unit"))
        self.update()

    def content_width(self) -> int:
        """Sign, line, the longer unit, chevron."""
        metrics = self.metrics("body")
        return SIGN + PADDING + max(metrics.horizontalAdvance(unit) for unit in UNITS) + CHEVRON

    def paint_content(self, painter: QPainter) -> None:
        """Draw sign, line, unit and chevron."""
        theme, middle = self.look.theme, self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.ink("ink2"))
        corners = [QPointF(-6, -6), QPointF(3, 0), QPointF(-6, 6)]
        painter.drawPolygon(QPolygonF([QPointF(SIGN / 2, middle) + corner for corner in corners]))
        painter.drawRoundedRect(QRectF(SIGN / 2 + 4, middle - 6, 2.2, 12), 1, 1)
        painter.fillRect(QRectF(SIGN, 5, 1, self.height() - 10), theme.color("line2"))
        painter.setFont(theme.font("body"))
        painter.setPen(self.ink("ink2"))
        rect = QRectF(SIGN + PADDING, 0, self.width(), self.height())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.unit)
        paint_chevron(painter, QPointF(self.width() - CHEVRON / 2 - 1, middle), self.look, self._chevron_token())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember which part was pressed."""
        self._at_menu = event.position().x() > SIGN
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the menu; Space and Enter step."""
        self._at_menu = event.key() == Qt.Key.Key_Down
        if self._at_menu:
            self.open_menu()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def nextCheckState(self) -> None:
        """Step, or open the menu where the right part was pressed."""
        if self._at_menu:
            self.open_menu()
        else:
            self.stepped.emit(self.unit)
        self._at_menu = False

    def menu(self) -> QMenu:
        """The units."""
        menu = QMenu(self)
        for unit in UNITS:
            entry = menu.addAction(f"one {unit}")
            entry.setCheckable(True)
            entry.setChecked(unit == self.unit)
            entry.triggered.connect(lambda _=False, unit=unit: self.set_unit(unit))
        return menu

    def open_menu(self) -> None:
        """Open the menu above the button."""
        menu = self.menu()
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 2)))

    def _chevron_token(self) -> str:
        return "ink2" if self.isEnabled() else "off"
