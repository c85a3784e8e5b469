"""The picture of 1-D convolution: the series, one window taken apart, and the output as far as it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF

from app.lab.board import Board, Handle
from app.lab.ink import CENTRE, HANDLE, LEFT, RIGHT, Ink, Plane
from app.plots.scale import labels, ticks
from app.text import TIMES, format_number
from app.theme import Look
from engine.explain.convolution_1d_3d import SeriesConvolution
from engine.explain.nile import FIRST, UNIT

LEFT_EDGE, RIGHT_EDGE = 64.0, 24.0  # px beside the planes
PARTS = (0.34, 0.26, 0.40)  # of the height: series, window, output
HEAD, FOOT = 36.0, 26.0  # px above and below a plane
SIGN = 34.0  # px between the charts of a window


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        done: outputs that are known; the newest one is taken apart.
        limit: of the weights' axis.
    """

    convolution: SeriesConvolution
    done: int
    limit: float

    @property
    def place(self) -> int:
        """The output taken apart; the first before any."""
        return max(0, self.done - 1)


class SeriesBoard(Board):
    """Handles: "w0" .. on the weights."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "A kernel slides along a series")
        self._shown: Shown | None = None
        self._weights = Plane(QRectF(0, 0, 1, 1), (0, 1), (-1, 1))

    def show_series(self, shown: Shown) -> None:
        """Draw another moment or kernel."""
        self._shown = shown
        z = shown.convolution.z
        said = f", the newest is {format_number(float(z[shown.place]))}" if shown.done else ""
        self.describe(f"{shown.done} of {len(z)} outputs are known{said}")

    def weight_at(self, place: QPointF) -> float:
        """What a weight's handle means at a place."""
        return self._weights.back(place)[1]

    def step_at(self, place: QPointF) -> int:
        """The output under a place of the lower plane, or of the series; −1 elsewhere."""
        shown = self._shown
        if shown is None:
            return -1
        for plane in (self._series_plane(shown), self._output_plane(shown)):
            if plane.area.contains(place):
                middle = (len(shown.convolution.weights) - 1) / 2
                return round(plane.back(place)[0] - FIRST - middle + shown.convolution.padded[0])
        return -1

    def paint(self, ink: Ink) -> None:
        """Draw the three parts, from above."""
        shown = self._shown
        if shown is None:
            return
        self._paint_series(ink, shown)
        self._paint_window(ink, shown)
        self._paint_output(ink, shown)

    def _area(self, part: int) -> QRectF:
        top = self.height() * sum(PARTS[:part])
        high = self.height() * PARTS[part] - HEAD - FOOT
        return QRectF(LEFT_EDGE, top + HEAD, self.width() - LEFT_EDGE - RIGHT_EDGE, max(40.0, high))

    def _series_plane(self, shown: Shown) -> Plane:
        x = shown.convolution.x
        room = 0.08 * float(np.ptp(x))
        return Plane(self._area(0), _years(shown), (float(x.min()) - room, float(x.max()) + room))

    def _output_plane(self, shown: Shown) -> Plane:
        z = shown.convolution.z
        low, high = float(z.min()), float(z.max())
        room = 0.1 * (high - low or 1.0)
        return Plane(self._area(2), _years(shown), (low - room, high + room))

    def _paint_series(self, ink: Ink, shown: Shown) -> None:
        convolution, plane = shown.convolution, self._series_plane(shown)
        ink.at(QPointF(LEFT_EDGE - 40, plane.area.top() - 22), "Flow of the Nile at Aswan", "title", "ink")
        ink.at(QPointF(LEFT_EDGE + 134, plane.area.top() - 22), UNIT, "caption", "ink3")
        first, taps = convolution.first(shown.place), len(convolution.weights)
        self._paint_band(ink, plane, FIRST + first - 0.5, FIRST + first + taps - 0.5)
        _hairlines(ink, plane)
        years = FIRST + np.arange(len(convolution.x))
        _segments(ink, plane.points(years, convolution.x), "ink3", 1.5)
        dot = QRectF(-3, -3, 6, 6)
        for step in range(max(0, first), min(first + taps, len(convolution.x))):
            ink.painter.fillRect(dot.translated(plane.at(FIRST + step, float(convolution.x[step]))), ink.color("ink"))

    def _paint_band(self, ink: Ink, plane: Plane, start: float, end: float) -> None:
        left, right = max(plane.px(start), plane.area.left() - 12), min(plane.px(end), plane.area.right() + 12)
        band = QRectF(left, plane.area.top(), right - left, plane.area.height())
        ink.fill(band, "raised", 0.7)
        ink.pen("ink", 2)
        ink.painter.drawRoundedRect(band, 3, 3)

    def _paint_window(self, ink: Ink, shown: Shown) -> None:
        """Values, weights and products of one window, as bars."""
        convolution, area = shown.convolution, self._area(1)
        values, weights = convolution.window(shown.place), convolution.weights
        products = values * weights
        wide = (area.width() - 2 * SIGN - 96) / 3
        places = [QRectF(area.left() + at * (wide + SIGN), area.top(), wide, area.height()) for at in range(3)]
        limit = float(np.abs(products).max()) or 1.0
        span = (-0.5, len(weights) - 0.5)
        scales = ((0.0, float(convolution.x.max()) * 1.05), (-shown.limit, shown.limit), (-limit, limit))
        names = (f"window {_window_years(shown)}", "kernel, drag it", "products")
        for at, (place, scale, name, bars) in enumerate(
            zip(places, scales, names, (values, weights, products), strict=True)
        ):
            plane = Plane(place, span, scale)
            ink.at(QPointF(place.left(), place.top() - 16), name, "caption", "ink3")
            self._paint_bars(ink, plane, bars, "ink3" if at == 0 else "")
            if at == 1:
                self._place_weights(ink, plane, weights)
        for place, sign in zip(places[1:], (TIMES, "="), strict=True):
            ink.text(QRectF(place.left() - SIGN, place.top(), SIGN, place.height()), sign, "heading", "ink2", CENTRE)
        end = QRectF(places[2].right() + 10, area.center().y() - 20, 90, 20)
        ink.text(end, "Σ = z", "caption", "ink3", LEFT)
        z = format_number(float(products.sum())) if shown.done else "?"
        ink.text(end.translated(0, 20), z, "result", "ink", LEFT)

    def _paint_bars(self, ink: Ink, plane: Plane, bars: np.ndarray, token: str) -> None:
        zero, wide = plane.py(0), max(2.0, plane.area.width() / len(bars) * 0.7)
        for at, value in enumerate(bars.tolist()):
            top = plane.py(value)
            bar = QRectF(plane.px(at) - wide / 2, min(top, zero), wide, abs(zero - top))
            ink.fill(bar, token or ("pos" if value >= 0 else "neg"))
        ink.pen("line2")
        ink.line(QPointF(plane.area.left(), zero), QPointF(plane.area.right(), zero))

    def _place_weights(self, ink: Ink, plane: Plane, weights: np.ndarray) -> None:
        self._weights = plane
        is_crowded = plane.area.width() / len(weights) < 2.5 * HANDLE
        for at, weight in enumerate(weights.tolist()):
            id, place, says = f"w{at}", plane.at(at, weight), f"weight {at}: {format_number(weight, 3)}"
            if not is_crowded or (self.hasFocus() and id == self.current):
                self.place(ink, id, place, says)
            else:
                self.handles[id] = Handle(id, place, says)
                ink.dot(place, 4, "ink")

    def _paint_output(self, ink: Ink, shown: Shown) -> None:
        """Each output stands below the middle of its window."""
        convolution, plane, done = shown.convolution, self._output_plane(shown), shown.done
        ink.at(QPointF(LEFT_EDGE - 40, plane.area.top() - 22), "Output z", "title", "ink")
        ink.at(QPointF(LEFT_EDGE + 24, plane.area.top() - 22), "each below the middle of its window", "caption", "ink3")
        _hairlines(ink, plane)
        for year in range(1880, 1971, 10):
            ink.at(QPointF(plane.px(year), plane.area.bottom() + 12), str(year), "axis", "ink3", CENTRE)
        if not done:
            return
        middle = FIRST + (len(convolution.weights) - 1) / 2 - convolution.padded[0]
        years = middle + np.arange(done)
        places = plane.points(years, convolution.z[:done])
        _segments(ink, places, "series2", 2)
        best = int(np.argmax(convolution.z[:done]))
        ink.dot(places[-1], 5, "ink")
        ink.dot(places[best], 4, "series2")
        ink.at(places[best] + QPointF(0, -13), format_number(float(convolution.z[best])), "axis", "series2", CENTRE)


def _segments(ink: Ink, points: Sequence[QPointF], token: str, width: float) -> None:
    """A jagged line, segment by segment: as one line Qt takes twenty times as long."""
    ink.pen(token, width)
    ink.painter.drawLines([QLineF(a, b) for a, b in pairwise(points)])


def _years(shown: Shown) -> tuple[float, float]:
    return (FIRST, FIRST + len(shown.convolution.x) - 1)


def _window_years(shown: Shown) -> str:
    first = FIRST + shown.convolution.first(shown.place)
    return f"{first} to {first + len(shown.convolution.weights) - 1}"


def _hairlines(ink: Ink, plane: Plane) -> None:
    values = ticks(*plane.y, max(3, int(plane.area.height() / 40)))
    for value, text in zip(values, labels(values), strict=True):
        row = round(plane.py(value)) + 0.5
        ink.pen("line2" if value == 0 else "line")
        ink.line(QPointF(plane.area.left(), row), QPointF(plane.area.right(), row))
        ink.at(QPointF(plane.area.left() - 8, row), text, "axis", "ink3", RIGHT)
