"""The diagram of a recurrent cell with one step's values on its wires: pure functions of a reading and a choice."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.explain.gates.drawing import magnitude_color, signed_color
from app.explain.gates.reading import Reading
from app.plots.plot import Plot, Table, text_on
from app.text import fixed
from app.theme import Look, Theme

WIDTH, HEIGHT = 425.0, 276.0  # of the drawing; it is scaled to its place
CHIP, BOX, KNOB = (50.0, 17.0), (50.0, 28.0), 10.5
TOP, BOTTOM = 30.0, 236.0  # the two lines through the cell
CENTER = Qt.AlignmentFlag.AlignCenter
Parts = Literal["all", "still", "values"]
STAGES = ("sums", "gates", "state", "output")  # what has been worked out as alpha goes from 0 to 1


class Pen:
    """Draws the parts of a diagram.

    Args:
        painter: already scaled to the drawing's own units.
        alpha: how far the step has got, 0..1; what has not been reached is dim.
    """

    def __init__(
        self, painter: QPainter, reading: Reading, choice: tuple[int, int], alpha: float, theme: Theme
    ) -> None:
        self.painter, self.reading, self.theme = painter, reading, theme
        self.step, self.unit = choice
        self._alpha = alpha
        self.parts: Parts = "all"
        self._inks: dict[str, QColor] = {}

    def ink(self, token: str) -> QColor:
        """A colour of the theme."""
        if token not in self._inks:
            self._inks[token] = self.theme.color(token)
        return self._inks[token]

    def value(self, name: str) -> float:
        """A number of this step and unit."""
        return self.reading.value(name, self.step, self.unit)

    def sum_of(self, gate: str) -> float:
        """What goes into a gate's function."""
        return float(self.reading.arrays[f"{gate}_terms"][self.step, :, self.unit].sum())

    def reach(self, stage: str) -> None:
        """Draw what follows as worked out already, or dim."""
        due = (STAGES.index(stage) + 1) / len(STAGES)
        self.painter.setOpacity(1.0 if self._alpha >= due - 1e-9 else 0.18)

    def wire(self, *points: tuple[float, float], strong: bool = False) -> None:
        """A wire with rounded corners."""
        if self.parts == "values":
            return
        path = QPainterPath(QPointF(*points[0]))
        for before, corner, after in zip(points, points[1:], points[2:], strict=False):
            path.lineTo(_towards(corner, before))
            path.quadTo(QPointF(*corner), _towards(corner, after))
        path.lineTo(QPointF(*points[-1]))
        self.painter.setPen(QPen(self.ink("ink" if strong else "edge"), 2.0 if strong else 1.2))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(path)

    def knob(self, x: float, y: float, sign: str) -> None:
        """A circle where two wires are multiplied or added."""
        if self.parts == "values":
            return
        self.painter.setPen(QPen(self.ink("ink"), 1.4))
        self.painter.setBrush(self.ink("card"))
        self.painter.drawEllipse(QPointF(x, y), KNOB, KNOB)
        self.text(x, y, sign, "result", "ink")

    def box(self, x: float, y: float, text: str, size: tuple[float, float] = BOX) -> None:
        """A box that holds a function."""
        if self.parts == "values":
            return
        self.painter.setPen(QPen(self.ink("line2"), 1))
        self.painter.setBrush(self.ink("raised"))
        self.painter.drawRoundedRect(_around(x, y, size), 4, 4)
        self.text(x, y, text, "result", "ink")

    def chip(self, x: float, y: float, value: float, limit: float = 0.0) -> None:
        """A value on a wire: a gate's colour, or with a `limit` that of a signed state."""
        if self.parts == "still":
            return
        ground = signed_color(value, limit, self.theme) if limit else magnitude_color(value, self.theme)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(ground)
        self.painter.drawRoundedRect(_around(x, y, CHIP), 2, 2)
        self.painter.setFont(self.theme.font("number"))
        self.painter.setPen(text_on(ground))
        self.painter.drawText(_around(x, y, CHIP), CENTER, fixed(value, 3))

    def text(self, x: float, y: float, text: str, role: str = "caption", token: str = "ink3") -> None:
        """Words round a point."""
        if self.parts != "values":
            self._write(x, y, text, role, token)

    def signed(self, x: float, y: float, value: float, name: str = "") -> None:
        """A number round a point, in the colour of its sign."""
        if self.parts == "still":
            return
        written = f"{name} = {fixed(value, 3)}" if name else f"{'+' if value > 0 else ''}{fixed(value, 3)}"
        self._write(x, y, written, "number", "pos" if value > 0 else "neg")

    def _write(self, x: float, y: float, text: str, role: str, token: str) -> None:
        self.painter.setFont(self.theme.font(role))
        self.painter.setPen(self.ink(token))
        self.painter.drawText(_around(x, y, (120.0, 18.0)), CENTER, text)

    def gate(self, x: float, name: str, symbol: str) -> None:
        """A gate: its sum, its function, its value."""
        self.reach("sums")
        self.wire((x, BOTTOM), (x, 214))
        self.signed(x, 205, self.sum_of(name))
        self.reach("gates")
        self.text(x, 181, name)
        self.box(x, 156, symbol)
        self.wire((x, 142), (x, 136))
        self.chip(x, 127, self.value(name), 1.0 if name == "candidate" else 0.0)

    def input(self, x: float) -> None:
        """The step's input, from below."""
        self.reach("sums")
        self.wire((x, 252), (x, BOTTOM))
        if self.parts != "still":
            word = self.reading.words[self.step] if self.reading.words else "x"
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(self.ink("ink"))
            self.painter.drawRoundedRect(_around(x, 263, (22, 21)), 4, 4)
            self._write(x, 263, word, "result", "onink")
        if self.parts == "values":
            return
        size = self.reading.arrays["sequence"].shape[-1]
        self.painter.setFont(self.theme.font("caption"))
        self.painter.setPen(self.ink("ink3"))
        about = f"xₜ, one of {size}" if self.reading.words else f"xₜ, {size} number{'s' if size > 1 else ''}"
        self.painter.drawText(QRectF(x + 20, 245, 140, 16), Qt.AlignmentFlag.AlignLeft, about)

    def frame(self) -> None:
        """The outline of the cell."""
        if self.parts == "values":
            return
        self.painter.setOpacity(1.0)
        self.painter.setPen(QPen(self.ink("line2"), 1))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(QRectF(54, 1, 320, 262), 10, 10)


