"""The picture of schedules: rate against step, one of them drawn with the mouse, and the loss of the net under each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.lab.board import Board
from app.lab.dashes import paint_dashes
from app.lab.descent.marks import MARKERS, token
from app.lab.ink import LEFT, Ink, Plane
from app.plots.paths import paint_marker
from app.text import format_number
from app.theme import Look

UPPER = 0.5  # of the height, for the rates
FLOOR, TOP = 1e-3, 30.0  # losses shown at most


@dataclass(frozen=True)
class Line:
    """One schedule.

    Args:
        place: of its colour and marker.
        name: as shown.
        rates: (step,).
        losses: (step,), NaN where it is not known; empty before the network was trained.
    """

    place: int
    name: str
    rates: np.ndarray
    losses: np.ndarray


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        at: steps done.
        is_range: whether it is the range test: loss against rate.
        highest: rate at the top of the picture.
        suggested: a rate the range test suggests; 0 for none.
        words: said in place of the losses where there are none.
        drawn: points (point,) of the line drawn by hand, as shares of the highest rate; empty where there is none.
    """

    lines: Sequence[Line]
    at: int
    is_range: bool
    highest: float
    words: str = ""
    suggested: float = 0.0
    drawn: np.ndarray = field(default_factory=lambda: np.zeros(0))


