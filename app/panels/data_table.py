"""DataTable: the numbers behind a chart, a heat map or the canvas, as a real table for keyboards and screen readers."""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from app.plots.plot import Table
from app.text import count, format_number
from app.theme import Look
from app.widgets.plain_label import PlainLabel

DIGITS = 6
WIDEST = 320  # px of a column at first
SIZE = (860, 520)


@runtime_checkable
class Tabular(Protocol):
    """What draws numbers and can say them."""

    def table(self) -> Table:
        """Return headers and rows."""


def subject_in(view: QWidget | None) -> QWidget | None:
    """Return what Ctrl+Shift+D means: the picture of numbers in focus, else under the mouse, else the first in sight.

    Args:
        view: the workspace on screen.
    """
    focused = QApplication.focusWidget()
    under = QApplication.widgetAt(QCursor.pos())
    for start in (focused, under):
        found = _nearest(start)
        if found is not None and (start is focused or (view is not None and view.isAncestorOf(found))):
            return found
    if view is None:
        return None
    inside = [widget for widget in view.findChildren(QWidget) if is_tabular(widget) and _is_in_sight(widget)]
    return min(inside, key=lambda widget: _reading_order(widget, view), default=None)


def is_tabular(widget: QWidget) -> bool:
    """Whether a widget can be shown as a table."""
    return isinstance(widget, Tabular) and callable(widget.table)


class DataTable(QDialog):
    """The table of one picture: its name, its sentence, its numbers; Refresh reads them again.

    Args:
        subject: a widget with `table()`, an accessible name and an accessible description.
    """

    def __init__(self, subject: QWidget, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert isinstance(subject, Tabular)
        self._subject, self._name = subject, subject.accessibleName() or "Data"
        self.setWindowTitle(f"{self._name}: data table")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sentence = PlainLabel(subject.accessibleDescription(), "body", look).set_wrapped()
        self.size_label = PlainLabel("", "caption", look, "ink3")
        self.model = TableModel(look, self)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(self._name)
        self.view.setAccessibleDescription(subject.accessibleDescription())
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.verticalHeader().setDefaultSectionSize(26)
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setHighlightSections(False)
        self._lay_out(PlainLabel(self._name, "heading", look, "ink"))
        self.refresh()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)

    def refresh(self) -> None:
        """Read the numbers again."""
        headers, rows = self._subject.table()
        self.model.set_table(headers, rows)
        rows_word = "row" if len(rows) == 1 else "rows"
        words = f"{count(len(rows))} {rows_word}, {count(len(headers))} columns"
        self.size_label.setText(words if rows else "Nothing is drawn there yet; once it is, Refresh shows it here.")
        self._fit_columns()
        if rows and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def copy(self) -> None:
        """Put the selected cells, or all of them, on the clipboard as lines with tabs."""
        chosen = self.view.selectionModel().selectedIndexes()
        if len(chosen) <= 1:
            QGuiApplication.clipboard().setText(self.model.as_text())
            return
        lines: dict[int, list[str]] = {}
        for index in sorted(chosen, key=lambda index: (index.row(), index.column())):
            lines.setdefault(index.row(), []).append(str(index.data()))
        QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in lines.values()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies, F5 reads again, Esc closes."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Refresh):
            self.refresh()
        else:
            super().keyPressEvent(event)

    def _lay_out(self, heading: PlainLabel) -> None:
        copy, again, close = (QPushButton(text) for text in ("Copy", "Refresh", "Close"))
        close.setProperty("kind", "primary")
        copy.clicked.connect(self.copy)
        again.clicked.connect(self.refresh)
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self.sentence)
        self.sentence.setVisible(bool(self.sentence.text()))
        column.addWidget(self.view, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.size_label, 1)
        for button in (copy, again, close):
            button.setAutoDefault(False)
            row.addWidget(button)
        column.addLayout(row)
        self.resize(*SIZE)

    def _fit_columns(self) -> None:
        self.view.resizeColumnsToContents()
        for column in range(self.model.columnCount()):
            self.view.setColumnWidth(column, min(WIDEST, self.view.columnWidth(column) + 12))


class TableModel(QAbstractTableModel):
    """Headers and rows; numbers are written as everywhere on screen."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._headers: Sequence[str] = ()
        self._rows: Sequence[Sequence[Any]] = ()

    def set_table(self, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Show another table."""
        self.beginResetModel()
        self._headers, self._rows = headers, rows
        self.endResetModel()

    def as_text(self) -> str:
        """Return everything, numbers in full, as lines with tabs between the cells."""
        return "\n".join("\t".join(str(cell) for cell in row) for row in (self._headers, *self._rows))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()]
        cell = row[index.column()] if index.column() < len(row) else ""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _written(cell)
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(_side(cell) | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole:
                return self._look.theme.font("body" if isinstance(cell, str) else "number")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return str(section) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self._headers[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and self._rows and section < len(self._rows[0]):
            return int(_side(self._rows[0][section]) | Qt.AlignmentFlag.AlignVCenter)
        return None


def _written(cell: object) -> str:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return "" if cell is None else str(cell)
    return count(cell) if isinstance(cell, int) else format_number(cell, DIGITS)


def _side(cell: object) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if isinstance(cell, int | float) else Qt.AlignmentFlag.AlignLeft


def _nearest(widget: QWidget | None) -> QWidget | None:
    while widget is not None and not is_tabular(widget):
        widget = widget.parentWidget()
    return widget


def _is_in_sight(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def _reading_order(widget: QWidget, view: QWidget) -> tuple[int, int]:
    place = widget.mapTo(view, widget.rect().topLeft())
    return place.y() // 40, place.x()
