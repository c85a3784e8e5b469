"""Which class was taken for which on the validation part; a cell opens to its rate and its samples."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.arithmetic import quotient
from app.plots.confusion_matrix import ConfusionMatrix
from app.plots.image_grid import ImageGrid
from app.reading import cell_samples, predicted_classes
from app.theme import Look, sample_image
from app.widgets.card import Card
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.messages import DataLoaded, Evaluated

MOST_TILES = 40


class ConfusionPanel(QWidget):
    """Shows an evaluation; needs the data for the samples of a cell."""

    sample_picked = Signal(int)  # index in the dataset

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._evaluated: Evaluated | None = None
        self._data: DataLoaded | None = None
        self._cell: tuple[int, int] | None = None
        self._samples = np.zeros(0, np.int64)
        self.moment = ElidedLabel("", "caption", look)
        self.mode = Segmented([("count", "Count"), ("rate", "Rate")], look)
        self.matrix = ConfusionMatrix(look)
        self.matrix.setAccessibleName("Confusion matrix")
        self.card = Card("", look)
        self.line = PlainLabel("", "number", look, "ink")
        self.tiles = ImageGrid(look)
        self.tiles.setFixedHeight(84)
        self.card.body.addWidget(self.line)
        self.card.body.addWidget(self.tiles)
        self._lay_out()
        self.mode.changed.connect(lambda mode: self.matrix.set_rates(mode == "rate"))
        self.matrix.picked.connect(self.pick)
        self.tiles.picked.connect(lambda position: self.sample_picked.emit(int(self._samples[position])))
        look.changed.connect(self._show_cell)

    def set_evaluation(self, evaluated: Evaluated, data: DataLoaded | None, epoch: float) -> None:
        """Show an evaluation of the validation part at an epoch."""
        self._evaluated, self._data = evaluated, data
        self.moment.set_text(f"epoch {round(epoch, 2):g}", f"of the {evaluated.split} part")
        names = data.description.class_names if data else tuple(str(n) for n in range(len(evaluated.confusion)))
        self.matrix.set_counts(evaluated.confusion, names)
        self._show_cell()

    def pick(self, row: int, column: int) -> None:
        """Open one cell: samples of class `row` that were read as `column`."""
        self._cell = (row, column)
        self._show_cell()

    @property
    def cell_indices(self) -> np.ndarray:
        """Which samples of the dataset the open cell holds, int64."""
        return self._samples

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel("Confusion matrix", "title", self._look, "ink"))
        head.addWidget(self.moment, 1)
        head.addWidget(self.mode)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.matrix, 1)
        column.addWidget(self.card)
        self.card.hide()

    def _show_cell(self) -> None:
        evaluated, cell = self._evaluated, self._cell
        if evaluated is None or cell is None or max(cell) >= len(evaluated.confusion):
            self.card.hide()
            return
        row, column = cell
        names = self._names(evaluated)
        terms, rate = quotient(int(evaluated.confusion[row, column]), int(evaluated.confusion[row].sum()))
        self.card.set_title(f"Label {names[row]}, predicted {names[column]}")
        self.line.setText(f"{terms} = {rate}")
        self._show_samples(evaluated, row, column)
        self.card.show()

    def _names(self, evaluated: Evaluated) -> tuple[str, ...]:
        return self._data.description.class_names if self._data else tuple(map(str, range(len(evaluated.confusion))))

    def _show_samples(self, evaluated: Evaluated, row: int, column: int) -> None:
        data = self._data
        self._samples = np.zeros(0, np.int64)
        if data is not None:
            held = evaluated.indices < len(data.x)
            indices = np.asarray(evaluated.indices)[held]
            predicted = predicted_classes(np.asarray(evaluated.outputs)[held], len(evaluated.confusion))
            found = cell_samples(predicted, np.asarray(data.y)[indices], row, column)
            self._samples = indices[found].astype(np.int64)
        is_image = data is not None and data.description.kind == "image"
        self.tiles.setVisible(is_image and len(self._samples) > 0)
        if is_image and data is not None:
            shown = self._samples[:MOST_TILES]
            images = [sample_image(data.x[i], data.value_range, self._look.theme) for i in shown]
            self.tiles.set_images(images, [f"#{i}" for i in shown], ["" for _ in shown])
