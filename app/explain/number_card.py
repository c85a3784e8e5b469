"""The body of an opened number: formula, the largest terms as bars, the rest as one sum, and every operand openable."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.explain.number_text import latex_text, number, python_text, signed_number, spoken, sum_line, title
from app.theme import Look
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from app.widgets.side_panel import hairline
from engine.explain.opened import Factor, Opened, Place

SHOWN = 5  # terms as bars
BAR_WIDTH, BAR_HEIGHT = 72, 10


class TermBar(QWidget):
    """A summand's size among its fellows: to the right where positive, to the left where negative."""

    def __init__(self, share: float, look: Look) -> None:
        super().__init__()
        self._share, self._look = share, look
        self.setFixedSize(QSize(BAR_WIDTH, BAR_HEIGHT))
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axis in the middle and the bar."""
        painter, theme = QPainter(self), self._look.theme
        middle = self.width() / 2
        length = abs(self._share) * middle
        left = middle if self._share >= 0 else middle - length
        painter.fillRect(QRectF(left, 1, length, self.height() - 2), theme.color("pos" if self._share >= 0 else "neg"))
        painter.fillRect(QRectF(round(middle), 0, 1, self.height()), theme.color("line2"))


class NumberCard(QWidget):
    """One opened number.

    Attributes:
        opened: a Place that was clicked.
        layer_wanted: name of the layer that "Show layer" was pressed for.
    """

    opened = Signal(object)
    layer_wanted = Signal(str)

    def __init__(self, found: Opened, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found, self._look = found, look
        self.setAccessibleName(spoken(found))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._head())
        if found.terms or found.bias is not None:
            column.addWidget(PlainLabel(f"= {sum_line(found)}", "number", look, "ink").set_wrapped())
            column.addWidget(hairline())
            column.addLayout(self._terms())
        for label, factor in found.also:
            column.addLayout(self._also(label, factor))
        if found.note:
            column.addWidget(PlainLabel(found.note, "caption", look, "ink3").set_wrapped())
        column.addLayout(self._buttons())

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(PlainLabel(self._found.symbolic, "number", self._look, "ink3"), 1)
        row.addWidget(PlainLabel(number(self._found.result), "result", self._look, "ink"))
        return row

    def _terms(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        listed, found = self._found.terms[:SHOWN], self._found
        largest = max((abs(term.value) for term in listed), default=0.0) or 1.0
        for term in listed:
            self._row(grid, term.value, largest, self._operands(term.factors, term.text))
        others = found.terms[SHOWN:]
        count = len(others) + found.rest_count
        if count:
            rest = sum(term.value for term in others) + found.rest
            self._row(grid, rest, largest, self._words(f"{count:,} others"))
        if found.bias is not None:
            self._row(grid, found.bias.value, largest, self._operands((found.bias,), "b"))
        return grid

    def _row(self, grid: QGridLayout, value: float, largest: float, operands: QHBoxLayout) -> None:
        row = grid.rowCount()
        grid.addWidget(TermBar(max(-1.0, min(1.0, value / largest)), self._look), row, 0)
        grid.addLayout(operands, row, 1)
        token = "pos" if value >= 0 else "neg"
        grid.addWidget(PlainLabel(signed_number(value), "number", self._look, token), row, 2)

    def _words(self, text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(PlainLabel(text, "number", self._look, "ink3"))
        row.addStretch(1)
        return row

    def _operands(self, factors: tuple[Factor, ...], text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(5)
        if text:
            row.addWidget(PlainLabel(text, "number", self._look, "ink3"))
        for n, factor in enumerate(factors):
            if n:
                row.addWidget(PlainLabel("×", "number", self._look, "ink3"))
            row.addWidget(self._operand(factor))
        row.addStretch(1)
        return row

    def _operand(self, factor: Factor) -> QWidget:
        place = factor.place
        if place is None:
            return PlainLabel(number(factor.value), "number", self._look, "ink2")
        made = OpenNumber(number(factor.value), self._look)
        made.setToolTip(f"{title(place)} of {place.layer}")
        made.opened.connect(lambda: self.opened.emit(place))
        return made

    def _also(self, label: str, factor: Factor) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(PlainLabel(label, "body", self._look, "ink2"), 1)
        row.addWidget(self._operand(factor))
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        place: Place = self._found.place
        if place.layer:
            show = QPushButton("Show layer")
            show.clicked.connect(lambda: self.layer_wanted.emit(place.layer))
            row.addWidget(show)
        for text, made in (("Python", python_text), ("LaTeX", latex_text)):
            button = QPushButton(text)
            button.setToolTip(f"Copy this arithmetic as {text}")
            button.clicked.connect(lambda _=False, made=made: QGuiApplication.clipboard().setText(made(self._found)))
            row.addWidget(button)
        row.addStretch(1)
        return row
