"""The picture of first weights: histograms per layer of a deep stack, or hidden units as points of their weights."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from app.lab.board import Board
from app.lab.descent.marks import token
from app.lab.ink import CENTRE, RIGHT, Ink, Plane
from app.text import format_number
from app.theme import Look
from engine.explain.initialisation import DEPTH, Signals, Training, spread

BINS = 31
POWERS = (-9.0, 1.0)  # of ten, of the gradients shown
REACH = 2.0  # weights of a unit shown


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        signals: of the stack; None for the view of symmetry.
        training: of the small network; None for the stack.
        at: steps: layers up, then layers down; or steps of training.
        tall: the largest output drawn.
    """

    signals: Signals | None
    training: Training | None
    at: int
    tall: float = 1.0


class InitialisationBoard(Board):
    """Draws one of the two views; nothing is dragged."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "First weights and what becomes of them")
        self._shown: Shown | None = None
        self._bars: tuple[Signals | None, np.ndarray, np.ndarray] = (None, np.zeros(0), np.zeros(0))

    def show_moment(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        if shown.signals is not None and self._bars[0] is not shown.signals:
            self._bars = (shown.signals, *_histograms(shown.signals, shown.tall))
        self.describe(self._sentence(shown))

    def paint(self, ink: Ink) -> None:
        """Draw the view."""
        shown = self._shown
        if shown is None:
            return
        if shown.signals is not None:
            self._paint_stack(ink, shown, shown.signals)
        elif shown.training is not None:
            self._paint_units(ink, shown.at, shown.training)

    def _paint_stack(self, ink: Ink, shown: Shown, signals: Signals) -> None:
        half = self.height() / 2.0
        up, down = min(shown.at, DEPTH), max(0, shown.at - DEPTH)
        tall = shown.tall
        above = Plane(QRectF(64, 44, self.width() - 88, half - 78), (0.5, DEPTH + 0.5), (-tall, tall))
        ink.at(QPointF(64, 16), "Outputs of each layer, input at the left", "title", "ink")
        self._paint_axis(ink, above, (-tall, 0.0, tall), "output")
        self._paint_bars(ink, above, self._bars[1], range(up), "series2")
        self._paint_row(ink, above, spread(signals.values), range(up), "σ")
        below = Plane(QRectF(64, half + 34, self.width() - 88, half - 84), (0.5, DEPTH + 0.5), POWERS)
        ink.at(QPointF(64, half + 6), "Gradients of each layer's weights, log₁₀ of their size", "title", "ink")
        self._paint_axis(ink, below, (POWERS[0], -4.0, POWERS[1]), "layer")
        reached = range(DEPTH - down, DEPTH)
        self._paint_bars(ink, below, self._bars[2], reached, "series1")
        for layer in reached:
            if not np.any(signals.gradients[layer]):
                ink.at(below.at(layer + 1, sum(POWERS) / 2), "0", "result", "err", CENTRE)
        ink.at(QPointF(below.area.right(), below.area.bottom() + 26), "layer", "caption", "ink3", RIGHT)

    def _paint_axis(self, ink: Ink, plane: Plane, values: tuple[float, ...], _name: str) -> None:
        for value in values:
            row = round(plane.py(value)) + 0.5
            ink.pen("line2" if value == 0 else "line")
            ink.line(QPointF(plane.area.left(), row), QPointF(plane.area.right(), row))
            ink.at(QPointF(plane.area.left() - 6, row), format_number(value, 2), "axis", "ink3", RIGHT)
        for layer in (1, 5, 10, 15, DEPTH):
            ink.at(QPointF(plane.px(layer), plane.area.bottom() + 10), f"{layer}", "axis", "ink3", CENTRE)

    def _paint_bars(self, ink: Ink, plane: Plane, shares: np.ndarray, layers: range, shade: str) -> None:
        """A sideways histogram per layer, symmetric about its column."""
        wide = plane.area.width() / DEPTH * 0.46
        edges = np.linspace(*plane.y, BINS + 1)
        rows = [plane.py(float(edge)) for edge in edges]
        ink.painter.setBrush(ink.color(shade, 0.85))
        ink.painter.setPen(ink.color(shade, 0.0))
        for layer in layers:
            x = plane.px(layer + 1)
            right = [QPointF(x + wide * share, (rows[n] + rows[n + 1]) / 2) for n, share in enumerate(shares[layer])]
            left = [QPointF(2 * x - point.x(), point.y()) for point in reversed(right)]
            ink.painter.drawPolygon(QPolygonF(right + left))

    def _paint_row(self, ink: Ink, plane: Plane, values: np.ndarray, layers: range, name: str) -> None:
        for layer in layers:
            if layer % 4 == 3 or layer == 0:
                place = QPointF(plane.px(layer + 1), plane.area.top() - 8)
                ink.at(place, f"{name} {format_number(float(values[layer]), 2)}", "axis", "ink2", CENTRE)

    def _paint_units(self, ink: Ink, at: int, training: Training) -> None:
        side = min(self.width() - 120.0, self.height() - 110.0)
        area = QRectF((self.width() - side) / 2, 48, side, side)
        plane = Plane(area, (-REACH, REACH), (-REACH, REACH))
        ink.at(QPointF(area.left(), 16), "Each hidden unit at its two weights", "title", "ink")
        plane.grid(ink, "weight to x₁", "weight to x₂")
        ink.painter.save()
        plane.clip(ink)
        taken: dict[tuple[int, int], int] = {}
        for unit in range(training.units.shape[1]):
            way = training.units[: at + 1, unit]
            places = plane.points(way[:, 0], way[:, 1])
            if len(places) > 1:
                ink.curve(places, token(unit), 2)
            spot = (round(places[-1].x()), round(places[-1].y()))
            taken[spot] = taken.get(spot, 0) + 1
            ink.dot(places[-1], 9 - 1.5 * (taken[spot] - 1), token(unit))
        ink.painter.restore()
        for (x, y), many in taken.items():
            if many > 1:
                ink.patch(QPointF(x + 56, y), f"{many} units")

    def _sentence(self, shown: Shown) -> str:
        if shown.training is not None:
            return f"Step {shown.at}: {shown.training.kinds(shown.at)} different hidden units"
        if shown.signals is None:
            return ""
        sizes = spread(shown.signals.values)
        first, last = (format_number(float(size)) for size in (sizes[0], sizes[-1]))
        return f"Spread of outputs {first} at layer 1, {last} at the last"


def _histograms(signals: Signals, tall: float) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the fullest bin (layer, bin) of outputs, and of log₁₀ of the size of gradients."""
    with np.errstate(divide="ignore"):
        sizes = np.log10(np.abs(signals.gradients))
    return _counted(signals.values, (-tall, tall)), _counted(sizes, POWERS)


def _counted(values: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """What lies beyond the span counts in its last bin; −∞, a gradient of 0, counts nowhere."""
    counts = np.stack(
        [np.histogram(np.clip(layer[np.isfinite(layer)], *span), BINS, span)[0] for layer in values]
    ).astype(float)
    return np.asarray(counts / np.maximum(counts.max(axis=1, keepdims=True), 1))
