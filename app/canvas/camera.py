"""CameraView: pan, zoom and flights over the scene, and the dotted ground."""

from PySide6.QtCore import QEasingCurve, QPoint, QPointF, QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from app.canvas.geometry import ZOOM_MAX, ZOOM_MIN
from app.canvas.scene import GraphScene
from app.theme import Look

FIT_MARGIN = 32.0
DOT_PITCH = 24


class CameraView(QGraphicsView):
    """A view of the scene without scroll bars.

    Attributes:
        camera_moved: pan, zoom or size changed.
        insets: left, top, right, bottom: px of the viewport that overlays cover.
        largest_fit: zoom that fitting never goes beyond.
    """

    camera_moved = Signal()

    def __init__(self, canvas: GraphScene, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(canvas, parent)
        self.canvas = canvas
        self._look = look
        self.insets = (0, 0, 0, 0)
        self.largest_fit = 1.0
        self._flight = QVariantAnimation(self)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._flight_from = self._flight_to = (QPointF(), 1.0)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)  # the dots are drawn when the camera moves only
        look.changed.connect(self.resetCachedContent)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def zoom(self) -> float:
        """Px on screen per px of the scene."""
        return self.transform().m11()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the viewport; its middle where none is given."""
        at = at if at is not None else QPointF(self.viewport().rect().center())
        factor = min(ZOOM_MAX, max(ZOOM_MIN, self.zoom * factor)) / self.zoom
        before = self.mapToScene(at.toPoint())
        self.scale(factor, factor)
        self._put(before, at)

    def zoom_100(self) -> None:
        """One px of the scene is one px on screen; the middle stays."""
        self.zoom_by(1.0 / self.zoom)

    def fit(self, animated: bool = True) -> None:
        """Show the whole network, never larger than `largest_fit`."""
        self.show_region(self.canvas.drawn_bounds(), animated)

    def show_region(self, bounds: QRectF, animated: bool = True) -> None:
        """Fly to where a region of the scene fits between the overlays."""
        if bounds.isEmpty():
            return
        left, top, right, bottom = self.insets
        room = QRectF(self.viewport().rect()).adjusted(left, top, -right, -bottom)
        box = bounds.adjusted(-FIT_MARGIN, -FIT_MARGIN, FIT_MARGIN, FIT_MARGIN)
        zoom = max(ZOOM_MIN, min(self.largest_fit, room.width() / box.width(), room.height() / box.height()))
        middle = QPointF(self.viewport().rect().center())
        self.fly_to(box.center() + (middle - room.center()) / zoom, zoom, animated)

    def fly_to(self, centre: QPointF, zoom: float, animated: bool = True) -> None:
        """Move the camera so that a point of the scene is in the middle."""
        self._flight.stop()
        start = self.mapToScene(self.viewport().rect().center())
        self._flight_from, self._flight_to = (start, self.zoom), (centre, zoom)
        duration = self._look.theme.motion("camera") if animated and self.isVisible() else 0
        if not duration:
            self._fly(1.0)
            return
        self._flight.setDuration(duration)
        self._flight.setStartValue(0.0)
        self._flight.setEndValue(1.0)
        self._flight.start()

    def ensure_seen(self, box: QRectF) -> None:
        """Move the camera just so far that a box is inside the view."""
        left, top, right, bottom = self.insets
        room = QRectF(self.viewport().rect()).adjusted(left + 8, top + 8, -right - 8, -bottom - 8)
        shown = QRectF(self.mapFromScene(box.topLeft()), self.mapFromScene(box.bottomRight()))
        dx = max(0.0, room.left() - shown.left()) + min(0.0, room.right() - shown.right())
        dy = max(0.0, room.top() - shown.top()) + min(0.0, room.bottom() - shown.bottom())
        if dx or dy:
            self.pan(QPoint(round(dx), round(dy)))

    def pan(self, step: QPoint) -> None:
        """Move the picture by so many px on screen."""
        middle = QPointF(self.viewport().rect().center())
        self._put(self.mapToScene((middle - QPointF(step)).toPoint()), middle)

    def seen(self) -> QRectF:
        """The part of the scene in the viewport."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def _fly(self, progress: float) -> None:
        (a, zoom_a), (b, zoom_b) = self._flight_from, self._flight_to
        zoom = zoom_a * (zoom_b / zoom_a) ** progress
        self.scale(zoom / self.zoom, zoom / self.zoom)
        self._put(a + (b - a) * progress, QPointF(self.viewport().rect().center()))

    def _put(self, scene_place: QPointF, at: QPointF) -> None:
        """Scroll so that a point of the scene is at a point of the viewport."""
        shown = QPointF(self.mapFromScene(scene_place))
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(shown.x() - at.x()))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(shown.y() - at.y()))
        self.camera_moved.emit()
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl: zoom about the mouse. Without: pan."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
        else:
            step = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
            sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not step.x()
            self.pan(QPoint(step.y(), 0) if sideways else step)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell whoever shows the camera's frame."""
        super().resizeEvent(event)
        self.camera_moved.emit()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Fill with canvas colour and a grid of faint dots."""
        theme = self._look.theme
        painter.fillRect(rect, theme.color("canvas"))
        if self.zoom < 0.5:
            return
        painter.setPen(QPen(theme.color("line"), 1.5 / self.zoom))
        left, top = int(rect.left() // DOT_PITCH) * DOT_PITCH, int(rect.top() // DOT_PITCH) * DOT_PITCH
        columns, rows = int(rect.width() // DOT_PITCH) + 2, int(rect.height() // DOT_PITCH) + 2
        dots = [QPointF(left + x * DOT_PITCH, top + y * DOT_PITCH) for x in range(columns) for y in range(rows)]
        painter.drawPoints(QPolygonF(dots))
