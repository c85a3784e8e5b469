"""PaletteRail: the layer palette of small windows: a glyph per family, its chips in a fly-out."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.canvas.choices import CHOICES, GROUPS
from app.canvas.palette import PaletteChip
from app.icons import paint_glyph
from app.text import tooltip
from app.theme import Look
from app.widgets.icon_button import IconButton
from app.widgets.plain_label import PlainLabel
from app.widgets.surface import Surface

LINGER = 250  # ms the fly-out stays after the mouse has left


class FamilyButton(QWidget):
    """One family's glyph.

    Attributes:
        wanted: the family, on hover, focus or press.
        left: the mouse has gone.
    """

    wanted = Signal(str)
    left = Signal()

    def __init__(self, family: str, title: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family, self._look = family, look
        self.setFixedSize(QSize(36, 34))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(title)
        self.setToolTip(tooltip(title))
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the glyph."""
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(theme.color("ink"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        paint_glyph(painter, self._family, QRectF(10, 9, 16, 16), theme.family(self._family))

    def enterEvent(self, event: object) -> None:
        """Open the family's fly-out."""
        self.wanted.emit(self._family)

    def leaveEvent(self, event: object) -> None:
        """Let it close in a moment."""
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Open it for the keyboard too."""
        super().focusInEvent(event)
        self.wanted.emit(self._family)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open it."""
        self.wanted.emit(self._family)


class PaletteRail(Surface):
    """The rail, 48 px wide.

    Args:
        host: the widget the fly-out floats over.

    Attributes:
        picked, dragged, dropped, drag_cancelled: as of a chip.
        search_requested: the magnifying glass was pressed.
    """

    picked = Signal(object)
    dragged = Signal(object, object)
    dropped = Signal(object, object)
    drag_cancelled = Signal()
    search_requested = Signal()

    def __init__(self, look: Look, host: QWidget) -> None:
        super().__init__("panel", look, "right", host)
        self._look = look
        self.setFixedWidth(look.theme.size("rail"))
        search = IconButton("search", "Search layers (/)", look)
        search.clicked.connect(self.search_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 10, 6, 6)
        column.setSpacing(2)
        column.addWidget(search, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        self.buttons: dict[str, FamilyButton] = {}
        for family, title in GROUPS:
            if any(choice.family == family for choice in CHOICES):
                self.buttons[family] = button = FamilyButton(family, title, look)
                button.wanted.connect(self.open_family)
                button.left.connect(self._close_soon)
                column.addWidget(button)
        column.addStretch(1)
        self._linger = QTimer(self, singleShot=True, interval=LINGER)
        self._linger.timeout.connect(self._close_unless_used)
        self._host = host
        self.flyout = Flyout(look, host)
        self.flyout.left.connect(self._close_soon)
        for signal, chip_signal in (
            (self.picked, self.flyout.picked),
            (self.dragged, self.flyout.dragged),
            (self.dropped, self.flyout.dropped),
            (self.drag_cancelled, self.flyout.drag_cancelled),
        ):
            chip_signal.connect(signal)

    def open_family(self, family: str) -> None:
        """Show a family's chips beside its glyph."""
        self._linger.stop()
        button = self.buttons[family]
        self.flyout.open(family, button.mapTo(self._host, QPoint(self.width() - 6, 0)))

    def hideEvent(self, event: object) -> None:
        """The fly-out goes with the rail."""
        self.flyout.hide()

    def _close_soon(self) -> None:
        self._linger.start()

    def _close_unless_used(self) -> None:
        over = self.flyout.underMouse() or any(button.underMouse() for button in self.buttons.values())
        if not over and not self.flyout.is_busy():
            self.flyout.hide()


class Flyout(QFrame):
    """The chips of one family, floating."""

    picked = Signal(object)
    dragged = Signal(object, object)
    dropped = Signal(object, object)
    drag_cancelled = Signal()
    left = Signal()

    def __init__(self, look: Look, host: QWidget) -> None:
        super().__init__(host)
        self._look, self._host = look, host
        self.setProperty("card", "popover")
        self._chips: dict[str, list[PaletteChip]] = {}
        self._titles = dict(GROUPS)
        self._title = PlainLabel("", "caption", look, "ink3")
        self._grid = QGridLayout()
        self._grid.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addLayout(self._grid)
        for family, _ in GROUPS:
            self._chips[family] = [self._chip(index) for index, c in enumerate(CHOICES) if c.family == family]
        self.hide()

    def open(self, family: str, place: QPoint) -> None:
        """Show a family at a place of the host."""
        for other, chips in self._chips.items():
            for index, chip in enumerate(chips):
                chip.setVisible(other == family)
                if other == family:
                    self._grid.addWidget(chip, index // 2, index % 2)
                else:
                    self._grid.removeWidget(chip)
        self._title.setText(self._titles[family])
        self.adjustSize()
        self.move(place.x(), max(4, min(place.y(), self._host.height() - self.height() - 4)))
        self.show()
        self.raise_()

    def is_busy(self) -> bool:
        """Whether a chip has the keyboard or is being dragged."""
        return any(chip.hasFocus() or chip.is_dragging for chips in self._chips.values() for chip in chips)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse has gone."""
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _chip(self, index: int) -> PaletteChip:
        chip = PaletteChip(CHOICES[index], self._look, self)
        chip.picked.connect(self.picked)
        chip.dragged.connect(self.dragged)
        chip.dropped.connect(self.dropped)
        chip.drag_cancelled.connect(self.drag_cancelled)
        chip.hide()
        return chip
