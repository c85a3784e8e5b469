"""The picture of a neuron: the unit with its handles above, the line in the plane below."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink, Plane
from app.text import fixed
from app.theme import Look
from engine.explain.neuron import CORNERS, GATES, Line, Visit, activate, crossing

SPAN = (-0.5, 1.5)
RANGES = {"x1": (-0.5, 1.5), "x2": (-0.5, 1.5), "w1": (-4.0, 4.0), "w2": (-4.0, 4.0), "b": (-4.0, 4.0)}
NAMES = {"x1": "x₁", "x2": "x₂", "w1": "w₁", "w2": "w₂", "b": "b"}
ARROW = 0.22  # of the plane per unit of weight: the arrow of w is drawn shorter than it is
CLASSES = ("neg", "pos")


@dataclass(frozen=True)
class Shown:
    """What is drawn: input, line, sum, output, and the corner that the last correction looked at."""

    x: tuple[float, float]
    line: Line
    z: float
    y: float
    activation: str
    gate: str
    visit: Visit | None = None


class NeuronBoard(Board):
    """Handles: x1, x2, w1, w2, b on their tracks; in the plane x, the tip of w, and the line itself."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Neuron: inputs, weights, bias, and the line it draws")
        self._shown = Shown((1.0, 0.0), Line((1.0, 1.0), -0.5), 0.5, 1.0, "step", "AND")
        self._tracks: dict[str, QRectF] = {}
        self._plane = Plane(QRectF(0, 0, 1, 1), SPAN, SPAN)

    def show_neuron(self, shown: Shown) -> None:
        """Draw another state."""
        self._shown = shown
        (w1, w2), b = shown.line.w, shown.line.b
        self.describe(f"z = {fixed(shown.z, 2)}, y = {fixed(shown.y, 2)}; w = ({w1:.2f}, {w2:.2f}), b = {b:.2f}")

    def value_of(self, id: str, place: QPointF) -> tuple[float, float]:
        """What a handle means at a place: a value on its track (twice), or a point of the plane."""
        if id in self._tracks:
            track, (low, high) = self._tracks[id], RANGES[id]
            value = low + (track.bottom() - place.y()) / track.height() * (high - low)
            return value, value
        x, y = self._plane.back(place)
        if id == "w":
            origin = self._middle()
            return (x - origin[0]) / ARROW, (y - origin[1]) / ARROW
        return x, y

    def paint(self, ink: Ink) -> None:
        """Draw both halves."""
        height = max(176.0, self.height() * 0.40)
        self._paint_unit(ink, QRectF(0, 0, self.width(), height))
        below = QRectF(0, height, self.width(), self.height() - height)
        side = min(below.height() - 52, below.width() - 260)
        area = QRectF(max(64.0, below.center().x() - side / 2 - 60), below.top() + 14, side, side)
        self._plane = Plane(area, SPAN, SPAN)
        self._paint_plane(ink)
        self._paint_legend(ink, QRectF(area.right() + 24, area.top(), self.width() - area.right() - 32, side))

    def _paint_unit(self, ink: Ink, box: QRectF) -> None:
        shown, middle = self._shown, box.center().y() + 6
        columns = [box.left() + box.width() * share for share in (0.12, 0.33, 0.52, 0.70, 0.88)]
        rows = (middle - box.height() * 0.25, middle + box.height() * 0.25)
        total, curve = QPointF(columns[2], middle), QPointF(columns[3], middle)
        output = QPointF(columns[4], middle)
        for place, name in enumerate(("1", "2")):
            start = QPointF(columns[0], rows[place])
            weight, value = shown.line.w[place], shown.x[place]
            product = weight * value
            ink.pen("pos" if weight >= 0 else "neg", 1.5 + 1.4 * abs(weight))
            ink.line(start + QPointF(20, 0), total + QPointF(-25, -5 + 10 * place))
            self._track(ink, f"x{name}", start, value, "ink", 52)
            between = QPointF(columns[1], start.y() + (middle - start.y()) * 0.36)
            self._track(ink, f"w{name}", between, weight, "pos" if weight >= 0 else "neg", 56)
            at = QPointF((columns[1] + columns[2]) / 2 + 8, (start.y() + middle) / 2 + (-14 if place == 0 else 14))
            ink.patch(at, f"{fixed(product, 2)}", "number", "pos" if product >= 0 else "neg")
        bias = QPointF(columns[2], box.top() + 40)
        ink.pen("pos" if shown.line.b >= 0 else "neg", 1.5 + 1.4 * abs(shown.line.b))
        ink.line(bias + QPointF(0, 20), total - QPointF(0, 26))
        self._track(ink, "b", bias, shown.line.b, "pos" if shown.line.b >= 0 else "neg", 44)
        self._paint_nodes(ink, total, curve, output)

    def _paint_nodes(self, ink: Ink, total: QPointF, curve: QPointF, output: QPointF) -> None:
        shown = self._shown
        ink.arrow(total + QPointF(26, 0), curve - QPointF(34, 0), "edge")
        ink.arrow(curve + QPointF(34, 0), output - QPointF(26, 0), "edge")
        ink.box(QRectF(total.x() - 25, total.y() - 25, 50, 50), "card", "line2", 25, 1.5)
        ink.text(QRectF(total.x() - 25, total.y() - 25, 50, 50), "Σ", "numberLarge", "ink", CENTRE)
        ink.at(total + QPointF(0, 40), f"z = {fixed(shown.z, 2)}", "number", "ink", CENTRE)
        box = QRectF(curve.x() - 32, curve.y() - 28, 64, 56)
        ink.box(box, "card", "line2", 6, 1.5)
        _paint_activation(ink, box.adjusted(6, 6, -6, -6), shown)
        ink.at(curve + QPointF(0, 43), shown.activation, "caption", "ink3", CENTRE)
        ink.box(QRectF(output.x() - 25, output.y() - 25, 50, 50), "card", "ink", 25, 2)
        ink.text(QRectF(output.x() - 25, output.y() - 25, 50, 50), fixed(shown.y, 2), "result", "ink", CENTRE)
        ink.at(output + QPointF(0, 40), "y = g(z)", "number", "ink3", CENTRE)

    def _track(self, ink: Ink, id: str, middle: QPointF, value: float, token: str, tall: float) -> None:
        """A short vertical slider with its name and value."""
        low, high = RANGES[id]
        track = QRectF(middle.x() - 2, middle.y() - tall / 2, 4, tall)
        ink.fill(track.adjusted(-26, -10, 62, 10), "canvas", 1.0, 6)
        ink.fill(track, "line2", radius=2)
        zero = track.bottom() - (0 - low) / (high - low) * tall
        ink.fill(QRectF(track.left() - 4, zero - 0.5, 12, 1), "ctl")
        self._tracks[id] = track
        place = QPointF(middle.x(), track.bottom() - (value - low) / (high - low) * tall)
        ink.at(middle + QPointF(-15, 0), NAMES[id], "title", "ink3", RIGHT)
        ink.at(middle + QPointF(15, 0), fixed(value, 2), "number", token)
        self.place(ink, id, place, f"{id} = {fixed(value, 2)}, from {low:g} to {high:g}", token)

    def _paint_plane(self, ink: Ink) -> None:
        shown, plane = self._shown, self._plane
        self._paint_sides(ink)
        plane.grid(ink, "x₁", "x₂", 4)
        ends = crossing(shown.line, *SPAN)
        if ends is not None:
            ink.pen("ink", 2)
            ink.line(plane.at(*ends[0]), plane.at(*ends[1]))
        for place, (x1, x2) in enumerate(CORNERS):
            self._paint_corner(ink, plane.at(x1, x2), GATES[shown.gate][place], place)
        middle = self._middle()
        tip = (middle[0] + shown.line.w[0] * ARROW, middle[1] + shown.line.w[1] * ARROW)
        ink.arrow(plane.at(*middle), plane.at(*tip), "ink", 2)
        ink.at(plane.at(*tip) + QPointF(12, -10), "w", "title", "ink")
        self.place(ink, "w", plane.at(*tip), "the weights: the arrow points to the side where z > 0")
        foot = self._foot()
        if foot is not None:
            self.place(ink, "line", plane.at(*foot), "the line w·x + b = 0: dragging it changes the bias")
        at = plane.at(*shown.x)
        self.place(ink, "x", at, f"the input, x = ({fixed(shown.x[0], 2)}, {fixed(shown.x[1], 2)})", "series1")
        ink.at(at + QPointF(14, 12), "x", "title", "series1")

    def _paint_sides(self, ink: Ink) -> None:
        """Shade the half plane where z > 0 in the colour of 1, the other in that of 0."""
        plane, line = self._plane, self._shown.line
        ink.painter.save()
        plane.clip(ink)
        ink.fill(plane.area, CLASSES[0], 0.10)
        norm = float(np.hypot(*line.w))
        if norm > 1e-9:
            n = np.array(line.w) / norm
            foot, along = -n * line.b / norm, np.array([-n[1], n[0]])
            corners = [foot + 9 * along, foot - 9 * along, foot - 9 * along + 9 * n, foot + 9 * along + 9 * n]
            ink.painter.setPen(ink.color("canvas", 0))
            ink.painter.setBrush(ink.theme.color("canvas"))
            polygon = QPolygonF([plane.at(*corner) for corner in corners])
            ink.painter.drawPolygon(polygon)
            ink.painter.setBrush(ink.color(CLASSES[1], 0.16))
            ink.painter.drawPolygon(polygon)
        elif line.b > 0:
            ink.fill(plane.area, CLASSES[1], 0.16)
        ink.painter.restore()

    def _paint_corner(self, ink: Ink, at: QPointF, target: int, place: int) -> None:
        visit = self._shown.visit
        if visit is not None and visit.corner == place:
            ink.pen("ink" if visit.output == visit.target else "warn", 2, (3, 3))
            ink.painter.drawEllipse(at, 18, 18)
        if target:
            ink.painter.setPen(ink.color("canvas"))
            ink.painter.setBrush(ink.color(CLASSES[1]))
            ink.painter.drawRect(QRectF(at.x() - 7, at.y() - 7, 14, 14))
        else:
            ink.dot(at, 8, CLASSES[0])
        ink.text(QRectF(at.x() - 8, at.y() - 8, 16, 16), str(target), "heat", "onink", CENTRE)

    def _paint_legend(self, ink: Ink, box: QRectF) -> None:
        shown = self._shown
        ink.text(QRectF(box.left(), box.top(), box.width(), 20), f"Wanted: {shown.gate}", "title", "ink")
        for row, (token, text) in enumerate(((CLASSES[1], "1, where z > 0"), (CLASSES[0], "0, where z ≤ 0"))):
            y = box.top() + 34 + 24 * row
            ink.fill(QRectF(box.left(), y - 6, 12, 12), token, radius=2 if row == 0 else 6)
            ink.text(QRectF(box.left() + 20, y - 10, box.width() - 20, 20), text)
        visit = shown.visit
        if visit is None:
            return
        x1, x2 = CORNERS[visit.corner]
        right = visit.output == visit.target
        lines = [f"Looked at ({x1:.0f}, {x2:.0f})", f"said {visit.output}, wanted {visit.target}"]
        lines.append("the line stays" if right else "the line moves")
        for row, text in enumerate(lines):
            token = "ink2" if right or row < 2 else "warn"
            ink.text(QRectF(box.left(), box.top() + 92 + 20 * row, box.width(), 20), text, "body", token)

    def _middle(self) -> tuple[float, float]:
        """Where the arrow of w begins: the foot of the line, or the middle of the plane."""
        return self._foot() or (0.5, 0.5)

    def _foot(self) -> tuple[float, float] | None:
        """The point of the line nearest to the middle of the plane, where it is in sight."""
        (w1, w2), b = self._shown.line.w, self._shown.line.b
        square = w1 * w1 + w2 * w2
        if square < 1e-12:
            return None
        away = (w1 * 0.5 + w2 * 0.5 + b) / square
        foot = 0.5 - away * w1, 0.5 - away * w2
        return foot if all(SPAN[0] <= value <= SPAN[1] for value in foot) else None


def _paint_activation(ink: Ink, box: QRectF, shown: Shown) -> None:
    z = np.linspace(-4, 4, 81)
    y = activate(shown.activation, z)
    high = float(max(1.0, np.max(y)))
    plane = Plane(box, (-4, 4), (min(-0.15, float(np.min(y))), high))
    ink.pen("line2")
    ink.line(plane.at(-4, 0), plane.at(4, 0))
    ink.line(plane.at(0, plane.y[0]), plane.at(0, plane.y[1]))
    plane.curve(ink, z, y, "ink2", 1.5)
    at = min(max(shown.z, -4.0), 4.0)
    ink.dot(plane.at(at, float(activate(shown.activation, np.array(at)))), 3.5, "ink", "card")
