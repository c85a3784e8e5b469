"""The equations of a cell with the numbers of one unit at one step; every term opens to its sum."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.explain.gates.reading import TITLES, Reading
from app.explain.number_card import NumberCard
from app.explain.number_text import python_text
from app.formula.opened import open_widget
from app.plots.plot import Plot, Table
from app.text import fixed
from app.theme import Look
from app.widgets.open_number import dotted
from engine.explain.recurrent import GATES
from engine.explain.recurrent_numbers import open_term

LINE, BREAK = 20.0, 10.0
INDENT = 34.0
DIGITS = 4
TERMS = ("W·x", "U·h", "b")
Opens = tuple[str, int]  # a gate, and which of its terms


@dataclass(frozen=True)
class Piece:
    """Some characters of a line: their colour, and what they open."""

    text: str
    ink: str = "ink3"
    role: str = "number"
    opens: Opens | None = None


@dataclass(frozen=True)
class Line:
    """One line: what stands before the equals sign, and the rest; `gap` px above it."""

    head: str
    pieces: tuple[Piece, ...]
    gap: float = 0.0


def equations(reading: Reading, step: int, unit: int) -> list[Line]:
    """The lines of a cell, symbols and numbers, each true as printed up to its last digit."""
    if reading.kind == "simple_rnn":
        return [_gate_line(reading, "candidate", "h", step, unit)]
    lines = [_gate_line(reading, gate, TITLES[gate][1], step, unit) for gate in _shown_gates(reading.kind)]
    own = {name: reading.value(name, step, unit) for name in (*GATES[reading.kind], "hidden", "hidden_before")}
    if reading.kind == "gru":
        z, g, h = own["update"], own["candidate"], own["hidden_before"]
        lines.append(Line("hₜ", (Piece("z·hₜ₋₁ + (1 − z)·g"),), BREAK))
        terms = (*_product(z, h), Piece(" + "), *_product(1 - z, g), Piece(" = "), _result(own["hidden"]))
        return [*lines, Line("", terms)]
    cell, before = reading.value("cell", step, unit), reading.value("cell_before", step, unit)
    lines.append(Line("cₜ", (Piece("f·cₜ₋₁ + i·g"),), BREAK))
    kept, added = _product(own["forget"], before), _product(own["input"], own["candidate"])
    lines.append(Line("", (*kept, Piece(" + "), *added, Piece(" = "), _result(cell))))
    squashed = own["hidden"] / own["output"] if own["output"] else 0.0
    lines.append(Line("hₜ", (Piece("o·tanh(cₜ)"),), BREAK / 2))
    lines.append(Line("", (*_product(own["output"], squashed), Piece(" = "), _result(own["hidden"]))))
    return lines


def _shown_gates(kind: str) -> tuple[str, ...]:
    return ("forget", "input", "candidate", "output") if kind == "lstm" else GATES[kind]


def _gate_line(reading: Reading, gate: str, letter: str, step: int, unit: int) -> Line:
    function = reading.facts["activation"] if gate == "candidate" else "σ"
    terms = reading.arrays[f"{gate}_terms"][step, :, unit]
    pieces = [Piece(f"{function}(")]
    for which, value in enumerate(terms):
        pieces += [Piece(" + ")] if which else []
        pieces.append(_number(float(value), (gate, which)))
    value = reading.value(gate, step, unit)
    return Line(f"{letter}ₜ", (*pieces, Piece(") = "), _result(value)))


def _number(value: float, opens: Opens | None = None) -> Piece:
    text = fixed(value, DIGITS)
    return Piece(f"({text})" if text.startswith("−") else text, "pos" if value >= 0 else "neg", "number", opens)


def _product(a: float, b: float) -> tuple[Piece, ...]:
    plain = Piece(fixed(a, DIGITS), "ink")
    return plain, Piece("·"), _number(b)


def _result(value: float) -> Piece:
    return Piece(fixed(value, DIGITS), "ink", "result")


class Equations(Plot):
    """Shows the equations; a term with a dotted underline opens.

    Attributes:
        opened: gate and which of its terms was asked for.
    """

    opened = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._reading: Reading | None = None
        self._choice = (0, 0)
        self._lines: list[Line] = []
        self._placed: list[tuple[QRectF, Piece]] = []
        self._focused = 0
        self.setAccessibleName("Equations, filled in")
        self.opened.connect(self._open)

    def set_choice(self, reading: Reading | None, step: int, unit: int) -> None:
        """Fill in the numbers of another step or unit."""
        count = len(self._lines)
        self._reading, self._choice = reading, (step, unit)
        self._lines = equations(reading, step, unit) if reading is not None else []
        self._placed = list(self._places())
        if len(self._lines) != count:
            self.updateGeometry()
        self.describe("; ".join(self.texts()))

    def texts(self) -> list[str]:
        """The lines as text."""
        return [f"{line.head} = {''.join(piece.text for piece in line.pieces)}".strip() for line in self._lines]

    def table(self) -> Table:
        """One row per line."""
        return ["equation"], [[text] for text in self.texts()]

    def tip_at(self, place: QPoint) -> str:
        """Say what a term is."""
        hit = self._hit(QPointF(place))
        return f"{TERMS[hit[1]]} of the {hit[0]}: click to open" if hit else ""

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(380, round(sum(LINE + line.gap for line in self._lines)) + 4)

    def minimumSizeHint(self) -> QSize:
        """Narrow; lines are set smaller."""
        return QSize(180, self.sizeHint().height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at what opens."""
        hit = self._hit(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if hit else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open a term."""
        hit = self._hit(event.position())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(hit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a term with the arrows, open it with Enter."""
        places = [piece.opens for _, piece in self._placed if piece.opens]
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -3, Qt.Key.Key_Down: 3}
        if not places:
            super().keyPressEvent(event)
        elif event.key() in moves:
            self._focused = min(max(self._focused + moves[Qt.Key(event.key())], 0), len(places) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(places[min(self._focused, len(places) - 1)])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heads, pieces and underlines."""
        painter, theme = QPainter(self), self.look.theme
        painter.scale(self._scale(), self._scale())
        y, number = 0.0, 0
        for line in self._lines:
            y += line.gap
            painter.setFont(theme.font("number"))
            painter.setPen(theme.color("ink"))
            painter.drawText(QRectF(0, y, INDENT, LINE), Qt.AlignmentFlag.AlignVCenter, line.head)
            painter.setPen(theme.color("ink3"))
            painter.drawText(QRectF(INDENT - 16, y, 16, LINE), Qt.AlignmentFlag.AlignVCenter, "=")
            y += LINE
        fonts = {role: theme.font(role) for role in ("number", "result")}
        inks = {ink: theme.color(ink) for ink in ("ink", "ink3", "pos", "neg")}
        for box, piece in self._placed:
            painter.setFont(fonts[piece.role])
            painter.setPen(inks[piece.ink])
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, piece.text)
            if piece.opens:
                chosen = self.hasFocus() and number == self._focused
                painter.setPen(dotted(theme.color("ink" if chosen else "ctl")))
                painter.drawLine(QPointF(box.left(), box.bottom() - 1.5), QPointF(box.right(), box.bottom() - 1.5))
                number += 1

    def restyle(self) -> None:
        """Follow the theme."""
        self._placed = list(self._places())
        self.update()

    def _places(self) -> Iterator[tuple[QRectF, Piece]]:
        metrics = {role: QFontMetricsF(self.look.theme.font(role)) for role in ("number", "result")}
        y = 0.0
        for line in self._lines:
            x = INDENT
            y += line.gap
            for piece in line.pieces:
                width = metrics[piece.role].horizontalAdvance(piece.text)
                yield QRectF(x, y, width, LINE), piece
                x += width
            y += LINE

    def _scale(self) -> float:
        widest = max((box.right() for box, _ in self._placed), default=1.0)
        return min(1.0, self.width() / (widest + 2))

    def _hit(self, place: QPointF) -> Opens | None:
        inside = place / self._scale()
        return next((piece.opens for box, piece in self._placed if piece.opens and box.contains(inside)), None)

    def _open(self, opens: Opens) -> None:
        reading = self._reading
        if reading is None:
            return
        gate, which = opens
        step, unit = self._choice
        found = open_term(reading.arrays, reading.kind, gate, which, (step, unit), reading.feature_name)
        path = (f"step {step}", f"unit {unit}", f"{TERMS[which]} of the {gate}")
        open_widget(NumberCard(found, self.look), path, python_text(found), self, self.look)

    def box_of(self, opens: Opens) -> QRect:
        """Where a term stands, for those that click it."""
        scale = self._scale()
        box = next(box for box, piece in self._placed if piece.opens == opens)
        return QRectF(box.left() * scale, box.top() * scale, box.width() * scale, box.height() * scale).toRect()
