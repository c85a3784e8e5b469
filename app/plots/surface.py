"""Surface: numbers over a plane as a landscape to turn, with its contours on the floor and paths on both."""

import time
from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.plots.height_field import HeightField, ToHeight, as_it_is
from app.plots.paths import SurfacePath, nearest_point
from app.plots.perspective import Perspective
from app.plots.plot import Plot, Table
from app.plots.quads import Quads
from app.plots.surface_scene import FLOOR, SurfaceScene
from app.text import format_number
from app.theme import Look, level_image

RESTING = 110  # squares along a side when the camera rests
MOVING = (56, 40, 28)  # while it moves: as many as this machine paints in time
IN_TIME, WITH_EASE = 7.5, 3.0  # ms for the squares of a frame: more takes fewer of them, less takes more
MESH = 10  # squares of the resting surface between two lines of the mesh
REST = 160  # ms without movement
SLICE = 600  # squares painted in one turn of the event loop
DRAGGED = 4  # px: less is a click
BAR = (120, 7)  # px of the colour scale


class Surface(Plot):
    """Drag turns it, the wheel zooms; arrows and + and − do the same, Home puts the camera back.

    Attributes:
        picked: x and y of a click, or of the point while it is dragged (Shift and arrows).
        path_picked: index of a path and of its point, clicked.
    """

    picked = Signal(float, float)
    path_picked = Signal(int, int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._movings, self._resting = [Quads(count) for count in MOVING], Quads(RESTING)
        self._detail = 0  # which of those that move
        self._stale: set[Quads] = set()  # those that have not got these values yet
        self._camera = Perspective()
        self._scene: SurfaceScene | None = None
        self._paths: Sequence[SurfacePath] = ()
        self._point: tuple[float, float] | None = None
        self._label, self._names = "", ("", "")
        self._press: tuple[QPointF, QPointF, bool] | None = None  # where it began, where it was last, on the point
        self._picture: QImage | None = None
        self._layers: tuple[QPixmap, QPixmap] | None = None
        self._painting: Iterator[int] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._refine)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 160)
        self.setAccessibleName("Surface")

    def set_names(self, x: str, y: str, value: str) -> None:
        """Name the axes and the value; takes effect with the next values."""
        self._names, self._label = (x, y), value

    def set_values(
        self,
        z: np.ndarray,
        x: np.ndarray,
        y: np.ndarray,
        to_height: ToHeight = as_it_is,
        scale: tuple[float, float] | None = None,
    ) -> None:
        """Show other numbers.

        Args:
            z: float (row, column), over x[column] and y[row].
            x, y: ascending.
            to_height: from a value to its height and colour.
            scale: values drawn lowest and highest; the smallest and largest there are where None.
        """
        field = HeightField(np.asarray(z, float), np.asarray(x, float), np.asarray(y, float), to_height, scale)
        self._scene = SurfaceScene(field, self._names)
        self._scene.set_paths(self._paths)
        self.restyle()

    def set_paths(self, paths: Sequence[SurfacePath]) -> None:
        """Show these ways over the surface."""
        self._paths = list(paths)
        if self._scene is not None:
            self._scene.set_paths(self._paths)
        self.update()

    def set_point(self, point: tuple[float, float] | None) -> None:
        """Show a point that can be dragged, e.g. where descent starts; None for none."""
        self._point = point
        self.update()

    @property
    def camera(self) -> Perspective:
        """Where it is looked at from."""
        return self._camera

    def set_camera(self, camera: Perspective) -> None:
        """Look from elsewhere; coarse at once, fine when it rests."""
        self._camera = camera
        self._coarse()

    def reset_camera(self) -> None:
        """Look from where it began."""
        self.set_camera(Perspective(area=self._area()))

    def settle(self) -> None:
        """Paint the fine surface at once, for a picture."""
        while self._picture is None and self._scene is not None:
            self._refine()
        self._timer.stop()

    def restyle(self) -> None:
        """Colour the squares anew."""
        if self._scene is None:
            return
        self._stale = {*self._movings, self._resting}
        low, high = self._scene.field.limits
        name = self._label or "values"
        self.describe(f"Surface, {name} from {format_number(low)} to {format_number(high)}, {len(self._paths)} paths")
        self._coarse()

    def table(self) -> Table:
        """Return one row per row of the grid."""
        if self._scene is None:
            return [], []
        field = self._scene.field
        headers = ["y", *(format_number(x) for x in field.x)]
        return headers, [[float(y), *row.tolist()] for y, row in zip(field.y, field.z, strict=True)]

    def tip_at(self, place: QPoint) -> str:
        """Return the path's point, or place and value of the surface."""
        if self._scene is None:
            return ""
        hit = nearest_point(self._scene.pixels(self._camera), QPointF(place))
        if hit is not None and hit[1] < len(self._paths[hit[0]].labels):
            return self._paths[hit[0]].labels[hit[1]]
        at = self.place_at(QPointF(place))
        if at is None:
            return ""
        value = format_number(self._scene.field.value_at(*at), 6)
        return f"({format_number(at[0])}, {format_number(at[1])}): {value}"

    def place_at(self, place: QPointF) -> tuple[float, float] | None:
        """Return x and y of the surface, or of the floor, under a pixel; None beside both."""
        if self._scene is None:
            return None
        quads = self._movings[0]
        self._turn(quads)
        found = quads.under(place.x(), place.y())
        found = found or self._camera.on_floor(place.x(), place.y(), FLOOR)
        if found is None or max(map(abs, found)) > 1:
            return None
        return self._scene.field.from_box(*found)

    def sizeHint(self) -> QSize:
        """Return a wide rectangle."""
        return QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the box into the widget."""
        self._camera = self._camera.within(self._area())
        self._coarse()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw floor, surface, paths and scale."""
        painter, theme = QPainter(self), self.look.theme
        if self._scene is None:
            painter.fillRect(self.rect(), theme.color("canvas"))
            return
        if self._picture is not None:
            below, above = self._layers or self._painted(self._scene, self._picture)
            painter.drawPixmap(0, 0, below)
            self._scene.paint_shadows(painter, self._camera, theme)
            painter.drawPixmap(0, 0, above)
        else:
            painter.fillRect(self.rect(), theme.color("canvas"))
            self._scene.paint_floor(painter, self._camera, theme, fine=False)
            self._scene.paint_shadows(painter, self._camera, theme)
            self._paint_moving(painter)
        self._scene.paint_above(painter, self._camera, theme)
        if self._point is not None:
            painter.setPen(QPen(theme.color("canvas"), 2.0))
            painter.setBrush(theme.color("ink"))
            painter.drawEllipse(self._scene.spot(self._camera, *self._point), 7.0, 7.0)
        self._paint_scale(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the point, or of the box."""
        if event.button() == Qt.MouseButton.LeftButton:
            place = event.position()
            self._press = (place, place, self._is_on_point(place))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the point, or turn the box."""
        if self._press is None:
            return
        began, last, on_point = self._press
        place = event.position()
        self._press = (began, place, on_point)
        if on_point:
            self._pick(place)
        elif (place - began).manhattanLength() > DRAGGED:
            away = place - last
            self.set_camera(self._camera.turned(-0.4 * away.x(), 0.3 * away.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick where the mouse was clicked."""
        if self._press is None:
            return
        (began, _, on_point), self._press = self._press, None
        place = event.position()
        if on_point or self._scene is None or (place - began).manhattanLength() > DRAGGED:
            return
        hit = nearest_point(self._scene.pixels(self._camera), place)
        if hit is not None:
            self.path_picked.emit(*hit)
        else:
            self._pick(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go nearer or farther."""
        self.set_camera(self._camera.zoomed(1.0015 ** event.angleDelta().y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with arrows, zoom with + and −, Home for the first view; Shift and arrows move the point."""
        turns = {Qt.Key.Key_Left: (5, 0), Qt.Key.Key_Right: (-5, 0), Qt.Key.Key_Up: (0, 4), Qt.Key.Key_Down: (0, -4)}
        key = Qt.Key(event.key())
        if key in turns and event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._point is not None:
            self._nudge(*turns[key])
        elif key in turns:
            self.set_camera(self._camera.turned(*turns[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.set_camera(self._camera.zoomed(1 / 1.15 if key == Qt.Key.Key_Minus else 1.15))
        elif key == Qt.Key.Key_Home:
            self.reset_camera()
        else:
            super().keyPressEvent(event)

    def _nudge(self, left: int, up: int) -> None:
        if self._scene is not None and self._point is not None:
            u, v = self._scene.field.to_box(*(np.array(value) for value in self._point))
            place = self._scene.field.from_box(float(u) - 0.04 * np.sign(left), float(v) + 0.04 * np.sign(up))
            self.set_point(place)
            self.picked.emit(*place)

    def _is_on_point(self, place: QPointF) -> bool:
        if self._scene is None or self._point is None:
            return False
        return (self._scene.spot(self._camera, *self._point) - place).manhattanLength() < 14

    def _pick(self, place: QPointF) -> None:
        found = self.place_at(place)
        if found is not None:
            if self._point is not None:
                self.set_point(found)
            self.picked.emit(*found)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(16, 8, -16, -16)

    def _turn(self, quads: Quads) -> None:
        """Bring squares in step with the values and the camera."""
        if self._scene is not None and quads in self._stale:
            quads.set_heights(self._scene.field.resampled(quads.count), self.look.theme.overlay)
            self._stale.discard(quads)
        quads.look_from(self._camera)

    def _painted(self, scene: SurfaceScene, picture: QImage) -> tuple[QPixmap, QPixmap]:
        """The floor, and the surface over it: while the camera rests, only paths are drawn anew."""
        ratio = self.devicePixelRatioF()
        below = QPixmap(self.size() * ratio)
        below.setDevicePixelRatio(ratio)
        below.fill(self.look.theme.color("canvas"))
        painter = QPainter(below)
        scene.paint_floor(painter, self._camera, self.look.theme)
        painter.end()
        smooth = Qt.TransformationMode.SmoothTransformation
        above = QPixmap.fromImage(picture.scaled(below.size(), mode=smooth))
        above.setDevicePixelRatio(ratio)
        self._layers = below, above
        return self._layers

    def _coarse(self) -> None:
        self._picture = self._painting = self._layers = None
        self._timer.start(REST)
        self.update()

    def _refine(self) -> None:
        """Paint the fine surface some squares at a time, at twice the size, and show it when it is whole."""
        if self._scene is None:
            return
        if self._painting is None:
            self._turn(self._resting)
            self._painting = self._fine()
        if next(self._painting, None) is not None:
            self._timer.start(0)

    def _fine(self) -> Iterator[int]:
        ratio = 2 * self.devicePixelRatioF()
        image = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.scale(ratio, ratio)
        try:
            yield from self._resting.paint_some(painter, SLICE, MESH)
        finally:
            painter.end()  # also where the camera moves on before it is whole
        self._picture = image
        self.update()

    def _paint_moving(self, painter: QPainter) -> None:
        """Paint the coarse surface, and take as many squares for the next frame as there was time for."""
        quads, began = self._movings[self._detail], time.perf_counter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._turn(quads)
        quads.paint(painter)
        took = 1000 * (time.perf_counter() - began)
        if took > IN_TIME:
            self._detail = min(self._detail + 1, len(MOVING) - 1)
        elif took < WITH_EASE:
            self._detail = max(self._detail - 1, 0)

    def _paint_scale(self, painter: QPainter) -> None:
        if self._scene is None or self.width() < 360:
            return
        theme, (wide, high) = self.look.theme, BAR
        place = QRectF(self.width() - wide - 16, 14, wide, high)
        painter.drawImage(place, level_image(np.arange(256, dtype=np.uint8)[None], theme.overlay))
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.color("ink3"))
        low, high_value = self._scene.field.limits
        line = place.adjusted(-20, high + 3, 20, 0)
        line.setHeight(16)
        for text, side in (
            (format_number(low, 3), Qt.AlignmentFlag.AlignLeft),
            (self._label, Qt.AlignmentFlag.AlignHCenter),
            (format_number(high_value, 3), Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(line.adjusted(20, 0, -20, 0), side, text)
