"""A field for one number: type, arrows, Shift for ten, drag."""

import math

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.text import MINUS, minus
from app.theme import Look

PAUSE = 400  # ms without a key after which a typed number counts
DRAG = 4  # px per step
Number = int | float


class NumberField(QLineEdit):
    """A number in mono. `changed` is emitted for valid numbers only; the last valid one stays in force.

    Typing counts on Enter, on leaving the field, and after a short pause; arrows and dragging count at once.

    Args:
        integer: whole numbers only.
        low, high: inclusive bounds, None for none.
        unit: shown after the number, e.g. "px".
    """

    changed = Signal(object)
    rejected = Signal(str)  # the reason in about three words; empty when the text is valid again

    def __init__(
        self, look: Look, integer: bool = True, low: float | None = None, high: float | None = None, unit: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._look, self._integer, self._low, self._high, self._unit = look, integer, low, high, unit
        self._value: Number = 0
        self._reason = ""
        self._drag: tuple[QPoint, Number] | None = None
        self._moved = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._commit)
        self.textEdited.connect(self._edited)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a press may begin a drag; only a click takes the focus
        self.setFixedHeight(look.theme.size("controlH"))
        self._restyle()
        look.changed.connect(self._restyle)

    @property
    def value(self) -> Number:
        """The number in force."""
        return self._value

    def set_value(self, value: Number) -> None:
        """Show a number without emitting `changed`; a text being typed is kept when it means the same."""
        self._value = value
        if not (self.hasFocus() and self._parsed()[0] == value):
            self.setText(written(value))
        self._set_reason("")

    def set_error(self, text: str) -> None:
        """Mark the field as wrong for a reason found elsewhere; empty takes the mark away."""
        self._set_reason(text)

    @property
    def error(self) -> str:
        """Why the text is not accepted; empty when it is."""
        return self._reason

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with Up and Down (Shift: ten steps), accept with Enter, give up with Escape."""
        tenfold = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(tenfold if event.key() == Qt.Key.Key_Up else -tenfold, self._value)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
            self.selectAll()
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._timer.stop()
            self.set_text_of_value()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, so that typing replaces the number."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Accept what was typed; an invalid text goes back to the number in force."""
        self._commit()
        super().focusOutEvent(event)
        if self._reason and self.isModified():
            self.set_text_of_value()

    def set_text_of_value(self) -> None:
        """Show the number in force again."""
        self.setText(written(self._value))
        self._set_reason("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag when the field is not being edited."""
        if event.button() == Qt.MouseButton.LeftButton and not self.hasFocus():
            self._drag, self._moved = (event.globalPosition().toPoint(), self._value), False
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag left or right to change the number."""
        if self._drag is None:
            self.setCursor(Qt.CursorShape.IBeamCursor if self.hasFocus() else Qt.CursorShape.SizeHorCursor)
            super().mouseMoveEvent(event)
            return
        start, value = self._drag
        steps = int((event.globalPosition().x() - start.x()) / DRAG)
        self._moved = self._moved or steps != 0
        if self._moved:
            self._step(steps, value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag; a click without one begins to edit."""
        dragged, self._drag = self._drag, None
        if dragged is not None and not self._moved:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif dragged is None:
            super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, then the unit after the number."""
        super().paintEvent(event)
        if not self._unit:
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._look.theme.color("ink3" if self.isEnabled() else "off"))
        metrics = QFontMetrics(self.font())
        left = 11 + metrics.horizontalAdvance(self.text() + " ")
        if left + metrics.horizontalAdvance(self._unit) < self.width() - 6:
            painter.drawText(
                QRect(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, self._unit
            )

    def _edited(self) -> None:
        value, reason = self._parsed()
        self._set_reason(reason)
        if value is not None:
            self._timer.start()
        else:
            self._timer.stop()

    def _commit(self) -> None:
        self._timer.stop()
        value, reason = self._parsed()
        self._set_reason(reason)
        if value is not None and value != self._value:
            self._value = value
            self.changed.emit(value)
        if value is not None and not self.hasFocus():
            self.set_text_of_value()

    def _step(self, steps: int, start: Number) -> None:
        value: Number = start + steps * (1 if self._integer else _float_step(start))
        value = value if self._integer else float(f"{value:.10g}")
        value = max(value, self._bound(self._low)) if self._low is not None else value
        value = min(value, self._bound(self._high)) if self._high is not None else value
        if value != self._value:
            self._value = value
            self.set_text_of_value()
            self.changed.emit(value)

    def _bound(self, bound: float) -> Number:
        return int(bound) if self._integer else float(bound)

    def _parsed(self) -> tuple[Number | None, str]:
        text = self.text().strip().replace(MINUS, "-").replace(",", "").removesuffix(self._unit).strip()
        try:
            value: Number = int(text) if self._integer else float(text)
        except ValueError:
            return None, "whole numbers only" if self._integer else "not a number"
        reason = self._range_reason(value)
        return (None, reason) if reason else (value, "")

    def _range_reason(self, value: Number) -> str:
        low, high = self._low, self._high
        if not math.isfinite(value):
            return "not a number"
        if (low is None or value >= low) and (high is None or value <= high):
            return ""
        if low is not None and high is not None:
            return f"{written(low)} to {written(high)}"
        return f"{written(low)} or more" if low is not None else f"{written(high or 0)} or less"

    def _set_reason(self, reason: str) -> None:
        if reason == self._reason:
            return
        self._reason = reason
        self.setProperty("invalid", bool(reason))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleDescription(reason)
        self.rejected.emit(reason)

    def _restyle(self) -> None:
        self.setFont(self._look.theme.font("number"))


def written(value: float) -> str:
    """Return a setting as it is typed: all digits that matter, a real minus, no commas."""
    return minus(f"{value:.10g}".replace("e-0", "e-").replace("e+0", "e"))


def _float_step(value: float) -> float:
    """Return one unit of the second significant digit, so that arrows suit 0.001 and 30 alike."""
    return 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value else 0.01
