"""All runs of the project: sortable, each with its curve, shown over the loss chart by its eye."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.file_dialogs import ask_for_target
from app.icons import icon
from app.run_model import RunModel
from app.run_rows import RunRow, in_sentence, metric_name, run_row, runs_csv
from app.text import count, fixed, format_number, tooltip
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.plain_label import PlainLabel
from engine.errors import UserError
from engine.storage import atomic_write

Index = QModelIndex | QPersistentModelIndex
EYE, NAME, OPTIMIZER, RATE, BATCH, BEST, EPOCH, METRIC, LAST, CURVE = range(10)
HEADERS = [
    "",
    "Run",
    "Optimiser",
    "LR",
    "Batch",
    "Best val loss",
    "Epoch",
    "Val metric",
    "Last val loss",
    "Validation loss",
]
WIDTHS = {EYE: 32, NAME: 100, OPTIMIZER: 104, RATE: 66, BATCH: 52, BEST: 94, EPOCH: 54, METRIC: 92, LAST: 94, CURVE: 70}
SORT_ROLE = Qt.ItemDataRole.UserRole
CURVE_ROLE = Qt.ItemDataRole.UserRole + 1
SHOWN_ROLE = Qt.ItemDataRole.UserRole + 2
BRANCH_ROLE = Qt.ItemDataRole.UserRole + 3
ROW, BRANCH = 31, 14
BRANCH_COLUMNS = (NAME, OPTIMIZER)  # what a run is a branch of is written below both


class RunsModel(QAbstractTableModel):
    """One row per run."""

    eyes_changed = Signal()
    renamed = Signal(object, str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.runs: list[RunModel] = []
        self.rows: list[RunRow] = []
        self.shown: RunModel | None = None
        self.eyes: set[Path] = set()

    def set_runs(self, runs: Sequence[RunModel], shown: RunModel | None) -> None:
        """Show other runs."""
        self.beginResetModel()
        self.runs, self.rows, self.shown = list(runs), [run_row(run) for run in runs], shown
        self.endResetModel()

    def refresh(self, run: RunModel) -> None:
        """Bring one row in step with its run; what it shows changes with evaluations only."""
        for row, other in enumerate(self.runs):
            if other is run and len(run.validation_loss) != len(self.rows[row].curve):
                self.rows[row] = run_row(run)
                self.dataChanged.emit(self.index(row, 0), self.index(row, CURVE))

    def toggle(self, row: int) -> None:
        """Show or hide a run's curve in the loss chart."""
        self.eyes ^= {self.runs[row].folder}
        self.dataChanged.emit(self.index(row, EYE), self.index(row, EYE))
        self.eyes_changed.emit()

    def flags(self, index: Index) -> Qt.ItemFlag:
        editable = Qt.ItemFlag.ItemIsEditable if index.column() == NAME else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if str(value).strip() != self.rows[index.row()].name:
            self.renamed.emit(self.runs[index.row()], str(value))
        return False  # the new name is read from the disk

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            if section == METRIC and self.runs:
                return f"Val {in_sentence(metric_name(self.runs[0]))}"
            return HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int((_side(section)) | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column, run = self.rows[index.row()], index.column(), self.runs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return _text(row, column)
            case Qt.ItemDataRole.DecorationRole if column == EYE:
                return icon("eye", self._look, "ink" if run.folder in self.eyes else "off")
            case Qt.ItemDataRole.ToolTipRole:
                told = "\n".join(part for part in (row.branch, str(run.folder)) if part)
                return tooltip("Show its validation loss in the chart" if column == EYE else told)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_side(column) | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole:
                return self._look.theme.font(
                    "body" if column == OPTIMIZER else "result" if column == BEST else "number"
                )
            case _ if role == SORT_ROLE:
                return _sort_key(row, column, run, self.eyes)
            case _ if role == CURVE_ROLE:
                return row.curve
            case _ if role == SHOWN_ROLE:
                return run is self.shown
            case _ if role == BRANCH_ROLE:
                return row.branch
        return None


class RunsTable(QWidget):
    """The table with its heading and Export CSV."""

    run_chosen = Signal(object)  # RunModel
    overlays_changed = Signal(object)  # list[RunModel]
    rename_requested = Signal(object, str)  # RunModel, its new name
    delete_requested = Signal(object)  # RunModel
    failed = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.ask_for_target: Callable[[QWidget, str, str, str], Path | None] = ask_for_target
        self.model = RunsModel(look, self)
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(self.model)
        self.proxy.setSortRole(SORT_ROLE)
        self.table = _Table(look)
        self.table.setModel(self.proxy)
        self.export_button = QPushButton("Export CSV")
        self.order = ElidedLabel("", "body", look)
        self._lay_out()
        self._connect()
        self.table.sortByColumn(BEST, Qt.SortOrder.AscendingOrder)

    def set_runs(self, runs: Sequence[RunModel], shown: RunModel | None) -> None:
        """Show the runs of the project; those whose eye is open stay open."""
        self.model.set_runs(runs, shown)
        self.export_button.setEnabled(bool(runs))

    def refresh(self, run: RunModel) -> None:
        """Bring the row of one run in step."""
        self.model.refresh(run)

    def export(self) -> None:
        """Ask for a place and write all runs as CSV."""
        path = self.ask_for_target(self, "Export the runs", "runs.csv", "Tables (*.csv)")
        if path is None:
            return
        try:
            atomic_write(path, runs_csv(self.model.runs))
        except UserError as error:
            self.failed.emit(str(error))

    def menu(self, at: QPoint) -> QMenu:
        """The commands for the run at a place of the table."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        index = self.table.indexAt(at)
        if index.isValid():
            self.table.setCurrentIndex(index.siblingAtColumn(NAME))
            for text, act in (
                ("Show it\tEnter", lambda: self._chosen(index.siblingAtColumn(NAME))),
                ("Rename\tF2", lambda: self.table.edit(index.siblingAtColumn(NAME))),
                ("Delete…\tDel", lambda: self.delete_requested.emit(self._run_at(index))),
            ):
                menu.addAction(text).triggered.connect(act)
        return menu

    def _run_at(self, index: QModelIndex) -> RunModel:
        return self.model.runs[self.proxy.mapToSource(index).row()]

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(PlainLabel("Runs", "title", self._look, "ink"))
        head.addWidget(self.order, 1)
        head.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.table, 1)

    def _connect(self) -> None:
        self.export_button.clicked.connect(self.export)
        self.model.eyes_changed.connect(self._say_overlays)
        # Queued: whoever reads the runs anew takes the rows from under the editor that is closing.
        self.model.renamed.connect(self.rename_requested, Qt.ConnectionType.QueuedConnection)
        self.table.deleted_row.connect(lambda index: self.delete_requested.emit(self._run_at(index)))
        self.table.customContextMenuRequested.connect(lambda at: self.menu(at).popup(self.table.mapToGlobal(at)))
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._say_order)
        self.table.clicked.connect(self._clicked)
        self.table.doubleClicked.connect(self._chosen)
        self.table.entered_row.connect(self._chosen)
        self.table.toggled_row.connect(lambda index: self.model.toggle(self.proxy.mapToSource(index).row()))

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == EYE:
            self.model.toggle(self.proxy.mapToSource(index).row())

    def _chosen(self, index: QModelIndex) -> None:
        if index.column() != EYE:
            self.run_chosen.emit(self._run_at(index))

    def _say_order(self, column: int, order: Qt.SortOrder) -> None:
        name = str(self.model.headerData(column, Qt.Orientation.Horizontal)) or "eye"
        falling = ", falling" if order == Qt.SortOrder.DescendingOrder else ""
        hint = "Double-click shows a run, F2 renames it, Delete removes it; its eye lays its curve over the chart."
        self.order.set_text(f"sorted by {name.replace('val', 'validation').lower()}{falling}", hint)

    def _say_overlays(self) -> None:
        self.overlays_changed.emit([run for run in self.model.runs if run.folder in self.model.eyes])


class _Table(QTableView):
    """The view: Enter shows the current run, Space opens its eye, F2 renames it, Delete asks to delete it."""

    entered_row = Signal(object)
    deleted_row = Signal(object)
    toggled_row = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_RunDelegate(look, self))
        self.setSortingEnabled(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSortIndicatorShown(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.setAccessibleName("Runs")

    def setModel(self, model: Any) -> None:
        super().setModel(model)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, width)
        self.horizontalHeader().setSectionResizeMode(EYE, QHeaderView.ResizeMode.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:  # a name's editor passes on the keys that end it
            super().keyPressEvent(event)
        elif index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit(index.siblingAtColumn(NAME))
        elif index.isValid() and event.key() == Qt.Key.Key_Space:
            self.toggled_row.emit(index)
        elif index.isValid() and event.key() == Qt.Key.Key_F2:
            self.edit(index.siblingAtColumn(NAME))
        elif index.isValid() and event.key() == Qt.Key.Key_Delete:
            self.deleted_row.emit(index)
        else:
            super().keyPressEvent(event)


class _RunDelegate(QStyledItemDelegate):
    """Draws the ground of the run that is shown, and the small curve."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown = bool(index.data(SHOWN_ROLE))
        if shown:
            painter.fillRect(option.rect, self._look.theme.color("raised"))
        super().paint(painter, option, index)
        if index.column() in BRANCH_COLUMNS:
            self._paint_branch(painter, QRect(option.rect), index)
        if index.column() == CURVE:
            self._paint_curve(painter, QRect(option.rect), index.data(CURVE_ROLE), shown)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Make room below the words of a branch."""
        super().initStyleOption(option, index)
        if index.column() in BRANCH_COLUMNS and index.data(BRANCH_ROLE):
            option.displayAlignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop

    def _paint_branch(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Below the run's name and its neighbour, small, in one line: what it is a branch of."""
        theme, text = self._look.theme, str(index.data(BRANCH_ROLE) or "")
        painter.save()
        painter.setClipRect(rect)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        widths = [WIDTHS[column] for column in BRANCH_COLUMNS]
        left = rect.left() + 10 - (0 if index.column() == NAME else WIDTHS[NAME])
        line = QRect(left, rect.bottom() - BRANCH - 2, sum(widths) - 14, BRANCH)
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def _paint_curve(self, painter: QPainter, rect: QRect, curve: np.ndarray, shown: bool) -> None:
        finite = np.flatnonzero(np.isfinite(curve))
        if len(finite) < 2:
            return
        values = curve[finite].astype(float)
        box = QRectF(rect).adjusted(8, 7, -10, -7)
        low, high = values.min(), np.percentile(values, 95)
        y = box.bottom() - np.clip((values - low) / ((high - low) or 1.0), 0, 1) * box.height()
        x = box.left() + finite / max(1, len(curve) - 1) * box.width()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._look.theme.color("val" if shown else "ink3")
        painter.setPen(QPen(color, 1.2))
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in zip(x, y, strict=True)]))
        best = int(np.argmin(values))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x[best], y[best]), 2.2, 2.2)
        painter.restore()


