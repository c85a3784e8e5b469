"""NewProjectDialog: choose data, and get a first network of the right size for them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.file_dialogs import TABLES, ask_for_files, ask_for_folder
from app.theme import Look
from app.thumbnails import kind_thumbnail
from app.widgets.plain_label import PlainLabel
from engine.datasets import DATASETS
from engine.datasets.choice import describe
from engine.datasets.spec import Dataset
from engine.errors import UserError
from engine.project import DataChoice, Project
from engine.shapes import infer
from engine.starter import starter_project

ROW = 46
Index = QModelIndex | QPersistentModelIndex
Ask = Callable[[QWidget, Dataset], list[Path]]


def ask_for_data(parent: QWidget, dataset: Dataset) -> list[Path]:
    """Ask for the folder or table that a foreign dataset reads; empty when cancelled."""
    if dataset.id == "csv":
        return ask_for_files(parent, "Choose a table", TABLES)
    return ask_for_folder(parent, "Choose a folder with one folder of images per class")


class NewProjectDialog(QDialog):
    """A list of data, a name, and in a sentence what will be made.

    Args:
        ask: for the files of data that are the user's own; replaceable.

    Attributes:
        project: what was made; None until Create is pressed.
    """

    def __init__(self, look: Look, parent: QWidget | None = None, ask: Ask = ask_for_data) -> None:
        super().__init__(parent)
        self.setWindowTitle("New project")
        self._ask = ask
        self._draft: Project | None = None
        self.project: Project | None = None
        self.list = QListWidget()
        self.list.setAccessibleName("Data")
        self.list.setItemDelegate(_DatasetRow(look, self))
        for dataset in DATASETS.values():
            item = QListWidgetItem(f"{dataset.name}, {dataset.summary}")
            item.setData(Qt.ItemDataRole.UserRole, dataset.id)
            self.list.addItem(item)
        self.title = QLineEdit()
        self.title.setMaxLength(80)
        self.title.setAccessibleName("Name of the project")
        self.outcome = PlainLabel("", "body", look).set_wrapped()
        self.outcome.setMinimumHeight(36)
        self.create_button = QPushButton("Create")
        self.create_button.setProperty("kind", "primary")
        self.create_button.setDefault(True)
        self._lay_out(look)
        self.list.currentRowChanged.connect(lambda _: self._choose())
        self.list.itemActivated.connect(lambda _: self._create())
        self.create_button.clicked.connect(self._create)
        self.list.setCurrentRow(0)

    @property
    def dataset(self) -> Dataset:
        """The data chosen."""
        return DATASETS[self.list.currentItem().data(Qt.ItemDataRole.UserRole)]

    def _lay_out(self, look: Look) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(10)
        column.addWidget(PlainLabel("What is there to learn from?", "heading", look, "ink"))
        column.addWidget(self.list, 1)
        name = QHBoxLayout()
        name.setSpacing(12)
        name.addWidget(PlainLabel("Name", "body", look))
        name.addWidget(self.title, 1)
        column.addLayout(name)
        column.addWidget(self.outcome)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        row.addWidget(self.create_button)
        column.addLayout(row)
        self.resize(520, 560)

    def _choose(self) -> None:
        """Say what would be made of the chosen data."""
        dataset = self.dataset
        self.title.setPlaceholderText(dataset.name.lower())
        self._draft = None
        if dataset.is_foreign:
            thing = "table" if dataset.id == "csv" else "folder"
            self.outcome.setText(f"Create asks for your {thing}, and makes a network that fits it.")
        else:
            self._try(DataChoice(dataset.id))
            if self._draft is not None:
                self.outcome.setText(summary(self._draft))

    def _try(self, choice: DataChoice) -> None:
        try:
            self._draft = starter_project(choice, describe(choice), self._name())
        except UserError as error:
            self._draft = None
            self.outcome.setText(str(error))

    def _create(self) -> None:
        dataset = self.dataset
        if dataset.is_foreign:
            paths = self._ask(self, dataset)
            if not paths:
                return
            self._try(DataChoice(dataset.id, {"path": str(paths[0])}))
        else:
            self._try(DataChoice(dataset.id))
        if self._draft is not None:
            self.project = self._draft
            self.accept()

    def _name(self) -> str:
        return self.title.text().strip() or self.title.placeholderText()


class _DatasetRow(QStyledItemDelegate):
    """A sign of the data, their name, and a line about them."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are the same."""
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        theme, rect = self._look.theme, QRectF(option.rect)  # type: ignore[attr-defined]
        dataset = DATASETS[index.data(Qt.ItemDataRole.UserRole)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(rect.adjusted(0, 1, -4, -1), 6, 6)
        square = QRectF(rect.x() + 8, rect.y() + 6, ROW - 12, ROW - 12)
        painter.drawImage(square, kind_thumbnail(dataset.id, _kind(dataset), theme, ROW - 12))
        x = square.right() + 12
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for y, text, role, token in ((5, dataset.name, "title", "ink"), (23, dataset.summary, "body", "ink2")):
            painter.setFont(theme.font(role))
            painter.setPen(theme.color(token))
            painter.drawText(QRectF(x, rect.y() + y, rect.right() - x - 8, 18), left, text)


def _kind(dataset: Dataset) -> str:
    if dataset.is_foreign:
        return "table" if dataset.id == "csv" else "image"
    return describe(DataChoice(dataset.id)).kind


def summary(project: Project) -> str:
    """What a project holds, in a sentence."""
    count = infer(project.graph).num_params
    kinds = [node.kind for node in project.graph.nodes]
    network = "small ConvNet" if "conv2d" in kinds else "dense network"
    head = project.graph.nodes[-1].values
    units = head["units"]
    output = "one number" if head["activation"] == "linear" else f"{units} classes"
    return f"Makes a {network} with {count:,} parameters and an output of {output}, ready to train."
