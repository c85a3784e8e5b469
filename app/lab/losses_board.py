"""The picture of losses: predictions to drag at the left, the loss as a curve at the right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from app.lab.board import Board
from app.lab.ink import CENTRE, RIGHT, Ink, Plane
from app.text import fixed
from app.theme import Look
from engine.explain import losses

VALUES = (-2.0, 11.0)
ERRORS = (-9.0, 9.0)
CURVES = (("mse", "ink", "e²"), ("mae", "series1", "|e|"), ("huber", "series2", "Huber"))
HISTORY = (("mse", "MSE", "ink"), ("rmse", "RMSE", "series3"), ("mae", "MAE", "series1"), ("huber", "Huber", "series2"))


@dataclass(frozen=True)
class Shown:
    """What is drawn.

    Args:
        kind: "regression", "binary" or "categorical".
        target: values (sample,), 0 or 1 (sample,), or the one label (1,).
        prediction: values, probabilities of 1, or the probabilities of the classes.
        delta: Huber's.
        moved: index of the sample that runs away while it plays; −1 for none.
        history: (step, loss) of each regression loss while it plays, in the order of HISTORY.
    """

    kind: str
    target: np.ndarray
    prediction: np.ndarray
    delta: float = 1.0
    moved: int = -1
    history: np.ndarray | None = None


class LossesBoard(Board):
    """Handles: "0" .. on the predictions. In the categorical picture a press on a bar's name makes it the label."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Losses: predictions and what they cost")
        self._shown: Shown | None = None
        self._plane = Plane(QRectF(0, 0, 1, 1), (0, 1), VALUES)

    def show_losses(self, shown: Shown) -> None:
        """Draw another state."""
        self._shown = shown
        self.describe(f"{len(shown.prediction)} predictions, {shown.kind}")

    def value_of(self, place: QPointF) -> float:
        """The value of a prediction dragged to a place."""
        return self._plane.back(place)[1]

    def class_at(self, place: QPointF) -> int:
        """The class whose bar is above or below a place; −1 for none."""
        count = len(self._shown.prediction) if self._shown is not None else 0
        x = self._plane.back(place)[0]
        inside = self._plane.area.left() <= place.x() <= self._plane.area.right()
        return min(count - 1, int(x)) if inside and count else -1

    def paint(self, ink: Ink) -> None:
        """Draw the picture of the kind shown."""
        shown = self._shown
        if shown is None:
            return
        has_history = shown.kind == "regression"
        upper = self.height() * (0.60 if has_history else 0.92)
        wide = self.width() * 0.54
        left = QRectF(52, 42, wide - 64, upper - 84)
        right = QRectF(wide + 44, 42, self.width() - wide - 72, upper - 84)
        {"regression": self._paint_points, "binary": self._paint_bars, "categorical": self._paint_classes}[shown.kind](
            ink, left, shown
        )
        {"regression": self._paint_errors, "binary": self._paint_logs, "categorical": self._paint_logs}[shown.kind](
            ink, right, shown
        )
        if has_history:
            self._paint_history(ink, QRectF(52, upper + 24, self.width() - 150, self.height() - upper - 62), shown)

    def _paint_points(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        count = len(shown.target)
        plane = self._plane = Plane(area, (0, count), VALUES)
        ink.at(QPointF(area.left(), 18), "Drag the predictions", "title", "ink")
        plane.grid(ink, "sample", "value", 0)
        best = losses.best_constant(shown.target, shown.delta)
        for name, token, text in (("mse", "ink", "mean"), ("mae", "series1", "median")):
            row = plane.py(best[name])
            ink.pen(token, 1, (5, 4))
            ink.line(QPointF(area.left(), row), QPointF(area.right(), row))
            align, x = (RIGHT, area.right()) if name == "mse" else (0x81, area.left() + 2)
            ink.at(QPointF(x, row - 9), text, "caption", token, align)
        for place in range(count):
            x, target, found = place + 0.5, float(shown.target[place]), float(shown.prediction[place])
            ink.pen("neg" if found < target else "pos", 3)
            ink.line(plane.at(x, target), plane.at(x, found))
            at = plane.at(x, target)
            ink.painter.setPen(ink.color("canvas"))
            ink.painter.setBrush(ink.color("warn" if place == shown.moved else "ink2"))
            ink.painter.drawRect(QRectF(at.x() - 6, at.y() - 6, 12, 12))
            says = f"prediction {place}: {fixed(found, 2)}, target {fixed(target, 2)}, error {fixed(found - target, 2)}"
            self.place(ink, str(place), plane.at(x, found), says)

    def _paint_errors(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        """Loss of one sample against its error, with every sample on each curve."""
        plane = Plane(area, ERRORS, (0, 12))
        ink.at(QPointF(area.left() - 20, 18), "Loss of one sample", "title", "ink")
        plane.grid(ink, "error ŷ − y")
        e = np.linspace(*ERRORS, 121)
        dots = np.asarray(shown.prediction - shown.target)
        ink.painter.save()
        ink.painter.setClipRect(area.adjusted(-2, -2, 2, 4))
        for name, token, _ in CURVES:
            plane.curve(ink, e, _loss(name, e, shown.delta), token, 2)
            for value in dots:
                at = plane.at(float(value), float(_loss(name, np.array(value), shown.delta)))
                ink.dot(at, 3.5, token)
        ink.painter.restore()
        for row, (_, token, text) in enumerate(CURVES):
            ink.at(QPointF(area.center().x(), area.top() + 14 + 18 * row), text, "number", token, CENTRE)

    def _paint_bars(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        count = len(shown.target)
        plane = self._plane = Plane(area, (0, count), (0, 1))
        ink.at(QPointF(area.left(), 18), "Drag the probabilities of class 1", "title", "ink")
        plane.grid(ink, "", "p", 0)
        for place in range(count):
            x, label, p = place + 0.5, int(shown.target[place]), float(shown.prediction[place])
            top, bottom = plane.at(x, p), plane.at(x, 0)
            right = (p > 0.5) == bool(label)
            ink.fill(QRectF(top.x() - 13, top.y(), 26, bottom.y() - top.y()), "pos" if right else "neg", 0.8, 2)
            ink.at(QPointF(top.x(), area.bottom() + 10), f"t = {label}", "number", "ink", CENTRE)
            cost = float(losses.binary(np.array(label), np.array(p)))
            ink.at(QPointF(top.x(), area.bottom() + 28), fixed(cost, 2), "number", "ink3", CENTRE)
            says = f"sample {place}, label {label}: p = {fixed(p, 3)}, loss {fixed(cost, 3)}"
            self.place(ink, str(place), top, says)

    def _paint_classes(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        count, label = len(shown.prediction), int(shown.target[0])
        plane = self._plane = Plane(area, (0, count), (0, 1))
        ink.at(QPointF(area.left(), 18), "Drag a class; click below a bar to make it the label", "title", "ink")
        plane.grid(ink, "", "p", 0)
        for place in range(count):
            p = float(shown.prediction[place])
            top, bottom = plane.at(place + 0.5, p), plane.at(place + 0.5, 0)
            color = "pos" if place == label else "ctl"
            ink.fill(QRectF(top.x() - 20, top.y(), 40, bottom.y() - top.y()), color, 0.8, 2)
            ink.at(QPointF(top.x(), area.bottom() + 10), f"class {place}", "number", "ink3", CENTRE)
            box = QRectF(top.x() - 14, area.bottom() + 19, 28, 20)
            ink.box(box, "raised" if place == label else "canvas", "ink" if place == label else "line2", 4)
            ink.text(box, "1" if place == label else "0", "number", "ink", CENTRE)
            self.place(ink, str(place), top, f"class {place}: p = {fixed(p, 3)}")
        ink.at(QPointF(area.left() - 8, area.bottom() + 29), "t", "number", "ink3", RIGHT)

    def _paint_logs(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        """−ln p of the true class, and 1's and 0's samples on it."""
        plane = Plane(area, (0, 1), (0, 7))
        ink.at(QPointF(area.left() - 20, 18), "Loss of one sample", "title", "ink")
        plane.grid(ink, "probability given to class 1" if shown.kind == "binary" else "probability given to the label")
        p = np.linspace(0.0005, 0.9995, 200)
        plane.curve(ink, p, -np.log(p), "pos", 2)
        words = "t = 1: −ln p" if shown.kind == "binary" else "−ln p"
        ink.at(QPointF(area.left() + 30, area.top() + 14), words, "number", "pos")
        if shown.kind == "binary":
            plane.curve(ink, p, -np.log(1 - p), "neg", 2)
            ink.at(QPointF(area.right() - 30, area.top() + 34), "t = 0: −ln(1 − p)", "number", "neg", RIGHT)
            for label, value in zip(shown.target, shown.prediction, strict=True):
                cost = float(losses.binary(np.array(label), np.array(value)))
                ink.dot(plane.at(float(value), min(cost, 7.0)), 4.5, "pos" if label else "neg")
            return
        p_label = float(shown.prediction[int(shown.target[0])])
        ink.dot(plane.at(p_label, min(-float(np.log(max(p_label, losses.EPSILON))), 7.0)), 5.5, "ink")

    def _paint_history(self, ink: Ink, area: QRectF, shown: Shown) -> None:
        title = "The last target runs away: each loss over all samples"
        ink.at(QPointF(area.left() - 12, area.top() - 16), title, "title", "ink")
        history = shown.history if shown.history is not None else np.zeros((1, 4))
        steps = len(history)
        plane = Plane(area, (0.0, 40.0), (0.0, max(6.0, float(history.max()) * 1.08)))
        plane.grid(ink)
        ends = []
        for place, (_, text, token) in enumerate(HISTORY):
            plane.curve(ink, np.arange(steps), history[:, place], token, 2)
            ends.append((plane.py(float(history[-1, place])), f"{text} {fixed(float(history[-1, place]), 2)}", token))
        x = plane.px(steps - 1)
        for y, text, token in spread(ends, 15):
            ink.at(QPointF(x + 8, y), text, "axis", token)


def spread(lines: Sequence[tuple[float, str, str]], pitch: float) -> list[tuple[float, str, str]]:
    """Move labels (y, text, token) apart, downwards, so that none covers another."""
    placed: list[tuple[float, str, str]] = []
    for y, text, token in sorted(lines):
        least = placed[-1][0] + pitch if placed else y
        placed.append((max(y, least), text, token))
    overlap = max(0.0, placed[-1][0] - max(y for y, _, _ in lines)) if placed else 0.0
    return [(y - overlap, text, token) for y, text, token in placed]


def _loss(name: str, error: np.ndarray, delta: float) -> np.ndarray:
    found = {"mse": losses.squared, "mae": losses.absolute}.get(name)
    return losses.huber(error, delta) if found is None else found(error)