def draw_cell(
    painter: QPainter, rect: QRectF, reading: Reading, choice: tuple[int, int], alpha: float, theme: Theme
) -> None:
    """Draw the cell into `rect`.

    Args:
        choice: step and unit.
        alpha: how far the step has got: 1/4 sums, 1/2 gates, 3/4 state, 1 output.
    """
    draw_parts(Pen(painter, reading, choice, alpha, theme), rect)


def draw_parts(pen: Pen, rect: QRectF) -> None:
    """Draw the pen's parts of its cell into `rect`: all, those that are still while steps go by, or the values."""
    pen.painter.save()
    pen.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scale = min(rect.width() / WIDTH, rect.height() / HEIGHT)
    pen.painter.translate(rect.left() + (rect.width() - scale * WIDTH) / 2, rect.top())
    pen.painter.scale(scale, scale)
    pen.frame()
    {"lstm": _draw_lstm, "gru": _draw_gru, "simple_rnn": _draw_simple_rnn}[pen.reading.kind](pen)
    pen.painter.restore()


def _draw_lstm(pen: Pen) -> None:
    limit = next(strip.limit for strip in pen.reading.strips if strip.name == "cell")
    kept = pen.value("forget") * pen.value("cell_before")
    added = pen.value("input") * pen.value("candidate")
    pen.wire((50, BOTTOM), (305, BOTTOM))
    for x, name, symbol in ((97, "forget", "σ"), (176, "input", "σ"), (238, "candidate", "tanh"), (305, "output", "σ")):
        pen.gate(x, name, symbol)
    pen.reach("state")
    pen.wire((50, TOP), (375, TOP), strong=True)
    pen.wire((97, 118), (97, TOP))
    pen.wire((176, 118), (176, 103), (203, 103))
    pen.wire((238, 118), (238, 103), (203, 103))
    pen.wire((203, 103), (203, TOP))
    for x, y, sign in ((97, TOP, "×"), (203, TOP, "+"), (203, 103, "×")):
        pen.knob(x, y, sign)
    pen.chip(150, TOP, kept, limit)
    pen.chip(203, 67, added, 1.0)
    pen.chip(400, TOP, pen.value("cell"), limit)
    pen.text(400, 12, "cₜ")
    pen.reach("output")
    pen.wire((349, TOP), (349, BOTTOM), (375, BOTTOM))
    pen.wire((305, 118), (305, 103), (349, 103))
    pen.box(349, 62, "tanh", (43, 22))
    pen.knob(349, 103, "×")
    _ends(pen, limit)


def _ends(pen: Pen, limit: float) -> None:
    """The states that come in and go out."""
    pen.chip(400, BOTTOM, pen.value("hidden"), 1.0)
    pen.text(400, BOTTOM - 18, "hₜ")
    pen.reach("sums")
    pen.chip(25, BOTTOM, pen.value("hidden_before"), 1.0)
    pen.text(25, BOTTOM - 18, "hₜ₋₁")
    if limit:
        pen.chip(25, TOP, pen.value("cell_before"), limit)
        pen.text(25, 12, "cₜ₋₁")
    pen.input(77)


