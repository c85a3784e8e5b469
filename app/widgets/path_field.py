"""A file or folder: its path, and a button that opens a dialog."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from app.text import tooltip
from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.text_field import TextField

AskPath = Callable[[QWidget, str, bool], str]  # parent, title, folder? -> path, empty when given up


def ask_path(parent: QWidget, title: str, folder: bool) -> str:
    """Ask for a file or folder with the system's dialog; return its path, or nothing."""
    if folder:
        return QFileDialog.getExistingDirectory(parent, title)
    return QFileDialog.getOpenFileName(parent, title)[0]


class PathField(QWidget):
    """A path that can be typed, or found with the button.

    Args:
        title: of the dialog.
        folder: whether a folder is meant.
        ask: replaces the dialog, in tests.
    """

    changed = Signal(object)
    rejected = Signal(str)

    def __init__(self, look: Look, title: str = "Open", folder: bool = False, ask: AskPath = ask_path) -> None:
        super().__init__()
        self._title, self._folder, self._ask = title, folder, ask
        self.field = TextField(look)
        self.field.setPlaceholderText("none chosen")
        self.field.changed.connect(self._changed)
        self.field.rejected.connect(self.rejected)
        self.button = IconButton("open", "Browse", look, framed=True)
        self.button.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.field)

    @property
    def value(self) -> str:
        """The path."""
        return str(self.field.value)

    def set_value(self, value: str) -> None:
        """Show a path without emitting `changed`."""
        self.field.set_value(value)
        self.field.setToolTip(tooltip(value))

    def setAccessibleName(self, name: str) -> None:
        """Name the field and the button."""
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)
        self.button.setAccessibleName(f"Browse for {name}")

    def _changed(self, value: str) -> None:
        self.field.setToolTip(tooltip(value))
        self.changed.emit(value)

    def _browse(self) -> None:
        path = self._ask(self, self._title, self._folder)
        if path and path != self.value:
            self.set_value(path)
            self.changed.emit(path)
