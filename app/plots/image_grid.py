"""Many small pictures in rows, of which only the visible ones are drawn."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from app.plots.plot import Table
from app.text import count, tooltip
from app.theme import Look

Paint = Callable[[QPainter, int, QRect], None]
GAP, CAPTION, UNDERLINE = 6, 17, 2


class ImageGrid(QAbstractScrollArea):
    """Square tiles with a coloured underline and a caption; arrows, Home, End and Page keys move.

    `picked` is emitted with the index of a tile that is clicked or reached with the keyboard; `caption_opened`, where
    captions are numbers that open, with that of one that is clicked, or chosen with Enter, and its place on the screen.
    """

    picked = Signal(int)
    caption_opened = Signal(int, QRect)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._count, self._tile, self._current = 0, 50, -1
        self._paint: Paint = _nothing
        self._captions: Sequence[str] = ()
        self._tokens: Sequence[str] = ()
        self._caption_token: Callable[[int], str] = _plain_token
        self._opens_captions = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Samples")
        look.changed.connect(self.viewport().update)

    def set_items(
        self, count: int, paint: Paint, captions: Sequence[str] = (), underline_tokens: Sequence[str] = ()
    ) -> None:
        """Show `count` tiles.

        Args:
            count: how many there are.
            paint: called as paint(painter, index, rect) for the visible tiles only.
            captions: one per tile, or none.
            underline_tokens: a colour token per tile, empty for no line, or none.
        """
        self._count, self._paint, self._captions, self._tokens = count, paint, captions, underline_tokens
        self._current = min(self._current, count - 1)
        self._measure()
        self._describe()
        self.viewport().update()

    def set_images(
        self, images: Sequence[QImage], captions: Sequence[str] = (), underline_tokens: Sequence[str] = ()
    ) -> None:
        """Show pictures, scaled to the tile without smoothing where they are smaller than it."""

        def paint(painter: QPainter, index: int, rect: QRect) -> None:
            image = images[index]
            smooth = image.width() > rect.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(rect, image)

        self.set_items(len(images), paint, captions, underline_tokens)

    def set_tile(self, pixels: int) -> None:
        """Change the side of the tiles."""
        self._tile = max(16, pixels)
        self._measure()
        self.viewport().update()

    def set_caption_token(self, token: Callable[[int], str]) -> None:
        """Colour the captions: `token(index)` returns a colour token, e.g. "warn" for a changed label."""
        self._caption_token = token
        self.viewport().update()

    def set_captions_open(self) -> None:
        """Underline the captions: they are numbers that open."""
        self._opens_captions = True

    @property
    def current(self) -> int:
        """The selected tile, −1 for none."""
        return self._current

    @current.setter
    def current(self, index: int) -> None:
        self.mark(index)
        if self._current >= 0:
            self._reveal(self._current)

    def mark(self, index: int) -> None:
        """Select a tile where it is, without scrolling to it."""
        self._current = index if 0 <= index < self._count else -1
        self._describe()
        self.viewport().update()

    @property
    def columns(self) -> int:
        """How many tiles lie in a row."""
        return max(1, (self.viewport().width() + GAP) // (self._tile + GAP))

    def table(self) -> Table:
        """Return one row per tile."""
        return ["sample", "caption"], [[index, self._caption(index)] for index in range(self._count)]

    def rect_of(self, index: int) -> QRect:
        """Return the tile's square in viewport coordinates."""
        row, column = divmod(index, self.columns)
        top = row * self._pitch() - self.verticalScrollBar().value() + 2
        return QRect(column * (self._tile + GAP) + 2, top, self._tile, self._tile)

    def index_at(self, place: QPoint) -> int:
        """Return the tile under a point of the viewport, −1 for none."""
        column, row = place.x() // (self._tile + GAP), (place.y() + self.verticalScrollBar().value()) // self._pitch()
        index = row * self.columns + column
        return index if 0 <= column < self.columns and 0 <= index < self._count else -1

    def visible_range(self) -> range:
        """Return the indices of the tiles in sight."""
        first = self.verticalScrollBar().value() // self._pitch()
        rows = self.viewport().height() // self._pitch() + 2
        return range(first * self.columns, min(self._count, (first + rows) * self.columns))

    def sizeHint(self) -> QSize:
        """Return the size of a few rows."""
        return QSize(14 * (self._tile + GAP), 4 * self._pitch())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tiles in sight."""
        painter = QPainter(self.viewport())
        painter.setFont(self._look.theme.font("axis"))
        for index in self.visible_range():
            square = self.rect_of(index)
            if square.adjusted(-2, -2, 2, CAPTION + 2).intersects(event.rect()):
                self._paint_tile(painter, index, square)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the tiles out anew."""
        self._measure()

    def viewportEvent(self, event: QEvent) -> bool:
        """Show a tile's index and caption under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(event.pos())
            text = f"#{index} {self._caption(index)}".strip() if index >= 0 else ""
            QToolTip.showText(event.globalPos(), tooltip(text), self.viewport(), QRect(event.pos(), event.pos()))
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the tile under the mouse."""
        place = event.position().toPoint()
        index = self.index_at(place)
        if index < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._opens_captions and self.caption_box(index).contains(place):
            self._open(index)
        else:
            self._pick(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the release too, as it belongs to the press."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, Home, End and Page keys."""
        page = max(1, self.viewport().height() // self._pitch()) * self.columns
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -self._count,
            Qt.Key.Key_End: self._count,
        }
        if event.key() in moves and self._count:
            start = max(0, self._current)
            step = moves[Qt.Key(event.key())] if self._current >= 0 else 0
            self._pick(min(max(start + step, 0), self._count - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._opens_captions and self._current >= 0:
            self._open(self._current)
        else:
            super().keyPressEvent(event)

    def caption_box(self, index: int) -> QRect:
        """Where a tile's caption stands, in viewport coordinates."""
        square = self.rect_of(index)
        return QRect(square.left() - 2, square.bottom() + 1 + UNDERLINE, square.width() + 4, CAPTION - 2)

    def _open(self, index: int) -> None:
        box = self.caption_box(index)
        self.caption_opened.emit(index, QRect(self.viewport().mapToGlobal(box.topLeft()), box.size()))

    def _pick(self, index: int) -> None:
        self.current = index
        self.picked.emit(index)

    def _pitch(self) -> int:
        return self._tile + UNDERLINE + (CAPTION if len(self._captions) else 0) + 4

    def _measure(self) -> None:
        rows = -(-self._count // self.columns)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, rows * self._pitch() + 4 - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._pitch())

    def _reveal(self, index: int) -> None:
        bar, top = self.verticalScrollBar(), index // self.columns * self._pitch()
        if top < bar.value():
            bar.setValue(top)
        elif top + self._pitch() > bar.value() + self.viewport().height():
            bar.setValue(top + self._pitch() + 4 - self.viewport().height())

    def _caption(self, index: int) -> str:
        return str(self._captions[index]) if index < len(self._captions) else ""

    def _paint_tile(self, painter: QPainter, index: int, square: QRect) -> None:
        theme = self._look.theme
        painter.save()
        painter.setClipRect(square)
        self._paint(painter, index, square)
        painter.restore()
        token = self._tokens[index] if index < len(self._tokens) else ""
        if token:
            line = QRect(square.left(), square.bottom() + 1, square.width(), UNDERLINE)
            painter.fillRect(line, theme.any_color(token))
        if len(self._captions):
            box = self.caption_box(index)
            painter.setPen(theme.any_color(self._caption_token(index)))
            metrics = QFontMetrics(painter.font())
            text = metrics.elidedText(self._caption(index), Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            if self._opens_captions:
                self._paint_underline(painter, box, metrics.horizontalAdvance(text))
        if index == self._current:
            self._paint_frame(painter, square)

    def _paint_underline(self, painter: QPainter, box: QRect, wide: int) -> None:
        pen = QPen(self._look.theme.color("ctl"), 1.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.0, 1.0])
        painter.setPen(pen)
        middle = box.center().x()
        painter.drawLine(middle - wide // 2, box.bottom(), middle + wide // 2, box.bottom())

    def _paint_frame(self, painter: QPainter, square: QRect) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.theme.color("ink"), 2.0))
        foot = CAPTION if len(self._captions) else 0
        painter.drawRoundedRect(QRectF(square).adjusted(-1, -1, 1, 1 + UNDERLINE + foot), 4, 4)
        painter.restore()

    def _describe(self) -> None:
        chosen = f", number {self._current} chosen" if self._current >= 0 else ""
        self.setAccessibleDescription(f"{count(self._count)} pictures{chosen}")


def _nothing(painter: QPainter, index: int, rect: QRect) -> None:
    """Draw nothing: there are no items yet."""


def _plain_token(index: int) -> str:
    return "ink2"
