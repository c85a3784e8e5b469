"""ShortcutList: every key of the window, in groups."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.actions import ACTIONS, Action, key_text
from app.theme import Look
from app.widgets.key_box import KeyBox
from app.widgets.plain_label import PlainLabel

GESTURES = (
    Action("tab", "Next control; on the canvas, the next layer", "Tab", section="Moving"),
    Action("arrows", "Along edges, lists, strips and the timeline", "Arrows", section="Moving"),
    Action("alt_arrows", "Move the selected layers by 24 px", "Alt+Arrows", section="Moving"),
    Action("enter", "Open or close the selected group", "Enter", section="Moving"),
    Action("escape", "Close what is open", "Esc", section="Moving"),
)
COLUMNS = (("Project", "Edit", "Views"), ("Training", "Use", "Moving"), ("Canvas", "Window"))


class ShortcutList(QDialog):
    """Three columns of groups; commands without a key are found in the palette."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self._look = look
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(24, 20, 24, 20)
        row.setSpacing(40)
        for sections in COLUMNS:
            row.addLayout(self._column(sections))
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.resize(min(inner.sizeHint().width() + 16, 1100), min(inner.sizeHint().height() + 4, 640))

    def _column(self, sections: tuple[str, ...]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(16)
        for section in sections:
            actions = [a for a in (*ACTIONS, *GESTURES) if a.section == section and a.shortcut]
            column.addLayout(self._group(section, actions))
        column.addStretch(1)
        return column

    def _group(self, section: str, actions: list[Action]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        grid.addWidget(PlainLabel(section, "title", self._look, "ink"), 0, 0, 1, 2)
        for number, action in enumerate(actions, start=1):
            grid.addWidget(PlainLabel(action.text, "body", self._look), number, 0)
            grid.addWidget(self._keys(action), number, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    def _keys(self, action: Action) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for keys in dict.fromkeys(key_text(keys) for keys in action.shortcut.split()):
            row.addWidget(KeyBox(keys, self._look))
        return holder
