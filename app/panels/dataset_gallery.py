"""The gallery at the left of Data: every dataset with a picture, a name and a line about it; a place for files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.file_dialogs import TABLES, ask_for_files, ask_for_folder
from app.theme import Look
from app.thumbnails import data_thumbnail, kind_thumbnail
from app.widgets.drop_zone import DropZone
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.surface import Surface
from engine.datasets.spec import Dataset
from engine.messages import DataLoaded

PICTURE = 38
ENTRY = 54
ID, SUMMARY, IMAGE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class DatasetGallery(Surface):
    """Lists datasets and takes files.

    Args:
        datasets: what can be chosen, in order.
    """

    chosen = Signal(str)  # id of a dataset
    files_chosen = Signal(object)  # list[Path]

    def __init__(self, datasets: Sequence[Dataset], look: Look, parent: QWidget | None = None) -> None:
        super().__init__("panel", look, "right", parent)
        self._datasets, self._look = datasets, look
        self._current = ""
        self._data: DataLoaded | None = None
        self.ask_for_files: Callable[[QWidget, str, str], list[Path]] = ask_for_files
        self.ask_for_folder: Callable[[QWidget, str], list[Path]] = ask_for_folder
        self.list = self._make_list()
        self.search = QLineEdit(placeholderText="Search datasets")
        self.search.setClearButtonEnabled(True)
        self.search.hide()
        self.drop_zone = DropZone("Drop files to add a dataset", "CSV file, image folder", look)
        self._lay_out()
        self.search.textChanged.connect(self._fill)
        self.drop_zone.dropped.connect(self.files_chosen)
        self.drop_zone.clicked.connect(self._show_menu)
        look.changed.connect(self._fill)
        self._fill()

    def set_current(self, dataset: str) -> None:
        """Mark the dataset in use."""
        self._current = dataset
        self._mark()

    def set_data(self, data: DataLoaded | None) -> None:
        """Show the loaded samples in the picture of the dataset in use."""
        self._data = data
        self._fill()

    def _make_list(self) -> QListView:
        view = QListView()
        view.setModel(QStandardItemModel(view))
        view.setItemDelegate(_EntryDelegate(self._look, view))
        view.setFrameShape(QListView.Shape.NoFrame)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setMouseTracking(True)
        view.setAccessibleName("Datasets")
        view.clicked.connect(self._choose)
        view.activated.connect(self._choose)
        return view

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel("Datasets", "title", self._look, "ink"))
        head.addStretch(1)
        self.search_button = IconButton("search", "Search datasets", self._look)
        self.search_button.clicked.connect(self._toggle_search)
        self.add_button = IconButton("plus", "Add a dataset from files", self._look)
        self.add_button.clicked.connect(self._show_menu)
        head.addWidget(self.search_button)
        head.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 9, 16)
        column.setSpacing(8)
        head.setContentsMargins(8, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 8, 0)
        foot.addWidget(self.drop_zone)
        column.addLayout(foot)

    def _fill(self) -> None:
        model, words = self._model(), self.search.text().casefold().split()
        model.clear()
        for dataset in self._datasets:
            text = f"{dataset.name} {dataset.summary} {dataset.id}".casefold()
            if all(word in text for word in words):
                model.appendRow(self._entry(dataset))
        self._mark()

    def _entry(self, dataset: Dataset) -> QStandardItem:
        item = QStandardItem(dataset.name)
        item.setData(dataset.id, ID)
        item.setData(dataset.summary, SUMMARY)
        item.setData(self._picture(dataset), IMAGE)
        item.setAccessibleDescription(dataset.summary)
        return item

    def _picture(self, dataset: Dataset) -> QImage:
        theme = self._look.theme
        own = data_thumbnail(self._data, theme, PICTURE) if self._data and dataset.id == self._current else None
        return own or kind_thumbnail(dataset.id, _kind(dataset), theme, PICTURE)

    def _mark(self) -> None:
        model = self._model()
        for row in range(model.rowCount()):
            if model.item(row).data(ID) == self._current:
                self.list.setCurrentIndex(model.index(row, 0))
                return
        self.list.setCurrentIndex(QModelIndex())

    def _model(self) -> QStandardItemModel:
        model: QAbstractItemModel = self.list.model()
        assert isinstance(model, QStandardItemModel)
        return model

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(ID))

    def _toggle_search(self) -> None:
        self.search.setVisible(self.search.isHidden())
        if self.search.isHidden():
            self.search.clear()
        else:
            self.search.setFocus()

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Image folder…").triggered.connect(self.add_folder)
        menu.addAction("CSV file…").triggered.connect(self.add_table)
        menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))

    def add_folder(self) -> None:
        """Ask for a folder of images."""
        self._take(self.ask_for_folder(self, "Folder with one folder of images per class"))

    def add_table(self) -> None:
        """Ask for a CSV file."""
        self._take(self.ask_for_files(self, "Table", TABLES))

    def _take(self, paths: list[Path]) -> None:
        if paths:
            self.files_chosen.emit(paths)


def _kind(dataset: Dataset) -> str:
    return "image" if "image" in dataset.summary.casefold() or "image" in dataset.id else "table"


class _EntryDelegate(QStyledItemDelegate):
    """Draws one entry: picture, name, one line."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, ENTRY)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, box = self._look.theme, QRect(option.rect).adjusted(0, 1, -1, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.setBrush(theme.color("raised" if chosen else "card"))
            painter.setPen(QPen(theme.color("line2" if chosen else "line"), 1))
            painter.drawRoundedRect(box, theme.radius("card"), theme.radius("card"))
        painter.drawImage(box.left() + 8, box.top() + 6, index.data(IMAGE))
        left = box.left() + PICTURE + 20
        text = QRect(left, box.top(), box.right() - left - 6, box.height())
        self._line(painter, "control", "ink", str(index.data()), text.adjusted(0, 7, 0, 0))
        self._line(painter, "caption", "ink3", str(index.data(SUMMARY)), text.adjusted(0, 27, 0, 0))
        painter.restore()

    def _line(self, painter: QPainter, role: str, token: str, text: str, box: QRect) -> None:
        font = self._look.theme.font(role)
        painter.setFont(font)
        painter.setPen(self._look.theme.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, shown)
