"""What a place shows when something failed: the cause, the fix, the details."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.icons import icon
from app.theme import Look
from app.widgets.plain_label import PlainLabel


class ErrorState(QFrame):
    """An error with its hint; the original message under Details, a Retry and a Copy.

    Args:
        message: what failed, one sentence.
        hint: what to do about it.
        details: the original message; empty hides the buttons Details and Copy.
    """

    retry = Signal()

    def __init__(self, message: str, hint: str, details: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("card", "error")
        self._picture = QLabel()
        self._message = PlainLabel(message, "title", look, "err").set_wrapped()
        self._hint = PlainLabel(hint, "body", look).set_wrapped()
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFixedHeight(120)
        self._details.hide()
        self._retry, self._more, self._copy = QPushButton("Retry"), QPushButton("Details"), QPushButton("Copy")
        self._connect()
        self._arrange()
        self.set_error(message, hint, details)
        self._draw()
        look.changed.connect(self._draw)

    def set_error(self, message: str, hint: str = "", details: str = "", retry: bool = True) -> None:
        """Show another error; `retry` says whether trying again makes sense."""
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._details.setPlainText(details)
        self._more.setVisible(bool(details))
        self._copy.setVisible(bool(details))
        self._retry.setVisible(retry)
        self.setAccessibleName(f"Error: {message}")
        self.setAccessibleDescription(hint)

    def page(self, margin: int = 24) -> QWidget:
        """A page for a stack with the card at its top, as high as its text; `margin` in px."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self)
        column.addStretch(1)
        return made

    def _connect(self) -> None:
        self._retry.clicked.connect(self.retry)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._details.setVisible)
        self._copy.clicked.connect(self._copy_all)
        for button in (self._retry, self._more, self._copy):
            button.setProperty("kind", "outline")

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._message, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._retry, self._more, self._copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._hint)
        column.addLayout(buttons)
        column.addWidget(self._details)

    def _copy_all(self) -> None:
        parts = (self._message.text(), self._hint.text(), self._details.toPlainText())
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    def _draw(self) -> None:
        self._picture.setPixmap(icon("warning", self._look, "err").pixmap(QSize(16, 16)))
        self._details.setFont(self._look.theme.font("code"))
