"""LogDialog: what the engine said lately, for a person or a report; with it a way to start the engine again."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.theme import Look
from app.widgets.plain_label import PlainLabel

NOTHING = "The engine has said nothing yet."


class LogDialog(QDialog):
    """The end of the engine's log, where its file lies, and buttons to copy it and to start the engine.

    Args:
        tail: the last lines.
        path: of the whole log.
        start: starts the engine; None while it runs.
    """

    def __init__(
        self, tail: str, path: Path, start: Callable[[], object] | None, look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("The engine's log")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(tail or NOTHING)
        self.text.setReadOnly(True)
        self.text.setFont(look.theme.font("code"))
        self.text.setAccessibleName("Log")
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.place = PlainLabel(f"The whole log: {path}", "body", look).set_wrapped()
        self.copy_button, self.start_button = QPushButton("Copy"), QPushButton("Start the engine")
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.start_button.setVisible(start is not None)
        if start is not None:
            self.start_button.clicked.connect(self.accept)
            self.start_button.clicked.connect(lambda: start())
        self._lay_out()

    def _lay_out(self) -> None:
        close = QPushButton("Close")
        close.setProperty("kind", "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(self.start_button)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.text, 1)
        column.addWidget(self.place)
        column.addLayout(row)
        self.resize(760, 520)
