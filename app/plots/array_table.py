"""A table over arrays: a model that copies nothing, and the view for it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.text import format_number
from app.theme import Look

Index = QModelIndex | QPersistentModelIndex


class ArrayModel(QAbstractTableModel):
    """Rows of numbers with columns of words before them.

    Args:
        look: gives the colours of the words.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._values, self._rows = np.zeros((0, 0)), np.zeros(0, np.int64)
        self._headers: tuple[str, ...] = ()
        self._words: tuple[Sequence[str], ...] = ()
        self._tokens: tuple[Sequence[str], ...] = ()

    def set_rows(
        self,
        values: np.ndarray,
        rows: np.ndarray,
        headers: Sequence[str],
        words: Sequence[Sequence[str]] = (),
        tokens: Sequence[Sequence[str]] = (),
    ) -> None:
        """Show other numbers.

        Args:
            values: (sample, column).
            rows: which samples are shown, in order, int (row,).
            headers: of the words, then of the numbers.
            words: columns of words, each with one text per sample.
            tokens: for each column of words the colour of each text; may be shorter.
        """
        self.beginResetModel()
        self._values, self._rows = values, rows
        self._headers, self._words, self._tokens = tuple(headers), tuple(words), tuple(tokens)
        self.endResetModel()

    def sample(self, row: int) -> int:
        """Return which sample a row shows."""
        return int(self._rows[row])

    def row_of(self, sample: int) -> int:
        """Return the row of a sample, −1 where it is not shown."""
        found = np.flatnonzero(self._rows == sample)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        sample, column = int(self._rows[index.row()]), index.column()
        is_word = column < len(self._words)
        match role:
            case Qt.ItemDataRole.DisplayRole if is_word:
                return self._words[column][sample]
            case Qt.ItemDataRole.DisplayRole:
                return format_number(float(self._values[sample, column - len(self._words)]), 4)
            case Qt.ItemDataRole.TextAlignmentRole if not is_word:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole:
                return self._look.theme.font("body" if is_word else "number")
            case Qt.ItemDataRole.ForegroundRole if is_word and column < len(self._tokens):
                return self._look.theme.any_color(self._tokens[column][sample])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section] if across else str(self._rows[section])
        if role == Qt.ItemDataRole.ToolTipRole and across:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if across and section < len(self._words) else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class ArrayTable(QTableView):
    """The view: rows are samples, the current one follows clicks and arrow keys."""

    picked = Signal(int)  # sample

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.array = ArrayModel(look, self)
        self.setModel(self.array)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(28)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultSectionSize(96)
        self.horizontalHeader().setHighlightSections(False)
        self.selectionModel().currentRowChanged.connect(self._say)

    def show_rows(
        self,
        values: np.ndarray,
        rows: np.ndarray,
        headers: Sequence[str],
        words: Sequence[Sequence[str]] = (),
        tokens: Sequence[Sequence[str]] = (),
    ) -> None:
        """Show other numbers; see `ArrayModel.set_rows`. Columns become as wide as their headers need."""
        self.array.set_rows(values, rows, headers, words, tokens)
        metrics = self.horizontalHeader().fontMetrics()
        for column, header in enumerate(headers):
            widest = (
                max((metrics.horizontalAdvance(text) for text in set(words[column])), default=0)
                if (column < len(words))
                else 56
            )
            self.setColumnWidth(column, min(190, max(metrics.horizontalAdvance(header), widest) + 26))

    def select_sample(self, sample: int) -> None:
        """Make the row of a sample the current one, silently."""
        row = self.array.row_of(sample)
        model = self.selectionModel()
        model.blockSignals(True)
        self.selectRow(row) if row >= 0 else self.clearSelection()
        model.blockSignals(False)
        self.viewport().update()

    def _say(self, index: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(self.array.sample(index.row()))
