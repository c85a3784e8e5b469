"""One sample in numbers: its raw values, and how the one under the cursor becomes what the network sees."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QHeaderView, QStackedWidget, QVBoxLayout, QWidget

from app.arithmetic import scaled_line
from app.plots.array_table import ArrayTable
from app.plots.heat_map import HeatMap
from app.plots.histogram import Histogram
from app.text import fixed, format_number
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.datasets.scaling import Scaling, learn
from engine.messages import DataLoaded

PARTS = ("train", "validation", "test")
GRIDS = ("image", "sequence")  # kinds whose samples are shown as a field of values
NUMBERS_UP_TO = 12  # cells a side, beyond which numbers do not fit
CHANNELS = [("0", "R"), ("1", "G"), ("2", "B")]
WIDE = 330  # px from which the arithmetic fits on one line
PICTURE, HEAD, ROW, NUMBER_COLUMN = 170, 36, 28, 76  # px
MOST_VALUES = 2_000_000


class SampleView(QWidget):
    """The selected sample; emits nothing and edits nothing."""

    cell_changed = Signal(int, int)  # row, column

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._data: DataLoaded | None = None
        self._scaling = Scaling()
        self._known = True
        self._sample, self._cell = 0, (0, 0)
        self._was_picked = False
        self.heading = PlainLabel("Sample", "title", look, "ink")
        self.facts = ElidedLabel("", "body", look)
        self.channel = Segmented(CHANNELS, look)
        self.heat, self.table, self.histogram = HeatMap(look), ArrayTable(look), Histogram(look)
        self.heat.setAccessibleName("Pixels of the sample")
        self.histogram.setAccessibleName("Values of the sample")
        self.place = ElidedLabel("", "caption", look, "ink2")
        self.terms = PlainLabel("", "number", look, "ink2")
        self.result = PlainLabel("", "result", look, "ink")
        self.mean = PlainLabel("", "number", look, "ink")
        self.deviation = PlainLabel("", "number", look, "ink")
        self.note = PlainLabel("", "caption", look, "ink3")
        self.note.setWordWrap(True)
        self._lay_out()
        self.channel.changed.connect(lambda _: self._show())
        self.heat.clicked.connect(self._pick)
        self.table.picked.connect(lambda _: self._show_arithmetic())

    def set_data(self, data: DataLoaded, normalisation: str) -> None:
        """Show other data.

        Args:
            normalisation: how raw values are scaled, as `DataChoice.normalisation`.
        """
        self._data = data
        self._scaling, self._known = screen_scaling(data, normalisation)
        self.channel.setVisible(data.description.kind == "image" and data.description.input_shape[-1] == 3)
        self._was_picked = False
        self._show_statistics()
        self.show_sample(min(self._sample, max(0, len(data.x) - 1)))

    def show_sample(self, sample: int) -> None:
        """Show a sample by its index in the dataset."""
        if self._data is not None and 0 <= sample < len(self._data.x):
            self._sample = sample
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Put the numbers beside a picture, but below a table, whose arithmetic is longer."""
        is_picture = self.values.currentWidget() is self.heat
        wide = self.width() >= WIDE
        across, down = QHBoxLayout.Direction.LeftToRight, QHBoxLayout.Direction.TopToBottom
        self._body.setDirection(across if is_picture else down)
        self._line.setDirection(across if wide else down)
        self._line.setSpacing(6 if wide else 0)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addWidget(self.facts, 1)
        head.addWidget(self.channel)
        self.values = QStackedWidget()
        self.values.addWidget(self.heat)
        self.values.addWidget(self.table)
        self.values.setFixedHeight(PICTURE)
        self._line = line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.terms)
        line.addWidget(self.result, 1)
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(self.place)
        side.addLayout(line)
        side.addSpacing(8)
        side.addLayout(self._statistics())
        side.addSpacing(4)
        side.addWidget(ElidedLabel("Histogram, log count", "caption", self._look, "ink2"))
        side.addWidget(self.histogram, 1)
        self._body = body = QHBoxLayout()
        body.setSpacing(14)
        self.values.setMinimumWidth(146)
        body.addWidget(self.values, 6)
        body.addLayout(side, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(body)
        column.addWidget(self.note)

    def _statistics(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(2)
        grid.addWidget(ElidedLabel("All values, scaled", "caption", self._look, "ink2"), 0, 0, 1, 2)
        for row, (name, label) in enumerate((("mean", self.mean), ("std", self.deviation)), start=1):
            grid.addWidget(PlainLabel(name, "number", self._look, "ink2"), row, 0)
            grid.addWidget(label, row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _pick(self, row: int, column: int) -> None:
        self._cell, self._was_picked = (row, column), True
        self._show_arithmetic()
        self.cell_changed.emit(row, column)

    def _show(self) -> None:
        data = self._data
        if data is None:
            return
        self.heading.setText(f"Sample #{self._sample}")
        self.facts.set_text(f"{self._label(data)}, {PARTS[int(data.split[self._sample])]}")
        if data.description.kind in GRIDS:
            self._show_picture(data)
        else:
            self._show_features(data)
        self._show_arithmetic()

    def _label(self, data: DataLoaded) -> str:
        y, names = data.y[self._sample], data.description.class_names
        if data.description.target == "class":
            return f"label {names[int(y)] if int(y) < len(names) else int(y)}"
        return f"{data.description.target_name or 'target'} {format_number(float(y))}"

    def _show_picture(self, data: DataLoaded) -> None:
        self.values.setCurrentWidget(self.heat)
        self.values.setFixedHeight(PICTURE)
        self._fit()
        values = self._channel_values(data)
        low, high = data.value_range
        self.heat.set_values(values, low, high, map="grey", numbers=max(values.shape) <= NUMBERS_UP_TO)
        if not self._was_picked:
            is_image = data.description.kind == "image"
            self._cell = busiest_cell(data.x[self._sample] if is_image else values[..., None])
        self.heat.set_current(self._cell)

    def _channel_values(self, data: DataLoaded) -> np.ndarray:
        sample = data.x[self._sample]
        if data.description.kind == "sequence":
            return sample.T  # (feature, time)
        return sample[..., min(int(self.channel.value), sample.shape[-1] - 1)]

    def _show_features(self, data: DataLoaded) -> None:
        self.values.setCurrentWidget(self.table)
        self._fit()
        raw = np.asarray(data.x[self._sample], float).ravel()
        scaled = self._scaling.apply(raw[None])[0] if self._known else raw
        names = data.description.feature_names or tuple(f"x{n}" for n in range(len(raw)))
        columns = np.stack([raw, scaled], 1) if self._known else raw[:, None]
        headers = ("feature", "raw", "scaled") if self._known else ("feature", "raw")
        self.table.show_rows(columns, np.arange(len(raw)), headers, (names,))
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(headers)):
            self.table.setColumnWidth(column, NUMBER_COLUMN)
        self.values.setFixedHeight(min(PICTURE, HEAD + ROW * len(raw)))

    def _show_arithmetic(self) -> None:
        data = self._data
        if data is None or not len(data.x):
            return
        where, raw, entry = self._selected(data)
        self.place.set_text(where)
        offset = self._scaling.offset[entry % len(self._scaling.offset)]
        scale = self._scaling.scale[entry % len(self._scaling.scale)]
        terms, result = scaled_line(raw, offset, scale)
        self.terms.setText(f"{terms} =" if self._known and terms != format_number(raw) else "")
        self.result.setText(result if self._known else format_number(raw))

    def _selected(self, data: DataLoaded) -> tuple[str, float, int]:
        if data.description.kind in GRIDS:
            values, channel = self._channel_values(data), int(self.channel.value)
            row, column = (min(at, size - 1) for at, size in zip(self._cell, values.shape, strict=True))
            if data.description.kind == "sequence":
                return f"Step {column}, {data.description.feature_names[row]}", float(values[row, column]), row
            return f"Pixel row {row}, column {column}", float(values[row, column]), channel
        row = max(0, self.table.currentIndex().row())
        names = data.description.feature_names
        name = names[row] if row < len(names) else f"x{row}"
        return name, float(np.ravel(data.x[self._sample])[row]), row

    def _show_statistics(self) -> None:
        data = self._data
        if data is None or not data.x.size:
            return
        some = data.x[: max(1, MOST_VALUES // max(1, data.x[0].size))]
        scaled = self._scaling.apply(some).astype(np.float64)
        self.mean.setText(fixed(float(scaled.mean()), 3))
        self.deviation.setText(fixed(float(scaled.std()), 3))
        self.histogram.set_values(scaled.ravel(), log=True)
        shown, whole = len(data.x), sum(data.counts)
        self.note.setVisible(not self._known or shown < whole)
        self.note.setText(f"From the first {shown:,} of {whole:,} samples.")


def screen_scaling(data: DataLoaded, normalisation: str) -> tuple[Scaling, bool]:
    """Return the scaling the network's input gets, and whether it is exactly that of the engine.

    It is where it can be learned from what the window holds: all samples, or a known range of values.
    """
    train = data.x[data.split[: len(data.x)] == 0]
    whole = len(data.x) >= sum(data.counts)
    ranged = normalisation == "minmax" and data.description.kind == "image" and data.description.value_range is not None
    known = whole or ranged or normalisation == "none"
    return learn(normalisation, train if len(train) else data.x, data.description), known


def busiest_cell(sample: np.ndarray) -> tuple[int, int]:
    """Return the row and column of the largest value nearest the middle of a sample (height, width, channel)."""
    values = np.asarray(sample, float).max(axis=-1)
    rows, columns = np.nonzero(values == values.max())
    away = (rows - values.shape[0] / 2) ** 2 + (columns - values.shape[1] / 2) ** 2
    nearest = int(np.argmin(away))
    return int(rows[nearest]), int(columns[nearest])
