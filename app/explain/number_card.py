"""The body of an opened number: formula, the largest terms as bars, the rest as one sum, and every operand openable."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.explain.number_text import (
    around,
    latex_text,
    number,
    python_text,
    short_title,
    signed_number,
    spoken,
    then_pieces,
    title,
)
from app.text import count
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.open_number import OpenNumber
from app.widgets.plain_label import PlainLabel
from app.widgets.side_panel import hairline
from engine.explain.opened import Factor, Opened, Term

SHOWN = 5  # terms as bars
NAME, BAR_WIDTH, BAR_HEIGHT = 76, 56, 10
MANY = 3  # factors from which the operands take a line of their own
LABEL, BAR, PRODUCT, VALUE = range(4)  # columns


class TermBar(QWidget):
    """A summand's size among its fellows: to the right where positive, to the left where negative.

    Args:
        share: −1 to 1, of the largest.
        is_signed: whether any of them is negative; without, bars begin at the left.
    """

    def __init__(self, share: float, look: Look, *, is_signed: bool) -> None:
        super().__init__()
        self._share, self._look, self._is_signed = share, look, is_signed
        self.setFixedHeight(BAR_HEIGHT)
        self.setMinimumWidth(BAR_WIDTH)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A little wider than the least."""
        return QSize(BAR_WIDTH, BAR_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the axis and the bar."""
        painter, theme = QPainter(self), self._look.theme
        axis = self.width() / 2 if self._is_signed else 0.0
        length = abs(self._share) * (self.width() - axis)
        left = axis if self._share >= 0 else axis - length
        painter.fillRect(QRectF(left, 1, length, self.height() - 2), theme.color("pos" if self._share >= 0 else "neg"))
        painter.fillRect(QRectF(round(axis), 0, 1, self.height()), theme.color("line2"))


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
            column.addLayout(self._line(self._summed()))
            if found.then is not None:
                column.addLayout(self._line(["= ", *then_pieces(found), f" = {number(found.result)}"]))
            column.addLayout(self._terms())
        for label, factor in found.also:
            column.addLayout(self._also(label, factor))
        if found.note:
            column.addWidget(PlainLabel(found.note, "caption", look, "ink3").set_wrapped())
        column.addWidget(hairline())
        column.addLayout(self._buttons())

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel(self._found.symbolic, "number", self._look, "ink3").set_wrapped(), 1)
        result = PlainLabel(number(self._found.result), "result", self._look, "ink")
        row.addWidget(result, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _summed(self) -> list[str | Factor]:
        """The sum of the terms, and the bias where there is one."""
        found = self._found
        if found.bias is None:
            return [f"Σ = {number(found.sum)}"] if found.then is not None else [f"= {number(found.sum)}"]
        return [f"= {number(found.sum)} + ", found.bias, f" = {number(found.sum + found.bias.value)}"]

    def _line(self, pieces: Iterable[str | Factor]) -> QHBoxLayout:
        """Words and operands side by side."""
        row = QHBoxLayout()
        row.setSpacing(0)
        for piece in pieces:
            row.addWidget(self._words(piece) if isinstance(piece, str) else self._operand(piece))
        row.addStretch(1)
        return row

    def _words(self, text: str) -> PlainLabel:
        return PlainLabel(text, "number", self._look, "ink2")

    def _terms(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(BAR, 1)
        found, listed = self._found, self._found.terms[:SHOWN]
        others = found.terms[SHOWN:]
        hidden = len(others) + found.rest_count
        grid.addWidget(ElidedLabel(_caption(len(listed), hidden), "caption", self._look), 0, LABEL, 1, 4)
        values = [term.value for term in listed]
        largest = max((abs(value) for value in values), default=0.0) or 1.0
        is_signed = any(value < 0 for value in values)
        for term in listed:
            bar = TermBar(max(-1.0, min(1.0, term.value / largest)), self._look, is_signed=is_signed)
            self._term(grid, term, bar)
        if hidden:
            rest = sum(term.value for term in others) + found.rest
            self._value(grid, self._named(f"{count(hidden)} more"), rest)
        if found.bias is not None:
            self._value(grid, self._named(_name_of(Term(0.0, (found.bias,))) or "added"), found.bias.value)
        return grid

    def _term(self, grid: QGridLayout, term: Term, bar: TermBar) -> None:
        name = ElidedLabel(_name_of(term), "number", self._look, "ink2")
        name.setFixedWidth(NAME)
        is_long = len(term.factors) >= MANY
        row = self._value(grid, name, term.value, product=None if is_long else term)
        grid.addWidget(bar, row, BAR, 1, 2 if is_long or not term.factors else 1)
        if is_long:
            grid.addLayout(self._product(term), row + 1, LABEL, 1, 3)

    def _value(self, grid: QGridLayout, name: QWidget, value: float, product: Term | None = None) -> int:
        """Add a row that ends in a summand's value."""
        row, token = grid.rowCount(), "pos" if value >= 0 else "neg"
        wide = 1 if product is not None or isinstance(name, ElidedLabel) else 3
        grid.addWidget(name, row, LABEL, 1, wide)
        if product is not None and product.factors:
            grid.addLayout(self._product(product), row, PRODUCT)
        shown = PlainLabel(signed_number(value), "number", self._look, token)
        grid.addWidget(shown, row, VALUE, Qt.AlignmentFlag.AlignRight)
        return row

    def _named(self, text: str) -> PlainLabel:
        return PlainLabel(text, "number", self._look, "ink3")

    def _product(self, term: Term) -> QHBoxLayout:
        """The operands of a summand with the signs between them."""
        before, *after = around(term)
        pieces: list[str | Factor] = [before] if before else []
        for factor, sign in zip(term.factors, after, strict=True):
            pieces += [factor, sign] if sign else [factor]
        row = self._line(pieces)
        row.insertStretch(0, 1)
        return row

    def _operand(self, factor: Factor) -> QWidget:
        place = factor.place
        if place is None:
            return PlainLabel(number(factor.value), "number", self._look, "ink")
        made = OpenNumber(number(factor.value), self._look)
        made.setToolTip(f"{title(place)} of {place.layer}" if place.layer else title(place))
        made.opened.connect(lambda: self.opened.emit(place))
        return made

    def _also(self, label: str, factor: Factor) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(PlainLabel(label, "body", self._look, "ink2"), 1)
        row.addWidget(self._operand(factor))
        return row

    def _buttons(self) -> QHBoxLayout:
        row, layer = QHBoxLayout(), self._found.place.layer
        row.setSpacing(6)
        if layer:
            show = _button("Show layer", f"Show {layer}")
            show.clicked.connect(lambda: self.layer_wanted.emit(layer))
            row.addWidget(show)
        for text, made in (("Python", python_text), ("LaTeX", latex_text)):
            button = _button(text, f"Copy this arithmetic as {text}")
            button.clicked.connect(lambda _=False, made=made: QGuiApplication.clipboard().setText(made(self._found)))
            row.addWidget(button)
        hint = ElidedLabel("Esc closes, Backspace goes up", "caption", self._look)
        row.addWidget(hint, 1)
        return row


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("compact", True)
    button.setToolTip(tip)
    return button


def _caption(listed: int, hidden: int) -> str:
    """What the rows are, e.g. "5 largest of 84 terms, shown rounded"."""
    if not listed:
        return ""
    terms = "1 term" if listed == 1 else f"{listed} terms"
    return f"{listed} largest of {count(listed + hidden)} terms, shown rounded" if hidden else f"{terms}, shown rounded"


def _name_of(term: Term) -> str:
    """What a summand is: said, else where its first operand stands."""
    places: Sequence = [factor.place for factor in term.factors if factor.place is not None]
    return term.text or (short_title(places[0]) if places else "")
