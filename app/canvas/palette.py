"""The layer palette: chips by family, to drag or to add with Enter; in small windows a rail with a fly-out."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.canvas.choices import CHOICES, FOLDED_AT_FIRST, GROUPS, Choice
from app.canvas.face import glyph_of
from app.icons import icon, paint_glyph
from app.text import tooltip
from app.theme import Look
from app.widgets.key_box import KeyBox
from app.widgets.plain_label import PlainLabel
from app.widgets.surface import Surface

CHIP = QSize(97, 28)
WIDE = 264  # px of the palette in large windows
VCENTRE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PaletteChip(QWidget):
    """One kind of layer. Drag it, double-click it, or press Enter on it.

    Attributes:
        picked: it is to be added after the selected node.
        dragged, dropped: a place on the screen, while and when it is dragged.
        drag_cancelled: Esc while dragging.
    """

    picked = Signal(object)
    dragged = Signal(object, object)
    dropped = Signal(object, object)
    drag_cancelled = Signal()

    def __init__(self, choice: Choice, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice, self._look = choice, look
        self._pressed: QPoint | None = None
        self.is_dragging = False
        self.setMinimumSize(CHIP)
        self.setFixedHeight(CHIP.height())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(choice.name)
        self.setAccessibleDescription("Drag to the canvas, or Enter to add after the selected layer")
        self.setToolTip(tooltip(f"{choice.name}: keras.layers.{choice.keras.split()[0]}\nDrag, or Enter to add"))
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse() or self.is_dragging
        painter.setPen(
            QPen(theme.color("ink" if self.hasFocus() else "line2" if lit else "line"), 2 if self.hasFocus() else 1)
        )
        painter.setBrush(theme.color("raised" if lit else "card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        family = self.choice.family
        paint_glyph(painter, glyph_of(self.choice.kind, family), QRectF(8, 7, 14, 14), theme.family(family))
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font("control"))
        room = self.width() - 31
        text = painter.fontMetrics().elidedText(self.choice.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(27, 0, room + 2, self.height()), VCENTRE, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps a drag begins."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Past a few px it is a drag."""
        if self._pressed is None:
            return
        if not self.is_dragging and (event.position().toPoint() - self._pressed).manhattanLength() >= 4:
            self.is_dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self.is_dragging:
            self.dragged.emit(self.choice, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop."""
        dragging = self.is_dragging
        self._end_drag()
        if dragging:
            self.dropped.emit(self.choice, event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add after the selected node."""
        self.picked.emit(self.choice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds, Esc ends a drag, arrows go to the neighbours."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(self.choice)
        elif event.key() == Qt.Key.Key_Escape and self.is_dragging:
            self._end_drag()
            self.drag_cancelled.emit()
        elif event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Scroll into sight."""
        super().focusInEvent(event)
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(self, 0, 24)
        self.update()

    def _end_drag(self) -> None:
        self._pressed, self.is_dragging = None, False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.update()


class GroupHeader(QWidget):
    """A family's heading; folds its chips. Folded, it shows its glyph and how many there are."""

    toggled = Signal()

    def __init__(self, family: str, title: str, count: int, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family, self._title, self._count, self._look = family, title, count, look
        self.is_open = family not in FOLDED_AT_FIRST
        self.setFixedHeight(24)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{title}, {count} layers")
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw chevron and title."""
        theme, painter = self._look.theme, QPainter(self)
        name = "chevron_down" if self.is_open else "chevron_right"
        icon(name, self._look, "ink3").paint(painter, 0, 6, 12, 12)
        left = 18
        if not self.is_open:
            paint_glyph(painter, self._family, QRectF(18, 5, 14, 14), theme.family(self._family))
            left = 38
            painter.setFont(theme.font("axis"))
            painter.setPen(theme.color("ink3"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect(), right, str(self._count))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink" if self.hasFocus() else "ink2"))
        painter.drawText(QRectF(left, 0, self.width() - left - 20, self.height()), VCENTRE, self._title)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold."""
        self._toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter folds or unfolds; Space belongs to training."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle()
        else:
            super().keyPressEvent(event)

    def _toggle(self) -> None:
        self.is_open = not self.is_open
        self.update()
        self.toggled.emit()


class LayerPalette(Surface):
    """Search field and chips in groups.

    Attributes:
        picked, dragged, dropped, drag_cancelled: as of a chip.
    """

    picked = Signal(object)
    dragged = Signal(object, object)
    dropped = Signal(object, object)
    drag_cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("panel", look, "right", parent)
        self._look = look
        self.setFixedWidth(look.theme.size("paletteW"))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search layers")
        self.search.setAccessibleName("Search layers")
        self.search.addAction(icon("search", look, "ink3"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._pick_first)
        self.chips: list[PaletteChip] = []
        self._groups: list[tuple[GroupHeader, QWidget, list[PaletteChip]]] = []
        self._nothing = PlainLabel("No layer of that name", "caption", look, "ink3")
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(6)
        top = QGridLayout()
        top.setContentsMargins(12, 0, 12, 0)
        top.addWidget(self.search, 0, 0)
        key = KeyBox("/", look)
        key.setContentsMargins(0, 0, 6, 0)
        key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        top.addWidget(key, 0, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(top)
        column.addWidget(self._scrolled(), 1)

    def set_wide(self, wide: bool) -> None:
        """Take the width of large windows."""
        self.setFixedWidth(WIDE if wide else self._look.theme.size("paletteW"))

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(12, 4, 12, 12)
        self._column.setSpacing(0)
        self._column.addWidget(self._nothing)
        for family, title in GROUPS:
            choices = [choice for choice in CHOICES if choice.family == family]
            if choices:
                self._add_group(family, title, choices)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def _add_group(self, family: str, title: str, choices: list[Choice]) -> None:
        header = GroupHeader(family, title, len(choices), self._look)
        header.toggled.connect(lambda: self._filter(self.search.text()))
        holder = QWidget()
        chips = [self._chip(choice, holder) for choice in choices]
        _fill_grid(holder, chips)
        self._groups.append((header, holder, chips))
        self.chips += chips
        self._column.addWidget(header)
        self._column.addWidget(holder)
        holder.setVisible(header.is_open)

    def _chip(self, choice: Choice, parent: QWidget) -> PaletteChip:
        chip = PaletteChip(choice, self._look, parent)
        chip.picked.connect(self.picked)
        chip.dragged.connect(self.dragged)
        chip.dropped.connect(self.dropped)
        chip.drag_cancelled.connect(self.drag_cancelled)
        return chip

    def _filter(self, text: str) -> None:
        """While something is typed, groups with a match are open and the others gone."""
        found = False
        for header, holder, chips in self._groups:
            matching = [chip for chip in chips if chip.choice.matches(text)]
            for chip in chips:
                chip.setVisible(chip in matching)
            header.setVisible(bool(matching))
            holder.setVisible(bool(matching) and (header.is_open or bool(text.strip())))
            _arrange(holder, matching)
            found = found or bool(matching)
        self._nothing.setVisible(not found)

    def _pick_first(self) -> None:
        shown = [chip for chip in self.chips if chip.choice.matches(self.search.text())]
        if shown and self.search.text().strip():
            self.picked.emit(shown[0].choice)
            self.search.clear()


def _fill_grid(holder: QWidget, chips: list[PaletteChip]) -> None:
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 1, 0, 9)
    grid.setHorizontalSpacing(6)
    grid.setVerticalSpacing(4)
    for column in (0, 1):
        grid.setColumnStretch(column, 1)
    _arrange(holder, chips)


def _arrange(holder: QWidget, chips: list[PaletteChip]) -> None:
    grid = holder.layout()
    assert isinstance(grid, QGridLayout)
    for chip in chips:
        grid.removeWidget(chip)
    for index, chip in enumerate(chips):
        grid.addWidget(chip, index // 2, index % 2)