def _draw_gru(pen: Pen) -> None:
    update, before = pen.value("update"), pen.value("hidden_before")
    pen.wire((25, BOTTOM), (300, BOTTOM))
    pen.wire((25, BOTTOM - 27), (25, TOP), (60, TOP))
    for x, name, symbol in ((110, "update", "σ"), (200, "reset", "σ"), (300, "candidate", "tanh")):
        pen.gate(x, name, symbol)
    pen.reach("gates")
    pen.wire((200, 118), (200, 106), (250, 106), (250, BOTTOM))
    pen.knob(250, BOTTOM, "×")
    pen.reach("state")
    pen.wire((60, TOP), (349, TOP), (349, BOTTOM), (375, BOTTOM), strong=True)
    pen.wire((110, 118), (110, TOP))
    pen.wire((110, 86), (290, 86))
    pen.wire((300, 118), (300, TOP))
    pen.text(160, 77, "1 − z")
    for x, y, sign in ((110, TOP, "×"), (300, TOP, "+"), (300, 86, "×")):
        pen.knob(x, y, sign)
    pen.chip(200, TOP, update * before, 1.0)
    pen.chip(300, 58, (1 - update) * pen.value("candidate"), 1.0)
    pen.reach("output")
    _ends(pen, 0.0)


def _draw_simple_rnn(pen: Pen) -> None:
    terms = pen.reading.arrays["candidate_terms"][pen.step, :, pen.unit]
    limit = next(strip.limit for strip in pen.reading.strips if strip.name == "hidden")
    pen.wire((50, BOTTOM), (300, BOTTOM))
    for x, name, value in ((120, "W·x", terms[0]), (212, "U·h", terms[1]), (300, "b", terms[2])):
        pen.reach("sums")
        pen.wire((x, BOTTOM if name != "b" else 205), (x, 186), (x, 170), (212, 146))
        pen.chip(x, 196, float(value), 2.0)
        pen.text(x + 42, 196, name)
    pen.reach("gates")
    pen.wire((212, 146), (212, 60))
    pen.knob(212, 136, "+")
    pen.signed(258, 112, float(terms.sum()), "z")
    pen.box(212, 84, pen.reading.facts["activation"], (70, 26))
    pen.reach("output")
    pen.wire((212, 71), (212, TOP), (349, TOP), (349, BOTTOM), (375, BOTTOM), strong=True)
    pen.chip(400, BOTTOM, pen.value("hidden"), limit)
    _ends(pen, 0.0)


def _around(x: float, y: float, size: tuple[float, float]) -> QRectF:
    return QRectF(x - size[0] / 2, y - size[1] / 2, *size)


def _towards(corner: tuple[float, float], other: tuple[float, float], radius: float = 7.0) -> QPointF:
    """A point near a corner, on the way to another point."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1e-9)
    part = min(radius, length / 2) / length
    return QPointF(corner[0] + dx * part, corner[1] + dy * part)


class CellDiagram(Plot):
    """The cell of the chosen unit at the chosen step."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._reading: Reading | None = None
        self._choice = (0, 0)
        self._still: QPixmap | None = None
        self.setAccessibleName("Cell diagram")

    def set_choice(self, reading: Reading | None, step: int, unit: int) -> None:
        """Show another step or unit."""
        if reading is not self._reading:
            self._still = None
        self._reading, self._choice = reading, (step, unit)
        self.describe("; ".join(f"{name} {value}" for name, value in self._rows()))

    def table(self) -> Table:
        """Every value of the cell by name."""
        return ["name", "value"], [list(row) for row in self._rows()]

    def sizeHint(self) -> QSize:
        """As in the drawing."""
        return QSize(340, round(340 * HEIGHT / WIDTH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As high as the drawing is at this width."""
        self._still = None
        self.setFixedHeight(round(self.width() * HEIGHT / WIDTH))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cell whole."""
        reading, theme = self._reading, self.look.theme
        if reading is None:
            return
        painter, box = QPainter(self), QRectF(self.rect())
        if self._still is None:
            ratio = self.devicePixelRatioF()
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            still = Pen(QPainter(self._still), reading, self._choice, 1.0, theme)
            still.parts = "still"
            draw_parts(still, box)
            still.painter.end()
        painter.drawPixmap(0, 0, self._still)
        values = Pen(painter, reading, self._choice, 1.0, theme)
        values.parts = "values"
        draw_parts(values, box)

    def restyle(self) -> None:
        """Follow the theme."""
        self._still = None
        self.update()

    def _rows(self) -> Sequence[tuple[str, str]]:
        reading = self._reading
        if reading is None:
            return []
        return [(strip.title, fixed(reading.value(strip.name, *self._choice), 4)) for strip in reading.strips]
