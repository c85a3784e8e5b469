"""A point of the plane as the input: click, or move it with the arrows, over what the network says everywhere."""

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.plots.boundary_plot import BoundaryPlot
from app.text import fixed
from app.theme import Look
from engine.messages import DataLoaded, Watched

ARROW_STEP = 0.01
ARM = 9.0


class PlaneInput(BoundaryPlot):
    """The plane of 2-D data with one movable point."""

    input_changed = Signal(object)  # float32 (1, 2)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._point: tuple[float, float] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Point in the plane")

    def set_data(self, data: DataLoaded) -> None:
        """Show the points of these data."""
        self.set_points(data.x, data.y, data.split[: len(data.x)], data.description.class_names)

    def set_watched(self, watched: Watched) -> None:
        """Show what the network says about the plane, where it was asked."""
        if watched.boundary.size:
            self.set_field(watched.boundary[::-1], watched.extent)

    def current_input(self) -> np.ndarray | None:
        """Return the point, float32 (1, 2); None before the first click."""
        return None if self._point is None else np.array([self._point], np.float32)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the point under the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._put(self._plane(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the point."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._put(self._plane(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the point with the arrows, Shift for ten steps."""
        moves = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)
        }  # fmt: skip
        if event.key() not in moves:
            super().keyPressEvent(event)
            return
        left, right, bottom, top = self.extent
        far = ARROW_STEP * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        x, y = self._point or ((left + right) / 2, (bottom + top) / 2)
        dx, dy = moves[Qt.Key(event.key())]
        self._put((x + dx * far * (right - left), y + dy * far * (top - bottom)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the point over everything."""
        super().paintEvent(event)
        if self._point is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, y = self._pixels(np.array([self._point]))[0]
        for color, width in ((self.look.theme.color("canvas"), 4.0), (self.look.theme.color("ink"), 2.0)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(x - ARM, y), QPointF(x + ARM, y))
            painter.drawLine(QPointF(x, y - ARM), QPointF(x, y + ARM))

    @property
    def place_text(self) -> str:
        """The point in words."""
        return "" if self._point is None else f"x = {fixed(self._point[0], 3)}, y = {fixed(self._point[1], 3)}"

    def _plane(self, place: QPointF) -> tuple[float, float]:
        area, (left, right, bottom, top) = self._area(), self.extent
        x = left + (place.x() - area.left()) / area.width() * (right - left)
        y = bottom + (area.bottom() - place.y()) / area.height() * (top - bottom)
        return x, y

    def _put(self, point: tuple[float, float]) -> None:
        left, right, bottom, top = self.extent
        self._point = min(max(point[0], left), right), min(max(point[1], bottom), top)
        self.update()
        self.input_changed.emit(self.current_input())
