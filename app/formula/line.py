"""FormulaLine: one line of an equation, typeset: italic symbols, subscripts, real fraction bars, a bold result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.formula.markup import Fraction, Part, Run, runs
from app.theme import Look, Theme
from app.widgets.open_number import dotted

PAD = 4.0  # each side of a fraction's parts
GAP = 3.0  # above and below the bar


@dataclass(frozen=True)
class Glyphs:
    """Text at a place: baseline at `at`, drawn in `font` and the token's colour."""

    text: str
    at: QPointF
    font: QFont
    token: str
    letter: str
    box: QRectF
    underlined: bool


@dataclass(frozen=True)
class Placed:
    """A line laid out: texts, fraction bars (left, y, right), width, and height above and below the axis."""

    glyphs: tuple[Glyphs, ...]
    bars: tuple[tuple[float, float, float], ...]
    width: float
    above: float
    below: float

    def moved(self, dx: float, dy: float) -> "Placed":
        """The same elsewhere."""
        step = QPointF(dx, dy)
        glyphs = tuple(
            Glyphs(g.text, g.at + step, g.font, g.token, g.letter, g.box.translated(step), g.underlined)
            for g in self.glyphs
        )
        bars = tuple((left + dx, y + dy, right + dx) for left, y, right in self.bars)
        return Placed(glyphs, bars, self.width, self.above, self.below)


class Setter:
    """Lays parts out around a horizontal axis at y = 0 (the height of fraction bars).

    Args:
        theme: fonts.
        letters: which numbers stand for which letter, by the number's index; they get a dotted underline.
        numeric: whether operands (ink) or symbols (ink3) are set.
    """

    def __init__(self, theme: Theme, letters: Mapping[int, str], *, numeric: bool) -> None:
        self._theme, self._letters, self._numeric = theme, letters, numeric
        self._number = 0
        font = theme.font("number")
        self._axis = QFontMetricsF(font).xHeight() / 2 + 0.5

    def line(self, parts: Sequence[Part], result: Run | None) -> Placed:
        """Lay a line out; `result` is the run that is set bold."""
        placed = [self._part(part, result) for part in parts]
        return _beside(placed)

    def _part(self, part: Part, result: Run | None) -> Placed:
        if isinstance(part, Run):
            return self._run(part, bold=part is result)
        top, bottom = self.line(part.top, result), self.line(part.bottom, result)
        width = max(top.width, bottom.width) + 2 * PAD
        upper = top.moved((width - top.width) / 2, -GAP - top.below)
        lower = bottom.moved((width - bottom.width) / 2, GAP + bottom.above)
        return Placed(
            (*upper.glyphs, *lower.glyphs),
            (*upper.bars, *lower.bars, (0.0, 0.0, width)),
            width + 2,
            GAP + top.above + top.below,
            GAP + bottom.above + bottom.below,
        )

    def _run(self, run: Run, *, bold: bool) -> Placed:
        font = self._theme.font("result" if bold else "number")
        font.setItalic(run.kind == "symbol" and not self._numeric)
        letter = run.letter if run.kind in ("symbol", "word") else ""
        if run.kind == "number":
            letter = self._letters.get(self._number, "")
            self._number += 1
        metrics = QFontMetricsF(font)
        width, base = metrics.horizontalAdvance(run.text), self._axis
        above, below = metrics.ascent() - self._axis, metrics.descent() + self._axis
        box = QRectF(0, -above, width, above + below)
        underlined = self._numeric and bool(letter) and run.kind == "number"
        glyphs = [Glyphs(run.text, QPointF(0, base), font, self._token(run, bold=bold), letter, box, underlined)]
        if run.subscript:
            small = self._theme.font("heat")
            shift = QPointF(width, base + 3)
            glyphs.append(Glyphs(run.subscript, shift, small, "ink3", letter, box, underlined=False))
            width += QFontMetricsF(small).horizontalAdvance(run.subscript)
            below += 1
        return Placed(tuple(glyphs), (), width, above, below)

    def _token(self, run: Run, *, bold: bool) -> str:
        if not self._numeric:
            return "ink3"
        return "ink" if bold or run.kind in ("number", "symbol", "word") else "ink2"


