"""All samples at once: pictures in a grid, rows in a table, points in their plane; filtered and sorted."""

from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.plots.array_table import ArrayTable
from app.plots.boundary_plot import BoundaryPlot
from app.plots.image_grid import ImageGrid
from app.sequence_text import step_names, written
from app.text import button_text, format_number
from app.theme import Look
from app.tiles import GAP, SCROLL_BAR, fitted_tile, sample_painter
from app.widgets.plain_label import PlainLabel
from app.widgets.segmented import Segmented
from engine.messages import DataLoaded

PARTS = [("all", "All"), ("0", "Train"), ("1", "Validation"), ("2", "Test")]
PART_NAMES = ("train", "validation", "test")
PART_TOKENS = ("train", "val", "test")
SORTS = ("Random", "Index", "Class")
MOST_CLASS_BUTTONS = 20
TILE = 51  # px
ROOMY, LARGE_TILE, LARGE_COLUMNS = 1700, 56, 24  # px of this view from which tiles are larger; in how many columns


def arranged(data: DataLoaded, part: str, classes: set[int], sort: str) -> np.ndarray:
    """Return which samples to show, in order, int64 (sample,).

    Args:
        part: "all", or the code of one part.
        classes: labels to show; all where empty.
        sort: one of `SORTS`; "Random" is the same order every time.
    """
    indices = np.arange(len(data.x))
    keep = np.ones(len(indices), bool) if part == "all" else data.split[: len(indices)] == int(part)
    if classes:
        keep &= np.isin(data.y[: len(indices)], list(classes))
    if sort == "Random":
        indices = np.random.default_rng(0).permutation(indices)
    elif sort == "Class":
        indices = np.argsort(data.y[: len(indices)], kind="stable")
    return indices[keep[indices]]


