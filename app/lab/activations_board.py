"""The picture of activations: curve and derivative with a point on them, softmax as bars, a deep stack below."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink, Plane
from app.text import fixed, format_number
from app.theme import Look
from engine.explain.activation_stack import SATURATED, Stack, slope, tempered, value

SPAN = (-6.0, 6.0)
LOGITS = (-4.0, 4.0)
LEAST = 1e-15  # the smallest gradient the picture can show
POINTS = 121


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        name: of the activation.
        z: where the point is.
        logits: of the softmax.
        stacks: by activation; the shown one is in front.
        passed: layers that the signal has gone through, up and then down, 0 .. 2 × depth.
    """

    name: str
    z: float
    logits: tuple[float, ...]
    temperature: float
    stacks: Mapping[str, Stack]
    passed: int


class ActivationsBoard(Board):
    """Handles: "z" on the curve, "0" .. on the softmax's logits."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Activation: curve, derivative, softmax and a deep stack")
        self._shown: Shown | None = None
        self._curve = Plane(QRectF(0, 0, 1, 1), SPAN, (-1.2, 2.2))
        self._logits: list[QRectF] = []

    def show_activation(self, shown: Shown) -> None:
        """Draw another state."""
        self._shown = shown
        z = np.array(shown.z)
        found = fixed(float(value(shown.name, z)), 3), fixed(float(slope(shown.name, z)), 3)
        self.describe(f"{shown.name} at z = {fixed(shown.z, 2)}: {found[0]}, derivative {found[1]}")

    def value_of(self, id: str, place: QPointF) -> float:
        """What a handle means at a place."""
        if id == "z":
            return self._curve.back(place)[0]
        track, (low, high) = self._logits[int(id)], LOGITS
        share = (track.bottom() - place.y()) / track.height()
        return low + min(max(share, 0.0), 1.0) * (high - low)

    def paint(self, ink: Ink) -> None:
        """Draw the three parts."""
        shown = self._shown
        if shown is None:
            return
        upper = self.height() * 0.56
        wide = self.width() * 0.58
        self._paint_curve(ink, QRectF(52, 40, wide - 68, upper - 72), shown)
        self._paint_softmax(ink, QRectF(wide + 16, 40, self.width() - wide - 40, upper - 48), shown)
        below = QRectF(64, upper + 32, self.width() - 202, self.height() - upper - 72)
        self._paint_stack(ink, below, shown)

    def _paint_curve(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        z = np.linspace(*SPAN, POINTS)
        plane = self._curve = Plane(area, SPAN, (-1.35, 2.35))
        slopes = slope(shown.name, z)
        ink.at(QPointF(area.left(), 18), shown.name, "title", "ink")
        self._paint_saturation(ink, plane, z, np.abs(slopes) < SATURATED)
        plane.grid(ink, "z")
        plane.curve(ink, z, slopes, "series2", 1.5)
        plane.curve(ink, z, value(shown.name, z), "ink", 2)
        at = np.array(shown.z)
        y, d = float(value(shown.name, at)), float(slope(shown.name, at))
        self._paint_tangent(ink, plane, (shown.z, y, d))
        ink.at(QPointF(area.right(), 18), "g(z)", "number", "ink", RIGHT)
        ink.at(QPointF(area.right() - 50, 18), "g′(z)", "number", "series2", RIGHT)
        ink.dot(plane.at(shown.z, d), 4, "series2")
        self.place(ink, "z", plane.at(shown.z, y), f"z = {fixed(shown.z, 2)}, g = {fixed(y, 3)}, g′ = {fixed(d, 3)}")

    def _paint_saturation(self, ink: Ink, plane: Plane, z: np.ndarray, flat: np.ndarray) -> None:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]]).astype(int)))
        for first, last in edges.reshape(-1, 2):
            left, right = plane.px(float(z[first])), plane.px(float(z[last - 1]))
            rect = QRectF(left, plane.area.top(), right - left, plane.area.height())
            ink.fill(rect, "warn", 0.10)
            if rect.width() > 64:
                ink.text(rect.adjusted(6, 0, 0, 0), "saturated" if rect.width() < 150 else "saturated: g′ < 0.05",
                         "caption", "warn", 0x21)  # fmt: skip

    def _paint_tangent(self, ink: Ink, plane: Plane, at: tuple[float, float, float]) -> None:
        z, y, d = at
        ink.painter.save()
        plane.clip(ink)
        ink.pen("series2", 1.5, (4, 3))
        ink.line(plane.at(z - 1.6, y - 1.6 * d), plane.at(z + 1.6, y + 1.6 * d))
        ink.pen("line2", 1, (2, 3))
        ink.line(plane.at(z, y), plane.at(z, d))
        ink.painter.restore()

    def _paint_softmax(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        ink.at(QPointF(area.left(), 18), "softmax", "title", "ink")
        ink.at(QPointF(area.right(), 18), f"temperature {fixed(shown.temperature, 2)}", "number", "ink3", RIGHT)
        shares = tempered(np.array(shown.logits), shown.temperature)
        middle = area.top() + area.height() * 0.46
        tall = area.bottom() - 36 - (middle + 34)
        pitch = area.width() / len(shares)
        self._logits = []
        for place, (logit, share) in enumerate(zip(shown.logits, shares, strict=True)):
            x = area.left() + (place + 0.5) * pitch
            high = (middle - area.top() - 22) * float(share)
            ink.fill(QRectF(x - 16, middle - high, 32, high), "pos", radius=2)
            ink.fill(QRectF(x - 18, middle, 36, 1), "line2")
            ink.at(QPointF(x, middle - high - 10), fixed(float(share), 2), "number", "ink", CENTRE)
            track = QRectF(x - 2, middle + 34, 4, tall)
            self._logits.append(track)
            ink.fill(track, "line2", radius=2)
            ink.fill(QRectF(x - 6, track.center().y() - 0.5, 12, 1), "ctl")
            low, top = LOGITS
            at = QPointF(x, track.bottom() - (logit - low) / (top - low) * track.height())
            ink.at(QPointF(x, track.bottom() + 14), fixed(logit, 1), "number", "ink2", CENTRE)
            self.place(ink, str(place), at, f"logit of class {place}: {fixed(logit, 2)}")
        ink.at(QPointF(area.left(), middle + 14), "logits z, drag them", "caption", "ink3")

    def _paint_stack(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        chosen = shown.stacks[shown.name]
        depth = len(chosen.values)
        going_up = shown.passed <= depth
        what = "outputs, going up" if going_up else "gradient, coming down"
        ink.at(
            QPointF(area.left() - 12, area.top() - 16), f"{depth} layers in a row: size of the {what}", "title", "ink"
        )
        low, high = np.log10(LEAST), 3.0
        plane = Plane(area, (0.5, depth + 0.5), (low, high))
        for power in range(-15, 4, 3):
            row = round(plane.py(power)) + 0.5
            ink.pen("line2" if power == 0 else "line", 1)
            ink.line(QPointF(area.left(), row), QPointF(area.right(), row))
            ink.at(QPointF(area.left() - 6, row), f"1e{power}" if power else "1", "axis", "ink3", RIGHT)
        for name, stack in shown.stacks.items():
            if name != shown.name and not going_up:
                plane.curve(ink, np.arange(1, depth + 1), _powers(stack.gradients), "line2", 1)
        self._paint_layers(ink, plane, chosen, shown.passed)
        ink.at(QPointF(area.left(), area.bottom() + 12), "layer 1", "axis", "ink3")
        ink.at(QPointF(area.right(), area.bottom() + 12), f"layer {depth}", "axis", "ink3", RIGHT)
        if not going_up:
            self._paint_names(ink, plane, shown)

    def _paint_layers(self, ink: Ink, plane: Plane, stack: Stack, passed: int) -> None:
        depth = len(stack.values)
        wide = plane.area.width() / depth * 0.62
        for layer in range(depth):
            down = passed > depth and layer >= 2 * depth - passed
            if not down and layer >= passed:
                continue
            size = stack.gradients[layer] if down else stack.values[layer]
            top, x = plane.py(float(_powers(np.array([size]))[0])), plane.px(layer + 1)
            rect = QRectF(x - wide / 2, top, wide, plane.area.bottom() - top)
            faint = passed > depth and not down
            ink.fill(rect, "ctl" if not down else "series2", 0.35 if faint else 0.9, 2)

    def _paint_names(self, ink: Ink, plane: Plane, shown: Shown) -> None:
        """Name the curves at the left end, where the gradient arrives; those that lie close together share a line."""
        found = sorted(shown.stacks, key=lambda name: -shown.stacks[name].arriving)
        ink.at(QPointF(plane.area.right() + 8, plane.area.top() - 16), "arrives at layer 1", "caption", "ink3")
        lowest = plane.area.top() - 8.0
        for name in found:
            arriving = shown.stacks[name].arriving
            y = max(plane.py(float(_powers(np.array([arriving]))[0])), lowest + 13)
            if y > plane.area.bottom() + 8:
                break
            token = "ink" if name == shown.name else "ink3"
            ink.at(QPointF(plane.area.right() + 8, y), f"{name} {format_number(arriving, 2)}", "axis", token)
            lowest = y


def _powers(sizes: np.ndarray) -> np.ndarray:
    return np.log10(np.clip(sizes, LEAST, 1e3))
