"""Points in the plane over what a network says about every place of it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.plots.plot import Plot, Table
from app.text import count, fixed
from app.theme import Look, color_image

CLASS_TOKENS = (
    "family:recurrent", "family:pooling", "family:dense", "family:convolution", "family:normalisation",
    "family:attention", "family:merge", "family:input",
)  # fmt: skip
STRENGTH = 0.45  # how much of its colour the surest prediction shows
SPLITS = ("train", "validation", "test")
RADIUS = 3.2
Extent = tuple[float, float, float, float]


class BoundaryPlot(Plot):
    """Points (x, y) of classes or with a value, over a field of predictions.

    Classes differ in colour and marker; validation points are hollow, test points are rings of ctl.
    `picked` is emitted with the index of the point that is clicked.
    """

    picked = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._xy, self._labels, self._split = np.zeros((0, 2)), np.zeros(0), np.zeros(0, np.int8)
        self._extent: Extent = (-1.0, 1.0, -1.0, 1.0)
        self._field: np.ndarray | None = None
        self._image = QImage()
        self._names: Sequence[str] = ()
        self._current = -1
        self.setAccessibleName("Decision boundary")
        self.setMinimumSize(80, 80)

    def set_points(
        self, xy: np.ndarray, labels: np.ndarray, split: np.ndarray | None = None, names: Sequence[str] = ()
    ) -> None:
        """Show other points.

        Args:
            xy: (points, 2).
            labels: (points,) class indices, or values of a regression as floats.
            split: (points,) 0 train, 1 validation, 2 test.
            names: of the classes.
        """
        self._xy, self._labels, self._names = np.asarray(xy, float).reshape(-1, 2), np.asarray(labels), names
        self._split = np.zeros(len(self._xy), np.int8) if split is None else np.asarray(split)
        if self._field is None and len(self._xy):
            self._extent = _extent_of(self._xy)
        self._current = -1
        self.describe(self._sentence())

    def set_field(self, field: np.ndarray | None, extent: Extent | None = None) -> None:
        """Show what the network says.

        Args:
            field: (rows, columns, classes) probabilities, or (rows, columns) the probability of class 1, or a
                value in −1..1 for a regression; row 0 is at the bottom. None shows no field.
            extent: (x low, x high, y low, y high) of the field.
        """
        self._field = None if field is None else np.asarray(field, float)
        if extent is not None:
            self._extent = extent
        self.restyle()

    def set_current(self, index: int) -> None:
        """Mark a point, −1 for none."""
        self._current = index if index < len(self._xy) else -1
        self.update()

    @property
    def extent(self) -> Extent:
        """What part of the plane is shown: (x low, x high, y low, y high)."""
        return self._extent

    def restyle(self) -> None:
        """Colour the field anew."""
        self._image = QImage() if self._field is None else color_image(self._colored(self._field)[::-1])
        self.describe(self._sentence())

    def class_color(self, index: int) -> QColor:
        """Return the colour of a class."""
        return self.look.theme.any_color(CLASS_TOKENS[index % len(CLASS_TOKENS)])

    def table(self) -> Table:
        """Return one row per point."""
        rows = [
            [float(x), float(y), self._label(index), SPLITS[int(self._split[index])]]
            for index, (x, y) in enumerate(self._xy)
        ]
        return ["x", "y", "label", "part"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return place, label and part of the point under the mouse."""
        index = self.point_at(QPointF(place))
        if index < 0:
            return ""
        x, y = self._xy[index]
        return f"#{index} ({fixed(x, 3)}, {fixed(y, 3)}), {self._label(index)}, {SPLITS[int(self._split[index])]}"

    def point_at(self, place: QPointF) -> int:
        """Return the point within 8 px of a place, −1 for none."""
        if not len(self._xy):
            return -1
        at = self._pixels(self._xy)
        distance = np.hypot(at[:, 0] - place.x(), at[:, 1] - place.y())
        nearest = int(np.argmin(distance))
        return nearest if distance[nearest] <= 8 else -1

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(320, 320)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the point under the mouse."""
        index = self.point_at(event.position())
        if index >= 0:
            self._current = index
            self.update()
            self.picked.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw field and points."""
        theme, painter = self.look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self._area(), theme.color("canvas"))
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._area(), self._image)
        at = self._pixels(self._xy)
        kinds = np.unique(self._labels) if self._is_class() else np.arange(1)
        for kind in kinds:
            chosen = self._labels == kind if self._is_class() else np.ones(len(at), bool)
            self._paint_points(painter, at, np.flatnonzero(chosen), int(kind))
        if self._current >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("ink"), 2.0))
            painter.drawEllipse(QPointF(*at[self._current]), RADIUS + 4, RADIUS + 4)

    def _paint_points(self, painter: QPainter, at: np.ndarray, chosen: np.ndarray, kind: int) -> None:
        casing = self.look.theme.color("canvas")
        for index in chosen:
            color = self._color_of(int(index))
            hollow = self._split[index] > 0
            painter.setPen(QPen(color if hollow else casing, 1.4 if hollow else 1.0))
            painter.setBrush(casing if hollow else color)
            _marker(painter, QPointF(*at[index]), kind)

    def _color_of(self, index: int) -> QColor:
        if self._split[index] == 2:
            return self.look.theme.color("test")
        if self._is_class():
            return self.class_color(int(self._labels[index]))
        spread = float(np.max(np.abs(self._labels))) or 1.0
        level = round((float(self._labels[index]) / spread + 1) * 127.5)
        return QColor.fromRgb(self.look.theme.signed[min(max(level, 0), 255)])

    def _is_class(self) -> bool:
        return bool(np.issubdtype(self._labels.dtype, np.integer))

    def _label(self, index: int) -> str:
        value = self._labels[index]
        if not self._is_class():
            return fixed(float(value), 3)
        return str(self._names[int(value)]) if int(value) < len(self._names) else f"class {int(value)}"

    def _colored(self, field: np.ndarray) -> np.ndarray:
        """Return uint8 colours (rows, columns, 3): classes mixed by probability over the canvas."""
        if field.ndim == 2 and not self._is_class():
            colors = np.array([_rgb(QColor.fromRgb(value)) for value in self.look.theme.signed])
            return colors[np.clip(np.rint((field + 1) * 127.5), 0, 255).astype(int)].astype(np.uint8)
        shares = np.stack([1 - field, field], axis=-1) if field.ndim == 2 else field  # (rows, columns, classes)
        colors = np.array([_rgb(self.class_color(i)) for i in range(shares.shape[-1])], float)
        ground = np.array(_rgb(self.look.theme.color("canvas")), float)
        best = shares.max(-1, keepdims=True)
        least = 1 / max(2, shares.shape[-1])
        sure = np.clip((best - least) / (1 - least), 0, 1)  # 0 where the network cannot tell
        weight = STRENGTH * (0.25 + 0.75 * sure)
        winner = colors[shares.argmax(-1)]
        return np.clip(ground * (1 - weight) + winner * weight, 0, 255).astype(np.uint8)

    def _area(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _pixels(self, xy: np.ndarray) -> np.ndarray:
        area, (left, right, bottom, top) = self._area(), self._extent
        x = area.left() + (xy[:, 0] - left) / max(1e-12, right - left) * area.width()
        y = area.bottom() - (xy[:, 1] - bottom) / max(1e-12, top - bottom) * area.height()
        return np.stack([x, y], axis=1)

    def _sentence(self) -> str:
        parts = ", ".join(f"{count(int((self._split == i).sum()))} {name}" for i, name in enumerate(SPLITS))
        field = ", with the network's prediction behind them" if self._field is not None else ""
        return f"{count(len(self._xy))} points ({parts}){field}"


def _extent_of(xy: np.ndarray) -> Extent:
    """Return a square extent around points, with a tenth of room on each side."""
    low, high = np.nanmin(xy, axis=0), np.nanmax(xy, axis=0)
    middle, half = (low + high) / 2, max(float(np.max(high - low)) * 0.6, 1e-6)
    return middle[0] - half, middle[0] + half, middle[1] - half, middle[1] + half


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


def _marker(painter: QPainter, place: QPointF, kind: int) -> None:
    """Draw a circle, square, diamond or triangle."""
    match kind % 4:
        case 0:
            painter.drawEllipse(place, RADIUS, RADIUS)
        case 1:
            side = RADIUS * 0.9
            painter.drawRect(QRectF(place.x() - side, place.y() - side, 2 * side, 2 * side))
        case 2:
            painter.drawPolygon(_polygon(place, [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]))
        case _:
            painter.drawPolygon(_polygon(place, [(0, -1.2), (1.15, 0.85), (-1.15, 0.85)]))


def _polygon(place: QPointF, corners: list[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(place.x() + x * RADIUS, place.y() + y * RADIUS) for x, y in corners])
