"""What lies over the curves of a chart: end labels, markers, and the crosshair with its values."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from app.plots.series import Frame, Marker, Series
from app.plots.star import star
from app.plots.thinning import spread, within
from app.text import format_number
from app.theme import Look

GAP = 8
DISC = 3.0  # px, radius
APART = 8.0  # px between two discs at least; where they would stand closer, the curve alone is clearer
LABEL = 72  # px an end label takes at most


class ChartOverlay:
    """Draws over the curves.

    Attributes:
        cross: where the crosshair stands, None while it is hidden.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._frame = Frame(QRectF(0, 0, 1, 1), (0.0, 1.0), (0.0, 1.0))
        self._series: Mapping[str, Series] = {}
        self._markers: Mapping[str, Marker] = {}
        self._width = 1
        self.cross: float | None = None

    def show_frame(self, frame: Frame, series: Mapping[str, Series], markers: Mapping[str, Marker], width: int) -> None:
        """Follow a chart `width` px wide."""
        self._frame, self._series, self._markers, self._width = frame, series, markers, width

    def cross_lines(self) -> list[tuple[str, str, str]]:
        """Return what the crosshair says: (name, exact value, colour token) per series."""
        if self.cross is None:
            return []
        lines = []
        for key, series in self._series.items():
            if series.size:
                value = format_number(float(series.y[series.nearest(self.cross)]), 6)
                lines.append((_name(key, series), value, series.token))
        return lines

    def paint(self, painter: QPainter) -> None:
        """Draw markers and labels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for series in self._series.values():
            if series.kind == "points":
                self._paint_points(painter, series)
        for marker in self._markers.values():
            self._paint_marker(painter, marker)
        self._paint_ends(painter)

    def _paint_points(self, painter: QPainter, series: Series) -> None:
        low, high = self._frame.x
        xs, ys = within(series.x, series.y, low, high)
        pixels = self._frame.x_of(float(xs[-1])) - self._frame.x_of(float(xs[0])) if len(xs) else 0.0
        if pixels < APART * (len(xs) - 1):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(series.token))
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            if low <= x <= high and self._frame.shows(y):
                painter.drawEllipse(QPointF(self._frame.x_of(x), self._frame.y_of(y)), DISC, DISC)

    def _color(self, token: str) -> QColor:
        return self._look.theme.any_color(token)

    def _paint_marker(self, painter: QPainter, marker: Marker) -> None:
        area = self._frame.area
        if marker.kind == "level":
            y = self._frame.y_of(marker.x)
            painter.setPen(_dashes(self._color(marker.token)))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            self._paint_text(painter, marker, QPointF(area.right(), y + 2), right=True)
            return
        x = self._frame.x_of(marker.x)
        if not area.left() - 1 <= x <= area.right() + 1:
            return
        if marker.kind == "star":
            self._paint_star(painter, marker, x)
            return
        if marker.kind == "dashed":
            painter.setPen(_dashes(self._color(marker.token)))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        else:
            painter.fillRect(QRectF(round(x) - 1, area.top(), 2, area.height()), self._color(marker.token))
        self._paint_text(painter, marker, QPointF(x + GAP, area.top() + 4))

    def _paint_text(self, painter: QPainter, marker: Marker, place: QPointF, right: bool = False) -> None:
        painter.setFont(self._look.theme.font("caption"))
        painter.setPen(self._color(marker.token))
        metrics = QFontMetrics(painter.font())
        wide = metrics.horizontalAdvance(marker.text)
        left = place.x() - wide if right or place.x() + wide > self._width else place.x()
        painter.drawText(QPointF(left, place.y() + metrics.ascent()), marker.text)

    def _paint_star(self, painter: QPainter, marker: Marker, x: float) -> None:
        y = self._star_height(marker)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(marker.token))
        painter.drawPolygon(star(QPointF(x, y), 7.0))
        painter.setPen(self._color("ink2"))
        painter.setFont(self._look.theme.font("axis"))
        lines = marker.text.split("\n")
        height = QFontMetrics(painter.font()).height()
        top = max(self._frame.area.top(), y - 12 - height * len(lines))
        for index, line in enumerate(lines):
            painter.setFont(self._look.theme.font("caption" if index == 0 else "number"))
            painter.setPen(self._color("ink2" if index == 0 else "ink"))
            wide = QFontMetrics(painter.font()).horizontalAdvance(line) + 2
            left = min(max(x - wide / 2, 0.0), self._width - wide)
            left = min([left, *(line - wide - 4 for line in self._lines() if x <= line <= x + wide / 2 + 4)])
            place = QRectF(left, top + index * height, wide, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, line)

    def _star_height(self, marker: Marker) -> float:
        for series in self._series.values():
            if series.token == marker.token and series.kind != "raw" and series.size:
                return self._frame.y_of(float(series.y[series.nearest(marker.x)]))
        return self._frame.area.top() + 20

    def _paint_ends(self, painter: QPainter) -> None:
        ended = [series for series in self._series.values() if series.label and series.size and series.kind != "raw"]
        theme = self._look.theme
        high = 2 * theme.line_height("caption")
        ends = [self._frame.y_of(float(series.y[series.size - 1])) for series in ended]
        area = self._frame.area
        places = spread(ends, high, area.top() + high / 2, area.bottom() - high / 2)
        for series, middle in zip(ended, places, strict=True):
            left = self._clear_of_lines(self._frame.x_of(float(series.x[series.size - 1])), area) + GAP
            lines = series.label.split("\n")[:2]
            top = middle - high / 4 * len(lines)
            for index, line in enumerate(lines):
                painter.setFont(theme.font("caption" if index == 0 else "axis"))
                painter.setPen(self._color(series.token))
                place = QRectF(left, top + index * high / 2, 300, high / 2)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line)

    def _clear_of_lines(self, x: float, area: QRectF) -> float:
        """Where a label may begin: behind a vertical line that would cross it."""
        return max([x, *(line for line in self._lines() if x <= line <= min(x + LABEL, area.right()))])

    def _lines(self) -> list[float]:
        """Where vertical lines stand, px."""
        return [self._frame.x_of(marker.x) for marker in self._markers.values() if marker.kind == "line"]

    def paint_cross(self, painter: QPainter) -> None:
        """Draw the crosshair with its values, where there is one."""
        if self.cross is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, x = self._frame.area, self._frame.x_of(self.cross)
        painter.fillRect(QRectF(round(x), area.top(), 1, area.height()), self._color("ink3"))
        lines = [("x", format_number(self.cross, 6), "ink2"), *self.cross_lines()]
        metrics = QFontMetrics(self._look.theme.font("axis"))
        names = max(metrics.horizontalAdvance(name) for name, _, _ in lines)
        values = max(metrics.horizontalAdvance(value) for _, value, _ in lines)
        box = QRectF(0, 0, names + values + 28, len(lines) * 16 + 10)
        left = x + 10 if x + 10 + box.width() < self._width else x - 10 - box.width()
        box.moveTopLeft(QPointF(max(0.0, left), area.top() + 6))
        painter.setPen(self._color("line2"))
        painter.setBrush(self._color("card"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(self._look.theme.font("axis"))
        for index, (name, value, token) in enumerate(lines):
            row = QRectF(box.left() + 8, box.top() + 5 + index * 16, box.width() - 16, 16)
            painter.setPen(self._color(token))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(self._color("ink"))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)


def _name(key: str, series: Series) -> str:
    return series.label.split("\n")[0] or key


def _dashes(color: QColor) -> QPen:
    pen = QPen(color, 1.0)
    pen.setDashPattern([3.0, 3.0])
    return pen
