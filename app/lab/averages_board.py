"""The picture of averages: a noisy series with its average, and below it the weight of every value."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.lab.board import Board
from app.lab.dashes import paint_dashes
from app.lab.ink import RIGHT, Ink, Plane
from app.text import fixed
from app.theme import Look
from engine.explain.averages import shares, window

BELOW = 0.27  # of the height, for the weights
MARGIN = 0.08  # of the values' range, above and below


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        values: the series (value,).
        raw, corrected: its averages (value,).
        at: values taken so far.
        beta: of the average.
        is_corrected: which of the two is the main line.
    """

    values: np.ndarray
    raw: np.ndarray
    corrected: np.ndarray
    at: int
    beta: float
    is_corrected: bool

    @property
    def main(self) -> np.ndarray:
        """The average that is asked for."""
        return self.corrected if self.is_corrected else self.raw


class AveragesBoard(Board):
    """Handle: "window", the left end of the window, which sets β."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "A noisy series and its exponentially weighted average")
        self._shown: Shown | None = None
        self._plane = Plane(QRectF(0, 0, 1, 1), (0, 1), (0, 1))

    def show_average(self, shown: Shown) -> None:
        """Draw another moment or β."""
        self._shown = shown
        last = float(shown.main[shown.at - 1]) if shown.at else 0.0
        self.describe(f"After {shown.at} values the average is {fixed(last, 3)}; beta {fixed(shown.beta, 3)}")

    def window_at(self, place: QPointF) -> float:
        """How many values the window has with its end at a place."""
        at = self._shown.at if self._shown is not None else 0
        return at - self._plane.back(place)[0]

    def paint(self, ink: Ink) -> None:
        """Draw series, averages, window and weights."""
        shown = self._shown
        if shown is None:
            return
        wide, high = self.width() - 84, self.height()
        upper = high * (1 - BELOW)
        low, top = float(min(0.0, shown.values.min())), float(shown.values.max())
        room = MARGIN * (top - low)
        self._plane = Plane(QRectF(56, 44, wide, upper - 88), (0, len(shown.values)), (low - room, top + room))
        ink.at(QPointF(56, 16), "The series, and its average so far", "title", "ink")
        self._paint_window(ink, shown)
        self._plane.grid(ink, "value", "y")
        self._paint_points(ink, shown)
        self._paint_lines(ink, shown)
        self._paint_weights(ink, QRectF(56, upper + 14, wide, high - upper - 52), shown)
        if shown.at:
            left = max(0.0, shown.at - window(shown.beta))
            handle = QPointF(self._plane.px(left), self._plane.area.bottom())
            self.place(ink, "window", handle, f"Window of {fixed(window(shown.beta), 1)} values; drag to change β")

    def _paint_window(self, ink: Ink, shown: Shown) -> None:
        area = self._plane.area
        left, right = self._plane.px(max(0.0, shown.at - window(shown.beta))), self._plane.px(shown.at)
        ink.fill(QRectF(left, area.top(), max(1.0, right - left), area.height()), "raised", 0.7)
        ink.at(QPointF(left + 4, area.top() + 10), f"1/(1 − β) = {fixed(window(shown.beta), 1)}", "axis", "ink2")

    def _paint_points(self, ink: Ink, shown: Shown) -> None:
        points = self._plane.points(np.arange(1, len(shown.values) + 1), shown.values)
        ink.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for part, alpha in ((points[: shown.at], 0.9), (points[shown.at :], 0.25)):
            shade = ink.color("ink3", alpha)
            for point in part:
                ink.painter.fillRect(QRectF(round(point.x()) - 1, round(point.y()) - 1, 3, 3), shade)
        ink.painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_lines(self, ink: Ink, shown: Shown) -> None:
        steps = np.arange(1, shown.at + 1)
        other = shown.raw if shown.is_corrected else shown.corrected
        places = self._plane.points(steps, other[: shown.at])
        if len(places) > 1:
            paint_dashes(ink, places, "series1", 1.5)
        self._plane.curve(ink, steps, shown.main[: shown.at], "series2", 2.5)
        if shown.at:
            here = self._plane.at(shown.at, float(shown.main[shown.at - 1]))
            ink.dot(here, 5, "series2")
            ink.at(here + QPointF(10, -12), fixed(float(shown.main[shown.at - 1]), 2), "result", "series2")
        names = ("corrected v̂", "not corrected v")
        main, rest = names if shown.is_corrected else names[::-1]
        right = self._plane.area.right()
        ink.text(QRectF(right - 250, 6, 120, 20), f"— {main}", "caption", "series2")
        ink.text(QRectF(right - 130, 6, 130, 20), f"┄ {rest}", "caption", "series1")

    def _paint_weights(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        """One bar per value: its share in the average now."""
        weights = shares(shown.at, shown.beta)
        if shown.is_corrected and shown.at:
            weights = weights / weights.sum()
        highest = max(float(weights.max(initial=0.0)), 1e-9)
        plane = Plane(area, (0, len(shown.values)), (0, highest * 1.1))
        total = f"Weight of each value in it, {fixed(float(weights.sum()), 3)} in all"
        ink.at(QPointF(area.left(), area.top() - 10), total, "title", "ink")
        ink.pen("line2")
        ink.line(QPointF(area.left(), area.bottom()), QPointF(area.right(), area.bottom()))
        begins = shown.at - window(shown.beta)
        bar = max(1.0, area.width() / len(shown.values) - 1)
        strong, weak = ink.color("series2"), ink.color("series2", 0.35)
        for index, weight in enumerate(weights.tolist()):
            x, y = plane.px(index + 1) - bar, plane.py(weight)
            ink.fill(QRectF(x, y, bar, area.bottom() - y), strong if index >= begins else weak)
        ink.at(QPointF(area.left() - 6, area.top() + 4), fixed(highest, 3), "axis", "ink3", RIGHT)
