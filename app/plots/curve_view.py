"""The curves of a line chart, drawn by pyqtgraph, which is imported only when the first one is made."""

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

RAW_ALPHA = 0.13
WIDE = 2.0


class CurveView:
    """A transparent view of curves that fills its widget and takes no mouse.

    Args:
        parent: the chart.
    """

    def __init__(self, parent: QWidget) -> None:
        import pyqtgraph  # 0.65 s that a start without charts need not wait for

        self._pyqtgraph: Any = pyqtgraph
        self.widget: Any = pyqtgraph.GraphicsView(parent, background=None)
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setFrameStyle(0)
        self._box: Any = pyqtgraph.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self._box.disableAutoRange()
        self.widget.setCentralItem(self._box)
        self._items: dict[str, Any] = {}
        self._styles: dict[str, tuple[str, int, bool]] = {}

    def set_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show a part of the plane."""
        self._box.setRange(xRange=x, yRange=y, padding=0.0, disableAutoRange=True)

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
        """Show other points: what is in view, thinned to what the screen can tell apart."""
        self._item(key).setData(x, y)

    def remove(self, key: str) -> None:
        """Take a curve away."""
        self._styles.pop(key, None)
        item = self._items.pop(key, None)
        if item is not None:
            self._box.removeItem(item)

    def _item(self, key: str) -> Any:
        if key not in self._items:
            item = self._pyqtgraph.PlotCurveItem(antialias=True, connect="finite")
            self._items[key] = item
            self._box.addItem(item, ignoreBounds=True)
        return self._items[key]


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
