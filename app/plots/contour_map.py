"""ContourMap: numbers over a plane from above, coloured, with contour lines, paths and axes."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.plots.contours import contour_lines
from app.plots.height_field import HeightField, ToHeight, as_it_is
from app.plots.paths import SurfacePath, lines_path, nearest_point, paint_cased, paint_marker, paint_name
from app.plots.plot import Plot, Table
from app.plots.scale import labels, ticks
from app.plots.surface_scene import SurfaceScene
from app.text import format_number
from app.theme import Look, magnitude_image

LEFT, FOOT, TOP, RIGHT = 44, 36, 8, 10  # px around the map
FINE = 160  # samples along a side of the coloured picture


class ContourMap(Plot):
    """The ground is painted once into a pixmap; only the paths are drawn anew.

    Attributes:
        picked: x and y of a click.
        path_picked: index of a path and of its point, clicked.
    """

    picked = Signal(float, float)
    path_picked = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._field: HeightField | None = None
        self._paths: Sequence[SurfacePath] = ()
        self._names = ("", "")
        self._ground: QPixmap | None = None
        self.setMinimumSize(160, 140)
        self.setAccessibleName("Contours")

    def set_names(self, x: str, y: str) -> None:
        """Name the axes."""
        self._names = (x, y)

    def set_values(self, z: np.ndarray, x: np.ndarray, y: np.ndarray, to_height: ToHeight = as_it_is) -> None:
        """Show other numbers, as `Surface.set_values`."""
        self._field = HeightField(np.asarray(z, float), np.asarray(x, float), np.asarray(y, float), to_height)
        self.restyle()

    def set_paths(self, paths: Sequence[SurfacePath]) -> None:
        """Show these ways over the plane."""
        self._paths = list(paths)
        self.update()

    def restyle(self) -> None:
        """Paint the ground anew."""
        self._ground = None
        if self._field is not None:
            low, high = (format_number(limit) for limit in self._field.limits)
            self.describe(f"Contours, values from {low} to {high}, {len(self._paths)} paths")

    def table(self) -> Table:
        """Return the points of the paths."""
        rows = [
            [index, n, float(path.x[n]), float(path.y[n])]
            for index, path in enumerate(self._paths)
            for n in range(len(path.x))
        ]
        return ["path", "point", "x", "y"], rows

    def tip_at(self, place: QPoint) -> str:
        """Return the path's point, or place and value."""
        hit = nearest_point(self._pixels(), QPointF(place))
        if hit is not None and hit[1] < len(self._paths[hit[0]].labels):
            return self._paths[hit[0]].labels[hit[1]]
        at = self.place_at(QPointF(place))
        if at is None or self._field is None:
            return ""
        value = format_number(self._field.value_at(*at), 6)
        return f"({format_number(at[0])}, {format_number(at[1])}): {value}"

    def place_at(self, place: QPointF) -> tuple[float, float] | None:
        """Return x and y under a pixel; None beside the map."""
        area = self._area()
        if self._field is None or not area.contains(place):
            return None
        u = 2 * (place.x() - area.left()) / area.width() - 1
        return self._field.from_box(u, 1 - 2 * (place.y() - area.top()) / area.height())

    def pixel_of(self, x: float, y: float) -> QPointF:
        """Return where a place is drawn."""
        return QPointF(*self._to_pixels(np.array([x]), np.array([y]))[0])

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(420, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the ground anew."""
        self._ground = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a path's point, or a place."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = nearest_point(self._pixels(), event.position())
        place = self.place_at(event.position())
        if hit is not None:
            self.path_picked.emit(*hit)
        elif place is not None:
            self.picked.emit(*place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and paths."""
        painter = QPainter(self)
        if self._field is None:
            return
        if self._ground is None:
            self._ground = self._painted()
        painter.drawPixmap(0, 0, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._area())
        for path, pixels in zip(self._paths, self._pixels(), strict=True):
            paint_cased(painter, pixels, path.color, dots=len(pixels) <= 80)
        for path, pixels in zip(self._paths, self._pixels(), strict=True):
            if len(pixels):
                at = QPointF(*pixels[path.at])
                paint_marker(painter, path.marker, at, 6.0, path.color)
                if path.name:
                    paint_name(painter, path.name, at, path.color, self.look.theme.font("title"))

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_axes(painter)
        painter.end()
        return ground

    def _paint_ground(self, painter: QPainter) -> None:
        field, area = self._field, self._area()
        if field is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = magnitude_image(field.resampled(FINE)[::-1], 0.0, 1.0, self.look.theme)
        painter.drawImage(area, image.convertToFormat(image.Format.Format_RGB32))
        painter.setPen(QPen(QColor(11, 13, 17, 120), 1.0))
        for level in SurfaceScene.levels():
            lines = [self._from_grid(line) for line in contour_lines(field.heights, level)]
            painter.drawPath(lines_path(lines))

    def _paint_axes(self, painter: QPainter) -> None:
        field, area, theme = self._field, self._area(), self.look.theme
        if field is None:
            return
        painter.setPen(theme.color("ink3"))
        painter.setFont(theme.font("axis"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        marks = ticks(float(field.x[0]), float(field.x[-1]), max(2, int(area.width() / 70)))
        for value, text in zip(marks, labels(marks), strict=True):
            at = self.pixel_of(value, float(field.y[0])).x()
            painter.drawText(QRectF(at - 40, area.bottom() + 3, 80, 14), Qt.AlignmentFlag.AlignCenter, text)
        marks = ticks(float(field.y[0]), float(field.y[-1]), max(2, int(area.height() / 50)))
        for value, text in zip(marks, labels(marks), strict=True):
            at = self.pixel_of(float(field.x[0]), value).y()
            painter.drawText(QRectF(0, at - 8, area.left() - 5, 16), right, text)
        painter.setFont(theme.font("caption"))
        foot = QRectF(area.left(), area.bottom() + 17, area.width(), 16)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, " across, ".join(filter(None, self._names)) + " up")

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -FOOT)

    def _pixels(self) -> list[np.ndarray]:
        return [self._to_pixels(path.x, path.y) for path in self._paths]

    def _to_pixels(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        area = self._area()
        if self._field is None:
            return np.zeros((0, 2))
        u, v = self._field.to_box(x, y)
        return np.stack([area.left() + (u + 1) / 2 * area.width(), area.bottom() - (v + 1) / 2 * area.height()], axis=1)

    def _from_grid(self, line: np.ndarray) -> np.ndarray:
        if self._field is None:
            return line
        x = np.interp(line[:, 0], np.arange(len(self._field.x)), self._field.x)
        y = np.interp(line[:, 1], np.arange(len(self._field.y)), self._field.y)
        return self._to_pixels(x, y)
