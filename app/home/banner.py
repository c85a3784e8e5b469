"""Banner: something Home has to say at its top, with buttons; it waits, it does not block."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.icons import icon
from app.text import button_text
from app.theme import Look
from app.widgets.plain_label import PlainLabel


class Banner(QFrame):
    """Icon, heading, sentence, buttons. Each button also closes the banner.

    Args:
        heading, sentence: plain text.
        buttons: (text, what it does); the first is the primary one.
    """

    def __init__(
        self, heading: str, sentence: str, buttons: list[tuple[str, Callable[[], object]]], look: Look
    ) -> None:
        super().__init__()
        self.setProperty("card", "warn")
        self.setAccessibleName(f"{heading} {sentence}")
        self._look = look
        self._sign = QLabel()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(heading, "title", look, "ink").set_wrapped())
        words.addWidget(PlainLabel(sentence, "body", look).set_wrapped())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        for number, (text, action) in enumerate(buttons):
            row.addWidget(self._button(text, action, "primary" if not number else "outline"))
        self._draw()
        look.changed.connect(self._draw)

    def _button(self, text: str, action: Callable[[], object], kind: str) -> QWidget:
        button = QPushButton(button_text(text))
        button.setProperty("kind", kind)
        button.clicked.connect(self.hide)
        button.clicked.connect(lambda: action())
        button.clicked.connect(self.deleteLater)
        return button

    def _draw(self) -> None:
        self._sign.setPixmap(icon("warning", self._look, "warn").pixmap(16, 16))
