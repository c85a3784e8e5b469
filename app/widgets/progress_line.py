"""How far a piece of work is: a bar with a count, or a ring with a sentence."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.text import count
from app.theme import Look
from app.widgets.busy_ring import BusyRing
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel

FINE = 1000
RING = 4  # px for the focus ring of the cancel button


class ProgressLine(QWidget):
    """Shows "61 of 96" over a 4 px bar, or a ring where the length is unknown; both can be cancelled."""

    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ring = BusyRing(look)
        self._text = PlainLabel("", "body", look)
        self._done = PlainLabel("", "number", look, "ink")
        self._total = PlainLabel("", "number", look, "ink3")
        self._cancel = IconButton("close", "Cancel", look)
        self._cancel.clicked.connect(self.cancelled)
        self._bar = QProgressBar()
        self._bar.setRange(0, FINE)
        self._bar.setTextVisible(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._ring)
        row.addWidget(self._text, 1)
        row.addWidget(self._done)
        row.addWidget(self._total)
        row.addWidget(self._cancel)
        row.setContentsMargins(0, RING, RING, RING)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._bar)
        self.set_busy("")

    def set_count(self, done: int, total: int, text: str) -> None:
        """Show `done` of `total`, and what is being done."""
        self._show(text, counted=True)
        self._done.setText(count(done))
        self._total.setText(f"of {count(total)}")
        self._bar.setValue(round(FINE * min(1.0, done / total)) if total > 0 else 0)
        self.setAccessibleName(f"{text}, {count(done)} of {count(total)}")

    def set_busy(self, text: str) -> None:
        """Show a ring and what is being done."""
        self._show(text, counted=False)
        self.setAccessibleName(text)

    def set_cancellable(self, can: bool) -> None:
        """Show or hide the cancel button."""
        self._cancel.setVisible(can)

    def _show(self, text: str, counted: bool) -> None:
        self._text.setText(text)
        self._ring.setVisible(not counted)
        for part in (self._bar, self._done, self._total):
            part.setVisible(counted)
