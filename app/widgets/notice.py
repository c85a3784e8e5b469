"""A line over a view that says what is unusual about what it shows."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.icons import icon
from app.theme import Look
from app.widgets.elided_label import ElidedLabel
from app.widgets.surface import Surface

HEIGHT = 30


class Notice(Surface):
    """An icon and one sentence on the ground of warnings, 30 px high."""

    def __init__(self, sentence: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("warnbg", look, "bottom", parent)
        self.setFixedHeight(HEIGHT)
        self._look = look
        self._picture = QLabel()
        self.label = ElidedLabel(sentence, "body", look, "ink2")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        row.addWidget(self._picture)
        row.addWidget(self.label, 1)
        look.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self._picture.setPixmap(icon("warning", self._look, "warn").pixmap(QSize(14, 14)))
