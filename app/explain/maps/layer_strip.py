"""The same class at every convolution: deeper layers see larger parts, at lower resolution."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.explain.maps.overlay import Style, overlay_image, shares
from app.explain.maps.tile import MapTile
from app.text import TIMES
from app.theme import Look
from app.widgets.section_label import SectionLabel
from engine.messages import Explained

PREFIX = "layers/"
MOST = 4  # tiles side by side
WIDEST = 148  # px of a tile


class LayerStrip(QWidget):
    """One small map for each of the last convolutions; a click shows that layer's map large.

    Attributes:
        picked: name of a layer.
    """

    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._names: list[str] = []
        self.tiles: list[MapTile] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(SectionLabel("Layer", look, "deeper layers see larger parts, at lower resolution"))
        column.addLayout(self._row)

    @property
    def names(self) -> list[str]:
        """Layers as shown."""
        return self._names

    def show_layers(self, explained: Explained, image: QImage, style: Style) -> None:
        """Show the maps of an answer's layers."""
        names = [name.removeprefix(PREFIX) for name in explained.arrays if name.startswith(PREFIX)][-MOST:]
        self.setVisible(bool(names))
        if names != self._names:
            self._make(names)
        for name, tile in zip(names, self.tiles, strict=True):
            values = np.asarray(explained.arrays[PREFIX + name])
            plain = Style(style.opacity, style.threshold, False, style.smooth)
            size = image.size().scaled(2 * WIDEST, 2 * WIDEST, Qt.AspectRatioMode.KeepAspectRatio)
            tile.set_images(image, overlay_image(shares(values), plain, size))
            rows, columns = self._size(explained, name, values)
            tile.set_texts("", name, f"{rows}{TIMES}{columns}")
            tile.set_chosen(name == explained.facts["layer"])

    def _size(self, explained: Explained, name: str, values: np.ndarray) -> tuple[int, int]:
        """Rows and columns as the network has them; large maps come thinned."""
        found = explained.facts.get("sizes", {}).get(name, values.shape)
        return int(found[0]), int(found[1])

    def _make(self, names: list[str]) -> None:
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self._names, self.tiles = names, [MapTile(self._look, has_title=False, lines=2) for _ in names]
        for name, tile in zip(names, self.tiles, strict=True):
            tile.setMaximumWidth(WIDEST)
            tile.picked.connect(lambda name=name: self.picked.emit(name))
            self._row.addWidget(tile)
        self._row.addStretch(max(0, MOST - len(names)))
