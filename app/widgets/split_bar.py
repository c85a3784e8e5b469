"""The split of the data as one bar of three parts; its two handles move by mouse or by arrow keys."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme import Look

NAMES = ("Train", "Validation", "Test")
TOKENS = ("train", "val", "test")
LEAST = 0.05
STEP = 0.01
BIG_STEP = 0.05
HANDLE_GAP = 6.0
GRAB = 10.0
NARROW = 66.0


def moved_split(shares: tuple[float, float], handle: int, change: float) -> tuple[float, float]:
    """Return the shares (validation, test) after a handle moved to the right by `change` of the whole.

    Args:
        handle: 0 trades training against validation, 1 validation against test; each keeps at least 5 %.
    """
    validation, test = shares
    if handle == 0:
        validation = min(max(validation - change, LEAST), 1.0 - test - LEAST)
    else:
        both = validation + test
        validation = min(max(validation + change, LEAST), both - LEAST)
        test = both - validation
    return round(validation, 4), round(test, 4)


class SplitBar(QWidget):
    """Shows the three parts in proportion, with counts; emits the shares a handle was left at."""

    changed = Signal(float, float)  # validation, test

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shares, self._counts, self._total = (0.15, 0.15), (0, 0, 0), 0
        self._drag: tuple[int, float, tuple[float, float]] | None = None
        self._handle = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Split into train, validation and test")
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(480, 46)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 46)

    @property
    def shares(self) -> tuple[float, float]:
        """Validation and test, as shown."""
        return self._shares

    def set_split(self, validation: float, test: float, counts: Sequence[int]) -> None:
        """Show a split.

        Args:
            counts: samples in train, validation and test; zeros where they are not known yet.
        """
        if self._drag is None:
            self._shares = (validation, test)
            self._counts = (counts[0], counts[1], counts[2])
            self._total = sum(counts)
            self._describe()
            self.update()

    def counts(self) -> tuple[int, int, int]:
        """Samples of each part; while a handle moves, rounded from the shares."""
        if self._drag is None:
            return self._counts
        validation, test = (int(self._total * share + 0.5) for share in self._shares)
        return self._total - validation - test, validation, test

    def handle_x(self, handle: int) -> float:
        """Return where the middle of handle 0 or 1 is, px from the left."""
        return self._bounds(handle).right() + HANDLE_GAP / 2

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self._handle_at(event.position().x())
        if handle is not None and event.button() == Qt.MouseButton.LeftButton:
            self._handle = handle
            self._drag = (handle, event.position().x(), self._shares)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            over = self._handle_at(event.position().x()) is not None
            self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor)
            return
        handle, start, shares = self._drag
        change = round((event.position().x() - start) / self._room(), 2)
        self._shares = moved_split(shares, handle, change)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            before = self._drag[2]
            counts = self.counts()
            self._drag = None
            if self._shares != before:
                self._counts = counts
                self.changed.emit(*self._shares)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = BIG_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        match event.key():
            case Qt.Key.Key_Left:
                self._nudge(-step)
            case Qt.Key.Key_Right:
                self._nudge(step)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._handle = 1 - self._handle
                self.update()
            case Qt.Key.Key_Escape if self._drag is not None:
                self._shares, self._drag = self._drag[2], None
                self.update()
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(event.pos().x()), self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in range(3):
            self._paint_part(painter, part)
        for handle in range(2):
            self._paint_handle(painter, handle)

    def _nudge(self, change: float) -> None:
        shares = moved_split(self._shares, self._handle, change)
        if shares != self._shares:
            self._shares = shares
            self.changed.emit(*shares)
            self.update()

    def _tip(self, x: float) -> str:
        if self._handle_at(x) is not None:
            return "Drag, or use ← and →; ↑ and ↓ choose the other handle"
        part = next((p for p in range(3) if self._bounds(p).left() <= x <= self._bounds(p).right()), None)
        if part is None:
            return ""
        closed = " Closed until you evaluate on it, once, at the end." if part == 2 else ""
        return f"{NAMES[part]}: {self.counts()[part]:,} samples, {self._share(part):.1%}.{closed}"

    def _describe(self) -> None:
        parts = (f"{name} {count:,}" for name, count in zip(NAMES, self._counts, strict=True))
        self.setAccessibleDescription(", ".join(parts))

    def _share(self, part: int) -> float:
        counts = self.counts()
        if sum(counts):
            return counts[part] / sum(counts)
        return (1.0 - sum(self._shares), *self._shares)[part]

    def _room(self) -> float:
        return max(1.0, self.width() - 2 * HANDLE_GAP)

    def _bounds(self, part: int) -> QRectF:
        widths = [max(0.0, share) * self._room() for share in (1.0 - sum(self._shares), *self._shares)]
        return QRectF(sum(widths[:part]) + part * HANDLE_GAP, 0.0, widths[part], float(self.height()))

    def _handle_at(self, x: float) -> int | None:
        near = min(range(2), key=lambda handle: abs(self.handle_x(handle) - x))
        return near if abs(self.handle_x(near) - x) <= GRAB else None

    def _paint_part(self, painter: QPainter, part: int) -> None:
        theme, box = self._look.theme, self._bounds(part)
        color = theme.color(TOKENS[part])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(box, theme.radius("control"), theme.radius("control"))
        painter.setBrush(theme.color("canvas"))
        painter.drawRoundedRect(box.adjusted(0, 0, 0, -2), theme.radius("control"), theme.radius("control"))
        tint = QColor(color)
        tint.setAlphaF(0.2 if part < 2 else 0.14)
        painter.setBrush(tint)
        painter.drawRoundedRect(box.adjusted(0, 0, 0, -2), theme.radius("control"), theme.radius("control"))
        self._paint_words(painter, part, box.adjusted(10 if box.width() > NARROW else 4, 0, -2, 0))

    def _paint_words(self, painter: QPainter, part: int, box: QRectF) -> None:
        theme, name = self._look.theme, self._look.theme.font("control")
        painter.save()
        painter.setClipRect(box)
        painter.setPen(theme.color("ink"))
        painter.setFont(name)
        painter.drawText(QPointF(box.left(), 18), NAMES[part])
        if part == 2:
            self._paint_lock(painter, QPointF(box.left() + QFontMetricsF(name).horizontalAdvance("Test") + 8, 9))
        mono = theme.font("number")
        painter.setFont(mono)
        painter.setPen(theme.color("ink"))
        count = f"{self.counts()[part]:,}" if sum(self._counts) else "–"
        painter.drawText(QPointF(box.left(), 36), count)
        painter.setPen(theme.color("ink3"))
        left = box.left() + QFontMetricsF(mono).horizontalAdvance(count + " ")
        painter.drawText(QPointF(left, 36), f"{self._share(part):.1%}")
        painter.restore()

    def _paint_lock(self, painter: QPainter, at: QPointF) -> None:
        painter.save()
        painter.setPen(QPen(self._look.theme.color("ink2"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(at.x(), at.y() + 4, 9, 6.5), 1.5, 1.5)
        painter.drawArc(QRectF(at.x() + 2, at.y(), 5, 8), 0, 180 * 16)
        painter.restore()

    def _paint_handle(self, painter: QPainter, handle: int) -> None:
        theme, x = self._look.theme, self.handle_x(handle)
        focused = self.hasFocus() and handle == self._handle
        wide = 6.0 if focused or (self._drag is not None and self._drag[0] == handle) else 4.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink"))
        painter.drawRoundedRect(QRectF(x - wide / 2, 11, wide, 24), wide / 2, wide / 2)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("ink"), 1))
            painter.drawRoundedRect(QRectF(x - 6.5, 6.5, 13, 33), 5, 5)
