"""TopBar: the project, the views, the device, the commands and the theme."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QWidget

from app.actions import BY_ID, Actions
from app.frame.commands_button import CommandsButton
from app.frame.device_chip import DeviceChip
from app.frame.logo import LogoButton
from app.frame.project_button import ProjectButton
from app.frame.view_tabs import ViewTabs
from app.text import button_text
from app.theme import Look
from app.widgets.icon_button import IconButton

VIEWS = ("build", "data", "train_view", "see", "lab", "use")
FULL_WIDTH = 1360  # px; below it, the chip and the commands leave out words
MENU = ("new", "open", "", "save", "save_as", "duplicate_project", "", "home", "quit")


class TopBar(QWidget):
    """The bar at the top of the window, 48 px.

    Signals:
        recent_chosen: a project file (Path) of the menu.
    """

    recent_chosen = Signal(object)

    def __init__(self, actions: Actions, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Top bar")
        self._actions, self._look = actions, look
        self._recent: list[object] = []
        self.logo = LogoButton(look)
        self.project = ProjectButton(look)
        self.tabs = ViewTabs([(id, BY_ID[id].text, BY_ID[id].shortcut) for id in VIEWS], look)
        self.device = DeviceChip(look)
        self.commands = CommandsButton(BY_ID["palette"].shortcut, look)
        self.theme_button = IconButton("sun", "Switch between dark and light", look)
        self._lay_out()
        self.setFixedHeight(look.theme.size("topBar"))
        self._connect()
        self._follow_theme()

    def set_project(self, name: str, dirty: bool, place: str, recent: list[object]) -> None:
        """Show the open project; the program's own name where there is none.

        Args:
            recent: files of the menu.
        """
        self.project.set_project(name or "Glassbox", dirty, place)
        self._recent = recent

    def set_view(self, id: str) -> None:
        """Mark the view on screen."""
        self.tabs.set_current(id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.color("bg0"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.theme.color("line"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out words where the window is narrow."""
        super().resizeEvent(event)
        narrow = self.width() < FULL_WIDTH
        self.device.set_compact(narrow)
        self.commands.set_compact(narrow)

    def menu(self) -> QMenu:
        """The project's menu, made new each time it opens."""
        menu = QMenu(self)
        for id in MENU:
            if id:
                menu.addAction(self._actions.qaction(id))
            else:
                menu.addSeparator()
        recent = QMenu("Recent", menu)
        for path in self._recent:
            entry = recent.addAction(button_text(str(path)))
            entry.triggered.connect(lambda _=False, path=path: self.recent_chosen.emit(path))
        recent.setEnabled(bool(self._recent))
        menu.insertMenu(self._actions.qaction("save"), recent)
        return menu

    def open_menu(self) -> None:
        """Open the project's menu below its button."""
        self.menu().popup(self.project.mapToGlobal(QPoint(0, self.project.height() + 2)))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 8, 0)
        grid.setHorizontalSpacing(0)
        sides = [_row(self.logo, self.project), _row(self.device, self.commands, self.theme_button)]
        grid.addWidget(sides[0], 0, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.tabs, 0, 1, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(sides[1], 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)

    def _connect(self) -> None:
        trigger = self._actions.trigger
        self.logo.clicked.connect(lambda: trigger("home"))
        self.project.clicked.connect(self.open_menu)
        self.tabs.chosen.connect(trigger)
        self.device.clicked.connect(lambda: trigger("start_engine" if self.device.is_down else "doctor"))
        self.commands.clicked.connect(lambda: trigger("palette"))
        self.theme_button.clicked.connect(lambda: trigger("theme"))
        self._look.changed.connect(self._follow_theme)

    def _follow_theme(self) -> None:
        dark = self._look.theme.name == "dark"
        self.theme_button.set_icon_name("sun" if dark else "moon")
        self.theme_button.set_hint("Light theme" if dark else "Dark theme")
        self.update()


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(4, 4, 4, 4)  # room for the focus ring
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return holder
