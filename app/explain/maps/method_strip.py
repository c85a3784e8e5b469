"""The same picture by several methods, side by side: the input, a map, a gradient, occlusion."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.explain.maps.answers import FAMILIES, LABELS, SIGNED
from app.explain.maps.overlay import Style, map_image, overlay_image, shares
from app.explain.maps.tile import MapTile
from app.explain.maps.titles import method_caption
from app.text import count, shape
from app.theme import Look
from engine.messages import Explained

BOUND = (320, 320, Qt.AspectRatioMode.KeepAspectRatio)
TITLES = LABELS | {"saliency": "Saliency, SmoothGrad", "integrated_gradients": "Integrated gradients"}


class MethodStrip(QWidget):
    """Small pictures; a click shows that method large.

    Attributes:
        picked: the method.
    """

    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.input = MapTile(look)
        self.tiles = [MapTile(look) for _ in FAMILIES]
        self._shown = ["gradcam", "saliency", "occlusion"]
        self._has_map: set[MapTile] = set()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.input.set_texts("Input", "")
        self.input.setEnabled(False)
        row.addWidget(self.input)
        for place, tile in enumerate(self.tiles):
            tile.set_texts(TITLES[self._shown[place]], "")
            tile.picked.connect(lambda place=place: self.picked.emit(self._shown[place]))
            row.addWidget(tile)

    def show_map(self, explained: Explained, image: QImage, step: int) -> None:
        """Show an answer in its family's place.

        Args:
            step: of the weights of the large map; other moments are named.
        """
        method = explained.explainer
        self.input.set_images(image)
        self.input.set_texts("Input", shape(explained.arrays["input"].shape))
        self._input_beside(image)
        tile = self._tile(method)
        values = shares(explained.arrays["map"])
        if method == "saliency":
            tile.set_images(image, map_image(values), alone=True)
        else:
            tile.set_images(image, overlay_image(values, Style(0.85), image.size().scaled(*BOUND), method in SIGNED))
        self._has_map.add(tile)
        text, token = method_caption(explained)
        text = text if explained.step == step else f"at step {count(explained.step)}: {text}"
        tile.set_texts(TITLES[method], text, token=token)

    def _input_beside(self, image: QImage) -> None:
        """The bare picture, where its map is still to come."""
        for tile in self.tiles:
            if tile not in self._has_map:
                tile.set_images(image)

    def show_progress(self, method: str, done: int, total: int) -> None:
        """Say how far a method is."""
        if done < total:
            self._tile(method).set_texts(TITLES[method], f"{count(done)} of {count(total)}")

    def show_failed(self, method: str, message: str) -> None:
        """Say that a method has nothing for this network."""
        tile = self._tile(method)
        tile.set_images(QImage())
        tile.set_texts(TITLES[method], message)

    def choose(self, method: str) -> None:
        """Frame the method that is shown large."""
        for place, tile in enumerate(self.tiles):
            tile.set_chosen(method in FAMILIES[place])

    def _tile(self, method: str) -> MapTile:
        place = next(place for place, family in enumerate(FAMILIES) if method in family)
        self._shown[place] = method
        return self.tiles[place]
