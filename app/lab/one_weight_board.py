"""The picture of one weight: its error curve, tangent and steps; three rates beside it; the loss against the step."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QMouseEvent

from app.lab.board import Board
from app.lab.ink import RIGHT, Ink, Plane
from app.text import fixed, format_number
from app.theme import Look
from engine.explain.one_weight import Curve, Path, X, Y


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        path: with the rate chosen.
        others: (name, rate, path) of the three small pictures.
        step: steps taken.
        steps: that there are.
    """

    curve: Curve
    path: Path
    rate: float
    others: tuple[tuple[str, float, Path], ...]
    step: int
    steps: int


class OneWeightBoard(Board):
    """Handle: "w", the start while nothing has run, and the present weight after.

    Attributes:
        rate_wanted: one of the small pictures was pressed.
    """

    rate_wanted = Signal(float)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "One weight: error curve, tangent and steps")
        self._shown: Shown | None = None
        self._plane = Plane(QRectF(0, 0, 1, 1), (0, 1), (0, 1))
        self._small: list[tuple[QRectF, float]] = []

    def show_path(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        at = min(shown.step, len(shown.path.w) - 1)
        self.describe(f"Step {at}: w = {fixed(float(shown.path.w[at]), 3)}, J = {fixed(float(shown.path.loss[at]), 3)}")

    def value_of(self, place: QPointF) -> float:
        """The weight at a place."""
        return self._plane.back(place)[0]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a small picture's rate; else a handle."""
        for box, rate in self._small:
            if self.is_movable and box.contains(event.position()):
                self.rate_wanted.emit(rate)
                return
        super().mousePressEvent(event)

    def paint(self, ink: Ink) -> None:
        """Draw the large picture, the small ones, and the loss."""
        shown = self._shown
        if shown is None:
            return
        wide, upper = self.width() * 0.66, self.height() * 0.64
        area = QRectF(52, 44, wide - 72, upper - 84)
        self._plane = Plane(area, shown.curve.span, (-0.04 * shown.curve.top, shown.curve.top))
        self._paint_main(ink, self._plane, shown)
        self._paint_loss(ink, QRectF(52, upper + 26, wide - 110, self.height() - upper - 64), shown)
        tall = (self.height() - 24) / 3
        self._small = []
        for place, other in enumerate(shown.others):
            box = QRectF(wide + 8, 12 + place * tall, self.width() - wide - 24, tall - 10)
            self._paint_small(ink, box, shown, other)

    def _paint_main(self, ink: Ink, plane: Plane, shown: Shown) -> None:
        path, at = shown.path, min(shown.step, len(shown.path.w) - 1)
        ink.at(QPointF(plane.area.left(), 18), f"learning rate η = {format_number(shown.rate, 3)}", "title", "ink")
        plane.grid(ink, "w", "J(w)")
        w = np.linspace(*shown.curve.span, 121)
        plane.curve(ink, w, shown.curve.loss(w), "ink2", 2)
        if shown.curve.id == "fit":
            self._paint_data(
                ink, QRectF(plane.area.center().x() - 55, plane.area.top() + 6, 110, 84), float(path.w[at])
            )
        self._paint_steps(ink, plane, path, at)
        here, slope = float(path.w[at]), float(path.slope[at])
        ink.painter.save()
        plane.clip(ink)
        reach = (plane.x[1] - plane.x[0]) * 0.16
        loss = float(path.loss[at])
        ink.pen("series1", 1.5, (5, 4))
        ink.line(plane.at(here - reach, loss - reach * slope), plane.at(here + reach, loss + reach * slope))
        ink.painter.restore()
        if path.left_at >= 0 and shown.step >= path.left_at:
            self._paint_left(ink, plane, path)
            return
        if at + 1 < len(path.w):
            ends = plane.at(here, plane.y[0]), plane.at(float(np.clip(path.w[at + 1], *plane.x)), plane.y[0])
            ink.arrow(*ends, "series1", 2.5)
        says = f"w = {fixed(here, 3)}, J = {fixed(loss, 3)}, slope {fixed(slope, 3)}"
        self.place(ink, "w", plane.at(here, loss), says)
        ink.at(plane.at(here, loss) + QPointF(14, -12), f"slope {fixed(slope, 2)}", "number", "series1")

    def _paint_steps(self, ink: Ink, plane: Plane, path: Path, at: int) -> None:
        ink.painter.save()
        plane.clip(ink)
        points = [plane.at(float(w), float(loss)) for w, loss in zip(path.w[: at + 1], path.loss, strict=False)]
        ink.curve(points, "series2", 1.5)
        for point in points[:-1][-60:]:
            ink.dot(point, 3.5, "series2")
        ink.painter.restore()

    def _paint_left(self, ink: Ink, plane: Plane, path: Path) -> None:
        w, low = float(path.w[-1]), plane.x[0]
        side = plane.at(low if w < low else plane.x[1], plane.y[0] + 0.5 * (plane.y[1] - plane.y[0]))
        inward = QPointF(46, 0) if w < low else QPointF(-46, 0)
        ink.arrow(side + inward, side, "err", 3)
        text = f"step {path.left_at}: w = {format_number(w, 4)} left the picture; the axes stay"
        ink.patch(QPointF(plane.area.center().x(), plane.area.top() + 110), text, "title", "err")

    def _paint_data(self, ink: Ink, box: QRectF, w: float) -> None:
        ink.box(box, "card", "line")
        plane = Plane(box.adjusted(6, 6, -6, -6), (-2.0, 2.0), (-4.0, 4.0))
        ink.painter.save()
        plane.clip(ink)
        ink.pen("series2", 2)
        ink.line(plane.at(-2, -2 * w), plane.at(2, 2 * w))
        for x, y in zip(X, Y, strict=True):
            ink.dot(plane.at(float(x), float(y)), 2.5, "ink", "card")
        ink.painter.restore()

    def _paint_small(self, ink: Ink, box: QRectF, shown: Shown, other: tuple[str, float, Path]) -> None:
        name, rate, path = other
        self._small.append((box, rate))
        is_chosen = abs(rate - shown.rate) < 1e-9
        ink.box(box, "card", "ink" if is_chosen else "line", width=2 if is_chosen else 1)
        ink.text(QRectF(box.left() + 12, box.top() + 8, box.width() - 24, 18), name, "title", "ink")
        ink.text(QRectF(box.left() + 12, box.top() + 8, box.width() - 24, 18), f"η {format_number(rate, 3)}",
                 "number", "ink3", RIGHT)  # fmt: skip
        plane = Plane(box.adjusted(12, 32, -12, -12), shown.curve.span, (0, shown.curve.top))
        w = np.linspace(*shown.curve.span, 49)
        plane.curve(ink, w, shown.curve.loss(w), "line2", 1.5)
        at = min(shown.step, len(path.w) - 1)
        self._paint_steps(ink, plane, path, at)
        if path.left_at >= 0 and shown.step >= path.left_at:
            ink.patch(QPointF(box.center().x(), box.center().y() + 8), f"left at step {path.left_at}", "caption", "err")
        else:
            ink.dot(plane.at(float(path.w[at]), float(path.loss[at])), 5, "ink", "card")

    def _paint_loss(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        ink.at(QPointF(area.left() - 12, area.top() - 16), "J against the step", "title", "ink")
        plane = Plane(area, (0, shown.steps), (0, shown.curve.top))
        plane.grid(ink)
        count = min(shown.step + 1, len(shown.path.loss))
        loss = shown.path.loss[:count]
        plane.curve(ink, np.arange(count), loss, "series2", 2)
        inside = float(loss[-1]) <= shown.curve.top
        y = plane.py(float(loss[-1])) if inside else area.top() + 6
        token = "ink" if inside else "err"
        ink.at(QPointF(plane.px(count - 1) + 8, y), format_number(float(loss[-1]), 4), "number", token)
