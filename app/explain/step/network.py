"""The network as a small picture: what each layer gave or was sent back, up to the stage that is shown."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.glyphs import paint_glyph
from app.theme import Look, signed_image
from engine.graph import Graph
from engine.shapes import Inference

NODE_WIDTH, HEAD, PICTURE = 92, 20, 56  # px at full size
GAP = 24
HEIGHT = HEAD + PICTURE


class StageNetwork(QWidget):
    """Boxes of the layers in the order of the data, each with the picture of its numbers.

    Attributes:
        picked: name of a layer that was clicked.
    """

    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._names: list[str] = []
        self._families: dict[str, str] = {}
        self._pictures: dict[str, QImage] = {}
        self._arrays: dict[str, np.ndarray] = {}
        self._current, self._sentence = "", ""
        self.setMinimumHeight(HEIGHT + 2 * 12)
        self.setAccessibleName("Network at this stage")
        look.changed.connect(self._restyle)

    def set_graph(self, graph: Graph, inference: Inference) -> None:
        """Show another network."""
        self._names = [node.name for node in graph.in_order() if node.name in inference.layers]
        self._families = {name: inference.layers[name].spec.family for name in self._names}
        self.update()

    def show_stage(self, arrays: dict[str, np.ndarray], current: str) -> None:
        """Show what layers have by name, and outline the stage's own layer; empty for none."""
        self._arrays, self._current = arrays, current
        self._restyle()

    def sizeHint(self) -> QSize:
        """One row of boxes."""
        return QSize(len(self._names) * (NODE_WIDTH + GAP) + GAP, HEIGHT + 24)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a layer."""
        for name, box in self._boxes().items():
            if box.contains(event.position()):
                self.picked.emit(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw edges, boxes and pictures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = self._boxes()
        painter.setPen(QPen(self._look.theme.color("edge"), 1.5))
        for left, right in zip(self._names, self._names[1:], strict=False):
            a, b = boxes[left], boxes[right]
            painter.drawLine(QPointF(a.right(), a.center().y()), QPointF(b.left(), b.center().y()))
        for name in self._names:
            self._paint_node(painter, name, boxes[name])

    def _boxes(self) -> dict[str, QRectF]:
        count = max(1, len(self._names))
        pitch = min(NODE_WIDTH + GAP, (self.width() - 8) / count)
        width = pitch - GAP * pitch / (NODE_WIDTH + GAP)
        top = (self.height() - HEIGHT) / 2
        return {name: QRectF(4 + n * pitch, top, width, HEIGHT) for n, name in enumerate(self._names)}

    def _paint_node(self, painter: QPainter, name: str, box: QRectF) -> None:
        theme, is_current = self._look.theme, name == self._current
        family = theme.family(self._families[name])
        painter.setPen(QPen(theme.color("ink" if is_current else "line2"), 2 if is_current else 1))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(box, 6, 6)
        paint_glyph(painter, self._families[name], QRectF(box.left() + 5, box.top() + 4, 12, 12), family)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink" if name in self._pictures else "ink3"))
        room = box.width() - 24
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(box.left() + 20, box.top(), room, HEAD), Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_picture(painter, name, box)

    def _paint_picture(self, painter: QPainter, name: str, box: QRectF) -> None:
        ground = QRectF(box.left() + 4, box.top() + HEAD, box.width() - 8, PICTURE - 4)
        painter.fillRect(ground, self._look.theme.color("canvas"))
        image = self._pictures.get(name)
        if image is None:
            return
        scale = min(ground.width() / image.width(), ground.height() / image.height())
        size = QRectF(0, 0, image.width() * scale, image.height() * scale)
        size.moveCenter(ground.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(size, image)

    def _restyle(self) -> None:
        theme = self._look.theme
        self._pictures = {}
        for name, values in self._arrays.items():
            grid = as_grid(values)
            limit = float(np.abs(grid[np.isfinite(grid)]).max(initial=0.0)) or 1.0
            self._pictures[name] = signed_image(grid, limit, theme)
        self.update()


def as_grid(values: np.ndarray) -> np.ndarray:
    """Any array as a matrix to look at: maps (height, width, channel) side by side, a vector as a near square."""
    values = np.asarray(values, float)
    if values.ndim == 3:
        return _tiled(values)
    if values.ndim == 2:
        return values
    flat = values.reshape(-1)
    columns = max(1, int(np.ceil(np.sqrt(len(flat)))))
    padded = np.zeros(columns * int(np.ceil(len(flat) / columns)))
    padded[: len(flat)] = flat
    return padded.reshape(-1, columns)


def _tiled(maps: np.ndarray) -> np.ndarray:
    height, width, channels = maps.shape
    columns = int(np.ceil(np.sqrt(channels)))
    rows = int(np.ceil(channels / columns))
    padded = np.zeros((height, width, columns * rows))
    padded[:, :, :channels] = maps
    tiled = padded.reshape(height, width, rows, columns).transpose(2, 0, 3, 1)
    return np.ascontiguousarray(tiled.reshape(rows * height, columns * width))