def _side(column: int) -> Qt.AlignmentFlag:
    left = column in (EYE, NAME, OPTIMIZER, CURVE)
    return Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight


def _text(row: RunRow, column: int) -> str:
    texts = {
        NAME: row.name,
        OPTIMIZER: row.optimizer,
        RATE: _number(row.learning_rate, lambda value: format_number(value, 3)),
        BATCH: count(row.batch_size),
        BEST: _number(row.best_loss, lambda value: fixed(value, 3)),
        EPOCH: _number(row.best_epoch, lambda value: f"{value:g}"),
        METRIC: _number(row.metric, lambda value: fixed(value, 3)),
        LAST: _number(row.last_loss, lambda value: fixed(value, 3)),
    }
    return texts.get(column, "")


def _number(value: float, write: Callable[[float], str]) -> str:
    return write(value) if math.isfinite(value) else "–"


def _sort_key(row: RunRow, column: int, run: RunModel, eyes: set[Path]) -> Any:
    keys: dict[int, Any] = {
        EYE: run.folder not in eyes, NAME: row.name, OPTIMIZER: row.optimizer, RATE: row.learning_rate,
        BATCH: row.batch_size, BEST: row.best_loss, EPOCH: row.best_epoch, METRIC: row.metric, LAST: row.last_loss,
    }  # fmt: skip
    key = keys.get(column, row.last_loss)
    return math.inf if isinstance(key, float) and not math.isfinite(key) else key
