"""The gates of one sequence over time, as a picture that is clicked, hovered and walked through with the arrows."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.explain.gates.drawing import draw_sequence, draw_step, draw_unit_rows
from app.explain.gates.layout import Layout
from app.explain.gates.reading import By, Reading
from app.explain.gates.trace import Trace
from app.plots.plot import Plot, Table
from app.text import format_number
from app.theme import Look


class GateStrips(Plot):
    """Strips of one sequence.

    Attributes:
        step_wanted: a step that was clicked, dragged over, or reached with ← →.
        unit_wanted: a unit that was clicked, or reached with ↑ ↓.
    """

    step_wanted = Signal(int)
    unit_wanted = Signal(int)

    def __init__(self, look: Look, *, has_labels: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._has_labels = has_labels
        self.reading: Reading | None = None
        self.step, self.unit = 0, 0
        self._by: By = "index"
        self._order = np.zeros(0, int)
        self._still: QPixmap | None = None  # what depends on neither step nor unit
        self._chosen: tuple[QPixmap, Trace] | None = None  # the same with the unit
        self.setAccessibleName("Gates over time")
        self.setMinimumHeight(300)

    def set_reading(self, reading: Reading | None) -> None:
        """Show another sequence, or none."""
        self.reading = reading
        if reading is not None:
            self._order = reading.order(self._by)
            self.step, self.unit = min(self.step, reading.steps - 1), min(self.unit, reading.units - 1)
        self._repaint()
        self._say()

    def set_order(self, by: By) -> None:
        """Put the units in another order."""
        self._by = by
        if self.reading is not None:
            self._order = self.reading.order(by)
        self._repaint()

    def set_choice(self, step: int, unit: int) -> None:
        """Mark a step and a unit; those that do not exist become the nearest."""
        if self.reading is None:
            return
        before = self.step
        self.step = min(max(step, 0), self.reading.steps - 1)
        unit = min(max(unit, 0), self.reading.units - 1)
        if unit != self.unit:
            self.unit, self._chosen = unit, None
            self.update()
        for place in {before, self.step}:
            self._update_column(place)
        self._say()

    @property
    def layout_now(self) -> Layout | None:
        """Where everything stands now."""
        reading = self.reading
        if reading is None:
            return None
        has = reading.following is not None, "gradient_norm" in reading.arrays
        return Layout(
            self.width(), self.height(), reading.steps, reading.units, len(reading.strips), *has, self._has_labels
        )

    def restyle(self) -> None:
        """Follow the theme."""
        self._repaint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        self._repaint()

    def sizeHint(self) -> QSize:
        """As in the drawing."""
        return QSize(900, 680)

    def table(self) -> Table:
        """One row per step: its input, and every gate and state of the chosen unit."""
        reading = self.reading
        if reading is None:
            return [], []
        headers = ["step", "input", *(strip.title for strip in reading.strips)]
        rows = [
            [t, reading.input_text(t), *(reading.value(strip.name, t, self.unit) for strip in reading.strips)]
            for t in range(reading.steps)
        ]
        return headers, rows

    def tip_at(self, place: QPoint) -> str:
        """Say what lies under the mouse: step, input, unit and exact value."""
        layout, reading = self.layout_now, self.reading
        if layout is None or reading is None:
            return ""
        point = QPointF(place)
        step, hit = layout.step_at(point), layout.strip_at(point)
        if step < 0:
            return ""
        head = f"step {step}, input {reading.input_text(step)}"
        if hit is not None:
            strip, unit = reading.strips[hit[0]], int(self._order[hit[1]])
            return f"{strip.title}, unit {unit}\n{head}\n{format_number(reading.value(strip.name, step, unit), 5)}"
        return "\n".join(line for line in (head, self._row_tip(layout, reading, step, point)) if line)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose step and unit."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position(), with_unit=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the step."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position(), with_unit=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows: steps left and right, units up and down."""
        reading = self.reading
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6}
        if reading is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.key() in steps:
            self.step_wanted.emit(min(max(self.step + steps[Qt.Key(event.key())], 0), reading.steps - 1))
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            row = int(np.flatnonzero(self._order == self.unit)[0]) + (1 if event.key() == Qt.Key.Key_Down else -1)
            self.unit_wanted.emit(int(self._order[min(max(row, 0), reading.units - 1)]))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The still part from its picture, the choice over it."""
        layout, reading = self.layout_now, self.reading
        if layout is None or reading is None:
            return
        picture, trace = self._pictures(layout, reading)
        painter = QPainter(self)
        ratio, part = picture.devicePixelRatioF(), event.rect()
        painter.drawPixmap(part, picture, QRect(part.topLeft() * ratio, part.size() * ratio))
        draw_step(painter, layout, reading, self.step, self.look.theme)
        trace.draw_mark(painter, self.step, self.look.theme)

    def _pictures(self, layout: Layout, reading: Reading) -> tuple[QPixmap, Trace]:
        theme = self.look.theme
        if self._still is None:
            ratio = self.devicePixelRatioF()
            self._still, self._chosen = QPixmap(self.size() * ratio), None
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(theme.color("canvas"))
            painter = QPainter(self._still)
            draw_sequence(painter, layout, reading, self._order, theme)
            painter.end()
        if self._chosen is None:
            self._chosen = self._still.copy(), Trace(layout, reading, self.unit)
            painter = QPainter(self._chosen[0])
            draw_unit_rows(painter, layout, int(np.flatnonzero(self._order == self.unit)[0]), theme)
            self._chosen[1].draw(painter, theme)
            painter.end()
        return self._chosen

    def _repaint(self) -> None:
        self._still = self._chosen = None
        self.update()

    def _update_column(self, step: int) -> None:
        layout = self.layout_now
        if layout is not None:
            self.update(layout.column(step).adjusted(-7, -2, 7, 2).toAlignedRect())

    def _choose(self, place: QPointF, *, with_unit: bool) -> None:
        layout = self.layout_now
        if layout is None:
            return
        hit = layout.strip_at(place)
        if with_unit and hit is not None:
            self.unit_wanted.emit(int(self._order[hit[1]]))
        step = layout.step_at(place)
        if step >= 0:
            self.step_wanted.emit(step)

    def _row_tip(self, layout: Layout, reading: Reading, step: int, place: QPointF) -> str:
        if layout.has_gradient and place.y() >= layout.gradient.top():
            return f"‖∂L/∂h‖ {format_number(float(reading.arrays['gradient_norm'][step]), 4)}"
        if layout.trace.top() <= place.y() <= layout.trace.bottom():
            return f"unit {self.unit}: {format_number(reading.value(reading.state, step, self.unit), 5)}"
        values = reading.following
        if values is not None and place.y() < layout.answer.bottom() and not np.isnan(values[step]):
            guesses = reading.guesses(step)
            likeliest = f"\nlikeliest: {guesses}" if guesses else ""
            return f"{reading.following_name} {format_number(float(values[step]), 4)}{likeliest}"
        return ""

    def _say(self) -> None:
        reading = self.reading
        if reading is None:
            return
        state = format_number(reading.value(reading.state, self.step, self.unit), 4)
        self.setAccessibleDescription(
            f"{reading.units} units over {reading.steps} steps; step {self.step}, "
            f"input {reading.input_text(self.step)}, "
            f"unit {self.unit}: {reading.state} state {state}"
        )
