"""FormulaCard: a calculation written out: symbols, the same with numbers, and a legend tied to the form's fields."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from app.formula.line import FormulaLine
from app.formula.markup import Part, letter_parts, operands, parse, runs, split_at_equals
from app.theme import Look
from app.widgets.card import Card
from app.widgets.plain_label import PlainLabel
from app.widgets.side_panel import hairline
from engine.layers.spec import Formula, Symbol

FIRST_WIDTH = 252.0  # px inside a card in the inspector
SHRINK = 1.09  # a line a little too long is set smaller before it is broken
INSET = 12  # px left and right of a card's body


class FormulaCard(Card):
    """One Formula.

    Attributes:
        hovered: name of the setting whose letter is under the mouse, empty for none.
        field_requested: the setting to which a clicked number belongs.
    """

    hovered = Signal(str)
    field_requested = Signal(str)

    def __init__(self, formula: Formula, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(formula.title, look, parent=parent)
        self._formula, self._look = formula, look
        self.set_value(formula.result)
        self._symbolic, self._numeric = parse(formula.symbolic), parse(formula.numeric)
        values = {symbol.letter: symbol.value for symbol in formula.legend}
        self._letters = operands(self._symbolic, self._numeric, values)
        self.lines: list[FormulaLine] = []
        self._lines_place = QVBoxLayout()
        self._lines_place.setSpacing(2)
        self.body.addLayout(self._lines_place)
        self._fitted_to = 0.0
        self._fit(FIRST_WIDTH)
        self.entries = [LegendEntry(symbol, look) for symbol in formula.legend]
        if self.entries:
            self.body.addWidget(hairline())
            self.body.addLayout(_legend(self.entries))
        if formula.note:
            self.body.addWidget(PlainLabel(formula.note, "caption", look, "ink3").set_wrapped())
        for entry in self.entries:
            entry.hovered.connect(self._hover)
            entry.opened.connect(self._open)

    def light_param(self, name: str) -> None:
        """Light up the letters that a setting feeds; an empty name lights none."""
        letter = next((s.letter for s in self._formula.legend if name and s.param == name), "")
        self._light(letter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew where the width is another."""
        super().resizeEvent(event)
        self._fit(float(self.contentsRect().width() - 2 * INSET))

    def _fit(self, width: float) -> None:
        """Symbols and numbers side by side where both fit; else one below the other, broken at equals signs."""
        if abs(width - self._fitted_to) < 1 or width < 60:
            return
        self._fitted_to = width
        for line in self.lines:
            line.hide()
            line.deleteLater()
        clear(self._lines_place)
        self.lines = self._side_by_side(width) or self._stacked(width)
        for line in self.lines:
            line.hovered.connect(self._hover)
            line.opened.connect(self._open)
            line.setVisible(True)

    def _side_by_side(self, width: float) -> list[FormulaLine]:
        first = FormulaLine([*self._symbolic, *parse(" = ")], self._look)
        second = FormulaLine(self._numeric, self._look, self._letters, numeric=True)
        if first.natural_width + second.natural_width > width:
            return []
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(first)
        row.addWidget(second)
        row.addStretch(1)
        self._lines_place.addLayout(row)
        return [first, second]

    def _stacked(self, width: float) -> list[FormulaLine]:
        lines = [FormulaLine(self._symbolic, self._look)]
        done = 0
        chunk: list[Part] = []
        for piece in split_at_equals(self._numeric):
            longer = [*chunk, *parse(" = "), *piece] if chunk else piece
            if chunk and self._numbers(longer, done).natural_width > width * SHRINK:
                lines.append(self._numbers(chunk, done))
                done += sum(run.kind == "number" for run in runs(chunk))
                longer = piece
            chunk = longer
        lines.append(self._numbers(chunk, done))
        for line in lines:
            self._lines_place.addWidget(line)
        return lines

    def _numbers(self, parts: Sequence[Part], done: int) -> FormulaLine:
        """A line of the numeric form, `done` numbers into it."""
        letters = {index - done: letter for index, letter in self._letters.items() if index >= done}
        return FormulaLine([*parse("= "), *parts], self._look, letters, numeric=True)

    def _hover(self, letter: str) -> None:
        self._light(letter)
        self.hovered.emit(self._param(letter))

    def _open(self, letter: str) -> None:
        if self._param(letter):
            self.field_requested.emit(self._param(letter))

    def _light(self, letter: str) -> None:
        for part in self._live():
            part.light(letter)

    def _live(self) -> list["FormulaLine | LegendEntry"]:
        return [*self.lines, *self.entries]

    def _param(self, letter: str) -> str:
        return next((symbol.param for symbol in self._formula.legend if symbol.letter == letter), "")


class LegendEntry(QWidget):
    """A letter, what it stands for, and its value.

    Attributes:
        hovered, opened: the letter, as of a FormulaLine.
    """

    hovered = Signal(str)
    opened = Signal(str)

    def __init__(self, symbol: Symbol, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol, self._look = symbol, look
        self._is_lit = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{symbol.letter} is {symbol.meaning}: {symbol.value}")

    def sizeHint(self) -> QSize:
        """Half a card wide, one caption high."""
        return QSize(118, 18)

    def light(self, letter: str) -> None:
        """Light up if it is this letter."""
        if (letter == self._symbol.letter) != self._is_lit:
            self._is_lit = not self._is_lit
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw letter, meaning and value."""
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(self.rect(), 2, 2)
        font = theme.font("axis")
        font.setItalic(True)
        base, below = letter_parts(self._symbol.letter)
        small = theme.font("heat")
        painter.setFont(font)
        painter.setPen(theme.color("ink3"))
        painter.drawText(QPointF(1, 13), base)
        used = 1 + QFontMetricsF(font).horizontalAdvance(base)
        painter.setFont(small)
        painter.drawText(QPointF(used, 15), below)
        self._paint_value(painter, max(17, int(used + QFontMetricsF(small).horizontalAdvance(below)) + 7))

    def _paint_value(self, painter: QPainter, left: int) -> None:
        theme, box = self._look.theme, self.rect()
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("ink"))
        painter.drawText(box.adjusted(0, 0, -1, 0), vertical | Qt.AlignmentFlag.AlignRight, self._symbol.value)
        room = box.width() - left - painter.fontMetrics().horizontalAdvance(self._symbol.value) - 5
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink2"))
        text = painter.fontMetrics().elidedText(self._symbol.meaning, Qt.TextElideMode.ElideRight, room)
        painter.drawText(box.adjusted(left, 0, 0, 0), vertical, text)

    def enterEvent(self, event: object) -> None:
        """This letter is under the mouse."""
        self.hovered.emit(self._symbol.letter)

    def leaveEvent(self, event: object) -> None:
        """No letter is."""
        self.hovered.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the field that feeds it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._symbol.letter)


def _legend(entries: Sequence[LegendEntry]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    for index, entry in enumerate(entries):
        grid.addWidget(entry, index // 2, index % 2)
    return grid


def clear(place: QLayout) -> None:
    """Take everything out of a layout; widgets delete themselves."""
    while (item := place.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            clear(inner)
        if widget is not None:
            widget.hide()
            widget.deleteLater()