class SchedulesBoard(Board):
    """Attributes:
    drawn: index of a point of the line drawn by hand, and its share of the highest rate.
    """

    drawn = Signal(int, float)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Learning rates against steps, and the losses they lead to")
        self._shown: Shown | None = None
        self._plane = Plane(QRectF(0, 0, 1, 1), (0, 1), (0, 1))
        self._last = -1
        self._made: dict[object, list[QPointF]] = {}
        self._logarithms: list[np.ndarray] = []

    def show_lines(self, shown: Shown) -> None:
        """Draw another state; points are kept as long as the lines are the same objects."""
        if self._shown is None or self._shown.lines is not shown.lines:
            self._made.clear()
            self._logarithms = [_logarithm(line.losses) for line in shown.lines]
        self._shown = shown
        told = [
            f"{line.name} at {format_number(float(line.rates[min(shown.at, len(line.rates) - 1)]))}"
            for line in shown.lines
        ]
        self.describe(f"Step {shown.at}: " + ", ".join(told))

    def paint(self, ink: Ink) -> None:
        """Draw rates above, losses below; or loss against rate."""
        shown = self._shown
        if shown is None or not shown.lines:
            return
        wide, high = self.width() - 200.0, float(self.height())
        if shown.is_range:
            self._paint_range(ink, QRectF(64, 44, self.width() - 110, high - 100), shown)
            return
        upper = high * UPPER
        self._plane = Plane(QRectF(64, 44, wide, upper - 72), (0, len(shown.lines[0].rates)), (0, shown.highest * 1.06))
        ink.at(QPointF(64, 16), "Learning rate", "title", "ink")
        self._plane.grid(ink, "", "η")
        self._paint_lines(ink, self._plane, [line.rates for line in shown.lines], shown)
        self._paint_losses(ink, QRectF(64, upper + 32, wide, high - upper - 84), shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw where there is a line drawn by hand."""
        self._last = -1
        if event.button() == Qt.MouseButton.LeftButton:
            self._draw(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._draw(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a point with left and right, move it with up and down."""
        shown = self._shown
        if shown is None or not len(shown.drawn) or not self.is_movable:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                way = 1 if event.key() == Qt.Key.Key_Right else -1
                self._last = min(max(self._last + way, 0), len(shown.drawn) - 1)
                self.update()
            case Qt.Key.Key_Up | Qt.Key.Key_Down if self._last >= 0:
                moved = float(shown.drawn[self._last]) + (0.05 if event.key() == Qt.Key.Key_Up else -0.05)
                self.drawn.emit(self._last, min(max(moved, 0.0), 1.0))
            case _:
                super().keyPressEvent(event)

    def _draw(self, place: QPointF) -> None:
        """Set the nearest point, and those the mouse passed over since the last one."""
        shown = self._shown
        inside = self._plane.area.adjusted(-12, -24, 12, 12).contains(place)
        if shown is None or not len(shown.drawn) or not inside or not self.is_movable:
            return
        step, rate = self._plane.back(place)
        at = min(round(step / self._plane.x[1] * (len(shown.drawn) - 1)), len(shown.drawn) - 1)
        share = min(max(rate / shown.highest, 0.0), 1.0)
        first, before = (self._last, float(shown.drawn[self._last])) if self._last >= 0 else (at, share)
        for point in range(min(first, at), max(first, at) + 1):
            along = (point - first) / (at - first) if at != first else 1.0
            self.drawn.emit(point, before + along * (share - before))
        self._last = at

    def _paint_lines(self, ink: Ink, plane: Plane, values: Sequence[np.ndarray], shown: Shown) -> None:
        """Curves up to now, what is to come dashed, and names at the right."""
        now = plane.px(shown.at)
        ink.fill(QRectF(round(now) - 1, plane.area.top(), 2, plane.area.height()), "ink")
        ends = []
        for line, found in zip(shown.lines, values, strict=True):
            places = self._places(plane, found)
            if len(places) > shown.at + 1 and plane is self._plane:
                paint_dashes(ink, places[shown.at :], token(line.place))
            ink.curve(places[: shown.at + 1], token(line.place), 2.0)
            here = float(found[min(shown.at, len(found) - 1)])
            if np.isfinite(here):
                at = plane.at(shown.at, here)
                paint_marker(ink.painter, MARKERS[line.place], at, 4.5, ink.color(token(line.place)))
                ends.append((at.y(), line, here))
        if plane is self._plane and len(shown.drawn):
            self._paint_drawn(ink, shown)
        self._paint_names(ink, plane.area, ends, log=plane is not self._plane)

    def _places(self, plane: Plane, values: np.ndarray) -> list[QPointF]:
        """Where the finite values of a line lie, which all stand at its beginning."""
        area = plane.area
        key = (id(values), area.x(), area.y(), area.width(), area.height(), plane.x, plane.y)
        if key not in self._made:
            self._made[key] = plane.points(np.arange(len(values)), values)
        return self._made[key]

    def _paint_names(self, ink: Ink, area: QRectF, ends: list[tuple[float, Line, float]], *, log: bool) -> None:
        top = float(area.top() - 4)
        for y, line, value in sorted(ends, key=lambda end: end[0]):
            row = max(y - 9, top)
            text = format_number(10**value if log else value, 3)
            place = QRectF(area.right() + 8, row, 128, 18)
            ink.text(place, f"{line.name}  {text}", "caption", token(line.place), LEFT)
            top = row + 17

    def _paint_drawn(self, ink: Ink, shown: Shown) -> None:
        steps = np.linspace(0, self._plane.x[1] - 1, len(shown.drawn))
        line = next((line for line in shown.lines if line.name == "Drawn by hand"), shown.lines[0])
        for index, place in enumerate(self._plane.points(steps, shown.drawn * shown.highest)):
            chosen = self.hasFocus() and index == self._last
            ink.dot(place, 5 if chosen else 3, "ink" if chosen else token(line.place))

    def _paint_losses(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        ink.at(QPointF(area.left(), area.top() - 18), "log₁₀ of the network's loss", "title", "ink")
        if not any(np.isfinite(line.losses).any() for line in shown.lines):
            ink.text(area, shown.words, "body", "ink2")
            return
        losses = self._logarithms
        plane = Plane(area, self._plane.x, _limits(losses))
        plane.grid(ink, "step")
        self._paint_lines(ink, plane, losses, shown)

    def _paint_range(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        line = shown.lines[0]
        rates = np.log10(line.rates)
        ink.at(QPointF(area.left(), 16), "Range test: the loss while the rate grows", "title", "ink")
        if not np.isfinite(line.losses).any():
            ink.text(area, shown.words, "body", "ink2")
            return
        losses = _logarithm(line.losses)
        plane = Plane(area, (float(rates[0]), float(rates[-1])), _limits([losses]))
        plane.grid(ink, "log₁₀ learning rate", "log₁₀ loss")
        known = np.isfinite(losses[: shown.at + 1])
        plane.curve(ink, rates[: shown.at + 1][known], losses[: shown.at + 1][known], "series2", 2.5)
        if shown.suggested > 0:
            x = plane.px(float(np.log10(shown.suggested)))
            ink.pen("series1", 1.5, (3.0, 3.0))
            ink.line(QPointF(x, area.top()), QPointF(x, area.bottom()))
            ink.at(
                QPointF(x + 8, area.top() + 10),
                f"a good start: η₀ = {format_number(shown.suggested, 2)}",
                "body",
                "series1",
            )


def _logarithm(losses: np.ndarray) -> np.ndarray:
    """log₁₀ of the losses, kept to what can be shown; NaN stays."""
    return np.asarray(np.log10(np.clip(losses, FLOOR, TOP)))


def _limits(losses: Sequence[np.ndarray]) -> tuple[float, float]:
    known = np.concatenate([found[np.isfinite(found)] for found in losses])
    low, high = float(known.min()), float(known.max())
    return low - 0.06 * max(high - low, 0.2), high + 0.06 * max(high - low, 0.2)
