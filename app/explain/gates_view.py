"""Gates: what a recurrent layer keeps, lets in and shows at every step of a sequence."""

from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.explain.gates.diagram import CellDiagram
from app.explain.gates.equations import Equations
from app.explain.gates.found import FoundCard
from app.explain.gates.head import CellHead
from app.explain.gates.reading import By, Reading
from app.explain.gates.strips import GateStrips
from app.explain.player import Player
from app.explain.view import View
from app.explanation import Explanation
from app.sequence_text import one_hot, written
from app.studio import Studio
from app.theme import Look
from app.widgets.card import Card
from app.widgets.elided_label import ElidedLabel
from app.widgets.error_state import ErrorState
from app.widgets.number_field import NumberField
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine
from app.widgets.segmented import Segmented
from app.widgets.toggle import Toggle
from engine.messages import Explained, Failed

SIDE, SLIM_SIDE, WIDE = 454, 380, 1400
COUNTS = {"lstm": 4, "gru": 3, "simple_rnn": 1}


class GatesView(View):
    """Strips at the left, the cell of one unit at one step at the right, a play row above."""

    kinds = ("lstm", "gru", "simple_rnn", "bidirectional")
    what = "a recurrent layer (LSTM, GRU, RNN or bidirectional)"

    def __init__(self, studio: Studio, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(studio, look, parent)
        self._layer, self._unit, self._wanted_step = "", -1, -1
        self._own: np.ndarray | None = None
        self.explanation = Explanation(studio, "gates", self)
        self.second = Explanation(studio, "gates", self)
        self.player = Player("Step", look)
        self.strips, self.beside = GateStrips(look), GateStrips(look, has_labels=False)
        self.diagram, self.equations, self.found = CellDiagram(look), Equations(look), FoundCard(look)
        self.error, self.progress = ErrorState("", "", "", look), ProgressLine(look)
        self._make_controls(look)
        self._lay_out(look)
        self._connect()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def reading(self) -> Reading | None:
        """What is drawn."""
        return self.strips.reading

    def set_layer(self, name: str) -> None:
        """Take another recurrent layer apart."""
        if name != self._layer:
            self._layer, self._unit = name, -1
            layer = next((node for node in self.studio.seen_project.graph.nodes if node.name == name), None)
            is_double = layer is not None and layer.kind == "bidirectional"
            self.direction.setVisible(is_double)
            if not is_double:
                self.direction.set_value("forward")
        self._ask()

    def set_shown(self, is_shown: bool) -> None:
        """Ask only while somebody looks."""
        self.explanation.set_shown(is_shown)
        self.second.set_shown(is_shown and self.compare.isChecked())
        if not is_shown:
            self.player.pause()

    def set_input(self, picture: Path | None = None, x: np.ndarray | None = None) -> None:
        """Explain a sequence of one's own, (time, feature)."""
        self._own = x
        self.explanation.set_input(x=x)

    def regions(self) -> list[QWidget]:
        """What F6 moves through."""
        return [self.player, self.strips, self.side]

    def show_place(self, step: int, unit: int) -> None:
        """Choose a step and a unit."""
        self.strips.set_choice(step, unit)
        self._unit = self.strips.unit
        reading = self.reading
        if reading is None:
            return
        self.beside.set_choice(self.strips.step, self._unit)
        self.player.set_position(self.strips.step)
        self.diagram.set_choice(reading, self.strips.step, self._unit)
        self.equations.set_choice(reading, self.strips.step, self._unit)
        self.found.set_step(self.strips.step)
        title, words = f"Unit {self._unit} at t = {self.strips.step}", reading.input_text(self.strips.step)
        self.head.show_texts(title, f"input {words}", _size_text(reading))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and Space of the play row, wherever in the view."""
        if not self.player.press(event.key()):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.side.setFixedWidth(SIDE if self.width() >= WIDE else SLIM_SIDE)

    def _make_controls(self, look: Look) -> None:
        self.order = Segmented([("index", "By index"), ("correlation", "By correlation")], look)
        self.order.setAccessibleName("Order of units")
        self.direction = Segmented([("forward", "Forward"), ("backward", "Backward")], look)
        self.direction.setAccessibleName("Direction")
        self.direction.hide()
        self.compare = Toggle(look)
        self.compare.setAccessibleName("A second sequence beside it")
        self.other = NumberField(look, integer=True, low=0)
        self.other.setAccessibleName("Sample beside it")
        self.other.setFixedWidth(72)
        self.other.set_value(1)
        self.other.setEnabled(False)
        self.typed = QLineEdit(placeholderText="or type your own")
        self.typed.setClearButtonEnabled(True)
        self.typed.setAccessibleName("A sequence of your own")
        self.typed.setMaxLength(400)
        policy = self.typed.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.typed.setSizePolicy(policy)
        self.head = CellHead(look)

    def _lay_out(self, look: Look) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(8)
        controls.addWidget(PlainLabel("Units", "body", look))
        controls.addWidget(self.order)
        controls.addWidget(self.direction)
        controls.addSpacing(8)
        controls.addWidget(self.typed, 1)
        controls.addWidget(PlainLabel("Beside it", "body", look))
        controls.addWidget(self.compare)
        controls.addWidget(PlainLabel("sample", "body", look))
        controls.addWidget(self.other)
        pair = QHBoxLayout()
        pair.setSpacing(12)
        pair.addWidget(self.strips, 1)
        pair.addWidget(self.beside, 1)
        self.beside.hide()
        main = QVBoxLayout()
        main.setSpacing(8)
        for part in (self.player, controls, pair):
            main.addWidget(part) if isinstance(part, QWidget) else main.addLayout(part)
        main.setStretch(2, 1)
        self.side = self._make_side(look)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(24, 10, 24, 10)
        row.setSpacing(24)
        row.addLayout(main, 1)
        row.addWidget(self.side)
        self.stack = QStackedWidget()
        failed, busy = _top(self.error), _top(self.progress)
        for widget in (busy, page, failed):
            self.stack.addWidget(widget)
        self._busy_page, self._page, self._failed_page = busy, page, failed
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)

    def _make_side(self, look: Look) -> QScrollArea:
        cell = Card("", look)
        cell.body.addWidget(self.head)
        cell.body.addWidget(self.diagram)
        lines = Card("Equations, filled in", look)
        rounded = ElidedLabel("z = W·x + U·h + b; shown rounded", "caption", look, "ink3")
        rounded.setToolTip("Computed in full precision, shown rounded")
        lines.head.addWidget(rounded)
        lines.body.addWidget(self.equations)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card, stretch in ((cell, 0), (lines, 0), (self.found, 1)):
            column.addWidget(card, stretch)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        return scroll

    def _connect(self) -> None:
        self.explanation.explained.connect(self._show)
        self.explanation.failed.connect(self._fail)
        self.explanation.busy_changed.connect(self._on_busy)
        self.second.explained.connect(lambda event: self._show_beside(event))
        self.second.failed.connect(lambda failure: self.noted.emit(f"{failure.message} {failure.hint}", "warn"))
        self.error.retry.connect(self.explanation.refresh)
        self.progress.cancelled.connect(self.explanation.stop)
        self.player.moved.connect(lambda step: self.show_place(step, self._unit))
        for strips in (self.strips, self.beside):
            strips.step_wanted.connect(self._go)
            strips.unit_wanted.connect(lambda unit: self.show_place(self.strips.step, unit))
        self.order.changed.connect(self._reorder)
        self.direction.changed.connect(lambda _: self._ask())
        self.compare.toggled.connect(self._compare)
        self.other.changed.connect(lambda _: self._compare(self.compare.isChecked()))
        self.typed.textEdited.connect(self._type)
        self.typed.textChanged.connect(lambda text: None if text else self._type(""))
        self.found.place_wanted.connect(self._go_to)

    def _ask(self) -> None:
        values = {"layer": self._layer, "direction": self.direction.value}
        self.explanation.ask(**values)
        if self.compare.isChecked():
            self.second.ask(**values)

    def _go(self, step: int) -> None:
        self.player.pause()
        self.show_place(step, self._unit)

    def _go_to(self, sample: int, step: int) -> None:
        """Show a like step of another sample."""
        self._wanted_step = step
        self.typed.clear()
        self.sample_wanted.emit(sample)

    def _reorder(self, by: str) -> None:
        for strips in (self.strips, self.beside):
            strips.set_order(cast(By, by))

    def _show(self, event: Explained) -> None:
        reading = Reading(event)
        is_new = self.strips.reading is None
        self.strips.set_reading(reading)
        self.player.set_count(reading.steps)
        self.typed.setVisible(bool(reading.symbols))
        if self._unit < 0 or self._unit >= reading.units:
            self._unit = reading.first_unit()
        step = self._wanted_step if self._wanted_step >= 0 else reading.steps * 2 // 3 if is_new else self.strips.step
        self._wanted_step = -1
        data = self.studio.data
        own = self._own is not None
        self.found.set_reading(reading, None if data is None else data.x, -1 if own else self.studio.probe)
        self.show_place(step, self._unit)
        self.stack.setCurrentWidget(self._page)
        self.settled.emit(event.step)

    def _show_beside(self, event: Explained) -> None:
        self.beside.set_reading(Reading(event))
        self.beside.set_choice(self.strips.step, self._unit)

    def _fail(self, failure: Failed) -> None:
        self.player.pause()
        self.error.set_error(failure.message, failure.hint, getattr(failure, "details", ""))
        self.stack.setCurrentWidget(self._failed_page)

    def _on_busy(self, text: str) -> None:
        self.progress.set_busy(text or "Reading the sequence")
        if text and self.reading is None:
            self.stack.setCurrentWidget(self._busy_page)

    def _compare(self, is_on: bool) -> None:
        """Show a sample beside the one in view."""
        data = self.studio.data
        self.other.setEnabled(is_on)
        self.beside.setVisible(is_on)
        self.second.set_shown(is_on)
        if is_on and data is not None and len(data.x):
            sample = int(self.other.value) % len(data.x)
            self.other.set_value(sample)
            self.second.set_input(x=np.asarray(data.x[sample], np.float32))
            self._ask()

    def _type(self, text: str) -> None:
        """Explain typed characters in the place of the sample."""
        reading = self.reading
        if not text or reading is None:
            self.set_input()
            return
        try:
            self.set_input(x=one_hot(text, reading.symbols, reading.steps))
        except ValueError as error:
            self.noted.emit(f"{error}.", "warn")

    def begin_typing(self) -> None:
        """Begin an own sequence from the one in view."""
        reading = self.reading
        if reading is not None and reading.symbols:
            self.typed.setText(written(reading.arrays["raw"], reading.symbols))
            self.typed.setFocus(Qt.FocusReason.OtherFocusReason)


def _size_text(reading: Reading) -> str:
    """The parameter count written out, e.g. "4·((18 + 16)·16 + 16) = 2,240"."""
    features, units = reading.arrays["sequence"].shape[-1], reading.units
    gates = COUNTS[reading.kind]
    biases = f"2·{units}" if reading.arrays["bias"].ndim == 2 else f"{units}"
    total = sum(reading.arrays[name].size for name in ("kernel", "recurrent_kernel", "bias"))
    inner = f"({features} + {units})·{units} + {biases}"
    return f"{inner} = {total:,}" if gates == 1 else f"{gates}·({inner}) = {total:,}"


def _top(widget: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 24, 24, 24)
    column.addWidget(widget)
    column.addStretch(1)
    return page
