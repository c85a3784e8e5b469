"""Draw an input: the pad with its tools, and beside it the picture the network really gets."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.draw_pad import PEN, SIDE, DrawPad
from app.plots.heat_map import HeatMap
from app.text import format_number, shape
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from app.widgets.toggle import Toggle
from app.widgets.value_slider import ValueSlider
from engine.messages import DataLoaded

NUMBERS_UP_TO = 12
SPACE, TOOLS = 24, 190  # px between pad and picture, and for what stands above and below the pad
PICTURE = 160  # px at least
LARGEST, LARGEST_CELL = 768, 35  # px of the pad; of a cell of the picture in small windows
HINT = "Left draws, right erases, Ctrl+Z takes a stroke back"


class DrawPanel(QWidget):
    """Emits the raw input whenever the drawing changes."""

    input_changed = Signal(object)  # float32 (1, height, width, channels), or None where nothing is drawn

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shape: tuple[int, ...] = (8, 8, 1)
        self._range = (0.0, 1.0)
        self.pad = DrawPad(look)
        self.pen = ValueSlider(0.03, 0.2, look, decimals=2)
        self.pen.set_default(PEN)
        self.pen.set_value(PEN)
        self.pen.setAccessibleName("Width of the pen")
        self.framed = Toggle(look, "Centre and scale like the data")
        self.framed.setChecked(True)
        self.undo_button, self.clear_button = QPushButton("Undo stroke"), QPushButton("Clear")
        self.picture = HeatMap(look)
        self.picture.setAccessibleName("Input of the network")
        self.facts = ElidedLabel("", "caption", look)
        self._lay_out()
        self._connect()

    def set_data(self, data: DataLoaded) -> None:
        """Draw for the form of these data; scans of digits are framed, other pictures are taken as drawn."""
        is_other = data.description.input_shape != self._shape
        self._shape, self._range = data.description.input_shape, data.value_range
        if is_other:
            self._fit()
            self.framed.setChecked(self._shape[-1] == 1)
        self.facts.set_text(f"{shape(self._shape)}, raw values {_span(data.value_range)}")
        self._update()

    def set_framed(self, framed: bool) -> None:
        """Centre and scale the drawing, or take it as it is."""
        self.framed.setChecked(framed)

    def clear(self) -> None:
        """Start again."""
        self.pad.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pad and picture are as large as fits beside one another, a whole number of px for each pixel."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = min((self.width() - SPACE) // 2, self.height() - TOOLS, LARGEST)
        pixels = max(self._shape[:2])
        side = max(SIDE, room // pixels * pixels if pixels <= room else room)
        self.pad.set_side(side)
        self.picture.setMaximumSize(side, side)
        self.picture.set_largest_cell(max(LARGEST_CELL, side // pixels))

    def current_input(self) -> np.ndarray | None:
        """Return the raw input, float32 (1, height, width, channels); None where nothing is drawn."""
        if self.pad.is_empty:
            return None
        return self.pad.network_input(self._shape, self._range, self.framed.isChecked())

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.undo_button)
        tools.addWidget(self.clear_button)
        tools.addStretch(1)
        pen = QHBoxLayout()
        pen.setSpacing(8)
        pen.addWidget(PlainLabel("Pen", "body", self._look))
        pen.addWidget(self.pen, 1)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(PlainLabel("Draw", "title", self._look, "ink"))
        left.addWidget(self.pad)
        left.addLayout(pen)
        left.addWidget(self.framed)
        left.addLayout(tools)
        left.addWidget(ElidedLabel(HINT, "caption", self._look))
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(PlainLabel("What the network gets", "title", self._look, "ink"))
        self.picture.setMinimumSize(PICTURE, PICTURE)
        right.addWidget(self.picture)
        right.addWidget(self.facts)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addLayout(left)
        row.addLayout(right, 1)
        self.setMinimumSize(SIDE + SPACE + PICTURE, SIDE + PICTURE)  # what is large now must not keep the window large

    def _connect(self) -> None:
        self.pad.changed.connect(self._update)
        self.framed.toggled.connect(lambda _: self._update())
        self.pen.changed.connect(self.pad.set_pen_width)
        self.undo_button.clicked.connect(self.pad.undo)
        self.clear_button.clicked.connect(self.pad.clear)

    def _update(self) -> None:
        x = self.current_input()
        low, high = self._range
        values = x[0, :, :, 0] if x is not None else np.full(self._shape[:2], low)
        self.picture.set_values(values, low, high, map="grey", numbers=max(values.shape) <= NUMBERS_UP_TO)
        self.clear_button.setEnabled(bool(self.pad.strokes))
        self.undo_button.setEnabled(self.pad.can_undo)
        self.input_changed.emit(x)


def _span(value_range: tuple[float, float]) -> str:
    return " to ".join(format_number(value) for value in value_range)
