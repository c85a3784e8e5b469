"""The picture of training from scratch: the five steps, points with boundary and units' lines, the cost."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink, Plane
from app.text import count, format_number
from app.theme import Look, color_image
from engine.explain.neuron import Line, crossing
from engine.explain.shallow_net import PHASES, Net, forward

SPAN = (-2.4, 2.4)
FIELD = 56  # cells along a side of the field of answers
CLASSES = ("neg", "pos")
SAYS = {
    "initialise": "random weights",
    "forward": "Z and A",
    "cost": "mean loss",
    "backward": "gradients",
    "update": "one step down",
}
SPACING = 9.0  # px between two points painted in one stroke


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        net: None before the first step.
        phase: index into PHASES; −1 before the first step.
        costs: of every iteration so far.
        x, y: points (sample, 2) and labels (sample,).
        tool: what the mouse does: "", "0", "1" or "erase".
        message: why nothing can be trained; empty where it can.
    """

    net: Net | None
    phase: int
    iteration: int
    costs: np.ndarray
    x: np.ndarray
    y: np.ndarray
    tool: str
    message: str = ""


class ShallowNetBoard(Board):
    """No handles: the mouse paints points.

    Attributes:
        painted: x, y of a point to add, or to erase around.
    """

    painted = Signal(float, float)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Training from scratch: points, decision boundary and cost")
        self._shown: Shown | None = None
        self._plane = Plane(QRectF(0, 0, 1, 1), SPAN, SPAN)
        self._last = QPointF(-99, -99)

    def show_training(self, shown: Shown) -> None:
        """Draw another moment."""
        self._shown = shown
        last = f", cost {format_number(float(shown.costs[-1]), 4)}" if len(shown.costs) else ""
        self.describe(shown.message or f"{count(len(shown.x))} points, iteration {count(shown.iteration)}{last}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Paint a point."""
        self._last = QPointF(-99, -99)
        self._stroke(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Paint along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._stroke(event)
        shown = self._shown
        paints = shown is not None and bool(shown.tool) and self._plane.area.contains(event.position())
        self.setCursor(Qt.CursorShape.CrossCursor if paints else Qt.CursorShape.ArrowCursor)

    def paint(self, ink: Ink) -> None:
        """Draw the steps, the plane and the cost."""
        shown = self._shown
        if shown is None:
            return
        steps = QRectF(16, 12, self.width() - 32, 58)
        ink.still(("steps", shown.phase), steps, lambda still: self._paint_steps(still, steps, shown))
        side = min(self.height() - 128.0, self.width() * 0.60)
        area = QRectF(44, 88, side, side)
        self._plane = Plane(area, SPAN, SPAN)
        self._paint_plane(ink, shown)
        right = QRectF(area.right() + 64, area.top() + 18, self.width() - area.right() - 92, side * 0.46)
        self._paint_cost(ink, right, shown)
        if shown.net is not None and not shown.message:
            below = QRectF(
                right.left() - 20, right.bottom() + 56, right.width() + 28, area.bottom() - right.bottom() - 56
            )
            self._paint_net(ink, below, shown.net)

    def _stroke(self, event: QMouseEvent) -> None:
        place = event.position()
        if not self.is_movable or not self._plane.area.contains(place):
            return
        if (place - self._last).manhattanLength() >= SPACING:
            self._last = place
            self.painted.emit(*self._plane.back(place))

    def _paint_steps(self, ink: Ink, box: QRectF, shown: Shown) -> None:
        wide = (box.width() - 4 * 14) / len(PHASES)
        for place, phase in enumerate(PHASES):
            cell = QRectF(box.left() + place * (wide + 14), box.top(), wide, box.height())
            is_now = place == shown.phase
            ink.box(cell, "raised" if is_now else "card", "ink" if is_now else "line", 8, 2 if is_now else 1)
            title = f"{place + 1}  {phase}"
            ink.text(
                QRectF(cell.left() + 10, cell.top() + 8, wide - 16, 18), title, "title", "ink" if is_now else "ink2"
            )
            ink.text(QRectF(cell.left() + 10, cell.top() + 30, wide - 16, 18), SAYS[phase], "caption", "ink3")
            if place + 1 < len(PHASES):
                y = cell.center().y()
                ink.arrow(QPointF(cell.right() + 1, y), QPointF(cell.right() + 13, y), "edge")

    def _paint_plane(self, ink: Ink, shown: Shown) -> None:
        plane, net = self._plane, shown.net
        if net is not None:
            self._paint_field(ink, net)
        plane.grid(ink, "", "", 5)
        ink.painter.save()
        plane.clip(ink)
        if net is not None:
            self._paint_units(ink, net)
        key = ("points", shown.x.tobytes(), shown.y.tobytes())
        ink.still(key, plane.area, lambda still: _paint_points(still, plane, shown))
        ink.painter.restore()
        if shown.message:
            ink.patch(plane.area.center(), shown.message, "title", "warn")

    def _paint_field(self, ink: Ink, net: Net) -> None:
        """Colours of both classes by probability, stronger where the net is surer, and the boundary between."""
        p = field(net)
        ground = np.array(_rgb(ink, "canvas"), float)
        colors = np.array([_rgb(ink, name) for name in CLASSES], float)
        sure = np.abs(p - 0.5)[..., None] * 2
        mixed = ground + (colors[(p > 0.5).astype(int)] - ground) * (0.06 + 0.34 * sure)
        ink.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ink.painter.drawImage(self._plane.area, color_image(mixed[::-1].astype(np.uint8)))

    def _paint_units(self, ink: Ink, net: Net) -> None:
        """Where each hidden unit's sum is 0: its own straight boundary; stronger where its output counts more."""
        plane = self._plane
        if not net.units:
            lines = [(Line((float(net.w2[0, 0]), float(net.w2[1, 0])), float(net.b2[0])), 1.0)]
        else:
            most = float(np.abs(net.w2).max()) or 1.0
            lines = [
                (Line((float(w[0]), float(w[1])), float(b)), float(v) / most)
                for w, b, v in zip(net.w1.T, net.b1, net.w2[:, 0], strict=True)
            ]
        for line, weight in lines:
            ends = crossing(line, *SPAN)
            if ends is not None:
                ink.pen("ink", 1 + 1.5 * abs(weight), (5, 4), 0.25 + 0.6 * abs(weight))
                ink.line(plane.at(*ends[0]), plane.at(*ends[1]))

    def _paint_cost(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        ink.at(QPointF(area.left() - 20, area.top() - 24), "cost against the iteration", "title", "ink")
        costs = shown.costs
        plane = Plane(area, (0, max(20.0, float(len(costs)))), (0, max(0.8, float(costs.max()) if len(costs) else 0.8)))
        plane.grid(ink, most=3)
        if not len(costs):
            return
        every = max(1, len(costs) // 300)
        places = np.unique(np.concatenate([np.arange(0, len(costs), every), [len(costs) - 1]]))
        plane.curve(ink, places.astype(float), costs[places], "series2", 2)
        ink.at(QPointF(area.right(), area.top() - 6), format_number(float(costs[-1]), 4), "number", "ink", RIGHT)

    def _paint_net(self, ink: Ink, box: QRectF, net: Net) -> None:
        """The net itself: inputs, hidden units, output; edges as wide as their weights."""
        if box.height() < 60:
            return
        names = [["x₁", "x₂"], [str(unit) for unit in range(net.units)], ["p"]]
        layers = [layer for layer in names if layer]
        columns = []
        for place, layer in enumerate(layers):
            x = box.left() + 16 + (box.width() - 32) * place / (len(layers) - 1)
            pitch = min(34.0, (box.height() - 10) / len(layer))
            columns.append(
                [QPointF(x, box.center().y() + (k - (len(layer) - 1) / 2) * pitch) for k in range(len(layer))]
            )
        for kernel, before, after in zip(
            [net.w1, net.w2] if net.units else [net.w2], columns, columns[1:], strict=False
        ):
            most = float(np.abs(kernel).max()) or 1.0
            for i, start in enumerate(before):
                for j, end in enumerate(after):
                    w = float(kernel[i, j])
                    ink.pen("pos" if w >= 0 else "neg", 0.6 + 2.6 * abs(w) / most, alpha=0.8)
                    ink.line(start, end)
        for layer, column in zip(layers, columns, strict=True):
            for name, at in zip(layer, column, strict=True):
                ink.dot(at, 9, "card", "ctl")
                ink.text(QRectF(at.x() - 9, at.y() - 9, 18, 18), name, "heat", "ink", CENTRE)


def field(net: Net, side: int = FIELD) -> np.ndarray:
    """What the net says at the middle of each cell of the plane, (row, column), the lowest row first."""
    middles = np.linspace(*SPAN, side, endpoint=False) + (SPAN[1] - SPAN[0]) / side / 2
    x, y = np.meshgrid(middles, middles)
    return np.asarray(forward(net, np.stack([x.ravel(), y.ravel()], axis=1)).a2.reshape(side, side))


def _paint_points(ink: Ink, plane: Plane, shown: Shown) -> None:
    for (x1, x2), label in zip(shown.x, shown.y, strict=True):
        at = plane.at(float(x1), float(x2))
        if label:
            ink.painter.setPen(ink.color("canvas"))
            ink.painter.setBrush(ink.color(CLASSES[1]))
            ink.painter.drawRect(QRectF(at.x() - 3.2, at.y() - 3.2, 6.4, 6.4))
        else:
            ink.dot(at, 3.6, CLASSES[0])


def _rgb(ink: Ink, name: str) -> tuple[int, int, int]:
    color = ink.color(name)
    return color.red(), color.green(), color.blue()
