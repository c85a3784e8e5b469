"""Curves over time, with their names at their ends."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from app.buckets import Buckets
from app.plots.chart_overlay import GAP, ChartOverlay
from app.plots.curve_view import CurveView
from app.plots.plot import Plot, Table
from app.plots.scale import labels, log_ticks, ticks, value_range
from app.plots.series import Frame, Marker, Series
from app.plots.thinning import averaged, thin, within
from app.text import format_number
from app.theme import Look
from app.throttle import Throttle

MOST = 2000  # points of a curve as drawn
PER_PIXEL = {"line": 0.5, "points": 0.5, "raw": 2.0}  # points; a wide pen hides what is finer than itself, and is slow
AXIS = 20  # px below the plot
TOP = 8


class LineChart(Plot):
    """Horizontal hairlines, mono labels, no box; redrawn at most thirty times a second.

    Hovering shows the exact values; so do Left and Right when the chart has the keyboard (Shift: ten points).
    `picked` is emitted with the x of a click, or of Enter at the crosshair.
    """

    picked = Signal(float)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._series: dict[str, Series] = {}
        self._markers: dict[str, Marker] = {}
        self._log, self._x_label = False, ""
        self._limits: tuple[float, float] | None = None
        self._value_limits: tuple[float, float] | None = None
        self._frame = Frame(QRectF(0, 0, 1, 1), (0.0, 1.0), (0.0, 1.0))
        self._ticks: tuple[list[float], list[float]] = ([], [])
        self._view, self._overlay = CurveView(), ChartOverlay(look)
        self._picture: QPixmap | None = None
        self._throttle = Throttle(self, self.flush)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", look.theme.radius("chip"))
        self.setMinimumSize(120, 72)

    def set_series(  # noqa: PLR0913 - a curve has this many traits, and a record would be no shorter to write
        self,
        key: str,
        x: np.ndarray,
        y: np.ndarray,
        token: str,
        kind: str = "raw",
        label: str = "",
        dashed: bool = False,
        buckets: Buckets | None = None,
    ) -> None:
        """Show or replace a curve.

        Args:
            key: its name in this chart.
            x, y: (points,), x ascending; they may be views of arrays that grow.
            token: a colour token, e.g. "train".
            kind: "raw" (1 px, faint), "line" (2 px) or "points" (2 px with circles).
            label: written at the end of the curve, at most two lines; raw curves have none.
            dashed: for other runs and for what is still to come.
            buckets: summary of `y`, for curves of very many points.
        """
        self._series[key] = Series(np.asarray(x), np.asarray(y), token, kind, label, dashed, buckets)
        self._throttle.request()

    def remove(self, key: str) -> None:
        """Take a curve or a marker away; unknown names are ignored."""
        self._markers.pop(key, None)
        if self._series.pop(key, None) is not None:
            self._view.remove(key)
        self._throttle.request()

    def set_log(self, log: bool) -> None:
        """Choose between the logarithmic and the linear scale of values."""
        self._log = log
        self._throttle.request()

    def set_x_label(self, text: str) -> None:
        """Name the axis of time, e.g. "epoch"."""
        if text != self._x_label:
            self._x_label = text
            self._throttle.request()

    def set_marker(self, key: str, x: float, text: str, token: str, kind: str = "line") -> None:
        """Mark a moment.

        Args:
            key: its name in this chart.
            x: where; for kind "level" the value it marks.
            kind: "line", "dashed", "star" (on the curve of the same colour) or "level" (horizontal).
        """
        self._markers[key] = Marker(x, text, token, kind)
        self._throttle.request()

    def set_limits(self, low: float | None, high: float | None = None) -> None:
        """Fix what part of time is shown; None shows all there is."""
        self._limits = (low, high) if low is not None and high is not None and high > low else None
        self._throttle.request()

    def set_value_limits(self, low: float | None, high: float | None = None) -> None:
        """Fix the scale of values, above 0 where it is logarithmic; None fits it to the curves."""
        self._value_limits = (low, high) if low is not None and high is not None and high > low else None
        self._throttle.request()

    def flush(self) -> None:
        """Draw at once what was set."""
        lines = {key: self._thinned(series) for key, series in self._series.items()}
        self._measure(lines)
        for key, (x, y) in lines.items():
            series = self._series[key]
            self._view.draw(key, series.kind, self.look.theme.any_color(series.token), series.dashed)
            self._view.set_data(key, x, _logarithm(y) if self._log else y)
        self._overlay.show_frame(self._frame, self._series, self._markers, self.width())
        self._picture = None
        self._throttle.forget()
        self.describe(self._sentence())

    def restyle(self) -> None:
        """Follow the theme."""
        self._throttle.request()

    @property
    def frame(self) -> Frame:
        """Where the plane lies on the screen now."""
        return self._frame

    def table(self) -> Table:
        """Return one row per point of the curves that are no raw ones, thinned as they are drawn."""
        rows: list[list[Any]] = []
        for key, series in self._series.items():
            if series.kind != "raw":
                x, y = thin(series.x, series.y, MOST, series.buckets)
                rows += [[_name(key, series), float(at), float(value)] for at, value in zip(x, y, strict=True)]
        return ["series", self._x_label or "x", "value"], rows

    def sizeHint(self) -> QSize:
        """Return a modest size; charts take what they are given."""
        return QSize(360, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the picture, drawn anew where something changed, and the crosshair over it."""
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatio():
            self._picture = self._drawn()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self._overlay.paint_cross(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the curves into the new size."""
        self.flush()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the exact values at the mouse."""
        inside = self._frame.area.contains(event.position())
        self._point_at(self._frame.value_at(event.position().x()) if inside else None)

    def leaveEvent(self, event: object) -> None:
        """Hide the crosshair."""
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the crosshair."""
        super().focusOutEvent(event)
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a moment."""
        if event.button() == Qt.MouseButton.LeftButton and self._frame.area.contains(event.position()):
            self.picked.emit(self._frame.value_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the crosshair from point to point, pick with Enter, hide with Escape."""
        tenfold = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        moves = {Qt.Key.Key_Left: -tenfold, Qt.Key.Key_Right: tenfold, Qt.Key.Key_Home: -(10**9), Qt.Key.Key_End: 10**9}
        if event.key() in moves and self._main() is not None:
            self._step(moves[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cross is not None:
            self.picked.emit(self.cross)
        elif event.key() == Qt.Key.Key_Escape and self.cross is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    @property
    def cross(self) -> float | None:
        """Where the crosshair is, None when it is hidden."""
        return self._overlay.cross

    def cross_values(self) -> dict[str, str]:
        """Return what the crosshair says, by the name of the series."""
        return {name: value for name, value, _ in self._overlay.cross_lines()}

    def _main(self) -> Series | None:
        shown = [series for series in self._series.values() if series.size]
        return max(shown, key=lambda series: (series.kind != "raw", not series.dashed, series.size), default=None)

    def _point_at(self, x: float | None) -> None:
        main = self._main()
        cross = float(main.x[main.nearest(x)]) if main is not None and x is not None else None
        if cross != self._overlay.cross:
            self._overlay.cross = cross
            self.update()

    def _step(self, steps: int) -> None:
        main = self._main()
        if main is None:
            return
        at = main.size - 1 if self.cross is None else main.nearest(self.cross) + steps
        self._point_at(float(main.x[min(max(at, 0), main.size - 1)]))
        told = ", ".join(f"{name} {value}" for name, value in self.cross_values().items())
        self.setAccessibleDescription(f"{self._x_label or 'x'} {format_number(self.cross or 0.0)}: {told}")

    def _thinned(self, series: Series) -> tuple[np.ndarray, np.ndarray]:
        x, y, buckets = series.x, series.y, series.buckets
        if self._limits is not None:
            x, y = within(x, y, *self._limits)
            buckets = buckets if len(y) == series.size else None
        fewer = thin if series.kind == "raw" else averaged
        most = min(MOST, max(200, round(self.width() * PER_PIXEL[series.kind])))
        return fewer(x, y, most, buckets)

    def _drawn(self) -> QPixmap:
        """Hairlines and axis labels, the curves over them, markers and names on top."""
        picture = QPixmap(self.size() * self.devicePixelRatio())
        picture.setDevicePixelRatio(self.devicePixelRatio())
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self._paint_ground(painter)
        self._view.paint(painter, self._frame)
        self._overlay.paint(painter)
        painter.end()
        return picture

    def _paint_ground(self, painter: QPainter) -> None:
        theme, area = self.look.theme, self._frame.area
        painter.setFont(theme.font("axis"))
        x_values, y_values = self._ticks
        for value, text in zip(y_values, labels(y_values, self._log), strict=True):
            y = round(self._frame.y_of(value))
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), theme.color("line"))
            painter.setPen(theme.color("ink3"))
            place = QRectF(0, y - 8, area.left() - 8, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_time(painter, x_values)

    def _measure(self, lines: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
        calm = [line[1] for key, line in lines.items() if self._series[key].kind != "raw" and len(line[1])]
        curves = calm or [line[1] for line in lines.values() if len(line[1])]
        levels = [np.array([marker.x]) for marker in self._markers.values() if marker.kind == "level"]
        low, high = self._value_limits or value_range([*curves, *levels], self._log)
        x_range = self._limits or _extent([line[0] for line in lines.values() if len(line[0])])
        marks = max(2, (self.height() - AXIS - TOP) // 34)
        y_values = log_ticks(low, high) if self._log else ticks(low, high, marks)
        y_range = (math.log10(low), math.log10(high)) if self._log else (low, high)
        self._frame = Frame(self._area(y_values, x_range), x_range, y_range, self._log)
        wide = QFontMetrics(self.look.theme.font("axis")).horizontalAdvance("00000") + 24
        self._ticks = ticks(*x_range, max(2, int(self._frame.area.width() / wide))), y_values

    def _area(self, y_values: list[float], x_range: tuple[float, float]) -> QRectF:
        metrics = QFontMetrics(self.look.theme.font("axis"))
        left = max((metrics.horizontalAdvance(text) for text in labels(y_values, self._log)), default=0) + 10
        last = labels([x_range[1]])[0]  # the tick at the right end is centred on it
        width = float(self.width() - left - max(8, metrics.horizontalAdvance(last) / 2 + 2))
        if self._x_label:
            width -= QFontMetrics(self.look.theme.font("caption")).horizontalAdvance(self._x_label) + 8
        for series in self._series.values():
            if series.label and series.kind != "raw" and series.size:
                wide = max(metrics.horizontalAdvance(line) for line in series.label.split("\n")) + GAP + 4
                share = (float(series.x[series.size - 1]) - x_range[0]) / (x_range[1] - x_range[0])
                width = min(width, (self.width() - left - wide) / share) if 0 < share <= 1 else width
        return QRectF(left, TOP, max(40.0, width), max(20.0, self.height() - AXIS - TOP))

    def _paint_time(self, painter: QPainter, values: list[float]) -> None:
        theme, area = self.look.theme, self._frame.area
        metrics, right = painter.fontMetrics(), area.left()
        painter.setPen(theme.color("ink3"))
        for value, text in zip(values, labels(values), strict=True):
            middle = self._frame.x_of(value)
            painter.fillRect(QRectF(round(middle), area.bottom(), 1, 4), theme.color("line2"))
            wide = metrics.horizontalAdvance(text)
            place = QRectF(max(0.0, middle - wide / 2), area.bottom() + 5, wide + 2, 15)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
            right = place.right()
        painter.setFont(theme.font("caption"))
        painter.drawText(QPointF(right + 6, area.bottom() + 5 + metrics.ascent()), self._x_label)

    def _sentence(self) -> str:
        parts = [
            f"{_name(key, series)} ends at {format_number(float(series.y[series.size - 1]))}"
            for key, series in self._series.items()
            if series.kind != "raw" and series.size
        ]
        return "; ".join(parts) or "No values yet"


def _name(key: str, series: Series) -> str:
    return series.label.split("\n")[0] or key


def _extent(axes: list[np.ndarray]) -> tuple[float, float]:
    if not axes:
        return 0.0, 1.0
    low, high = min(float(axis[0]) for axis in axes), max(float(axis[-1]) for axis in axes)
    return (low, high) if high > low else (low, low + 1.0)


def _logarithm(values: np.ndarray) -> np.ndarray:
    return np.log10(values, out=np.full(len(values), np.nan), where=values > 0)
