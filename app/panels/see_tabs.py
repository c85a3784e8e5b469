"""SeeTabs: the tabs of the views of See; those that do not fit lie in a menu."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.explain import ViewEntry
from app.frame.button import FrameButton
from app.icons import icon
from app.text import button_text
from app.theme import Look

PADDING, ARROW, GAP = 10, 18, 4
RING = 5  # px that the focus ring stands out


class SeeTab(FrameButton):
    """One view."""

    def __init__(self, text: str, look: Look, tip: str = "", has_arrow: bool = False) -> None:
        super().__init__(text, look, tip=tip or text)
        self._has_arrow = has_arrow
        self.setText(text)
        self.setCheckable(True)

    def set_label(self, text: str) -> None:
        """Show another word."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def nextCheckState(self) -> None:
        """A press asks for the view; what is on screen decides which tab is marked."""

    def content_width(self) -> int:
        """The word when active, so that nothing moves."""
        words = self.metrics("title").horizontalAdvance(self.text())
        return words + 2 * PADDING + (ARROW if self._has_arrow else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right belong to the row."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paint_box(self, painter: QPainter) -> None:
        """The active tab is a raised box."""
        if not self.isChecked():
            super().paint_box(painter)
            return
        theme = self.look.theme
        painter.setPen(theme.color("line2"))
        painter.setBrush(theme.color("raised"))
        radius = theme.radius("control")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def paint_content(self, painter: QPainter) -> None:
        """Draw the word, and the arrow of a menu."""
        theme, active = self.look.theme, self.isChecked()
        painter.setFont(theme.font("title" if active else "tab"))
        painter.setPen(self.ink("ink" if active or self.underMouse() else "ink2"))
        room = QRectF(self.rect()).adjusted(0, 0, -ARROW if self._has_arrow else 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._has_arrow:
            picture = icon("chevron_down", self.look, "ink2").pixmap(QSize(12, 12), self.devicePixelRatio())
            painter.drawPixmap(self.width() - 22, (self.height() - 12) // 2, 12, 12, picture)


class SeeTabs(QWidget):
    """The row of tabs; arrow keys move along it.

    Attributes:
        chosen: id of the view that is wanted.
    """

    chosen = Signal(str)

    def __init__(self, entries: Sequence[ViewEntry], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries, self._current = list(entries), ""
        self._most = len(self._entries)
        self.setAccessibleName("Views of See")
        self.tabs = {entry.id: SeeTab(entry.title, look) for entry in entries}
        self.more = SeeTab("More", look, "Further views", has_arrow=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(RING, 0, RING, 0)
        row.setSpacing(GAP)
        for id, tab in self.tabs.items():
            row.addWidget(tab)
            tab.clicked.connect(lambda _=False, id=id: self.chosen.emit(id))
        row.addWidget(self.more)
        self.more.clicked.connect(self._open_menu)
        self._show()

    def set_current(self, id: str) -> None:
        """Mark a view as the one on screen."""
        self._current = id
        for name, tab in self.tabs.items():
            tab.setChecked(name == id)
        self._show()

    def fit(self, room: int, most: int) -> None:
        """Put the tabs into the menu that do not fit `room` px, and those past the first `most`."""
        widths = [tab.sizeHint().width() + GAP for tab in self.tabs.values()]
        fitting = len(widths) if sum(widths) <= room else self._fitting(widths, room)
        shown = min(most, fitting)
        if shown != self._most:
            self._most = shown
            self._show()

    @property
    def hidden_entries(self) -> list[ViewEntry]:
        """The views in the menu."""
        return self._entries[self._most :]

    def menu(self) -> QMenu:
        """The menu of the views that have no tab."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for entry in self.hidden_entries:
            action = menu.addAction(button_text(entry.title))
            action.setCheckable(True)
            action.setChecked(entry.id == self._current)
            action.triggered.connect(lambda _=False, id=entry.id: self.chosen.emit(id))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the focus along the row."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        shown = [tab for tab in (*self.tabs.values(), self.more) if not tab.isHidden()]
        focused = next((n for n, tab in enumerate(shown) if tab.hasFocus()), None)
        if not step or focused is None:
            return super().keyPressEvent(event)
        shown[(focused + step) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)

    def _fitting(self, widths: list[int], room: int) -> int:
        """How many tabs fit beside a menu that may show the longest of the names."""
        menu = max(widths, default=0) + ARROW
        return next((n for n in range(len(widths), 0, -1) if sum(widths[:n]) + menu <= room), 1)

    def _show(self) -> None:
        hidden = {entry.id: entry.title for entry in self.hidden_entries}
        for id, tab in self.tabs.items():
            tab.setVisible(id not in hidden)
        self.more.setVisible(bool(hidden))
        self.more.setChecked(self._current in hidden)
        self.more.set_label(hidden.get(self._current, "More"))

    def _open_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
