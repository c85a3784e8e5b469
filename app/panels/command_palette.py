"""CommandPalette: every command, layer, example and setting, found by typing."""

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import key_text
from app.frame.commands_button import paint_key
from app.fuzzy import Match
from app.glyphs import paint_glyph
from app.icons import icon
from app.palette_entry import PaletteEntry, search
from app.theme import Look

WIDTH, ROW, FIELD, PADDING, ICON = 560, 34, 44, 14, 16
MAX_ROWS = 10
TOP = 72
Row = tuple[PaletteEntry, Match]
Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def set_rows(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's name and default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.rows[index.row()][0]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.text, entry.section, entry.shortcut, entry.note) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    """Draws one line: sign, text with the matched letters bold, section, key."""

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTH, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, hit = cast(_Model, index.model()).rows[index.row()]
        theme, rect = self._look.theme, QRectF(cast(QRectF, option.rect))  # type: ignore[attr-defined]
        chosen = bool(option.state & option.state.State_Selected)  # type: ignore[attr-defined]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(rect, theme.color("raised"))
        self._paint_sign(painter, rect, entry)
        right = rect.right() - PADDING
        if entry.shortcut or chosen:
            keys = key_text(entry.shortcut or "Enter")
            right = paint_key(painter, right, rect.center().y(), keys, self._look) - 8
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        section = entry.note or entry.section
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(rect.x(), rect.y(), right - rect.x(), ROW), side, section)
        right -= QFontMetrics(painter.font()).horizontalAdvance(section) + 12
        left = rect.x() + PADDING + ICON + 10
        self._paint_text(painter, QRectF(left, rect.y(), right - left, ROW), entry, hit)

    def _paint_sign(self, painter: QPainter, rect: QRectF, entry: PaletteEntry) -> None:
        square = QRectF(rect.x() + PADDING, rect.y() + (ROW - ICON) / 2, ICON, ICON)
        if entry.family:
            paint_glyph(painter, entry.family, square, self._look.theme.family(entry.family))
        elif entry.icon:
            icon(entry.icon, self._look, "off" if entry.note else "ink2").paint(painter, square.toRect())

    def _paint_text(self, painter: QPainter, rect: QRectF, entry: PaletteEntry, hit: Match) -> None:
        """Draw run after run, so that the matched letters stand in bold."""
        theme = self._look.theme
        painter.setPen(theme.color("off" if entry.note else "ink"))
        plain, bold = theme.font("body"), theme.font("body")
        bold.setWeight(QFont.Weight.Bold)
        painter.setClipRect(rect)
        x, side = rect.x(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for text, is_hit in runs(entry.text, hit.positions):
            painter.setFont(bold if is_hit else plain)
            painter.drawText(QRectF(x, rect.y(), rect.width(), ROW), side, text)
            x += QFontMetrics(painter.font()).horizontalAdvance(text)
        painter.setClipping(False)


def runs(text: str, positions: Sequence[int]) -> list[tuple[str, bool]]:
    """Cut `text` into runs of letters that were matched and that were not."""
    hits, found = set(positions), list[tuple[str, bool]]()
    for place, letter in enumerate(text):
        if found and found[-1][1] == (place in hits):
            found[-1] = (found[-1][0] + letter, found[-1][1])
        else:
            found.append((letter, place in hits))
    return found


class CommandPalette(QFrame):
    """A field and a list, above the window; Enter does the chosen line, Esc closes.

    Args:
        provide: gives the entries, asked anew each time it opens.
    """

    def __init__(self, provide: Callable[[], Sequence[PaletteEntry]], look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Command palette")
        self._provide, self._look = provide, look
        self._entries: Sequence[PaletteEntry] = ()
        self._before: QWidget | None = None
        self.field = QLineEdit()
        self.field.setProperty("bare", True)
        self.field.setPlaceholderText("Type a command, a layer, an example")
        self.field.setAccessibleName("Search commands")
        self.field.setFixedHeight(FIELD - 8)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._filter)
        self._model = _Model()
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(look, self))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(lambda _: self.run())
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 4, 1, 6)
        column.setSpacing(4)
        field_row = QVBoxLayout()
        field_row.setContentsMargins(PADDING + ICON + 8, 0, PADDING, 0)
        field_row.addWidget(self.field)
        column.addLayout(field_row)
        column.addWidget(self.list)
        self.hide()

    def open(self, query: str = "") -> None:
        """Show it with all entries, the field focused."""
        self._before = QApplication.focusWidget()
        self._entries = self._provide()
        self.field.setText(query)
        self._filter(query)
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_palette(self) -> None:
        """Hide it and give the focus back."""
        if self.isVisible():
            self.hide()
            if self._before is not None and self._before.isVisible():
                self._before.setFocus()

    def run(self) -> None:
        """Do the chosen line, unless it cannot be done now."""
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self._model.rows):
            return
        entry = self._model.rows[row][0]
        if not entry.note:
            self.close_palette()
            entry.run()

    @property
    def shown(self) -> list[PaletteEntry]:
        """The entries found, best first."""
        return [entry for entry, _ in self._model.rows]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field that move in the list; losing the focus closes."""
        if watched is self.field and event.type() is QEvent.Type.KeyPress:
            return self._on_key(cast(QKeyEvent, event))
        if watched is self.field and event.type() is QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, the magnifier, and the line under the field."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        painter.setPen(QPen(theme.color("line2")))
        painter.setBrush(theme.color("card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        icon("search", self._look, "ink3").paint(painter, PADDING, (FIELD - ICON) // 2, ICON, ICON)
        painter.fillRect(QRectF(1, FIELD, self.width() - 2, 1), theme.color("line"))
        if not self._model.rows:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("ink3"))
            rect = QRectF(PADDING + ICON + 10, FIELD, self.width(), ROW)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, "Nothing is called that.")

    def _on_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: MAX_ROWS, Qt.Key.Key_PageUp: -MAX_ROWS}
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.run()
        elif key in steps:
            self._move(steps[key])
        else:
            return False
        return True

    def _move(self, step: int) -> None:
        count = self._model.rowCount()
        if count:
            row = self.list.currentIndex().row() + step
            row = row % count if abs(step) == 1 else min(max(row, 0), count - 1)
            self.list.setCurrentIndex(self._model.index(row))

    def _filter(self, query: str) -> None:
        self._model.set_rows(search(query, self._entries))
        self.list.setCurrentIndex(self._model.index(0))
        rows = max(1, min(len(self._model.rows), MAX_ROWS))
        parent = cast(QWidget, self.parentWidget())
        room = max(ROW, parent.height() - TOP - FIELD - 80)
        self.list.setFixedHeight(min(rows * ROW, room // ROW * ROW))
        self.setFixedSize(min(WIDTH, parent.width() - 48), FIELD + self.list.height() + 8)
        self.move((parent.width() - self.width()) // 2, TOP)
        self.update()