class SampleBrowser(QWidget):
    """Shows loaded data and says which sample was picked."""

    picked = Signal(int)  # index in the dataset

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._data: DataLoaded | None = None
        self._order = np.zeros(0, np.int64)
        self._class_buttons: list[QPushButton] = []
        self.part = Segmented(PARTS, look)
        self.sort = QComboBox()
        self.sort.addItems(SORTS)
        self.sort.setAccessibleName("Sort")
        self.grid, self.table, self.plane = ImageGrid(look), ArrayTable(look), BoundaryPlot(look)
        self.found = PlainLabel("", "caption", look, "ink3")
        self._lay_out()
        self.part.changed.connect(lambda _: self._arrange())
        self.sort.currentTextChanged.connect(lambda _: self._arrange())
        self.grid.picked.connect(lambda position: self.picked.emit(int(self._order[position])))
        self.table.picked.connect(self.picked)
        self.plane.picked.connect(lambda position: self.picked.emit(int(self._order[position])))
        look.changed.connect(self._arrange)

    def set_data(self, data: DataLoaded) -> None:
        """Show other data; the filters stay where they still mean something."""
        self._data = data
        self.sort.model().item(2).setEnabled(data.description.target == "class")  # type: ignore[attr-defined]
        self._make_class_buttons(data.description.class_names)
        self._arrange()

    def select(self, sample: int, reveal: bool = True) -> None:
        """Mark a sample as the current one, if it is shown.

        Args:
            reveal: scroll to its picture; data that have just come are shown from their beginning.
        """
        found = np.flatnonzero(self._order == sample)
        position = int(found[0]) if len(found) else -1
        if reveal:
            self.grid.current = position
        else:
            self.grid.mark(position)
        self.plane.set_current(position)
        self.table.select_sample(sample)

    @property
    def shown(self) -> np.ndarray:
        """Which samples are shown, in order, int64 (sample,)."""
        return self._order

    def resizeEvent(self, event: QResizeEvent) -> None:
        large = max(LARGE_TILE, (self.width() - SCROLL_BAR) // LARGE_COLUMNS - GAP)
        self.grid.set_tile(large if self.width() >= ROOMY else fitted_tile(self.width(), TILE))

    def _lay_out(self) -> None:
        self._classes = QHBoxLayout()
        self._classes.setSpacing(4)
        self._classes.setContentsMargins(0, 0, 0, 0)
        holder = QWidget()
        holder.setLayout(self._classes)
        scroll = QScrollArea()
        scroll.setWidget(holder)
        scroll.setWidgetResizable(True)
        scroll.setFixedHeight(self._look.theme.size("controlH"))
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.part)
        row.addWidget(scroll, 1)
        row.addWidget(self.found)
        row.addWidget(PlainLabel("Sort", "body", self._look, "ink3"))
        row.addWidget(self.sort)
        self.views = QStackedWidget()
        for view in (self.grid, self.table, self.plane):
            self.views.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.views, 1)

    def _make_class_buttons(self, names: Iterable[str]) -> None:
        names = tuple(names)[:MOST_CLASS_BUTTONS]
        if [button.property("class_name") for button in self._class_buttons] == list(names):
            return
        for button in self._class_buttons:
            button.hide()
            button.deleteLater()
        while self._classes.count():
            self._classes.takeAt(0)
        self._class_buttons = [self._class_button(name) for name in names]
        for button in self._class_buttons:
            self._classes.addWidget(button)
        self._classes.addStretch(1)

    def _class_button(self, name: str) -> QPushButton:
        button = QPushButton(button_text(name if len(name) <= 14 else name[:13] + "…"))
        button.setProperty("class_name", name)
        button.setProperty("kind", "outline")
        button.setProperty("compact", True)
        button.setCheckable(True)
        button.setAccessibleName(f"Only class {name}")
        button.toggled.connect(lambda _: self._arrange())
        return button

    def _arrange(self) -> None:
        data = self._data
        if data is None:
            return
        classes = {label for label, button in enumerate(self._class_buttons) if button.isChecked()}
        self._order = arranged(data, self.part.value, classes, self.sort.currentText())
        filtered = len(self._order) < len(data.x)
        self.found.setText(f"{len(self._order):,} of {len(data.x):,}" if filtered else "")
        show: dict[str, Callable[[DataLoaded], None]] = {
            "image": self._show_pictures, "table": self._show_rows, "points": self._show_points,
            "sequence": self._show_rows,
        }  # fmt: skip
        show[data.description.kind](data)

    def _show_pictures(self, data: DataLoaded) -> None:
        self.views.setCurrentWidget(self.grid)
        names = data.description.class_names
        captions = [_label_text(data, int(sample), names) for sample in self._order]
        tokens = [PART_TOKENS[int(data.split[sample])] for sample in self._order]
        self.grid.set_items(len(captions), sample_painter(data, self._order, self._look), captions, tokens)

    def _show_rows(self, data: DataLoaded) -> None:
        self.views.setCurrentWidget(self.table)
        names = data.description.class_names
        labels = [_label_text(data, sample, names) for sample in range(len(data.x))]
        parts = [PART_NAMES[int(code)] for code in data.split[: len(data.x)]]
        tokens = [PART_TOKENS[int(code)] if code < 2 else "ink3" for code in data.split[: len(data.x)]]
        target = data.description.target_name or "target"
        if data.description.symbols:
            texts = [written(sample, data.description.symbols) for sample in data.x]
            nothing = np.zeros((len(data.x), 0))
            self.table.show_rows(nothing, self._order, ("part", target, "text"), (parts, labels, texts), (tokens,))
            return
        x = data.x.reshape(len(data.x), -1)
        features = data.description.feature_names or tuple(f"x{n}" for n in range(x.shape[1]))
        if data.description.kind == "sequence":
            features = step_names(data.description)
        self.table.show_rows(x, self._order, ("part", target, *features), (parts, labels), (tokens,))

    def _show_points(self, data: DataLoaded) -> None:
        self.views.setCurrentWidget(self.plane)
        names = data.description.class_names
        self.plane.set_points(data.x[self._order], data.y[self._order], data.split[self._order], names)


def _label_text(data: DataLoaded, sample: int, names: tuple[str, ...]) -> str:
    if data.description.target == "class":
        label = int(data.y[sample])
        return names[label] if label < len(names) else str(label)
    return format_number(float(data.y[sample]))
