"""ViewTabs: the six views of a project, with a line under the one on screen."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.frame.button import FrameButton
from app.theme import Look

PADDING = 15
UNDERLINE = 2


class ViewTab(FrameButton):
    """One view."""

    def __init__(self, id: str, text: str, shortcut: str, look: Look) -> None:
        super().__init__(text, look, tip=f"{text} ({shortcut})" if shortcut else text)
        self.id = id
        self.setText(text)
        self.setCheckable(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right belong to the row."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def nextCheckState(self) -> None:
        """A press asks for the view; what is on screen decides which tab is marked."""

    def sizeHint(self) -> QSize:
        """As high as the bar, as wide as the text when active, so that nothing moves."""
        return QSize(self.metrics("title").horizontalAdvance(self.text()) + 2 * PADDING, self.look.theme.size("topBar"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the word, and the line under the active one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, active = self.look.theme, self.isChecked()
        painter.setFont(theme.font("title" if active else "tab"))
        painter.setPen(self.ink("ink" if active or self.underMouse() else "ink2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if active:
            line = QRectF(PADDING - 2, self.height() - UNDERLINE, self.width() - 2 * PADDING + 4, UNDERLINE)
            painter.fillRect(line, theme.color("ink"))


class ViewTabs(QWidget):
    """The row of tabs; arrow keys move along it."""

    chosen = Signal(str)

    def __init__(self, views: list[tuple[str, str, str]], look: Look) -> None:
        super().__init__()
        self.setAccessibleName("Views")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.tabs = [ViewTab(id, text, shortcut, look) for id, text, shortcut in views]
        for tab in self.tabs:
            row.addWidget(tab)
            tab.clicked.connect(lambda _=False, id=tab.id: self.chosen.emit(id))

    def set_current(self, id: str) -> None:
        """Mark a view as shown; none, for Home."""
        for tab in self.tabs:
            tab.setChecked(tab.id == id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the focus along the row."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        focused = next((n for n, tab in enumerate(self.tabs) if tab.hasFocus()), None)
        if not step or focused is None:
            return super().keyPressEvent(event)
        self.tabs[(focused + step) % len(self.tabs)].setFocus(Qt.FocusReason.TabFocusReason)