def _beside(placed: Sequence[Placed]) -> Placed:
    x = 0.0
    glyphs: list[Glyphs] = []
    bars: list[tuple[float, float, float]] = []
    for part in placed:
        moved = part.moved(x, 0)
        glyphs += moved.glyphs
        bars += moved.bars
        x += part.width
    above = max((part.above for part in placed), default=0.0)
    return Placed(tuple(glyphs), tuple(bars), x, above, max((part.below for part in placed), default=0.0))


class FormulaLine(QWidget):
    """Shows parts that fit on one line, or shrinks them until they do.

    Attributes:
        hovered: the letter under the mouse, empty when it leaves.
        opened: a letter's number was clicked.
    """

    hovered = Signal(str)
    opened = Signal(str)

    def __init__(
        self,
        parts: Sequence[Part],
        look: Look,
        letters: Mapping[int, str] | None = None,
        *,
        numeric: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts, self._look = tuple(parts), look
        self._letters, self._numeric = dict(letters or {}), numeric
        self._lit = ""
        self._placed = self._laid_out()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(plain(self._parts))
        look.changed.connect(self._restyle)

    @property
    def natural_width(self) -> float:
        """Px the line takes at full size."""
        return self._placed.width

    def set_parts(self, parts: Sequence[Part]) -> None:
        """Show another line, with the same letters."""
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.setAccessibleName(plain(self._parts))
            before = self.sizeHint()
            self._placed = self._laid_out()
            if self.sizeHint() != before:
                self.updateGeometry()
            self.update()

    def light(self, letter: str) -> None:
        """Light a letter up, and what stands for it; an empty one lights nothing."""
        if letter != self._lit:
            self._lit = letter
            self.update()

    def sizeHint(self) -> QSize:
        """The size of the line."""
        return QSize(int(self._placed.width) + 2, int(self._placed.above + self._placed.below) + 4)

    def minimumSizeHint(self) -> QSize:
        """Narrow; a line that is too long is shrunk."""
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw texts and bars."""
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale(), self._scale())
        painter.translate(0, self._placed.above + 1)
        for glyphs in self._placed.glyphs:
            lit = bool(self._lit) and glyphs.letter == self._lit
            if lit:
                painter.fillRect(glyphs.box.adjusted(-1, 0, 1, 0), theme.color("raised"))
            painter.setFont(glyphs.font)
            painter.setPen(theme.color("ink" if lit else glyphs.token))
            painter.drawText(glyphs.at, glyphs.text)
            if glyphs.underlined:
                painter.setPen(dotted(theme.color("ink" if lit else "ctl")))
                y = round(glyphs.at.y() + 3) + 0.5
                painter.drawLine(QPointF(glyphs.box.left(), y), QPointF(glyphs.box.right(), y))
        painter.setPen(QPen(theme.color("ink2" if self._numeric else "ink3"), 1))
        for left, y, right in self._placed.bars:
            painter.drawLine(QPointF(left, y), QPointF(right, y))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which letter is under the mouse."""
        letter = self._letter_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if letter and self._numeric else Qt.CursorShape.ArrowCursor)
        if letter != self._lit:
            self.hovered.emit(letter)

    def leaveEvent(self, event: object) -> None:
        """No letter is under the mouse."""
        self.hovered.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the letter's value."""
        letter = self._letter_at(event.position())
        if letter and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(letter)

    def _letter_at(self, place: QPointF) -> str:
        inside = place / self._scale() - QPointF(0, self._placed.above + 1)
        return next((g.letter for g in self._placed.glyphs if g.letter and g.box.contains(inside)), "")

    def _scale(self) -> float:
        return min(1.0, self.width() / max(self._placed.width + 2, 1.0))

    def _laid_out(self) -> Placed:
        setter = Setter(self._look.theme, self._letters, numeric=self._numeric)
        return setter.line(self._parts, result_of(self._parts) if self._numeric else None)

    def _restyle(self) -> None:
        self._placed = self._laid_out()
        self.updateGeometry()
        self.update()


def result_of(parts: Sequence[Part]) -> Run | None:
    """The last number behind the last equals sign, where nothing but that stands there."""
    line = [run for run in runs(parts) if run.text.strip()]
    signs = [index for index, run in enumerate(line) if run.text == "="]
    rest = line[signs[-1] + 1 :] if signs else []
    return rest[0] if len(rest) == 1 and rest[0].kind == "number" else None


def plain(parts: Sequence[Part]) -> str:
    """The line as text, for screen readers."""
    return "".join(
        f"({plain(part.top)})/({plain(part.bottom)})" if isinstance(part, Fraction) else part.letter for part in parts
    )
