"""UpdateNumbers: one optimiser's equation with the numbers of one step; each number opens to its arithmetic."""

import re
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.lab.ink import LEFT, RIGHT, Ink
from app.plots.plot import Plot, Table
from app.text import format_number, superscript
from app.theme import Look
from app.widgets.open_number import dotted
from engine.explain.descent_numbers import Quantity

ROW = 36
NAME, VALUE = 16, 18  # px high


class UpdateNumbers(Plot):
    """Lines of name, equation and two numbers. Click a number, or arrows.

    Attributes:
        chosen: line and weight of a number that was clicked.
    """

    chosen = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._lines: tuple[Quantity, ...] = ()
        self._open = (-1, 0)
        self._said: tuple[tuple[str, str], ...] = ()
        self._words: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Numbers of the update")

    @property
    def open_number(self) -> tuple[int, int]:
        """Line and weight of the number whose arithmetic is shown; the last line where there are fewer."""
        line, weight = self._open
        return (line if 0 <= line < len(self._lines) else len(self._lines) - 1), weight

    def show_lines(self, lines: Sequence[Quantity]) -> None:
        """Show the quantities of a step."""
        if len(lines) != len(self._lines):
            self._lines = tuple(lines)
            self._open = (-1, self._open[1])
            self.updateGeometry()
        self._lines = tuple(lines)
        self.describe("; ".join(f"{line.name} {_pair(line.values)}" for line in lines))

    def table(self) -> Table:
        """Return one row per quantity."""
        rows = [[line.name, line.equation, *(float(value) for value in line.values)] for line in self._lines]
        return ["quantity", "equation", "w₁", "w₂"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return the exact value."""
        line, weight = self._at(QPointF(place))
        return f"{format_number(float(self._lines[line].values[weight]), 9)}" if line >= 0 else ""

    def sizeHint(self) -> QSize:
        """One row per quantity."""
        return QSize(280, ROW * max(1, len(self._lines)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a number."""
        line, weight = self._at(event.position())
        if line >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._choose(line, weight)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that numbers open."""
        over = self._at(event.position())[0] >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next number."""
        line, weight = self.open_number
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                moved = line + (1 if event.key() == Qt.Key.Key_Down else -1)
                self._choose(min(max(moved, 0), len(self._lines) - 1), weight)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._choose(line, int(event.key() == Qt.Key.Key_Right))
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write the names anew."""
        self._words = None

    def restyle(self) -> None:
        """Write the names anew."""
        self._words = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every line; names and equations are kept as a picture while only numbers change."""
        said = tuple((line.name, line.equation) for line in self._lines)
        if self._words is None or self._said != said:
            self._said, self._words = said, self._written()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._words)
        painter.setFont(self.look.theme.font("number"))
        for at, line in enumerate(self._lines):
            self._paint_pair(painter, at, line)

    def _written(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        words = QPixmap(self.size() * ratio)
        words.setDevicePixelRatio(ratio)
        words.fill(Qt.GlobalColor.transparent)
        painter = QPainter(words)
        ink = Ink(painter, self.look.theme)
        for at, line in enumerate(self._lines):
            top = at * ROW
            wide = ink.text(QRectF(0, top, self.width(), NAME), line.name)
            room = QRectF(wide + 8, top, self.width() - wide - 8, NAME)
            ink.text(room, line.equation, "axis", "ink3", RIGHT)
        painter.end()
        return words

    def _paint_pair(self, painter: QPainter, at: int, line: Quantity) -> None:
        theme = self.look.theme
        first, second = self._boxes(at)
        for weight, box in enumerate((first, second)):
            value = float(line.values[weight])
            if (at, weight) == self.open_number:
                painter.fillRect(box.adjusted(-3, 0, 3, 0), theme.color("raised"))
            painter.setPen(theme.color(_shade(line, value)))
            painter.drawText(box, LEFT, number(value))  # type: ignore[call-overload]
            painter.setPen(dotted(theme.color("ctl")))
            y = round(box.bottom()) + 0.5
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(theme.color("ink2"))
        for x, text in ((0.0, "("), (first.right() + 1, ","), (second.right() + 1, ")")):
            painter.drawText(QRectF(x, first.top(), 12, VALUE), LEFT, text)  # type: ignore[call-overload]

    def _boxes(self, at: int) -> tuple[QRectF, QRectF]:
        """Where the two numbers of a line stand."""
        metrics = QFontMetrics(self.look.theme.font("number"))
        first, second = (metrics.horizontalAdvance(number(float(value))) + 1.0 for value in self._lines[at].values)
        top = at * ROW + NAME
        return QRectF(8, top, first, VALUE - 1), QRectF(8 + first + 18, top, second, VALUE - 1)

    def _at(self, place: QPointF) -> tuple[int, int]:
        for at in range(len(self._lines)):
            for weight, box in enumerate(self._boxes(at)):
                if box.adjusted(-6, -3, 6, 4).contains(place):
                    return at, weight
        return -1, 0

    def _choose(self, line: int, weight: int) -> None:
        self._open = (line, weight)
        self.update()
        self.chosen.emit(line, weight)


def _shade(line: Quantity, value: float) -> str:
    if not line.is_signed or not np.isfinite(value) or value == 0:
        return "ink"
    return "pos" if value > 0 else "neg"


def number(value: float) -> str:
    """A number of an update, as it is written everywhere in the panel."""
    return format_number(value, 4)


def filled_in(line: Quantity, weight: int) -> list[str]:
    """The arithmetic of one number in the markup of formulas, and its result; a number that is given stands alone."""
    result = f"= {number(float(line.values[weight]))}"
    operands = [_operand(value) for value in line.of(weight)]
    written = re.sub(r"\^(\d+)", lambda found: superscript(int(found[1])), line.template.format(*operands))
    return [result] if line.template == "{}" else [written, result]


def _operand(value: float) -> str:
    text = f"{int(value)}" if float(value).is_integer() and 0 <= value < 1e5 else format_number(value, 5)
    return f"({text})" if value < 0 else text


def _pair(values: np.ndarray) -> str:
    return f"({number(float(values[0]))}, {number(float(values[1]))})"
