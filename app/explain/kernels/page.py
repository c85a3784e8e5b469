"""KernelPage: what the kernels view is made of, and where it lies: play row, picture, maps, settings, error."""

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.explain.kernels.panel import KernelPanel
from app.explain.kernels.stage import KernelStage
from app.explain.kernels.strip import MapStrip
from app.explain.kernels.weight_editor import WeightEditor
from app.explain.player import Player
from app.theme import Look
from app.widgets.error_state import ErrorState
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.progress_line import ProgressLine

SPEEDS = (1, 2, 4, 8, 16)
LOW = 600  # px of height; less has no room for the kernels in the strip


class KernelPage(QWidget):
    """The parts; the view connects them."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player, self.stage, self.strip = Player("Window", look, SPEEDS), KernelStage(look), MapStrip(look)
        self.panel = KernelPanel(look)
        self.panel.setFixedWidth(look.theme.size("sidePanel"))
        self.editor = WeightEditor(look, self.stage)
        self.title, self.more = PlainLabel("", "title", look, "ink"), PlainLabel("", "body", look, "ink3")
        self.earlier = IconButton("chevron_left", "Earlier maps", look)
        self.later = IconButton("chevron_right", "Further maps", look)
        self.progress, self.error = ProgressLine(look), ErrorState("", "", "", look)
        self.progress.hide()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._picture())
        self._pages.addWidget(self._trouble())
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self.panel)

    def show_picture(self) -> None:
        """Show the picture."""
        self._pages.setCurrentIndex(0)

    def show_error(self, message: str, hint: str, details: str = "") -> None:
        """Show an error in the picture's place."""
        self.player.pause()
        self.progress.hide()
        self.error.set_error(message, hint, details)
        self._pages.setCurrentIndex(1)

    def show_busy(self, text: str) -> None:
        """Say what takes long; nothing where empty."""
        self.progress.setVisible(bool(text))
        if text:
            self.progress.set_busy(text)

    def fit(self) -> None:
        """In small windows the strip leaves the kernels away."""
        self.strip.set_low(self.height() < LOW)

    def _picture(self) -> QWidget:
        row = QVBoxLayout()
        row.setContentsMargins(24, 12, 24, 8)
        row.addWidget(self.player)
        row.addWidget(self.progress)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.stage, 1)
        column.addLayout(self._head())
        column.addWidget(self.strip)
        return page

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(24, 0, 24, 0)
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.more)
        head.addStretch(1)
        head.addWidget(self.earlier)
        head.addWidget(self.later)
        return head

    def _trouble(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(self.error)
        column.addStretch(1)
        return page
