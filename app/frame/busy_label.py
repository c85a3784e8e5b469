"""BusyLabel: a turning ring and what is under way, in place of the counters."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import Look
from app.widgets.busy_ring import BusyRing
from app.widgets.plain_label import PlainLabel


class BusyLabel(QWidget):
    """E.g. "first step compiles"."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._ring = BusyRing(look)
        self._label = PlainLabel("", "caption", look, "ink2")
        self._label.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._label, 1, Qt.AlignmentFlag.AlignVCenter)

    @property
    def text(self) -> str:
        """The words."""
        return self._label.text()

    def say(self, text: str) -> None:
        """Name the work."""
        if text != self._label.text():
            self._label.setText(text)
            self.setAccessibleName(text)
