"""What the network says about the validation samples: predicted against true, the surest mistakes first."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.plots.array_table import ArrayTable
from app.plots.image_grid import ImageGrid
from app.plots.scatter import Scatter
from app.reading import class_probabilities, wrong_first
from app.text import fixed, percent
from app.theme import Look
from app.tiles import fitted_tile, sample_painter
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from engine.messages import DataLoaded, Evaluated

MOST_TILES = 400
TILE = 50  # px


class PredictionsPanel(QWidget):
    """Shows an evaluation sample by sample: pictures in a grid, others in a table, numbers as a scatter."""

    sample_picked = Signal(int)  # index in the dataset

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown: tuple[Evaluated, DataLoaded] | None = None
        self._order = np.zeros(0, np.int64)
        self._pictures: dict[tuple[int, str], QImage] = {}
        self.facts = ElidedLabel("", "caption", look)
        self.grid, self.table, self.scatter = ImageGrid(look), ArrayTable(look), Scatter(look)
        self.scatter.setAccessibleName("Predicted against true")
        self.views = QStackedWidget()
        for view in (self.grid, self.table, self.scatter):
            self.views.addWidget(view)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel("Predictions", "title", look, "ink"))
        head.addWidget(self.facts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.views, 1)
        self.grid.picked.connect(lambda position: self.sample_picked.emit(int(self._order[position])))
        self.scatter.picked.connect(lambda position: self.sample_picked.emit(int(self._order[position])))
        self.table.picked.connect(self.sample_picked)
        look.changed.connect(self._draw)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.grid.set_tile(fitted_tile(self.width(), TILE))

    def set_evaluation(self, evaluated: Evaluated, data: DataLoaded) -> None:
        """Show an evaluation of the validation part."""
        if self._shown is None or self._shown[1] is not data:
            self._pictures = {}
        self._shown = (evaluated, data)
        self._draw()

    @property
    def order(self) -> np.ndarray:
        """Samples of the dataset as listed, int64."""
        return self._order

    def _draw(self) -> None:
        if self._shown is None:
            return
        evaluated, data = self._shown
        held = np.asarray(evaluated.indices) < len(data.x)
        indices, outputs = np.asarray(evaluated.indices)[held], np.asarray(evaluated.outputs)[held]
        if data.description.target == "number":
            self._draw_numbers(data, indices, outputs)
        else:
            self._draw_classes(data, indices, outputs)

    def _draw_classes(self, data: DataLoaded, indices: np.ndarray, outputs: np.ndarray) -> None:
        names = data.description.class_names
        shares = class_probabilities(outputs, len(names))
        predicted, true = shares.argmax(axis=1), np.asarray(data.y)[indices].astype(int)
        sure = shares.max(axis=1)
        order = wrong_first(predicted, true, sure)
        self._order = indices[order].astype(np.int64)
        wrong = int((predicted != true).sum())
        right = len(true) - wrong
        rate = f"{right:,} / {len(true):,} = {fixed(right / len(true), 3)} right" if len(true) else ""
        self.facts.set_text(f"{wrong:,} wrong first; {rate}")
        if data.description.kind == "image":
            self._draw_tiles(data, order[:MOST_TILES], indices, (predicted, true, sure))
        else:
            self._draw_rows(names, order, indices, (predicted, true, sure))

    def _draw_tiles(
        self,
        data: DataLoaded,
        order: np.ndarray,
        indices: np.ndarray,
        read: tuple[np.ndarray, np.ndarray, np.ndarray],
    ) -> None:
        self.views.setCurrentWidget(self.grid)
        predicted, true, sure = read
        names = data.description.class_names
        captions = [_caption(names, int(predicted[at]), int(true[at]), float(sure[at])) for at in order]
        tokens = ["err" if predicted[at] != true[at] else "val" for at in order]
        self.grid.set_items(
            len(order), sample_painter(data, indices[order], self._look, self._pictures), captions, tokens
        )

    def _draw_rows(
        self,
        names: tuple[str, ...],
        order: np.ndarray,
        indices: np.ndarray,
        read: tuple[np.ndarray, np.ndarray, np.ndarray],
    ) -> None:
        self.views.setCurrentWidget(self.table)
        predicted, true, sure = read
        size = int(indices.max(initial=-1)) + 1
        columns, texts = np.zeros((size, 1)), [[""] * size for _ in range(2)]
        tokens = ["ink"] * size
        for at, sample in enumerate(indices):
            columns[sample, 0] = sure[at]
            texts[0][sample], texts[1][sample] = names[predicted[at]], names[true[at]]
            tokens[sample] = "err" if predicted[at] != true[at] else "ink2"
        self.table.show_rows(columns, indices[order], ("predicted", "label", "p"), texts, (tokens,))

    def _draw_numbers(self, data: DataLoaded, indices: np.ndarray, outputs: np.ndarray) -> None:
        self.views.setCurrentWidget(self.scatter)
        true, predicted = np.asarray(data.y, float)[indices], outputs[:, 0].astype(float)
        self._order = indices.astype(np.int64)
        unit = f" {data.description.target_unit}" if data.description.target_unit else ""
        error = float(np.abs(true - predicted).mean()) if len(true) else 0.0
        self.facts.set_text(f"mean distance {fixed(error, 2)}{unit}")
        name = data.description.target_name
        self.scatter.set_points(true, predicted, f"true {name}".strip(), "predicted")


def _caption(names: tuple[str, ...], predicted: int, true: int, sure: float) -> str:
    if predicted == true:
        return f"{names[true]} {percent(sure, 0)}"
    return f"{names[true]}→{names[predicted]} {percent(sure, 0)}"
