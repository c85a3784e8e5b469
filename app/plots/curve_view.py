"""The curves of a line chart, drawn by pyqtgraph, which is imported only when the first one is made."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from app.plots.series import Frame

RAW_ALPHA = 0.13
WIDE = 2.0


class CurveView:
    """Curves of pyqtgraph without its scene: a chart of a few curves needs no search for what lies under the mouse."""

    def __init__(self) -> None:
        import pyqtgraph  # 0.65 s that a start without charts need not wait for

        self._pyqtgraph: Any = pyqtgraph
        self._items: dict[str, Any] = {}
        self._styles: dict[str, tuple[str, int, bool]] = {}

    def draw(self, key: str, kind: str, color: QColor, dashed: bool) -> None:
        """Choose how a curve is drawn: "raw" thin and faint, other kinds wide."""
        style = (kind, color.rgba(), dashed)
        item = self._item(key)
        if self._styles.get(key) == style:
            return
        self._styles[key] = style
        item.setZValue({"raw": 0, "line": 1, "points": 2}.get(kind, 1) - (0.5 if dashed else 0.0))
        item.setPen(_pen(kind, color, dashed))
        # At 13 % opacity a thin curve of a thousand spikes looks the same without antialiasing, for half the time.
        item.opts["antialias"] = kind != "raw"
        # A wide antialiased path costs three times as much as its segments one by one.
        item.setSegmentedLineMode("off" if kind == "raw" or dashed else "on")

    def set_data(self, key: str, x: np.ndarray, y: np.ndarray) -> None:
        """Show other points, thinned to what the screen can tell apart."""
        self._item(key).setData(x, y)

    def remove(self, key: str) -> None:
        """Take a curve away."""
        self._styles.pop(key, None)
        self._items.pop(key, None)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Draw all curves into the plane, the faint ones first."""
        painter.save()
        painter.setClipRect(frame.area)
        painter.setTransform(_transform(frame), True)
        for item in sorted(self._items.values(), key=lambda item: item.zValue()):
            item.paint(painter, None, None)
        painter.restore()

    def _item(self, key: str) -> Any:
        if key not in self._items:
            self._items[key] = self._pyqtgraph.PlotCurveItem(antialias=True, connect="finite")
        return self._items[key]


def _transform(frame: Frame) -> QTransform:
    """From values to pixels; y grows upwards."""
    area, (left, right), (low, high) = frame.area, frame.x, frame.y
    across, up = area.width() / (right - left), -area.height() / (high - low)
    return QTransform(across, 0.0, 0.0, up, area.left() - left * across, area.bottom() - low * up)


def _pen(kind: str, color: QColor, dashed: bool) -> QPen:
    color = QColor(color)
    if kind == "raw":
        color.setAlphaF(RAW_ALPHA)
    pen = QPen(color, 1.0 if kind == "raw" or dashed else WIDE)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    if dashed:
        pen.setDashPattern([2.0, 3.0])
    return pen
