"""The arrays of a stage: each as a matrix of cells with its name, shape and scale; a cell opens to its arithmetic."""

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.explain.number_text import number
from app.plots.heat_map import HeatMap
from app.text import shape, superscript
from app.theme import Look
from app.widgets.choice_box import ChoiceBox
from app.widgets.plain_label import PlainLabel
from engine.explain.opened import Place

MOST_ROWS, MOST_COLUMNS = 64, 64
CELL = 44
WIDTH = 220  # px a card asks for
UNITS = (0.1, 1e5)  # arrays whose largest magnitude is outside are written in units of a power of ten
LINES = (8, 21)  # a vector longer than this is broken into lines of so many numbers
WORDS = {
    "batch": "Batch",
    "forward": "Output",
    "loss": "Loss of each sample",
    "backward": "Error, ∂L/∂output",
    "gradient": "Gradient, ∂L/∂w",
    "slot": "Slot",
    "weight": "Weight",
}


class ArrayCard(QWidget):
    """One array.

    Attributes:
        clicked: the Place of a cell, where it has one, and the cell's rectangle on the screen.
        sliced: which slice of an array of more than two axes is chosen.
    """

    clicked = Signal(object, object)
    sliced = Signal(int)

    def __init__(self, key: str, values: np.ndarray, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key, self._shape, self._values = key, np.shape(values), as_samples(key, np.asarray(values))
        self._slice = 0
        self._map = HeatMap(look)
        self._map.set_largest_cell(CELL)
        self._map.clicked.connect(self._pick)
        self._choice = ChoiceBox([(str(n), self._slice_name(n)) for n in range(self.slices)], look)
        self._choice.setVisible(self.slices > 1)
        self._choice.changed.connect(self._choose)
        self._scale = PlainLabel("", "caption", look, "ink3").set_wrapped()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel(shape(self._shape) or "1", "number", look, "ink3"))
        head.addWidget(self._choice)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(PlainLabel(words_of(key), "title", look, "ink"))
        column.addLayout(head)
        column.addWidget(self._map, 1)
        column.addWidget(self._scale)
        self._show()

    def sizeHint(self) -> QSize:
        """As high as its cells want to be, within reason."""
        rows = min(len(self._matrix()), MOST_ROWS)
        return QSize(WIDTH, 84 + max(48, min(320, rows * 32)))

    def minimumSizeHint(self) -> QSize:
        """As high; the cells give way to a narrow column."""
        return QSize(120, self.sizeHint().height())

    @property
    def slices(self) -> int:
        """How many matrices the array is made of."""
        return int(np.prod(self._values.shape[2:])) if self._values.ndim > 2 else 1

    def show_slice(self, index: int) -> None:
        """Show another of them, without saying so."""
        self._slice = index
        self._choice.set_value(str(index))
        self._show()

    def place_of(self, row: int, column: int) -> Place | None:
        """Where a cell's number stands in the network; None where it opens to nothing."""
        kind, _, rest = self._key.partition("/")
        index = self._index(row, column)
        if kind in ("forward", "backward"):
            return Place("activation" if kind == "forward" else "error", rest, index)
        layer, _, variable = rest.partition("/")
        if kind == "gradient":
            return Place("gradient", layer, index, variable)
        if kind == "weight" and variable.endswith("/before"):
            return Place("weight", layer, index, variable.removesuffix("/before"))
        return None

    def _slice_name(self, n: int) -> str:
        places = np.unravel_index(n, self._values.shape[2:]) if self._values.ndim > 2 else ()
        names = ("channel",) if len(places) == 1 else ("in", "out")
        return ", ".join(f"{name} {int(place)}" for name, place in zip(names, places, strict=False))

    def _matrix(self) -> np.ndarray:
        values = np.asarray(self._values, float)
        if values.ndim > 2:
            values = values.reshape(*values.shape[:2], -1)[:, :, self._slice]
        return values.reshape(-1, line_length(values.size)) if values.ndim < 2 else values

    def _index(self, row: int, column: int) -> tuple[int, ...]:
        sizes = self._values.shape
        if len(sizes) < 2:
            return (row * line_length(self._values.size) + column,) if sizes else ()
        rest = np.unravel_index(self._slice, sizes[2:]) if sizes[2:] else ()
        return (row, column, *(int(n) for n in rest))

    def _choose(self, value: str) -> None:
        self.show_slice(int(value))
        self.sliced.emit(self._slice)

    def _show(self) -> None:
        matrix = self._matrix()[:MOST_ROWS, :MOST_COLUMNS]
        finite = self._values[np.isfinite(np.asarray(self._values, float))]
        limit = float(np.abs(finite).max(initial=0.0)) or 1.0
        exponent = 0 if UNITS[0] <= limit < UNITS[1] else math.floor(math.log10(limit))
        self._map.set_unit(10.0**exponent)
        self._map.set_values(matrix, -limit, limit, labels=self._labels(matrix), numbers=self._numbers())
        whole = self._matrix().shape
        part = f"; the first {len(matrix)} of {whole[0]} rows" if len(matrix) < whole[0] else ""
        norm = float(np.linalg.norm(np.asarray(finite, float)))
        unit = f"; cells in units of 10{superscript(exponent)}" if exponent else ""
        self._scale.setText(f"scale ±{number(limit)}, L2 norm {number(norm)}{unit}{part}")

    def _numbers(self) -> bool:
        """Whether cells are the array's own numbers; images side by side are not."""
        return self._values.shape == self._shape

    def _labels(self, matrix: np.ndarray) -> tuple[list[str], list[str]]:
        """Of a vector in several lines: where each begins, and how far one is along it."""
        if self._values.ndim > 1 or len(matrix) < 2:
            return [], []
        rows, columns = matrix.shape
        return [str(row * columns) for row in range(rows)], [f"+{column}" for column in range(columns)]

    def _pick(self, row: int, column: int) -> None:
        place = self.place_of(row, column)
        if place is not None:
            corner = self._map.mapToGlobal(QPoint(self._map.width() // 2, self._map.height() // 2))
            self.clicked.emit(place, QRect(corner, QSize(1, 1)))


def line_length(count: int) -> int:
    """How many numbers of a vector stand in one line: all of a short one, else a part that leaves no line short."""
    if count <= LINES[1]:
        return max(1, count)
    return max((n for n in range(*LINES) if count % n == 0), default=count)


def in_pairs(keys: Iterable[str]) -> list[list[str]]:
    """Before and after of the same array together, every other array alone, in the order of the first."""
    found: dict[str, list[str]] = {}
    for key in keys:
        name = key.removesuffix("/before").removesuffix("/after")
        found.setdefault(name, []).append(key)
    return list(found.values())


def as_samples(key: str, values: np.ndarray) -> np.ndarray:
    """The images of a batch (sample, height, width, channel) side by side; any other array as it is."""
    if key != "batch/x" or values.ndim != 4:
        return values
    return as_grid(np.moveaxis(values.mean(axis=3), 0, -1))


def as_grid(maps: np.ndarray) -> np.ndarray:
    """Maps (height, width, channel) side by side, near a square."""
    height, width, channels = maps.shape
    columns = int(np.ceil(np.sqrt(channels)))
    rows = int(np.ceil(channels / columns))
    padded = np.zeros((height, width, columns * rows))
    padded[:, :, :channels] = maps
    tiled = padded.reshape(height, width, rows, columns).transpose(2, 0, 3, 1)
    return np.ascontiguousarray(tiled.reshape(rows * height, columns * width))


def words_of(key: str) -> str:
    """Name an array, e.g. "Gradient, ∂L/∂w: kernel" or "Slot momentum of kernel, after"."""
    kind, _, rest = key.partition("/")
    parts = rest.split("/")
    if kind in ("forward", "backward", "loss"):
        return WORDS[kind]
    if kind == "batch":
        return {"x": "Inputs, normalised", "y": "Targets"}.get(rest, "Which samples")
    if kind == "slot":
        return f"{parts[2]} of {parts[1]}, {parts[3]}"
    return f"{WORDS[kind]}: {', '.join(parts[1:])}"


class StageArrays(QScrollArea):
    """The arrays of one stage, in columns.

    Attributes:
        clicked: as `ArrayCard.clicked`.
    """

    clicked = Signal(object, object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.cards: list[ArrayCard] = []

    def show_arrays(self, arrays: dict[str, np.ndarray]) -> None:
        """Show these arrays; before and after stand side by side."""
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(16)
        self.cards = []
        for keys in in_pairs(arrays):
            row = QHBoxLayout()
            row.setSpacing(16)
            column.addLayout(row)
            for key in keys:
                card = ArrayCard(key, arrays[key], self._look)
                card.clicked.connect(self.clicked)
                card.sliced.connect(self._follow)
                self.cards.append(card)
                row.addWidget(card, 1)
        column.addStretch(1)
        self.setWidget(content)

    def _follow(self, index: int) -> None:
        """Cards of as many slices show the same one, so that before and after can be compared."""
        sender = self.sender()
        assert isinstance(sender, ArrayCard)
        for card in self.cards:
            if card is not sender and card.slices == sender.slices:
                card.show_slice(index)
