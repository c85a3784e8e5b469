"""SampleChooser: names the sample, or the image of the user's own, that See explains; opens a list of all samples."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.canvas.face import Probe
from app.frame.button import FrameButton
from app.icons import icon
from app.text import button_text
from app.theme import Look
from app.widgets.elided_label import ElidedLabel

PADDING, ARROW, WIDEST = 10, 24, 190
LIST = QSize(560, 420)


class SampleButton(FrameButton):
    """Looks like a box that opens a list: the split and number of the sample, then its label."""

    def __init__(self, look: Look) -> None:
        super().__init__("Probe", look, "The sample that is explained", bordered=True)
        self._text = ""

    def set_label(self, text: str) -> None:
        """Show another sample's name."""
        self._text = text
        self.setAccessibleName(f"Probe: {text}")
        self.updateGeometry()
        self.update()

    @property
    def label(self) -> str:
        """What it shows."""
        return self._text

    def content_width(self) -> int:
        """The whole text, as far as there is room for it."""
        return min(WIDEST, self.metrics("number").horizontalAdvance(self._text) + PADDING + ARROW + 4)

    def paint_content(self, painter: QPainter) -> None:
        """Draw text and arrow."""
        theme = self.look.theme
        painter.setFont(theme.font("number"))
        painter.setPen(self.ink("ink"))
        room = self.rect().adjusted(PADDING, 0, -ARROW, 0)
        shown = QFontMetrics(painter.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        picture = icon("chevron_down", self.look, "ink2").pixmap(QSize(14, 14), self.devicePixelRatio())
        painter.drawPixmap(self.width() - ARROW + 4, (self.height() - 14) // 2, 14, 14, picture)


class SampleList(QFrame):
    """The list under the button: all samples, and the way to an image of one's own.

    Args:
        browser: shows the samples and says which one is picked.
    """

    picture_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, browser: QWidget, look: Look, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", "popover")
        self.setFixedSize(LIST)
        self.load = QPushButton("Load image…")
        self.back = QPushButton(button_text("Back to the sample"))
        for button in (self.load, self.back):
            button.setProperty("kind", "outline")
        self.load.clicked.connect(self.picture_wanted)
        self.back.clicked.connect(self.sample_wanted)
        self.hint = ElidedLabel("", "caption", look)
        foot = QHBoxLayout()
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.load)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(browser, 1)
        column.addLayout(foot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps what the arrows reached; Esc closes too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)


class SampleChooser(QWidget):
    """The button with its list.

    Args:
        browser: of all samples, shown in the list.

    Attributes:
        picture_wanted: an image file should be asked for.
        sample_wanted: the image should give way to the sample again.
        opened: the list is on screen; now the browser can be brought in step.
    """

    picture_wanted = Signal()
    sample_wanted = Signal()
    opened = Signal()

    def __init__(self, browser: QWidget, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._browser = browser
        self.button = SampleButton(look)
        self.list = SampleList(browser, look, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        self.button.clicked.connect(self.open)
        self.list.picture_wanted.connect(self._close_and(self.picture_wanted.emit))
        self.list.sample_wanted.connect(self._close_and(self.sample_wanted.emit))

    def show_input(self, probe: Probe | None, picture: Path | None) -> None:
        """Name what is explained."""
        self.button.set_label(picture.name if picture is not None else sample_text(probe))
        self.button.setEnabled(probe is not None or picture is not None)
        self.list.back.setVisible(picture is not None)

    def set_takes_pictures(self, takes: bool) -> None:
        """Whether the view can explain an image file."""
        self.list.load.setVisible(takes)
        self.list.hint.set_text("" if takes else "This view explains samples of the data only.")

    def open(self) -> None:
        """Show the list under the button, within the screen."""
        at = self.button.mapToGlobal(QPoint(self.button.width() - LIST.width(), self.button.height() + 4))
        room = self.screen().availableGeometry()
        at.setX(max(room.left() + 4, min(at.x(), room.right() - LIST.width() - 4)))
        self.list.move(at)
        self.list.show()
        self.opened.emit()
        self._browser.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_after_click(self) -> None:
        """A sample was picked: a click is a choice, arrows go on looking."""
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self.list.close()

    def _close_and(self, say: Callable[[], None]) -> Callable[[], None]:
        def act() -> None:
            self.list.close()
            say()

        return act


def sample_text(probe: Probe | None) -> str:
    """Name a sample, e.g. "train #32, label 5"."""
    if probe is None:
        return "no data yet"
    label = f", label {probe.label}" if probe.label else ""
    return f"{probe.split} #{probe.index}".strip() + label
