"""QuickAdd: a small list that opens on the canvas and narrows as one types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.canvas.face import glyph_of
from app.icons import paint_glyph
from app.theme import Look
from app.widgets.plain_label import PlainLabel

WIDTH, ROW, MOST_ROWS = 248, 28, 8
ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """One line of the list.

    Args:
        text: shown, literally.
        detail: at its right, e.g. the Keras class.
        kind, family: of the layer, for glyph and colour.
        words: further words it is found by.
        payload: what `chosen` says.
    """

    text: str
    detail: str
    kind: str
    family: str
    words: str
    payload: Any

    def matches(self, text: str) -> bool:
        """Whether every typed word occurs in it."""
        own = f"{self.text} {self.detail} {self.words}".casefold()
        return all(word in own for word in text.casefold().split())


class QuickAdd(QFrame):
    """The list. Enter or a click chooses, Esc or a click elsewhere closes."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._host = look, parent
        self._entries: Sequence[Entry] = ()
        self.setProperty("card", "popover")
        self.heading = PlainLabel("", "caption", look, "ink3")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(False)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_EntryDelegate(look, self.list))
        self.list.itemClicked.connect(self._choose)
        self.empty = PlainLabel("No layer of that name", "caption", look, "ink3")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.heading, self.search, self.list, self.empty):
            column.addWidget(widget)
        self.setFixedWidth(WIDTH)
        self.hide()

    def set_host(self, host: QWidget) -> None:
        """Float over another widget."""
        self._host = host
        self.setParent(host)
        self.hide()

    def open(self, place: QPoint, entries: Sequence[Entry], heading: str) -> None:
        """Open near a place of the parent and take the keyboard."""
        self._entries = entries
        self.heading.setText(heading)
        self.search.setPlaceholderText("Type to search")
        self.search.clear()
        self._filter("")
        self.adjustSize()
        area = self._host.rect().adjusted(8, 8, -8, -8)
        box = QRect(place, QSize(WIDTH, self.sizeHint().height()))
        box.moveRight(min(box.right(), area.right()))
        box.moveBottom(min(box.bottom(), area.bottom()))
        box.moveTopLeft(QPoint(max(box.left(), area.left()), max(box.top(), area.top())))
        self.move(box.topLeft())
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_list(self) -> None:
        """Close without a choice."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter in the search field work on the list; losing the focus closes it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and self.isVisible() and not self.list.underMouse():
            self.close_list()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: MOST_ROWS, Qt.Key.Key_PageUp: -MOST_ROWS}
        key = Qt.Key(event.key())
        if key in steps and self.list.count():
            self.list.setCurrentRow(min(max(self.list.currentRow() + steps[key], 0), self.list.count() - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.list.currentItem() is not None:
                self._choose(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.close_list()
        else:
            return False
        return True

    def _filter(self, text: str) -> None:
        self.list.clear()
        wanted = text.casefold().strip()
        fitting = [entry for entry in self._entries if entry.matches(text)]
        for entry in sorted(fitting, key=lambda entry: not entry.text.casefold().startswith(wanted)):
            item = QListWidgetItem(entry.text)
            item.setData(ENTRY, entry)
            item.setSizeHint(QSize(WIDTH - 24, ROW))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(fitting))
        self.empty.setVisible(not fitting)
        self.list.setFixedHeight(ROW * min(max(len(fitting), 1), MOST_ROWS) + 2)
        self.adjustSize()

    def _choose(self, item: QListWidgetItem) -> None:
        entry: Entry = item.data(ENTRY)
        self.close_list()
        self.chosen.emit(entry.payload)


class _EntryDelegate(QStyledItemDelegate):
    """Glyph, name, and the Keras class at the right; plain text only."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        theme, entry = self._look.theme, index.data(ENTRY)
        box = option.rect  # type: ignore[attr-defined]
        painter.save()
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):  # type: ignore[attr-defined]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        glyph = QRect(box.left() + 8, box.top() + 7, 14, 14)
        paint_glyph(painter, glyph_of(entry.kind, entry.family), glyph.toRectF(), theme.family(entry.family))
        painter.setFont(theme.font("control"))
        painter.setPen(theme.color("ink"))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, box.width() - 40)
        painter.drawText(box.adjusted(30, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, text)
        room = box.width() - 46 - metrics.horizontalAdvance(text)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        detail = painter.fontMetrics().elidedText(entry.detail, Qt.TextElideMode.ElideRight, max(0, room))
        painter.drawText(
            box.adjusted(30, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, detail
        )
        painter.restore()
