"""PointCloud: samples as points of a plane, coloured by class, each with its picture under the mouse."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.plots.paths import MARKERS, marker_path
from app.plots.plot import Plot, Table
from app.text import count, format_number
from app.theme import Look, Theme

MARGIN, SIZE, REACH = 20, 4.2, 9.0  # px
PICTURE, CARD = 72, 8  # px: of a sample under the mouse, and around it
ROOM = 0.04  # of the extent, around the points


def class_marker(index: int, theme: Theme) -> tuple[QColor, str]:
    """The colour and the shape of a class: sixteen pairs, then again."""
    return theme.series(index), MARKERS[index // 4 % len(MARKERS)]


class PointCloud(Plot):
    """Arrows walk to the nearest point in their direction; Enter picks it.

    Attributes:
        picked: index of a point that is clicked or reached with the keyboard.
    """

    picked = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._points, self._kinds = np.zeros((0, 2)), np.zeros(0, int)
        self._tones: np.ndarray | None = None
        self._labels: Sequence[str] = ()
        self._low, self._high = np.zeros(2), np.ones(2)
        self._current, self._hovered = -1, -1
        self._near: Sequence[int] = ()
        self._picture: Callable[[int], QImage | None] = _no_picture
        self._drawn: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 140)
        self.setAccessibleName("Points")

    def set_points(
        self, points: np.ndarray, kinds: np.ndarray, labels: Sequence[str], *, tones: np.ndarray | None = None,
        keeps_view: bool = False,
    ) -> None:  # fmt: skip
        """Show other points.

        Args:
            points: (point, 2).
            kinds: int (point,), class of each, for colour and shape.
            labels: one per point, for tooltips.
            tones: (point,) 0 to 1, where colours are of the magnitude map instead.
            keeps_view: the same points have moved: what was in sight stays in sight, at the same scale where it can.
        """
        self._points, self._kinds, self._labels = np.asarray(points, float), np.asarray(kinds, int), labels
        self._tones = tones
        low, high = self._limits()
        if keeps_view:
            low, high = np.minimum(low, self._low), np.maximum(high, self._high)
        self._low, self._high = low, high
        self._current = self._current if self._current < len(points) else -1
        self._hovered = -1
        self.restyle()

    def set_pictures(self, picture: Callable[[int], QImage | None]) -> None:
        """Show the picture of a point under the mouse: `picture(index)`, None for no picture."""
        self._picture = picture

    def set_current(self, index: int, near: Sequence[int] = ()) -> None:
        """Mark a point, −1 for none, and those near it."""
        self._current, self._near = index, near
        self.update()

    @property
    def current(self) -> int:
        """The marked point, −1 for none."""
        return self._current

    def restyle(self) -> None:
        """Draw the points anew."""
        self._drawn = None
        self.describe(f"{count(len(self._points))} points of {count(len(np.unique(self._kinds)))} classes")

    def table(self) -> Table:
        """Return one row per point."""
        rows = [[self._label(n), float(x), float(y)] for n, (x, y) in enumerate(self._points)]
        return ["point", "across", "up"], rows

    def tip_at(self, place: QPoint) -> str:
        """Nothing: the card under the mouse says it."""
        return ""

    def pixels(self) -> np.ndarray:
        """Where the points are drawn, (point, 2)."""
        area = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        span = np.maximum(self._high - self._low, 1e-12)
        scale = min(area.width() / span[0], area.height() / span[1])
        away = (self._points - (self._low + self._high) / 2) * scale
        return np.stack([area.center().x() + away[:, 0], area.center().y() - away[:, 1]], axis=1)

    def point_at(self, place: QPointF) -> int:
        """Return the point within 9 px of a place, −1 for none."""
        if not len(self._points):
            return -1
        away = np.hypot(*(self.pixels() - [place.x(), place.y()]).T)
        nearest = int(np.nan_to_num(away, nan=np.inf).argmin())
        return nearest if away[nearest] <= REACH else -1

    def sizeHint(self) -> QSize:
        """Return a square."""
        return QSize(560, 560)

    def resizeEvent(self, event: object) -> None:
        """Draw the points anew."""
        self._drawn = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the sample under the mouse."""
        self._hover(self.point_at(event.position()))

    def leaveEvent(self, event: object) -> None:
        """Show no sample."""
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the point under the mouse."""
        index = self.point_at(event.position())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk to the nearest point in a direction."""
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        if event.key() not in ways or not len(self._points):
            super().keyPressEvent(event)
            return
        found = self._next(np.array(ways[Qt.Key(event.key())], float))
        if found >= 0:
            self._hover(found)
            self.picked.emit(found)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw points, marks and the card of the hovered sample."""
        painter = QPainter(self)
        if self._drawn is None:
            self._drawn = self._painted()
        painter.drawPixmap(0, 0, self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pixels, theme = self.pixels(), self.look.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index, radius, pen in self._rings(theme):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(*pixels[index]), radius, radius)
        if 0 <= self._hovered < len(pixels):
            self._paint_card(painter, QPointF(*pixels[self._hovered]))

    def _rings(self, theme: Theme) -> list[tuple[int, float, QPen]]:
        found = [(n, SIZE + 3.5, QPen(theme.color("ink3"), 1.2)) for n in self._near if n < len(self._points)]
        if 0 <= self._current < len(self._points):
            found.append((self._current, SIZE + 5, QPen(theme.color("ink"), 2.0)))
        return found

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(self.look.theme.color("canvas"))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.look.theme.color("canvas"), 0.8))
        shapes = {kind: class_marker(kind, self.look.theme) for kind in np.unique(self._kinds).tolist()}
        outlines = {marker: marker_path(marker, QPointF(), SIZE) for marker in MARKERS}
        for n, (x, y) in enumerate(self.pixels().tolist()):
            color, marker = shapes[int(self._kinds[n])]
            painter.setBrush(color if self._tones is None else self._tone(float(self._tones[n])))
            painter.drawPath(outlines[marker].translated(x, y))
        painter.end()
        return made

    def _tone(self, share: float) -> QColor:
        return QColor.fromRgb(self.look.theme.magnitude[round(255 * min(max(share, 0.0), 1.0))])

    def _paint_card(self, painter: QPainter, at: QPointF) -> None:
        theme, image = self.look.theme, self._picture(self._hovered)
        painter.setFont(theme.font("caption"))
        text = self._label(self._hovered)
        wide = max(PICTURE if image is not None else 0, QFontMetrics(painter.font()).horizontalAdvance(text))
        high = 16 + (PICTURE + 4 if image is not None else 0)
        box = QRectF(at.x() + 12, at.y() + 12, wide + 2 * CARD, high + 2 * CARD)
        box.moveLeft(min(box.left(), max(0.0, self.width() - box.width() - 2)))
        if box.bottom() > self.height():
            box.moveBottom(at.y() - 12)
        painter.setPen(theme.color("line2"))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(box, 6, 6)
        if image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > PICTURE)
            painter.drawImage(QRectF(box.left() + CARD, box.top() + CARD, PICTURE, PICTURE), image)
        painter.setPen(theme.color("ink"))
        line = QRectF(box.left() + CARD, box.bottom() - CARD - 16, wide + CARD, 16)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _limits(self) -> tuple[np.ndarray, np.ndarray]:
        known = self._points[np.isfinite(self._points).all(axis=1)]
        if not len(known):
            return np.zeros(2), np.ones(2)
        room = ROOM * np.maximum(np.ptp(known, axis=0), 1e-9)
        return known.min(axis=0) - room, known.max(axis=0) + room

    def _next(self, way: np.ndarray) -> int:
        """The nearest point within 45 degrees of a direction; the first one where none is marked yet."""
        if self._current < 0:
            return 0
        away = self.pixels() - self.pixels()[self._current]
        along, across = away @ way, np.abs(away @ way[::-1])
        cost = np.where((along > 0) & (across <= along), along + across, np.inf)
        return int(cost.argmin()) if np.isfinite(cost.min()) else -1

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _label(self, index: int) -> str:
        if index < len(self._labels):
            return str(self._labels[index])
        return f"({', '.join(format_number(float(v)) for v in self._points[index])})"


def _no_picture(index: int) -> QImage | None:
    """Points have no pictures yet."""
    return None
