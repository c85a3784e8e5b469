"""Ink: short words for what stages draw again and again; and Plane, a piece of the plane on the screen."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.plots.scale import labels, ticks
from app.theme import Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
HANDLE = 7.0  # px, radius
ROOM = 40.0  # px round a plane for its numbers and names
MOST_KEPT = 24  # pictures


class Kept:
    """Pictures of what a board draws alike frame after frame; the ones used last are kept.

    Attributes:
        ratio: device pixels per pixel.
    """

    def __init__(self) -> None:
        self.ratio = 1.0
        self._pictures: dict[Hashable, QPixmap] = {}

    def find(self, key: Hashable, make: Callable[[], QPixmap]) -> QPixmap:
        """Return the picture of `key`, made where it is not known."""
        picture = self._pictures.pop(key, None)
        if picture is None:
            picture = make()
        self._pictures[key] = picture
        if len(self._pictures) > MOST_KEPT:
            del self._pictures[next(iter(self._pictures))]
        return picture


class Ink:
    """Draws with the tokens and type roles of a theme.

    Args:
        kept: pictures from one frame to the next.
    """

    def __init__(self, painter: QPainter, theme: Theme, kept: Kept | None = None) -> None:
        self.painter, self.theme = painter, theme
        self._kept = kept
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def still(self, key: Hashable, box: QRectF, draw: "Callable[[Ink], None]") -> None:
        """Draw what stays the same from frame to frame.

        Args:
            key: what the picture depends on, but for the theme.
            box: px; what lies outside is lost.
            draw: draws it with the ink that it is given.
        """
        if self._kept is None:
            draw(self)
            return
        ratio = self._kept.ratio
        corner = QPointF(int(box.left()), int(box.top()))  # whole pixels, so that lines stay sharp

        def made() -> QPixmap:
            picture = QPixmap(round((box.width() + 2) * ratio), round((box.height() + 2) * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.translate(-corner)
            draw(Ink(painter, self.theme))
            painter.end()
            return picture

        self.painter.drawPixmap(corner, self._kept.find((key, box.getRect(), ratio, self.theme.name), made))

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """A token's colour, thinned."""
        found = self.theme.any_color(token)
        if alpha != 1.0:
            found.setAlphaF(alpha)
        return found

    def pen(self, token: str, width: float = 1.0, dash: Sequence[float] = (), alpha: float = 1.0) -> None:
        """Draw outlines so, and fill nothing."""
        pen = QPen(self.color(token, alpha), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # round caps take several times as long
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        if dash:
            pen.setDashPattern(list(dash))
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def fill(self, rect: QRectF, color: QColor | str, alpha: float = 1.0, radius: float = 0.0) -> None:
        """Fill a rectangle."""
        shade = self.color(color, alpha) if isinstance(color, str) else color
        if not radius:
            self.painter.fillRect(rect, shade)
            return
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(shade)
        self.painter.drawRoundedRect(rect, radius, radius)

    def text(self, rect: QRectF, text: str, role: str = "body", token: str = "ink2", align: object = LEFT) -> float:
        """Write one line, elided where it is too long; return its width, px."""
        self.painter.setFont(self.theme.font(role))
        self.painter.setPen(self.theme.any_color(token))
        metrics = self.painter.fontMetrics()
        wide, room = metrics.horizontalAdvance(text), max(1, int(rect.width()) + 1)
        if wide > room:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            wide = metrics.horizontalAdvance(text)
        self.painter.drawText(rect, align, text)  # type: ignore[call-overload]
        return float(wide)

    def at(self, place: QPointF, text: str, role: str = "body", token: str = "ink2", align: object = LEFT) -> None:
        """Write one line whose left end, middle or right end is at a place."""
        self.painter.setFont(self.theme.font(role))
        self.painter.setPen(self.theme.any_color(token))
        metrics = self.painter.fontMetrics()
        wide = metrics.horizontalAdvance(text)
        left = place.x() if align == LEFT else place.x() - wide if align == RIGHT else place.x() - wide / 2
        # at a baseline, since setting text into a rectangle takes several times as long
        base = place.y() + (metrics.ascent() - metrics.descent()) / 2
        self.painter.drawText(QPointF(round(left), round(base)), text)

    def patch(self, place: QPointF, text: str, role: str = "number", token: str = "ink") -> None:
        """Write a line around a place, on a patch of the canvas, so that what is below does not disturb."""
        self.painter.setFont(self.theme.font(role))
        wide = self.painter.fontMetrics().horizontalAdvance(text) + 8.0
        rect = QRectF(place.x() - wide / 2, place.y() - 9, wide, 18)
        self.fill(rect, "canvas", 0.86, 3)
        self.text(rect, text, role, token, CENTRE)

    def line(self, start: QPointF, end: QPointF) -> None:
        """Draw a line with the pen."""
        self.painter.drawLine(start, end)

    def arrow(self, start: QPointF, end: QPointF, token: str, width: float = 1.5, alpha: float = 1.0) -> None:
        """Draw an arrow; one of no length is not drawn."""
        way = end - start
        long = float(np.hypot(way.x(), way.y()))
        if long < 1:
            return
        along = way / long
        across = QPointF(-along.y(), along.x())
        head = min(4.0 + 2 * width, long)
        self.pen(token, width, alpha=alpha)
        self.line(start, end - along * head * 0.7)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.color(token, alpha))
        base = end - along * head
        self.painter.drawPolygon(QPolygonF([end, base + across * head * 0.45, base - across * head * 0.45]))

    def curve(self, points: Sequence[QPointF], token: str, width: float = 2.0, dash: Sequence[float] = ()) -> None:
        """Draw a line through points."""
        self.pen(token, width, dash)
        self.painter.drawPolyline(QPolygonF(list(points)))

    def dot(self, place: QPointF, radius: float, token: str, edge: str = "canvas") -> None:
        """Draw a filled circle with a thin casing."""
        self.painter.setPen(QPen(self.color(edge), 1.5))
        self.painter.setBrush(self.color(token))
        self.painter.drawEllipse(place, radius, radius)

    def handle(self, place: QPointF, token: str = "ink", is_current: bool = False, ground: str = "canvas") -> None:
        """Draw what can be dragged: a thumb with a ring."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        for radius, color in ((HANDLE + 1, token), (HANDLE, ground), (HANDLE - 3, token)):
            self.painter.setBrush(self.color(color))
            self.painter.drawEllipse(place, radius, radius)
        if is_current:
            self.pen("ink", 2)
            self.painter.drawEllipse(place, HANDLE + 4, HANDLE + 4)

    def box(
        self, rect: QRectF, fill: str = "card", edge: str = "line", radius: float = 8.0, width: float = 1.0
    ) -> None:
        """Draw a rounded box."""
        self.painter.setPen(QPen(self.color(edge), width))
        self.painter.setBrush(self.color(fill))
        self.painter.drawRoundedRect(rect, radius, radius)

    def signed(self, value: float, limit: float) -> QColor:
        """The colour of a value in −limit..limit on the signed map."""
        level = round((value / (limit or 1.0) + 1) * 127.5) if np.isfinite(value) else 128
        return QColor.fromRgb(self.theme.signed[min(max(level, 0), 255)])


@dataclass(frozen=True)
class Plane:
    """A part of the plane in a rectangle of the screen; y points up.

    Args:
        area: px.
        x, y: (low, high).
    """

    area: QRectF
    x: tuple[float, float]
    y: tuple[float, float]

    def px(self, x: float) -> float:
        """The column of an x, px."""
        return self.area.left() + (x - self.x[0]) / (self.x[1] - self.x[0]) * self.area.width()

    def py(self, y: float) -> float:
        """The row of a y, px; far outside it is cut off, as Qt cannot draw it."""
        share = (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.area.bottom() - min(max(share, -50.0), 51.0) * self.area.height()

    def at(self, x: float, y: float) -> QPointF:
        """The place of a point."""
        return QPointF(self.px(x), self.py(y))

    def back(self, place: QPointF) -> tuple[float, float]:
        """The point at a place, kept inside."""
        x = self.x[0] + (place.x() - self.area.left()) / self.area.width() * (self.x[1] - self.x[0])
        y = self.y[0] + (self.area.bottom() - place.y()) / self.area.height() * (self.y[1] - self.y[0])
        return min(max(x, self.x[0]), self.x[1]), min(max(y, self.y[0]), self.y[1])

    def points(self, x: np.ndarray, y: np.ndarray) -> list[QPointF]:
        """The places of finite points (n,), (n,)."""
        known = np.isfinite(x) & np.isfinite(y)
        across = (x[known] - self.x[0]) / (self.x[1] - self.x[0])
        up = np.clip((y[known] - self.y[0]) / (self.y[1] - self.y[0]), -50.0, 51.0)
        columns = self.area.left() + across * self.area.width()
        rows = self.area.bottom() - up * self.area.height()
        return [QPointF(a, b) for a, b in zip(columns.tolist(), rows.tolist(), strict=True)]

    def curve(self, ink: Ink, x: np.ndarray, y: np.ndarray, token: str, width: float = 2.0) -> None:
        """Draw a line through points, cut off at the edges."""
        ink.painter.save()
        ink.painter.setClipRect(self.area.adjusted(-2, -2, 2, 2))
        ink.curve(self.points(x, y), token, width)
        ink.painter.restore()

    def grid(self, ink: Ink, x_label: str = "", y_label: str = "", most: int = 6) -> None:
        """Draw hairlines with their numbers, the two zero lines a little stronger, and the names of the axes.

        Args:
            most: numbers at the x axis; 0 for none.
        """
        key = ("grid", self.x, self.y, x_label, y_label, most)
        box = self.area.adjusted(-2 * ROOM, -ROOM, ROOM, ROOM)
        ink.still(key, box, lambda still: self._draw_grid(still, x_label, y_label, most))

    def _draw_grid(self, ink: Ink, x_label: str, y_label: str, most: int) -> None:
        area = self.area
        for value, text in _labelled(self.x, most):
            column = round(self.px(value))
            ink.fill(QRectF(column, area.top(), 1, area.height()), "line2" if value == 0 else "line")
            ink.at(QPointF(column + 0.5, area.bottom() + 10), text, "axis", "ink3", CENTRE)
        for value, text in _labelled(self.y, max(3, int(area.height() / 44))):
            row = round(self.py(value))
            ink.fill(QRectF(area.left(), row, area.width(), 1), "line2" if value == 0 else "line")
            ink.at(QPointF(area.left() - 6, row + 0.5), text, "axis", "ink3", RIGHT)
        if x_label:
            ink.at(QPointF(area.right(), area.bottom() + 25), x_label, "caption", "ink3", RIGHT)
        if y_label:
            ink.at(QPointF(area.left() - 2, area.top() - 11), y_label, "caption", "ink3")

    def clip(self, ink: Ink) -> None:
        """Draw inside only, until the painter is restored."""
        path = QPainterPath()
        path.addRect(self.area)
        ink.painter.setClipPath(path)


def _labelled(span: tuple[float, float], most: int) -> list[tuple[float, str]]:
    values = ticks(*span, most) if most else []
    return list(zip(values, labels(values), strict=True))
